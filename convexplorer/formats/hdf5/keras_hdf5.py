"""Files of Keras that hold HDF5, read in a process of their own.

libhdf5 is written in C. Of twenty thousand files with changed bytes one ended the process, and from one it never came
back, with the lock of the interpreter held. A network that cannot be read must not take the work of the user with it.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.files import named, open_file, size_of
from convexplorer.formats.hdf5 import answers
from convexplorer.formats.keras_file import KerasFile

# The child finds its modules where this process has found them.
_CODE = """
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from convexplorer.formats.hdf5.child import answer
answer(sys.argv[2], sys.argv[3], sys.stdout.buffer)
"""
_LEAST_TIME_S = 60.0
_BYTES_PER_SECOND = 10_000_000  # of a slow disk
_NO_WINDOW = 0x08000000  # on Windows, where a child would open a console


def read_keras(path: Path) -> KerasFile:
    """Read a `.keras` file: the config, and the weights at "layers/<class>/vars/0".

    Raises
    ------
    NetworkFileError : it is damaged, or h5py is missing.
    """
    return _read("keras", path)


def read_hdf5(path: Path) -> KerasFile:
    """Read an `.h5` file with a config or without, and a `.weights.h5` file.

    Raises
    ------
    NetworkFileError : it is damaged, or h5py is missing.
    """
    return _read("hdf5", path)


def _read(kind: str, path: Path) -> KerasFile:
    with open_file(path) as file:
        patience_s = _LEAST_TIME_S + size_of(file) / _BYTES_PER_SECOND
    arguments = [json.dumps(sys.path), kind, str(path.absolute())]
    with named(path):
        return answers.parse(_answer(arguments, patience_s))


def _answer(arguments: list[str], patience_s: float) -> bytes:
    """Return what the child writes."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-c", _CODE, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},  # nothing is computed
            timeout=patience_s,
            creationflags=_NO_WINDOW if sys.platform == "win32" else 0,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NetworkFileError("it is damaged: the library that reads it comes to no end") from None
    if done.returncode:
        raise NetworkFileError("it is damaged in a way that the library which reads it does not survive")
    return done.stdout
