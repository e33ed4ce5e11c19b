"""The frequency response of a kernel as a file: a table, an array, or a picture."""

import csv
import os

import numpy as np

from convexplorer.export.files import plain_file, replacing
from convexplorer.export.images import save_png
from convexplorer.kernels.response.frequency import Axis, decibels, response
from convexplorer.results.response_image import Kind, draw_response

FORMATS = {".csv": "Table (CSV)", ".npy": "NumPy array", ".npz": "NumPy archive", ".png": "Pictures"}
SUFFIXES = tuple(FORMATS)
COUNT = 129  # frequencies along an axis, Nyquist at both ends included
MAX_COUNT = 4097
_PICTURE_COUNT = 513
_FLOOR_DB = 300.0  # in tables: 0 has no decibels
HEADINGS = ("row_frequency", "column_frequency", "magnitude", "decibels", "phase_degrees")


def save_response(
    path: str | os.PathLike[str], plane: np.ndarray, count: int | None = None, *, kind: Kind = "magnitude"
) -> None:
    """Write the response of a kernel on a grid from −Nyquist to Nyquist, in the format of the suffix.

    CSV: a line for each frequency, in cycles per pixel, with magnitude, decibels and phase. `.npy`: (count, count)
    complex128. `.npz`: this array as "response", with "row_frequencies", "column_frequencies" and the "plane". PNG: the
    picture that the studio shows.

    Parameters
    ----------
    plane : (rows, columns) of finite weights, as applied: see `kernels.response.frequency.response` for the phase.
    count : frequencies along an axis; by default 129, of a picture 513.
    kind : what of it a picture shows.

    Raises
    ------
    ExportError : the file cannot be written.
    ValueError : the plane is no finite matrix, or the count is out of range.
    """
    if count is not None and not 2 <= count <= MAX_COUNT:
        raise ValueError(f"count must be 2…{MAX_COUNT}; got {count}")
    is_picture = str(path).lower().endswith(".png")
    axis = Axis(count=count or (_PICTURE_COUNT if is_picture else COUNT))
    values = response(plane, axis, axis)
    if is_picture:
        save_png(path, draw_response(values, kind, float(np.abs(values).max())).rgb)
        return
    with replacing(path, SUFFIXES) as part:
        if part.suffix.lower() == ".csv":
            _save_table(str(part), axis.values, values)
        elif part.suffix.lower() == ".npz":
            with plain_file(part) as file:
                np.savez(
                    file, response=values, row_frequencies=axis.values, column_frequencies=axis.values, plane=plane
                )
        else:
            with plain_file(part) as file:
                np.save(file, values)


def _save_table(path: str, frequencies: np.ndarray, values: np.ndarray) -> None:
    rows, columns = np.meshgrid(frequencies, frequencies, indexing="ij")
    sizes = np.abs(values)
    table = (rows, columns, sizes, decibels(sizes, _FLOOR_DB), np.degrees(np.angle(values)))
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        writer.writerows(zip(*(column.ravel().tolist() for column in table), strict=True))
