"""SVG: `feConvolveMatrix`, which turns kernels by 180° and may divide by their sum."""

import numpy as np

from convexplorer.export.kernel_code.leaving import (
    CHANNELS_ADDED,
    Leaving,
    commented,
    finite_plane,
    identifier,
    rows_of,
    title_of,
)
from convexplorer.kernels.numbers import number_text

_EDGES = {"zeros": "none", "edge": "duplicate", "wrap": "wrap"}


def code(leaving: Leaving) -> str:
    """Return a filter element for each kernel."""
    edge = _EDGES.get(leaving.border)
    said = [CHANNELS_ADDED, "Results are cut to 0…1."]
    said += [] if edge else [f"SVG has no border “{leaving.border}”: this is duplicate, the edge."]
    parts, taken = [commented("<!--", (*said, *leaving.unusual), " -->")], list[str]()
    for one in leaving.filters:
        plane, notes = finite_plane(one, "SVG")
        taken.append(identifier(one.name, taken))
        told = [f"{_without_dashes(title_of(one))}; turned, as SVG turns it.", *notes]
        if not np.array_equal(plane, plane.T):
            told.append("librsvg reads kernels transposed.")
        matrix = rows_of(plane[::-1, ::-1], row="  ")
        parts.append(
            commented("<!--", told, " -->")
            + f'<filter id="{taken[-1]}" color-interpolation-filters="sRGB">\n'
            + f'  <feConvolveMatrix order="{plane.shape[1]} {plane.shape[0]}" kernelMatrix="{matrix}"\n'
            + f'    divisor="1" bias="{number_text(one.bias / leaving.white)}" edgeMode="{edge or "duplicate"}" '
            + 'preserveAlpha="true"/>\n</filter>\n'
        )
    return "\n".join(parts)


def _without_dashes(text: str) -> str:
    return text.replace("--", "- -")  # which end a comment
