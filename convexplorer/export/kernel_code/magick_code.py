"""ImageMagick: `-morphology Correlate`, which does not turn kernels."""

import shlex

from convexplorer.export.kernel_code.leaving import CHANNELS_ADDED, Leaving, commented, finite_plane, rows_of, title_of
from convexplorer.kernels.numbers import number_text

_BORDERS = {"zeros": "Black", "edge": "Edge", "symmetric": "Mirror", "wrap": "Tile"}


def code(leaving: Leaving) -> str:
    """Return a command for each filter."""
    border = _BORDERS.get(leaving.border)
    said = [] if border else [f"ImageMagick has no border “{leaving.border}”: this is Edge."]
    said += [
        "Results below 0 and above white are cut; with 8 bits fractions would be, too.",
        CHANNELS_ADDED,
        *leaving.unusual,
    ]
    parts = [commented("#", said)]
    for i, one in enumerate(leaving.filters):
        plane, notes = finite_plane(one, "ImageMagick")
        rows, columns = plane.shape
        kernel = f"{columns}x{rows}: {rows_of(plane, cell=',', row='  ')}"
        bias = f"-define convolve:bias={number_text(100 * one.bias / leaving.white)}% " if one.bias else ""
        out = "out.png" if leaving.is_one else f"out-{i + 1}.png"
        parts.append(
            commented("#", (f"{title_of(one)}.", *notes))
            + f"convert in.png -virtual-pixel {border or 'Edge'} {bias}-define convolve:scale=1 "
            + f"-morphology Correlate {shlex.quote(kernel)} -depth 16 {out}\n"
        )
    return "\n".join(parts)
