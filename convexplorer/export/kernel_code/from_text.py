"""Kernels from a text of any form, on their way into another form."""

from dataclasses import replace

import numpy as np

from convexplorer.export.kernel_code.leaving import Leaving
from convexplorer.export.weight_arrays import AxesQuestion, bank_of, make_bank_filter
from convexplorer.kernels.filter import Filter
from convexplorer.kernels.pasted.reading import read_pasted
from convexplorer.kernels.pasted.value import Pasted


def leaving_of_text(text: str) -> tuple[Leaving, tuple[str, ...]]:
    """Return the kernels in a text with their border and biases, and sentences on what was read.

    What can be read in several ways is read in the first, and a sentence tells the others.

    Raises
    ------
    ValueError : there is no kernel in the text, or its axes can be read in several ways.
    """
    read = read_pasted(text)
    others = [one.label for one in read.alternatives[1:]]
    said = (f"It was read as {read.alternatives[0].label}; it may be {' or '.join(others)}.",) if others else ()
    white = 1.0 if read.bias_unit == "values" else 255.0
    read = replace(read, biases=read.bias_on_scale(white), bias_unit="values", alternatives=())
    leaving = Leaving(_filters(read), border=read.border or "zeros", white=white)
    return leaving, (read.sentence, *said, *read.notes)


def _filters(read: Pasted) -> tuple[Filter, ...]:
    if read.axes in ("HW", "IHW"):
        name = read.names[0] if read.names else "kernel"
        return (make_bank_filter(name, read.array, read.biases[0] if read.biases else 0.0),)
    biases = np.array(read.biases) if read.biases else None
    filters = bank_of("kernel", read.array, AxesQuestion(axes=read.axes), biases).filters
    names = read.names if len(read.names) == len(filters) else [one.name for one in filters]
    return tuple(replace(one, name=name) for one, name in zip(filters, names, strict=True))
