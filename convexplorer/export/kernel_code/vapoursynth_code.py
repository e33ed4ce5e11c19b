"""VapourSynth: `std.Convolution`, of whole weights on clips of whole numbers."""

import numpy as np

from convexplorer.export.kernel_code.leaving import CHANNELS_ADDED, Leaving, commented, finite_plane, title_of
from convexplorer.export.kernel_code.whole_weights import whole_weights
from convexplorer.kernels.numbers import number_text
from convexplorer.words import number


def code(leaving: Leaving) -> str:
    """Return a call for each filter, on `clip`; ValueError beyond 5×5."""
    said = ["Not tried with VapourSynth: its conventions are from its documentation.", CHANNELS_ADDED]
    said += leaving.of_border("reflect", "Its border is a mirror")
    parts = [commented("#", (*said, *leaving.unusual))]
    for i, one in enumerate(leaving.filters):
        plane, notes = finite_plane(one, "VapourSynth")
        if max(plane.shape) > 5:
            raise ValueError(
                f"VapourSynth has kernels of 3×3 and 5×5; “{one.name}” has {plane.shape[0]}×{plane.shape[1]}"
            )
        side = 3 if max(plane.shape) <= 3 else 5
        whole, divisor, error = whole_weights(np.pad(plane, [((side - n) // 2,) * 2 for n in plane.shape]))
        if np.abs(whole).max() > 1023:
            factor = 1023 / np.abs(whole).max()
            rounded = np.rint(whole * factor)
            error = float(np.abs(rounded / (divisor * factor) - whole / divisor).max())
            whole, divisor = rounded, divisor * factor
        told = (f"Weights are rounded to whole numbers: each errs by up to {number(error)}.",) if error > 0 else ()
        end = "" if leaving.is_one else f"_{i + 1}"
        matrix = ", ".join(f"{value:.0f}" for value in whole.ravel())
        bias = number_text(one.bias * 255 / leaving.white)
        head = commented("#", (f"{title_of(one)}.", *notes, *told))
        parts.append(
            f"{head}y{end} = core.std.Convolution(\n    clip, matrix=[{matrix}],\n"
            f"    bias={bias}, divisor={number_text(divisor)},\n)\n"
        )
    return "\n".join(parts)
