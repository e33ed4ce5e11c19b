"""SciPy: `ndimage.correlate` with the border of the layer."""

import numpy as np

from convexplorer.export.kernel_code.leaving import Leaving, commented, title_of
from convexplorer.export.kernel_code.python_arrays import array_code, python_number
from convexplorer.kernels.filter import Filter

_MODES = {"zeros": "constant", "edge": "nearest", "reflect": "mirror", "symmetric": "reflect", "wrap": "wrap"}


def code(leaving: Leaving) -> str:
    """Return a call for each filter, on `x`: (rows, columns), or (channels, rows, columns)."""
    parts = ["import numpy as np\nfrom scipy import ndimage\n"]
    parts.append("# x: a picture, (rows, columns), or (channels, rows, columns) with as many channels as planes.")
    parts.append("x = x.astype(np.float64)  # of bytes SciPy would make bytes\n" + commented("#", leaving.unusual))
    for i, one in enumerate(leaving.filters):
        end = "" if leaving.is_one else f"_{i + 1}"
        planes, notes = odd_planes(one)
        is_shared = len(planes) == 1
        array = array_code(f"kernel{end}", planes[0] if is_shared else planes)
        mode = f'mode="{_MODES[leaving.border]}"'
        call = f"y{end} = ndimage.correlate(x, kernel{end}, {mode})\n"
        if not is_shared:
            call = f"y{end} = sum(ndimage.correlate(x[i], kernel{end}[i], {mode}) for i in range({len(planes)}))\n"
        bias = f"y{end} += {python_number(one.bias)}\n" if one.bias else ""
        parts.append(commented("#", (f"{title_of(one)}.", *notes)) + array + call + bias)
    return "\n".join(parts)


def odd_planes(one: Filter) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return planes with zeros in front of an even side, and the sentence on it."""
    front = [(1 - n % 2, 0) for n in one.size]
    if not any(pair[0] for pair in front):
        return one.planes, ()
    note = "Zeros stand in front of an even side, so that the middle is the same everywhere."
    return np.pad(one.planes, [(0, 0), *front]), (note,)
