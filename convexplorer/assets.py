"""Where the program's own files lie: kernels, pictures, icons.

They stand beside the package in a checkout and inside it in an installed wheel; nothing else needs to know.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
# Inside first: in site-packages a folder "resources" beside the package would be somebody else's.
_ROOTS = (_PACKAGE / "resources", _PACKAGE.parent / "resources")


def path(*parts: str) -> Path:
    """Return the path of a file or folder in `resources/`.

    Parameters
    ----------
    parts : its place, e.g. `path("images", "astronaut.png")`.

    Raises
    ------
    RuntimeError
        If it is not there: the installation is incomplete, which no caller can repair.
    """
    for root in _ROOTS:
        found = root.joinpath(*parts)
        if found.exists():
            return found
    raise RuntimeError(f"resources/{'/'.join(parts)} is missing: the installation is incomplete, please reinstall")
