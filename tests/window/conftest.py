"""A screen of one's own, a window manager, and a hand: Xvfb, openbox and xdotool."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

NEEDED = ("Xvfb", "openbox", "xdotool", "import")
PATIENCE_S = 60.0


def wait_until(condition: Callable[[], object], what: str) -> object:
    """Ask again and again until the condition holds; fail with `what` when it never does."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        result = condition()
        if result:
            return result
        time.sleep(0.05)
    raise AssertionError(f"waited {PATIENCE_S:.0f} s in vain for: {what}")


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    """Start a virtual screen with a window manager and yield its DISPLAY."""
    missing = [tool for tool in NEEDED if shutil.which(tool) is None]
    if missing:
        reason = f"needs {', '.join(missing)} (see README, Debian packages)"
        if os.environ.get("CONVEXPLORER_REQUIRE_WINDOW"):
            pytest.fail(reason)
        pytest.skip(reason)
    reading, writing = os.pipe()
    # Without -noreset the server starts anew, and drops who is just connecting, whenever its last client leaves.
    screen = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1440x900x24", "-nolisten", "tcp", "-noreset"],
        pass_fds=(writing,),
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as answer:
        name = f":{answer.readline().strip()}"
    environment = {**os.environ, "DISPLAY": name}
    manager = subprocess.Popen(["openbox"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_until(lambda: manager.poll() is not None or _is_managed(environment), "the window manager")
    assert manager.poll() is None, f"openbox ended with {manager.returncode}"
    yield name
    for process in (manager, screen):
        process.terminate()
        process.wait(10)


def _is_managed(environment: dict[str, str]) -> bool:
    """Tell whether a window manager has taken the screen: it is what sets the number of desktops."""
    asked = ["xdotool", "get_num_desktops"]
    done = subprocess.run(asked, env=environment, capture_output=True, text=True, check=False, timeout=30)
    return done.returncode == 0 and done.stdout.strip().isdigit()


class Hand:
    """The program in a real window, and a mouse and keyboard on it."""

    def __init__(self, display: str, home: Path, arguments: list[str]) -> None:
        self._environment = {
            **os.environ,
            "DISPLAY": display,
            "QT_QPA_PLATFORM": "xcb",
            "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_DATA_HOME": str(home / "data"),
        }
        # Where the mouse of the test before was left, it would point at a map from the beginning.
        self.tool("mousemove", "9999", "9999")  # the lower right corner
        self._errors = home / "stderr.txt"
        with self._errors.open("wb") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "convexplorer", *arguments], env=self._environment, stderr=errors
            )
        self.window = str(wait_until(lambda: self._find_window(), "the window")).split()[0]
        self.focus()

    def tool(self, *arguments: str) -> str:
        """Run xdotool and return what it prints."""
        done = subprocess.run(
            ["xdotool", *arguments], env=self._environment, capture_output=True, text=True, check=False, timeout=30
        )
        return done.stdout.strip()

    def move(self, x: int, y: int) -> None:
        """Move the mouse to a place of the window."""
        self.tool("mousemove", "--window", self.window, str(x), str(y))

    def click(self, x: int, y: int, button: int = 1) -> None:
        """Click at a place of the window."""
        self.move(x, y)
        self.tool("click", str(button))

    def drag(self, start: tuple[int, int], end: tuple[int, int], button: int = 1) -> None:
        """Press, move and release."""
        self.move(*start)
        self.tool("mousedown", str(button))
        self.move((start[0] + end[0]) // 2, (start[1] + end[1]) // 2)
        self.move(*end)
        self.tool("mouseup", str(button))

    def key(self, keys: str) -> None:
        """Press keys, e.g. "ctrl+s"."""
        self.focus()
        self.tool("key", keys)

    def type(self, text: str) -> None:
        """Type into what has the focus."""
        self.focus()
        self.tool("type", text)

    def focus(self) -> None:
        """Make the window the one that keys go to, and see that it is."""

        def has_focus() -> bool:
            if self.tool("getwindowfocus") == self.window:
                return True
            # Asked of the window manager, and of the screen itself: a manager may refuse who was not clicked on.
            self.tool("windowactivate", self.window)
            self.tool("windowfocus", self.window)
            return False

        wait_until(has_focus, "the focus")

    @property
    def title(self) -> str:
        """The window's title."""
        return self.tool("getwindowname", self.window)

    def picture(self) -> np.ndarray:
        """Return what the screen shows of the window, (H, W, 3) uint8."""
        done = subprocess.run(
            ["import", "-window", self.window, "png:-"], env=self._environment, capture_output=True, check=True
        )
        return cv2.imdecode(np.frombuffer(done.stdout, np.uint8), cv2.IMREAD_COLOR)

    def errors(self) -> str:
        """What the program has written to stderr."""
        return self._errors.read_text()

    def close(self) -> None:
        """Close the window as a person does, and wait for the end."""
        if self.process.poll() is None:
            self.key("ctrl+q")
        try:
            self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)
            raise

    def _find_window(self) -> str:
        if self.process.poll() is not None:
            raise AssertionError(f"the program ended with {self.process.returncode}: {self.errors()}")
        return self.tool("search", "--onlyvisible", "--name", "ConvExplorer")


@pytest.fixture
def start(display: str, tmp_path: Path) -> Iterator[Callable[..., Hand]]:
    """Start the program in the virtual screen; whatever is left is closed at the end."""
    hands: list[Hand] = []

    def run(*arguments: str) -> Hand:
        hands.append(Hand(display, tmp_path, list(arguments)))
        return hands[-1]

    yield run
    for hand in hands:
        hand.close()


def read_project(path: Path) -> dict:
    """Return a saved project as plain JSON, {} while it is not there."""
    return json.loads(path.read_text()) if path.exists() else {}
