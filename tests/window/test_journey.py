"""The main journey in a real window: a picture, a kernel, its map, all by mouse and keyboard."""

import json
from pathlib import Path

import numpy as np
import pytest

from convexplorer.model.default import default_project
from convexplorer.model.storage.files import save_project
from convexplorer.sources.frame import Source
from tests.window.conftest import Hand, read_project, wait_until
from tests.window.places import Places, middle, places_of

pytestmark = pytest.mark.window
SIZE = ("--size", "1280x800", "--theme", "light")
KERNELS = ("sobel-x", "laplacian", "sharpen")


def _weights(path: Path) -> np.ndarray:
    """Return the planes of the first filter in a saved project."""
    return np.array(read_project(path)["layers"][0]["filters"][0]["planes"], dtype=float)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    path = tmp_path / "mine.json"
    save_project(path, default_project(Source("sample", "astronaut"), KERNELS))
    return path


@pytest.fixture
def places(qtbot) -> Places:
    return places_of(default_project(Source("sample", "astronaut"), KERNELS), qtbot, (1280, 800))


def _is_drawn(hand: Hand) -> bool:
    """Tell whether the window shows more than its empty panes."""
    return float(hand.picture()[100:700].std()) > 20


def test_painting_a_cell_changes_the_kernel_and_the_map(start, project, places):
    hand = start("--project", str(project), *SIZE)
    wait_until(lambda: _is_drawn(hand), "the first maps")
    before = _weights(project)
    rows, columns = _kernel_cells(places)
    maps_before = hand.picture()[places.map]

    hand.click(columns[0], rows[0])
    wait_until(lambda: "*" in hand.title, "the mark of unsaved work")
    wait_until(lambda: not np.array_equal(hand.picture()[places.map], maps_before), "another map")
    hand.key("ctrl+s")
    wait_until(lambda: "*" not in hand.title, "the file")

    changed = _weights(project) != before
    assert changed.sum() == 1
    assert changed[..., 0, 0].any()


def test_undo_by_key_brings_the_kernel_back(start, project, places):
    hand = start("--project", str(project), *SIZE)
    wait_until(lambda: _is_drawn(hand), "the first maps")
    rows, columns = _kernel_cells(places)
    hand.drag((columns[0], rows[0]), (columns[2], rows[0]))
    wait_until(lambda: "*" in hand.title, "the mark of unsaved work")

    hand.key("ctrl+z")

    wait_until(lambda: "*" not in hand.title, "the project as it was saved: the drag is one step")


def test_hovering_marks_the_place_and_reads_values(start, project, places):
    hand = start("--project", str(project), *SIZE)
    wait_until(lambda: _is_drawn(hand), "the first maps")
    status_before = hand.picture()[places.foot][:, :700]

    hand.move(*middle(places.input))

    wait_until(
        lambda: not np.array_equal(hand.picture()[places.foot][:, :700], status_before), "the values at the foot"
    )


def test_the_wheel_zooms_input_and_maps_together(start, project, places):
    hand = start("--project", str(project), *SIZE)
    wait_until(lambda: _is_drawn(hand), "the first maps")
    before = hand.picture()

    hand.move(*middle(places.input))
    for _ in range(4):
        hand.tool("click", "4")

    def both_changed() -> bool:
        now = hand.picture()
        return all(
            np.abs(now[area].astype(int) - before[area].astype(int)).mean() > 3 for area in (places.input, places.map)
        )

    wait_until(both_changed, "input and maps zoomed")


def test_the_palette_finds_a_kernel_by_its_name(start, project):
    hand = start("--project", str(project), *SIZE)
    wait_until(lambda: _is_drawn(hand), "the first maps")

    hand.key("ctrl+k")
    hand.type("emboss")
    hand.key("Return")
    wait_until(lambda: "*" in hand.title, "the mark of unsaved work")
    hand.key("ctrl+s")
    wait_until(lambda: "*" not in hand.title, "the file")

    assert json.loads(project.read_text())["layers"][0]["filters"][0]["preset"] == "emboss"


def test_the_program_ends_quietly(start, project):
    hand = start("--project", str(project), *SIZE)
    wait_until(lambda: _is_drawn(hand), "the first maps")

    hand.close()

    assert hand.process.returncode == 0
    assert hand.errors() == ""


def _kernel_cells(places: Places) -> tuple[list[int], list[int]]:
    """Return the rows and the columns of the middles of the kernel's 3 × 3 cells."""
    rows, columns = (
        [round(part.start + (part.stop - part.start) * (i + 0.5) / 3) for i in range(3)] for part in places.kernel
    )
    return rows, columns
