"""MATLAB and Octave: `imfilter`, which does not turn kernels."""

from convexplorer.export.kernel_code.leaving import Leaving, commented, identifier, one_plane, rows_of, title_of
from convexplorer.kernels.numbers import number_text

_BORDERS = {"zeros": "0", "edge": "'replicate'", "symmetric": "'symmetric'", "wrap": "'circular'"}


def code(leaving: Leaving) -> str:
    """Return a kernel and a call for each filter, on `x`."""
    border = _BORDERS.get(leaving.border)
    said = (f"imfilter has no border “{leaving.border}”: this is symmetric.",) if border is None else ()
    parts, taken = [commented("%", (*said, *leaving.unusual))], list[str]()
    for one in leaving.filters:
        plane, notes = one_plane(one, "imfilter")
        taken.append(identifier(one.name, taken))
        numbers = rows_of(plane, row="\n    ").replace("nan", "NaN").replace("inf", "Inf")
        bias = f" + {number_text(one.bias)}" if one.bias else ""
        parts.append(
            commented("%", (f"{title_of(one)}.", *notes))
            + f"{taken[-1]} = [\n    {numbers}\n];\n"
            + f"y_{taken[-1]} = imfilter(x, {taken[-1]}, {border or _BORDERS['symmetric']}){bias};\n"
        )
    return "\n".join(parts)
