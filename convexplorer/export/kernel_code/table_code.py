"""Tables: for spreadsheets, CSV with names and biases, Markdown and LaTeX."""

from convexplorer.export.kernel_code.leaving import Leaving, title_of
from convexplorer.kernels.matrix import format_matrix
from convexplorer.kernels.numbers import number_text


def tabs(leaving: Leaving) -> str:
    """Return rows of numbers between tabs; a blank line begins the next plane."""
    return "\n".join(format_matrix(one.planes, "tab") for one in leaving.filters)


def csv(leaving: Leaving) -> str:
    """Return a line `# bias=… name=…` before each filter, then its rows."""
    return "\n".join(
        f"# bias={number_text(one.bias)} name={one.name}\n" + format_matrix(one.planes, "tab").replace("\t", ",")
        for one in leaving.filters
    )


def markdown(leaving: Leaving) -> str:
    """Return a table for each plane, below the filter's name."""
    parts = []
    for one in leaving.filters:
        for plane in one.planes:
            head = f"| {' | '.join(' ' for _ in plane[0])} |\n|{'---|' * plane.shape[1]}\n"
            rows = "".join(f"| {' | '.join(map(number_text, row))} |\n" for row in plane)
            parts.append(head + rows)
        parts[-len(one.planes)] = f"### {title_of(one)}\n\n{parts[-len(one.planes)]}"
    return "\n".join(parts)


def latex(leaving: Leaving) -> str:
    """Return a matrix for each plane."""
    parts = []
    for one in leaving.filters:
        said = title_of(one).replace("\\", "/")
        for plane in one.planes:
            rows = " \\\\\n    ".join(" & ".join(map(number_text, row)) for row in plane)
            parts.append(f"% {said}\n\\begin{{bmatrix}}\n    {rows}\n\\end{{bmatrix}}\n")
    return "\n".join(parts)
