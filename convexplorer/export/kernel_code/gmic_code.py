"""G'MIC: `correlate`, which does not turn kernels."""

import shlex

from convexplorer.export.kernel_code.leaving import CHANNELS_ADDED, Leaving, commented, finite_plane, rows_of, title_of
from convexplorer.kernels.numbers import number_text

_BORDERS = {"zeros": 0, "edge": 1, "wrap": 2, "symmetric": 3}


def code(leaving: Leaving) -> str:
    """Return a command for each filter, which writes 32-bit TIFF."""
    border = _BORDERS.get(leaving.border, 3)
    said = [] if leaving.border in _BORDERS else [f"G'MIC has no border “{leaving.border}”: this is symmetric."]
    parts = [commented("#", (*said, CHANNELS_ADDED, *leaving.unusual))]
    for i, one in enumerate(leaving.filters):
        plane, notes = finite_plane(one, "G'MIC")
        matrix = shlex.quote(f"({rows_of(plane, cell=',', row=';')})")
        bias = f" add {number_text(one.bias * 255 / leaving.white)}" if one.bias else ""
        out = "out.tiff" if leaving.is_one else f"out-{i + 1}.tiff"
        head = commented("#", (f"{title_of(one)}.", *notes))
        parts.append(f"{head}gmic in.png {matrix} correlate[0] [1],{border} keep[0]{bias} output {out},float\n")
    return "\n".join(parts)
