"""Maps with their exact numbers: NumPy arrays and float TIFF."""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from convexplorer.export.files import ExportError, plain_file, replacing

FORMATS = {".npy": "NumPy array", ".npz": "NumPy archive", ".tif": "Float TIFF", ".tiff": "Float TIFF"}
SUFFIXES = tuple(FORMATS)
_SOFTWARE = "ConvExplorer"
_CLASSIC_BYTES = 4_000_000_000  # beyond it TIFF needs 64-bit offsets


def save_array(path: str | os.PathLike[str], maps: np.ndarray, names: Sequence[str]) -> None:
    """Write maps (F, *spatial) or values without places (F,) as float32 in the format of the suffix.

    `.npy` contains the maps alone, `.npz` the arrays "maps" and "names", TIFF one float page per map with the map's
    name as the page's description. NaN and infinity are kept.

    Raises
    ------
    ExportError : the maps have no rows and columns, and TIFF has pages of them only.
    """
    maps = np.ascontiguousarray(maps, dtype=np.float32)
    if maps.ndim < 1 or len(maps) != len(names):
        raise ValueError(f"maps must be (F, *spatial) with a name each; got {maps.shape} and {len(names)} names")
    if maps.ndim != 3 and Path(path).suffix.lower() in (".tif", ".tiff"):
        what = "values without places" if maps.ndim == 1 else f"maps of shape {maps.shape[1:]}"
        raise ExportError(f"TIFF has pages of rows and columns, not {what}; write .npy or .npz.")
    with replacing(path, SUFFIXES) as part:
        suffix = part.suffix.lower()
        if suffix == ".npy":
            with plain_file(part) as file:
                np.save(file, maps)
        elif suffix == ".npz":
            np.savez_compressed(part, maps=maps, names=np.array(list(names)))
        else:
            _save_tiff(part, maps, names)


def _save_tiff(path: Path, maps: np.ndarray, names: Sequence[str]) -> None:
    from tifffile import TiffWriter  # only now: the window starts without it

    with plain_file(path) as plain, TiffWriter(plain, bigtiff=maps.nbytes > _CLASSIC_BYTES) as file:
        for values, name in zip(maps, names, strict=True):
            # Bytes, because tifffile refuses letters beyond ASCII, which readers take as UTF-8 all the same. Without
            # metadata: its own description would make one stack of the pages, whose names only it reads.
            file.write(values, photometric="minisblack", description=name.encode(), metadata=None, software=_SOFTWARE)
