"""The file of winners: written whole, believed only where it can be true."""

import json
import os
from pathlib import Path

import pytest

from convexplorer.core.convolution.records import MOST_RECORDS, Record
from convexplorer.live import winners

RECORDS = {
    "3x480x640 8x3x3x3 1x1 1x1 1x1x1x1 zeros 1 0 0": Record.of("rows", {"rows": 0.003, "pairs": 0.002}, races=2),
    "1x720x1280 1x1x3x3 1x1 1x1 1x1x1x1 zeros 1 0 1": Record.of("planes", {"planes": 0.001}),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return winners.path_in(tmp_path / "convexplorer")


def test_what_is_written_is_read(path: Path):
    assert winners.write(path, RECORDS)

    assert winners.read(path) == RECORDS
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_what_another_window_has_written_stays(path: Path):
    first, second = ({label: RECORDS[label]} for label in RECORDS)

    winners.write(path, first)
    winners.write(path, second)

    assert winners.read(path) == RECORDS


def test_another_machine_or_another_library_has_a_file_of_its_own(path: Path, monkeypatch: pytest.MonkeyPatch):
    winners.write(path, RECORDS)
    content = path.read_bytes()
    monkeypatch.setattr(winners, "machine", lambda: "another processor")

    other = winners.path_in(path.parent)
    other.write_bytes(content)

    assert other != path
    assert winners.read(other) == {}
    assert winners.read(path) == {}


def test_the_machine_is_told_by_processor_and_versions():
    told = winners.machine()

    for part in ("ConvExplorer", "threads", "NumPy", "OpenCV", "ONNX Runtime"):
        assert part in told


ROW = {"rule": "rows", "races": 1, "ms": {"rows": 2.0, "pairs": 1.0}}
WHOLE = {"format": 1, "machine": winners.machine(), "races": {"a": ROW}}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '"text"',
        "[" * 100_000,
        "\xff\xfe",
        json.dumps({**WHOLE, "format": 2}),
        json.dumps({**WHOLE, "races": []}),
        json.dumps({**WHOLE, "races": None}),
        json.dumps({key: value for key, value in WHOLE.items() if key != "machine"}),
        json.dumps(WHOLE)[:-9],
    ],
)
def test_a_damaged_file_holds_nothing_and_is_replaced(path: Path, text: str):
    path.parent.mkdir()
    path.write_bytes(text.encode("latin-1"))

    assert winners.read(path) == {}

    assert winners.write(path, RECORDS)
    assert winners.read(path) == RECORDS


@pytest.mark.parametrize(
    "row",
    [
        None,
        [],
        {"rule": "rows", "ms": {"rows": 1.0}},
        {"rule": "rows", "races": "two", "ms": {"rows": 1.0}},
        {"rule": "rows", "races": 1},
        {"rule": "rows", "races": 1, "ms": {}},
        {"rule": "rows", "races": 1, "ms": {"pairs": 1.0}},
        {"rule": "rows", "races": 1, "ms": {"rows": "soon"}},
        {"rule": "rows", "races": 1, "ms": {"rows": -1.0}},
        {"rule": "rows", "races": 1, "ms": {"rows": float("nan")}},
        {"rule": "rows", "races": 1, "ms": {"rows": 10**400}},
        {"rule": "rows", "races": 1, "ms": {"rows": 1.0, "abacus": 0.1}},
        {"rule": ["rows"], "races": 1, "ms": {"rows": 1.0}},
    ],
)
def test_a_damaged_row_is_left_out_and_the_others_stay(path: Path, row: object):
    path.parent.mkdir()
    path.write_text(json.dumps({**WHOLE, "races": {**WHOLE["races"], "b": row}}))

    assert list(winners.read(path)) == ["a"]


def test_a_missing_file_holds_nothing(path: Path):
    assert winners.read(path) == {}


def test_files_stay_small_and_few(path: Path, monkeypatch: pytest.MonkeyPatch):
    many = {str(i): Record.of("rows", {"rows": 0.001}) for i in range(MOST_RECORDS + 50)}
    path.parent.mkdir()
    for i in range(9):
        old = path.with_name(f"races-{i}.json")
        old.write_text("{}")
        os.utime(old, (1000 + i, 1000 + i))

    winners.write(path, many)

    assert list(winners.read(path)) == list(many)[50:]
    left = {file.name for file in path.parent.glob("races-*.json")}
    assert left == {path.name, "races-8.json", "races-7.json", "races-6.json"}


def test_where_nothing_can_be_written_nothing_is_lost(tmp_path: Path):
    (tmp_path / "convexplorer").write_text("a file in the place of the folder")

    assert not winners.write(winners.path_in(tmp_path / "convexplorer"), RECORDS)
