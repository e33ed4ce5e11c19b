"""Named arrays of a file that tells no architecture."""

from collections.abc import Mapping
from typing import Literal

import numpy as np

from convexplorer._dataclass import dataclass

Writer = Literal["torch", "keras", ""]


@dataclass(frozen=True, eq=False)
class TensorFile:
    """The weights in a file, in natural order of their names ("conv2" before "conv10").

    Attributes
    ----------
    tensors : arrays of real numbers by name, read-only, with the axes as they are in the file.
    writer : the framework whose order of axes the arrays have: "torch" for (out, in, rows, columns), "keras" for
        (rows, columns, in, out), "" if the file does not tell.
    note : a sentence about what else is in the file, such as code that is never run; "" if nothing is.
    """

    tensors: Mapping[str, np.ndarray]
    writer: Writer = ""
    note: str = ""
