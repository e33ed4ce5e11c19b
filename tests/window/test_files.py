"""Files in the real window: a folder walked by key, a project saved and opened again."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convexplorer.gui.look.colors import LIGHT
from convexplorer.model.default import default_project
from convexplorer.model.storage.files import save_project
from convexplorer.sources.frame import Source
from tests.window.conftest import Hand, read_project, wait_until
from tests.window.messages import find_message
from tests.window.places import Places, middle, places_of

pytestmark = pytest.mark.window
SIZE = ("--size", "1280x800", "--theme", "light")
MINE = default_project(Source("sample", "astronaut"), ["sobel-x"])
# Each format holds a colour of its own, far enough from the others that no compression mixes them up.
COLORS = {
    "a.png": (200, 40, 40),
    "b.jpg": (40, 200, 40),
    "c.tiff": (40, 40, 200),
    "d.bmp": (200, 200, 40),
    "e.webp": (200, 40, 200),
    "f.ppm": (40, 200, 200),
    "g.gif": (220, 140, 60),
}


@pytest.fixture
def places(qtbot) -> Places:
    return places_of(MINE, qtbot, (1280, 800))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "pictures"
    found.mkdir()
    for name, color in COLORS.items():
        Image.new("RGB", (320, 240), color).save(found / name)
    (found / "notes.txt").write_text("no picture")
    return found


def shows(hand: Hand, name: str) -> bool:
    """Tell whether the input pane shows the colour of a file."""
    color = hand.picture()[390:430, 150:230].reshape(-1, 3).mean(axis=0)[::-1]
    return bool(np.abs(color - COLORS[name]).max() < 12)


def test_a_folder_is_walked_there_and_back_by_key(start: Callable[..., Hand], folder: Path) -> None:
    hand = start(str(folder), *SIZE)
    names = list(COLORS)
    wait_until(lambda: shows(hand, names[0]), names[0])

    for name in names[1:]:
        hand.key("period")
        wait_until(lambda name=name: shows(hand, name), name)
    for name in names[-2::-1]:
        hand.key("comma")
        wait_until(lambda name=name: shows(hand, name), name)

    hand.close()
    assert hand.errors() == ""


def test_a_project_looks_the_same_when_it_is_opened_again(
    start: Callable[..., Hand], places: Places, tmp_path: Path
) -> None:
    path = tmp_path / "mine.json"
    save_project(path, MINE)
    first = start("--project", str(path), *SIZE)
    wait_until(lambda: first.picture()[100:700].std() > 20, "the first map")
    before = first.picture()[places.map]
    first.key("ctrl+shift+m")
    wait_until(lambda: not np.array_equal(first.picture()[places.map], before), "the negative map")
    first.key("ctrl+s")
    wait_until(lambda: "*" not in first.title, "the file")
    negated = np.array(read_project(path)["layers"][0]["filters"][0]["planes"], dtype=float)
    assert negated.reshape(3, 3)[1].tolist() == [2, 0, -2]
    # The sentence about the file goes by itself; until then it may lie over the foot of the map.
    upper = slice(places.map[0].start, middle(places.map)[1]), places.map[1]
    saved = first.picture()[upper]
    first.close()

    second = start("--project", str(path), *SIZE)

    wait_until(lambda: np.array_equal(second.picture()[upper], saved), "the same maps")
    assert second.title.startswith("mine.json —")


def test_unsaved_work_is_offered_after_the_program_was_killed(start: Callable[..., Hand], tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    save_project(path, MINE)
    first = start("--project", str(path), *SIZE)
    wait_until(lambda: first.picture()[100:700].std() > 20, "the first map")
    first.key("ctrl+shift+m")
    wait_until(lambda: list((tmp_path / "data" / "convexplorer" / "recovery").glob("*.json")), "the autosave")

    first.process.kill()
    first.process.wait(10)
    second = start("--project", str(path), *SIZE)
    wait_until(lambda: second.picture()[100:700].std() > 20, "the first map")

    assert "*" not in second.title
    left, bottom = find_message(second, LIGHT.accent)
    second.click(left + 76, bottom - 17)  # “Restore it” is the first button of the last row
    wait_until(lambda: "*" in second.title, "the work that was not saved")
    second.key("ctrl+s")
    wait_until(lambda: "*" not in second.title, "the file")
    planes = np.array(read_project(path)["layers"][0]["filters"][0]["planes"], dtype=float)
    assert planes.reshape(3, 3)[1].tolist() == [2, 0, -2]
