"""What the screen shows of a window that has not been painted yet."""

import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from convexplorer.gui.look.colors import DARK, LIGHT
from tests.window.conftest import wait_until

pytestmark = pytest.mark.window

# Waits as soon as the window is shown, as on a busy machine; nothing is painted meanwhile.
HELD = """
import sys
from convexplorer.gui.window import app

app.MainWindow.start = lambda window, **_: sys.stdin.read()
app.open_window(theme_name=sys.argv[1], is_talkative=False).close()
"""


@pytest.mark.parametrize(("name", "colors"), [("light", LIGHT), ("dark", DARK)])
def test_an_unpainted_window_has_the_colour_of_its_theme(display: str, tmp_path: Path, name: str, colors):
    folders = {f"XDG_{kind}_HOME": str(tmp_path / kind) for kind in ("CONFIG", "DATA", "CACHE")}
    environment = {**os.environ, **folders, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    held = subprocess.Popen([sys.executable, "-c", HELD, name], env=environment, stdin=subprocess.PIPE)

    def find() -> str:
        search = ["xdotool", "search", "--onlyvisible", "--name", "ConvExplorer"]
        return subprocess.run(search, env=environment, capture_output=True, text=True, check=False).stdout.strip()

    def seen(window: str) -> set[tuple[int, ...]]:
        grab = ["import", "-window", window, "png:-"]
        content = subprocess.run(grab, env=environment, capture_output=True, check=True).stdout
        picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)[:, :, ::-1]
        return set(map(tuple, np.unique(picture.reshape(-1, 3), axis=0).tolist()))

    try:
        window = str(wait_until(find, "the window")).split()[0]
        assert seen(window) == {colors.window.getRgb()[:3]}
    finally:
        held.communicate(timeout=60)
    assert held.returncode == 0
