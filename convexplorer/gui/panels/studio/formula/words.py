"""What the names in a formula mean, as a tip and as rows of a menu."""

from collections.abc import Iterator

from convexplorer.kernels.expression_names import CONSTANTS, FUNCTIONS, VARIABLES

HINT = "x, y, r and theta are places; other names become sliders."


def names() -> Iterator[tuple[str, str]]:
    """Yield how each name is written, and what it means."""
    for name, variable in VARIABLES.items():
        if not variable.same_as:
            yield name, variable.explanation
    yield from ((name, constant.explanation) for name, constant in CONSTANTS.items() if name.isascii())
    yield from ((row.call(name), row.explanation) for name, row in FUNCTIONS.items())


def tip() -> str:
    """Return all names with their meaning, a line for each variable, the functions in a row."""
    variables = [f"{name}: {row.explanation}" for name, row in VARIABLES.items() if not row.same_as]
    functions = ", ".join(FUNCTIONS)
    signs = "Signs: + - * / % ^ ( ) < <= > >= == !=, and, or, not, a if condition else b"
    return "\n".join([HINT, *variables, f"Constants: {', '.join(CONSTANTS)}", f"Functions: {functions}", signs])
