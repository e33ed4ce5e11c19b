"""`--screenshot`: a picture of the real window with its real result, with a screen and without."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.gui.conftest import make_photo

PLATFORMS = ["offscreen", pytest.param("xcb", marks=pytest.mark.window)]


@pytest.fixture
def environment(request: pytest.FixtureRequest, platform: str) -> dict[str, str]:
    found = {**os.environ, "QT_QPA_PLATFORM": platform}
    if platform == "xcb":
        found["DISPLAY"] = request.getfixturevalue("display")
    return found


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "convexplorer", *arguments],
        env=environment, capture_output=True, text=True, timeout=90, check=False,
    )  # fmt: skip


def read(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB")).astype(int)


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize(("theme", "size"), [("light", (1280, 800)), ("dark", (1440, 900))])
def test_a_screenshot_has_its_size_its_theme_and_the_map(environment, tmp_path, theme, size):
    shot = tmp_path / "shot.png"
    photo = make_photo(tmp_path / "photo.png", rows=120, columns=160)

    done = run(
        environment, str(photo), "--kernel", "sobel-x", "--screenshot", str(shot),
        "--size", f"{size[0]}x{size[1]}", "--theme", theme,
    )  # fmt: skip

    assert (done.returncode, done.stderr.replace("This plugin does not support propagateSizeHints()\n", "")) == (0, "")
    picture = read(shot)
    assert picture.shape == (size[1], size[0], 3)
    assert (np.median(picture) < 100) == (theme == "dark")
    middle = slice(size[1] // 2 - 40, size[1] // 2 + 40)
    assert picture[middle, 100:250].std() > 20  # the noise of the input
    assert picture[middle, size[0] - 350 : size[0] - 200].std() > 10  # and what the kernel makes of it


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_source_that_fails_gives_no_screenshot_but_a_sentence(environment, tmp_path):
    shot = tmp_path / "shot.png"

    done = run(environment, str(tmp_path / "gone.png"), "--screenshot", str(shot))

    assert done.returncode != 0
    assert "gone.png" in done.stderr
    assert "Traceback" not in done.stderr
    assert not shot.exists()


@pytest.mark.parametrize("platform", ["offscreen"])
def test_two_screenshots_of_the_same_are_the_same(environment, tmp_path):
    for name in ("one.png", "two.png"):
        done = run(
            environment, "pattern:zone-plate", "--kernel", "laplacian", "--screenshot", str(tmp_path / name),
            "--size", "1280x800", "--theme", "light",
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    one, two = read(tmp_path / "one.png"), read(tmp_path / "two.png")
    assert np.array_equal(one[:700], two[:700])  # below stand the hint of the first start, and the time it took
