"""Where a real window manager places the window."""

from collections.abc import Callable

from tests.window.conftest import Hand, wait_until


def test_the_first_window_lies_on_the_screen_with_its_frame(start: Callable[..., Hand]) -> None:
    hand = start("pattern:zone-plate")
    shown = ("getwindowgeometry", "--shell", hand.window)

    def edges() -> dict[str, int]:
        return {name: int(value) for name, value in (line.split("=") for line in hand.tool(*shown).splitlines())}

    # The screen is as large as a first window would like to be, and a title bar takes some of it.
    wait_until(lambda: edges()["HEIGHT"] < 900 and edges()["WIDTH"] <= 1440, "a window smaller than the screen")
