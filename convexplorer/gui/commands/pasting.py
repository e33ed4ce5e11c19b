"""Kernels in pasted texts go into the layer with their border and bias; what is ambiguous is asked first."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from convexplorer.gui.commands.shell import Shell
from convexplorer.words import as_sentence, times

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from convexplorer.export.weight_arrays import AxesQuestion, Bank
    from convexplorer.gui.widgets.reading_choice import ReadingRow
    from convexplorer.kernels.filter import Filter
    from convexplorer.kernels.pasted.value import Pasted

PASTED = "pasted"  # the name of filters that come without one
PICTURE = 64  # design pixels of a kernel, and of what it does
_QUESTION = (
    "This text can be read in several ways. Which one is meant? Beside each kernel is what it does to the picture."
)


def to_kernel(window: Shell, text: str) -> None:
    """Put the kernel or the bank in a text into the layer and say so, or say why it cannot be."""
    from convexplorer.kernels.pasted.reading import read_pasted  # here, as below: no start reads what is pasted

    window.show_controls(True)
    try:
        read = read_pasted(text)
    except ValueError as error:
        window.context.refuse(as_sentence(str(error)))
        return
    if read.alternatives:
        _ask(window, read)
    else:
        _take(window, read)


def _ask(window: Shell, read: Pasted) -> None:
    """Ask which reading is meant; the window stays as it is, and works, until it is answered."""
    from convexplorer.gui.widgets.reading_choice import ReadingChoice

    readings = read.alternatives
    choice = ReadingChoice(
        _QUESTION, [_row(window, one) for one in readings], window, title="How is it meant?", picture=PICTURE
    )
    choice.chosen.connect(lambda i: _take(window, replace(readings[i], alternatives=())))
    choice.ask_beside()


def _row(window: Shell, read: Pasted) -> ReadingRow:
    from convexplorer.gui.canvas.pictures.tile_views import filter_image
    from convexplorer.gui.widgets.reading_choice import ReadingRow

    one = _shown(read)
    images = [] if one is None else [filter_image(one), _effect(window, one)]
    text = ", ".join((read.form, *read.facts))
    return ReadingRow(read.label, text, [image for image in images if image is not None])


def _shown(read: Pasted) -> Filter | None:
    """Return the first kernel of a reading; None if its axes are still a question."""
    from convexplorer.kernels.filter import Filter

    first = read.array[0] if read.axes[:1] == "O" else read.array
    return Filter(PASTED, first) if read.axes in ("HW", "IHW", "OHW", "OIHW") else None


def _effect(window: Shell, one: Filter) -> QImage | None:
    """Return what a kernel does to the middle of the picture."""
    from convexplorer.core.display.coloring import PALETTES
    from convexplorer.gui.canvas.pictures.tile import to_qimage
    from convexplorer.gui.look import theme
    from convexplorer.results.effect_thumbnail import effect_thumbnail, part_of

    picture = window.bridge.picture
    if picture is None or picture.frame.image.ndim != 3:
        return None
    found = effect_thumbnail(part_of(picture.frame.image), one)
    return None if found is None else to_qimage(found[0], PALETTES[found[1]].colors(theme.is_dark()))


def _take(window: Shell, read: Pasted) -> None:
    chosen = window.choice()
    if chosen is not None and chosen.layer.rank != 2:
        window.context.refuse("What is pasted has rows and columns; the kernels of this layer have other axes.")
    elif read.is_bank or not read.axes:
        _take_bank(window, read)
    else:
        _take_kernel(window, read)


def _take_kernel(window: Shell, read: Pasted) -> None:
    from convexplorer.model.edits.pasted import left_out, put_pasted

    chosen, target = window.choice(), window.filter_panel.target()
    if chosen is None or target is None:
        return
    if window.context.commit(put_pasted, target, read, white_of_window(window)):
        told = f"Pasted {times(read.array.shape)} numbers into the kernel “{chosen.filter.name}”."
        window.say(" ".join((told, *_beyond_numbers(read), *left_out(chosen.layer, read))))


def _take_bank(window: Shell, read: Pasted) -> None:
    """Put a bank behind the filters of the layer, or a single filter in place; axes that are not told are asked."""
    from convexplorer.export.weight_arrays import bank_of
    from convexplorer.gui.commands import weights

    def read_axes(question: AxesQuestion) -> Bank:
        import numpy as np

        biases = np.array(read.biases) if read.biases else None
        bank = bank_of(PASTED, read.array, replace(question, axes=read.axes or question.axes), biases)
        return bank if not read.axes else replace(bank, note="")

    weights.load(window, read_axes, partial(_put_bank, window, read))


def _put_bank(window: Shell, read: Pasted, bank: Bank) -> None:
    from convexplorer.model.edits.pasted import add_pasted, left_out

    chosen = window.choice()
    if chosen is None:
        return
    if len(bank.filters) == 1:
        one = bank.filters[0]
        planes = one.planes if len(one.planes) > 1 else one.planes[0]
        biases = (one.bias,) if one.bias else ()
        single = replace(read, array=planes, axes="IHW" if planes.ndim == 3 else "HW", biases=biases)
        _take_kernel(window, single)
    elif (
        window.context.commit(add_pasted, chosen.layer_index, read, bank.filters, white_of_window(window))
        and not bank.note
    ):
        told = f"Pasted {len(bank.filters)} filters behind those of {chosen.layer.title}."
        window.say(" ".join((told, *_beyond_numbers(read), *left_out(chosen.layer, read))))


def _beyond_numbers(read: Pasted) -> tuple[str, ...]:
    """Return sentences on what a text says beside its numbers."""
    return (*((read.sentence,) if read.facts else ()), *read.notes)


def white_of_window(window: Shell) -> float:
    """Return the number of white pixels in the picture that the first layer gets."""
    from convexplorer.model.build import white_of

    picture, state = window.bridge.picture, window.store.state
    return 1.0 if picture is None else white_of(picture.frame, state.numbers, state.preprocessing)
