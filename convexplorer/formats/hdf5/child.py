"""What the process does that reads a file for `keras_hdf5`."""

from pathlib import Path
from typing import IO

from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.hdf5.answers import write_contents, write_refusal
from convexplorer.formats.hdf5.contents import hdf5_contents, keras_contents

_READERS = {"keras": keras_contents, "hdf5": hdf5_contents}


def answer(kind: str, path: str, out: IO[bytes]) -> None:
    """Read a file, and write what it holds, or why it cannot be read."""
    try:
        contents = _READERS[kind](Path(path))
    except NetworkFileError as error:
        write_refusal(str(error), out)
    else:
        write_contents(contents, out)
    out.flush()
