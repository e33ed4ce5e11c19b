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

pytestmark = pytest.mark.window
SIZE = ("--size", "1280x800", "--theme", "light")
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


def test_a_project_looks_the_same_when_it_is_opened_again(start: Callable[..., Hand], tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    save_project(path, default_project(Source("sample", "astronaut"), ["sobel-x"]))
    first = start("--project", str(path), *SIZE)
    wait_until(lambda: first.picture()[100:700].std() > 20, "the first map")
    before = first.picture()[150:700, 700:1240]
    first.key("ctrl+shift+m")
    wait_until(lambda: not np.array_equal(first.picture()[150:700, 700:1240], before), "the negative map")
    first.key("ctrl+s")
    wait_until(lambda: "*" not in first.title, "the file")
    negated = np.array(read_project(path)["layers"][0]["filters"][0]["planes"], dtype=float)
    assert negated.reshape(3, 3)[1].tolist() == [2, 0, -2]
    # The sentence about the file goes by itself; until then it lies over the maps.
    saved = first.picture()[150:600, 700:1240]
    first.close()

    second = start("--project", str(path), *SIZE)

    wait_until(lambda: np.array_equal(second.picture()[150:600, 700:1240], saved), "the same maps")
    assert second.title.startswith("mine.json —")


def test_unsaved_work_is_offered_after_the_program_was_killed(start: Callable[..., Hand], tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    save_project(path, default_project(Source("sample", "astronaut"), ["sobel-x"]))
    first = start("--project", str(path), *SIZE)
    wait_until(lambda: first.picture()[100:700].std() > 20, "the first map")
    first.key("ctrl+shift+m")
    wait_until(lambda: list((tmp_path / "data" / "convexplorer" / "recovery").glob("*.json")), "the autosave")

    first.process.kill()
    first.process.wait(10)
    second = start("--project", str(path), *SIZE)
    wait_until(lambda: second.picture()[100:700].std() > 20, "the first map")

    assert "*" not in second.title
    top, right = find_message(second, LIGHT.accent)
    second.click(right - 168, top + 18)  # “Restore it”, “Discard it” and a cross end the bar
    wait_until(lambda: "*" in second.title, "the work that was not saved")
    second.key("ctrl+s")
    wait_until(lambda: "*" not in second.title, "the file")
    planes = np.array(read_project(path)["layers"][0]["filters"][0]["planes"], dtype=float)
    assert planes.reshape(3, 3)[1].tolist() == [2, 0, -2]
