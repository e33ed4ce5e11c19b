"""C and its relatives: the weights as an array of rows."""

import numpy as np

from convexplorer.export.kernel_code.leaving import Leaving, commented, identifier, one_plane, title_of


def code(leaving: Leaving) -> str:
    """Return a declaration for each filter."""
    parts, taken = [commented("//", (f"Border {leaving.border}.", *leaving.unusual))], list[str]()
    for one in leaving.filters:
        plane, notes = one_plane(one, "A list of C")
        taken.append(identifier(one.name, taken))
        rows = ",\n    ".join("{" + ", ".join(map(_number, row)) + "}" for row in plane)
        bias = (f"Bias {one.bias!r}.",) if one.bias else ()
        head = commented("//", (f"{title_of(one)}, a cross-correlation.", *bias, *notes))
        parts.append(
            f"{head}static const double {taken[-1]}[{plane.shape[0]}][{plane.shape[1]}] = {{\n    {rows},\n}};\n"
        )
    return "\n".join(parts)


def _number(value: float) -> str:
    if np.isnan(value):
        return "NAN"
    return repr(float(value)) if np.isfinite(value) else f"{'-' if value < 0 else ''}INFINITY"
