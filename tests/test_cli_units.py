"""`convexplorer patches` and `statistics`: the same places and numbers as in the window, for scripts."""

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convexplorer.model.ready.table import find_ready, ready_project
from convexplorer.results.unit.bank_statistics import BankStatistics
from convexplorer.results.unit.computing import compute
from convexplorer.sources import open_reader, parse
from tests.test_cli import Printed, make_film, make_photo, run

DIGITS = ("--project", "network:digits")


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("photos").mkdir()
    for i in range(3):
        make_photo(f"photos/photo {i}{'x' * i}.png", 28, 28)


def maps_of(layer: str) -> dict[str, np.ndarray]:
    project = ready_project(find_ready("digits"))
    found = {}
    for path in sorted(Path("photos").glob("*.png")):
        frame = open_reader(parse(str(path))).read()
        assert frame is not None
        found[path.name] = compute(project, layer, frame).maps
    return found


def rows_of(printed: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(printed)))


def test_the_strongest_places_of_a_map_are_printed_as_a_table(capsys: Printed):
    assert run("patches", "photos", *DIGITS, "--layer", "conv2/11", "--count", "5") == 0

    rows = rows_of(capsys.readouterr().out)
    maps = maps_of("conv2")
    best = max(maps, key=lambda name: maps[name][11].max())
    assert len(rows) == 5
    assert (rows[0]["file"], float(rows[0]["value"])) == (best, pytest.approx(maps[best][11].max()))
    row, column = (int(rows[0][name]) for name in ("row", "column"))
    assert maps[best][11, row, column] == maps[best][11].max()


def test_the_most_negative_one_of_each_picture(capsys: Printed):
    run("patches", "photos", *DIGITS, "--layer", "conv2/3", "--lowest", "--each", "1")

    rows = rows_of(capsys.readouterr().out)
    assert {row["file"]: float(row["value"]) for row in rows} == {
        name: pytest.approx(maps[3].min()) for name, maps in maps_of("conv2").items()
    }


def test_a_class_is_named_and_a_sheet_is_written(capsys: Printed):
    assert run("patches", "photos", *DIGITS, "--layer", "scores/7", "-o", "seven.png") == 0

    assert capsys.readouterr().out == "3 places in seven.png.\n"
    with Image.open("seven.png") as sheet:
        assert min(sheet.size) > 200


def test_of_several_maps_one_must_be_named(capsys: Printed):
    assert run("patches", "photos", *DIGITS, "--layer", "conv2") == 2

    assert "conv2 has 16 maps; say which, as in --layer conv2/0" in capsys.readouterr().err


def test_one_kernel_needs_no_number_and_a_film_names_its_frames(capsys: Printed):
    make_film("film.mp4")

    assert run("patches", "film.mp4", "--kernel", "sobel-x", "--count", "3") == 0

    assert all(row["file"].startswith("film.mp4 #") for row in rows_of(capsys.readouterr().out))


def test_the_numbers_of_a_bank_are_those_of_all_pictures(capsys: Printed):
    assert run("statistics", "photos", *DIGITS, "--layer", "conv2") == 0

    rows = rows_of(capsys.readouterr().out)
    values = np.concatenate([maps.reshape(16, -1) for maps in maps_of("conv2").values()], axis=1).astype(np.float64)
    assert [float(row["mean"]) for row in rows] == pytest.approx(list(values.mean(axis=1)), rel=1e-6)
    assert [float(row["deviation"]) for row in rows] == pytest.approx(list(values.std(axis=1)), rel=1e-6)


def test_a_table_is_written_and_a_broken_picture_is_said(capsys: Printed):
    Path("photos/photo 9.png").write_bytes(b"nothing")

    assert run("statistics", "photos", "--kernel", "sobel-x", "--kernel", "laplacian", "-o", "bank.csv") == 1

    printed = capsys.readouterr()
    assert printed.out == "2 maps of 3 pictures in bank.csv.\n"
    assert "photo 9.png" in printed.err
    assert [row["filter"] for row in rows_of(Path("bank.csv").read_text("utf-8"))] == ["sobel-x", "laplacian"]


@pytest.mark.parametrize("command", ["patches", "statistics"])
def test_what_never_ends_is_refused_with_a_sentence(command: str, capsys: Printed):
    assert run(command, "pad:", "--kernel", "sobel-x") == 1

    assert "never ends" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["patches", "statistics"])
def test_no_input_is_written_over(command: str, capsys: Printed):
    make_photo("a.png")
    Path("a.csv").write_text("1 2\n3 4", "utf-8")

    assert run(command, "a.csv", "--kernel", "sobel-x", "-o", "a.csv") == 2

    assert Path("a.csv").read_text("utf-8") == "1 2\n3 4"


def test_without_layers_it_asks_for_them(capsys: Printed):
    assert run("patches", "photos") == 2

    assert "say of which layer" in capsys.readouterr().err


def test_statistics_need_no_frames_in_memory():
    assert BankStatistics().numbers() == ()
