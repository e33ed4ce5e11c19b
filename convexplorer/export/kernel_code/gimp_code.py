"""GIMP and GEGL: the operation `convolution-matrix`, whose letters are columns."""

import numpy as np

from convexplorer.export.kernel_code.leaving import CHANNELS_ADDED, Leaving, commented, finite_plane, title_of
from convexplorer.kernels.numbers import number_text


def code(leaving: Leaving) -> str:
    """Return a line of `gegl` for each filter; ValueError beyond 5×5."""
    said = ["GEGL computes in linear light.", CHANNELS_ADDED]
    said += leaving.of_border("edge", "The border is edge")
    parts = [commented("#", (*said, *leaving.unusual))]
    for i, one in enumerate(leaving.filters):
        plane, notes = finite_plane(one, "GIMP")
        if max(plane.shape) > 5:
            raise ValueError(f"GIMP has kernels of 5×5; “{one.name}” has {plane.shape[0]}×{plane.shape[1]}")
        wide = np.pad(plane, [((5 - n) // 2,) * 2 for n in plane.shape])
        cells = " ".join(f"{'abcde'[c]}{r + 1}={number_text(wide[r, c])}" for r in range(5) for c in range(5))
        offset = number_text(one.bias / leaving.white)
        out = "out.png" if leaving.is_one else f"out-{i + 1}.png"
        options = f"divisor=1 offset={offset} normalize=false border=clamp"
        head = commented("#", (f"{title_of(one)}; the first row is a1 b1 c1 d1 e1.", *notes))
        parts.append(f"{head}gegl in.png -o {out} -- gegl:convolution-matrix {cells} {options}\n")
    return "\n".join(parts)
