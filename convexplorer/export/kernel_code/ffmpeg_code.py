"""ffmpeg: the filter `convolution`, which has whole weights and a factor."""

import numpy as np

from convexplorer.export.kernel_code.leaving import CHANNELS_ADDED, Leaving, commented, finite_plane, title_of
from convexplorer.export.kernel_code.whole_weights import whole_weights
from convexplorer.kernels.filter import Filter
from convexplorer.kernels.numbers import number_text
from convexplorer.words import number

_SIDES = (3, 5, 7)


def code(leaving: Leaving) -> str:
    """Return a command for each filter; ValueError for a kernel that ffmpeg has no form for."""
    said = [
        "Results are rounded and cut to 0…255. ffmpeg 5 ignores rdiv, and divides by the sum of the weights.",
        CHANNELS_ADDED,
    ]
    said += leaving.of_border("reflect", "ffmpeg's border is reflect")
    parts = [commented("#", (*said, *leaving.unusual))]
    for i, one in enumerate(leaving.filters):
        plane, notes = finite_plane(one, "ffmpeg")
        whole, divisor, error = whole_weights(_wide(plane, one))
        bias = one.bias * 255 / leaving.white
        told = [f"{title_of(one)}.", *notes]
        if error > 0:
            told.append(f"Weights are rounded to whole numbers: each errs by up to {number(error)}.")
        if bias < 0:
            told.append(f"ffmpeg adds no bias below 0; {number(bias)} is left out.")
        matrix = " ".join(f"{value:.0f}" for value in whole.ravel())
        mode = {(True, False): "row", (False, True): "column"}.get((whole.shape[0] == 1, whole.shape[1] == 1), "square")
        options = [
            f"{p}m='{matrix}':{p}rdiv={number_text(1 / divisor)}:{p}bias={number_text(max(bias, 0.0))}"
            for p in range(3)
        ]
        modes = "" if mode == "square" else "".join(f":{p}mode={mode}" for p in range(3))
        out = "out.png" if leaving.is_one else f"out-{i + 1}.png"
        chain = f"format=gbrp,convolution={':'.join(options)}{modes}"
        parts.append(f'{commented("#", told)}ffmpeg -i in.png -vf "{chain}" {out}\n')
    return "\n".join(parts)


def _wide(plane: np.ndarray, one: Filter) -> np.ndarray:
    """Return a plane as one of ffmpeg's: a square of 3, 5 or 7, or a long row or column."""
    rows, columns = plane.shape
    if max(rows, columns) > _SIDES[-1]:
        if min(rows, columns) == 1 and max(rows, columns) <= 49:
            return plane
        raise ValueError(
            f"ffmpeg has kernels of 3×3, 5×5 and 7×7, or a row or column of 49; “{one.name}” has {rows}×{columns}"
        )
    side = next(n for n in _SIDES if n >= max(rows, columns))
    return np.pad(plane, [((side - n) // 2,) * 2 for n in (rows, columns)])
