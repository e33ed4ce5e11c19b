"""What excites a unit as files: a sheet on which every title can be read, and tables."""

import csv
import io

import numpy as np
import pytest
from PIL import Image

from convexplorer.export.files import ExportError
from convexplorer.export.patches import patch_table, save_patches, save_statistics, statistics_table
from convexplorer.results.unit.bank_statistics import BankStatistics
from convexplorer.results.unit.computing import compute
from convexplorer.results.unit.patches import PatchSearch, PatchWish
from tests.results.unit.examples import frame, project


@pytest.fixture
def patches():
    search = PatchSearch(PatchWish(1, count=5))
    for i in range(3):
        search.add(compute(project(), "second", frame(seed=i)), f"picture {i}.png", i)
    return search.patches


def test_the_table_has_a_row_for_each_patch(patches, tmp_path):
    save_patches(tmp_path / "patches.csv", patches)

    text = (tmp_path / "patches.csv").read_text("utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert text == patch_table(patches)
    assert [float(row["value"]) for row in rows] == pytest.approx([patch.value for patch in patches])
    assert [(int(row["row"]), int(row["column"])) for row in rows] == [patch.place[1:] for patch in patches]
    assert rows[0]["file"] == patches[0].title
    assert int(rows[0]["field stop column"]) == patches[0].field[1][1]


def test_the_sheet_enlarges_small_patches_and_keeps_their_colours(patches, tmp_path):
    save_patches(tmp_path / "patches.png", patches)

    sheet = np.asarray(Image.open(tmp_path / "patches.png"))
    assert sheet.shape[1] > 300
    colors = {tuple(color) for color in sheet.reshape(-1, 3)}
    assert {tuple(color) for patch in patches for color in patch.pixels.reshape(-1, 3)} <= colors


def test_the_numbers_of_a_bank_are_a_table(tmp_path):
    statistics = BankStatistics()
    statistics.add(compute(project(), "second", frame()))
    rows = statistics.numbers()

    save_statistics(tmp_path / "bank.csv", rows)

    text = (tmp_path / "bank.csv").read_text("utf-8")
    read = list(csv.DictReader(io.StringIO(text)))
    assert text == statistics_table(rows)
    assert [row["filter"] for row in read] == ["f0", "f1", "f2", "f3"]
    assert [float(row["mean"]) for row in read] == pytest.approx([row.mean for row in rows], rel=1e-6)


def test_other_formats_are_refused(patches, tmp_path):
    with pytest.raises(ExportError):
        save_patches(tmp_path / "patches.jpg", patches)
