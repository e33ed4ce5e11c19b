"""The newest picture goes out, drawn beside the window, and only if somebody looks."""

import threading
from collections.abc import Iterator

import numpy as np
import pytest

from convexplorer.gui.session.sending import Sending

PATIENCE_S = 10.0


class FakeOutlet:
    """Keeps what it is handed, and waits for a word with each picture if it is told to."""

    def __init__(self) -> None:
        self.is_wanted = True
        self.is_closed = threading.Event()
        self.go_on = threading.Event()
        self.go_on.set()
        self.pictures: list[np.ndarray] = []
        self.has_news = threading.Condition()

    def send(self, rgb: np.ndarray) -> None:
        with self.has_news:
            self.pictures.append(rgb)
            self.has_news.notify_all()
        assert self.go_on.wait(PATIENCE_S)

    def close(self) -> None:
        self.is_closed.set()

    def wait_for(self, count: int) -> list[int]:
        """Wait for so many pictures, and return the brightness of each."""
        with self.has_news:
            assert self.has_news.wait_for(lambda: len(self.pictures) >= count, PATIENCE_S)
            return [int(picture[picture.shape[0] // 2, picture.shape[1] // 2, 0]) for picture in self.pictures]


@pytest.fixture
def outlet() -> FakeOutlet:
    return FakeOutlet()


@pytest.fixture
def sending(outlet: FakeOutlet) -> Iterator[Sending]:
    found = Sending(outlet)
    yield found
    outlet.go_on.set()
    found.close()


def grey(brightness: int, height: int = 8, width: int = 12) -> np.ndarray:
    return np.full((height, width, 3), brightness, np.uint8)


def test_each_picture_is_drawn_in_another_thread(sending, outlet):
    drawn: list[str] = []

    def draw() -> np.ndarray:
        drawn.append(threading.current_thread().name)
        return grey(7)

    sending.put(draw)

    assert outlet.wait_for(1) == [7]
    assert drawn == ["sending"]


def test_a_slow_outlet_gets_the_newest_picture_and_the_rest_is_counted(sending, outlet):
    outlet.go_on.clear()
    sending.put(lambda: grey(1))
    outlet.wait_for(1)

    for brightness in range(2, 9):
        sending.put(lambda brightness=brightness: grey(brightness))  # returns although the outlet is busy
    outlet.go_on.set()

    assert outlet.wait_for(2) == [1, 8]
    assert sending.left_out == 6
    assert sending.summary == "2 pictures sent; 6 came faster than they could be sent."


def test_nothing_is_drawn_while_nobody_looks(sending, outlet):
    outlet.is_wanted = False
    drawn: list[int] = []

    def draw(brightness: int) -> np.ndarray:
        drawn.append(brightness)
        return grey(brightness)

    for i in range(5):
        sending.put(lambda i=i: draw(i))
    outlet.is_wanted = True
    sending.wake()

    assert outlet.wait_for(1) == [4]
    assert drawn == [4]
    assert sending.left_out == 0


def test_a_still_picture_is_repeated_without_being_drawn_again(outlet):
    sending, drawn = Sending(outlet, repeat_s=0.001), []

    def draw() -> np.ndarray:
        drawn.append(1)
        return grey(9)

    sending.put(draw)

    assert outlet.wait_for(5)[:5] == [9] * 5
    assert drawn == [1]
    sending.close()


@pytest.mark.parametrize("shape", [(8, 12), (300, 200), (720, 1280), (1081, 2413), (1, 1)])
def test_a_device_of_one_size_gets_all_of_every_picture(outlet, shape):
    sending = Sending(outlet, size=(36, 64))
    sending.put(lambda: grey(200, *shape))

    outlet.wait_for(1)
    sending.close()

    (picture,) = outlet.pictures
    assert picture.shape == (36, 64, 3)
    lit = np.argwhere(picture[:, :, 0] > 100)
    height, width = lit.max(axis=0) - lit.min(axis=0) + 1
    assert height == 36 or width == 64
    assert abs(height / width - shape[0] / shape[1]) < 0.15 * shape[0] / shape[1]


def test_a_failure_ends_it_and_is_kept(sending, outlet):
    def fail() -> np.ndarray:
        raise MemoryError("no room for it")

    sending.put(fail)

    assert outlet.is_closed.wait(PATIENCE_S)
    sending.close()
    assert isinstance(sending.failure, MemoryError)


def test_closing_lets_go_of_the_outlet(outlet):
    sending = Sending(outlet)

    sending.close()

    assert outlet.is_closed.is_set()
    assert outlet.pictures == []
