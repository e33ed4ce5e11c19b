"""Responses as files: each can be read back, and holds the response of the kernel as applied."""

import csv

import numpy as np
import pytest
from PIL import Image

from convexplorer.export.files import ExportError
from convexplorer.export.response import HEADINGS, save_response
from convexplorer.kernels.response.frequency import Axis, response, response_at

PLANE = np.random.default_rng(1).normal(size=(3, 5))


def test_arrays_are_the_response(tmp_path):
    save_response(tmp_path / "r.npy", PLANE)
    save_response(tmp_path / "r.npz", PLANE, 33)

    np.testing.assert_array_equal(np.load(tmp_path / "r.npy"), response(PLANE, Axis(count=129), Axis(count=129)))
    with np.load(tmp_path / "r.npz") as found:
        rows, columns = found["row_frequencies"], found["column_frequencies"]
        np.testing.assert_allclose(found["response"], response_at(PLANE, rows[:, None], columns), atol=1e-12)
        np.testing.assert_array_equal(found["plane"], PLANE)


def test_a_table_has_a_line_for_each_frequency(tmp_path):
    save_response(tmp_path / "r.csv", PLANE, 5)

    with open(tmp_path / "r.csv", encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    assert tuple(lines[0]) == HEADINGS
    assert len(lines) == 1 + 25
    for line in lines[1:]:
        row, column, size, level, phase = map(float, line)
        value = complex(response_at(PLANE, row, column))
        assert size == pytest.approx(abs(value))
        assert level == pytest.approx(20 * np.log10(abs(value)))
        assert size * np.exp(1j * np.radians(phase)) == pytest.approx(value)


def test_zeros_in_a_table_are_numbers_too(tmp_path):
    save_response(tmp_path / "r.csv", np.zeros((2, 2)), 3)

    assert "inf" not in (tmp_path / "r.csv").read_text()


@pytest.mark.parametrize("kind", ["magnitude", "decibels", "phase"])
def test_a_picture_is_as_large_as_asked(tmp_path, kind):
    save_response(tmp_path / "r.png", PLANE, 65, kind=kind)

    with Image.open(tmp_path / "r.png") as image:
        assert (image.size, image.mode) == ((65, 65), "RGB")


def test_what_has_no_response_leaves_no_file(tmp_path):
    with pytest.raises(ValueError, match="finite"):
        save_response(tmp_path / "r.npy", np.array([[np.nan]]))
    with pytest.raises(ValueError, match="2…4097; got 1"):
        save_response(tmp_path / "r.npy", PLANE, 1)
    with pytest.raises(ExportError, match="must end with"):
        save_response(tmp_path / "r.mat", PLANE)

    assert list(tmp_path.iterdir()) == []
