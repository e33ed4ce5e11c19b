"""Explaining values in a real window: hover, pin, step, let the window slide, take over, scrub, study, all by hand."""

from pathlib import Path

import numpy as np
import pytest

from convexplorer.model.default import default_project
from convexplorer.model.project import Project
from convexplorer.model.storage.files import save_project
from convexplorer.sources import parse
from tests.gui.conftest import make_photo
from tests.window.conftest import Hand, wait_until
from tests.window.places import Places, middle, places_of

pytestmark = pytest.mark.window
SIZE = ("--size", "1280x860", "--theme", "light")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Return one on a picture so small that the film goes over its whole map, without being asked to."""
    return default_project(parse(str(make_photo(tmp_path / "photo.png", rows=24, columns=24))), ["sobel-x"])


@pytest.fixture
def places(qtbot, project: Project) -> Places:
    return places_of(project, qtbot, (1280, 860), is_explained=True)


@pytest.fixture
def hand(start, places, project: Project, tmp_path: Path) -> Hand:
    """Return a hand on a window with one map, large, and the explanation below."""
    path = tmp_path / "mine.json"
    save_project(path, project)
    hand = start("--project", str(path), *SIZE)
    wait_until(lambda: float(hand.picture()[100:600].std()) > 20, "the first map")
    wait_until(lambda: float(hand.picture()[places.explanation].std()) > 12, "the arithmetic")
    hand.key("Escape")  # the hint of the first start covers a part of the map, and would go at any moment
    rests(hand, np.s_[:, :])  # on a busy machine the layout may still move after the first numbers
    return hand


def part(hand: Hand, area: tuple[slice, slice]) -> np.ndarray:
    return hand.picture()[area].astype(int)


def differs(hand: Hand, area: tuple[slice, slice], before: np.ndarray) -> bool:
    return bool((np.abs(part(hand, area) - before) > 8).any())


def rests(hand: Hand, area: tuple[slice, slice]) -> np.ndarray:
    """Wait until three looks at a part of the window are the same, and return it."""
    looks = [part(hand, area)]

    def is_same() -> bool:
        looks.append(part(hand, area))
        return len(looks) > 2 and all(np.array_equal(looks[-1], look) for look in looks[-3:-1])

    wait_until(is_same, "a part of the window that rests")
    return looks[-1]


def test_hovering_pinning_and_stepping_change_the_arithmetic(hand: Hand, places: Places):
    before = rests(hand, places.explanation)
    x, y = middle(places.map)
    hand.move(x - 70, y - 50)  # the value in the middle is the one that is explained while nobody points
    wait_until(lambda: differs(hand, places.explanation, before), "the numbers under the mouse")

    hand.click(*middle(places.map))
    pinned = rests(hand, places.explanation)
    hand.move(x + 40, y - 30)
    stayed = rests(hand, places.explanation)
    hand.key("Right")
    wait_until(lambda: differs(hand, places.explanation, pinned), "the numbers of the next output")

    assert np.array_equal(pinned, stayed)


def test_the_film_plays_and_a_hand_takes_over(hand: Hand, places: Places):
    hand.move(*middle(places.foot))  # over no picture
    whole = rests(hand, places.map)
    hand.key("F6")
    wait_until(lambda: differs(hand, places.map, whole), "the map to be covered")
    first = part(hand, places.explanation)
    wait_until(lambda: differs(hand, places.explanation, first), "other numbers while the window slides")

    hand.move(*middle(places.input))
    wait_until(lambda: _is_whole(hand, places, whole), "the whole map again, because a hand took over")
    rests(hand, places.map)
    hand.key("F7")
    wait_until(lambda: not _is_whole(hand, places, whole), "the film, one step at a time")


def _is_whole(hand: Hand, places: Places, whole: np.ndarray) -> bool:
    """Tell whether the map is not covered; marks on it may differ."""
    return float((np.abs(part(hand, places.map) - whole).max(axis=2) > 8).mean()) < 0.05


def test_the_film_is_scrubbed_both_ways(hand: Hand, places: Places):
    hand.move(*middle(places.foot))
    whole = rests(hand, places.map)
    x, y = _handle(hand, places)

    hand.click(x + 35, y)
    wait_until(lambda: differs(hand, places.map, whole), "the map, filled to a part")
    late = _covered(rests(hand, places.map), whole)
    hand.click(x + 15, y)
    wait_until(lambda: _covered(part(hand, places.map), whole) > late, "the map, filled to a smaller part")


def _handle(hand: Hand, places: Places) -> tuple[int, int]:
    """Find the handle of the film's slider by its colour, while it is at the beginning."""
    top = places.explanation[0].start - 32
    header = part(hand, np.s_[top : top + 26, :700])
    is_accent = (np.abs(header - (207, 101, 23)) < 24).all(axis=2)  # blue, green, red
    rows, columns = np.nonzero(is_accent)
    assert rows.size > 10
    return round(columns.mean()), top + round(rows.mean())


def _covered(shown: np.ndarray, whole: np.ndarray) -> float:
    return float((np.abs(shown - whole).max(axis=2) > 8).mean())


def test_a_part_is_studied_and_shown_large(hand: Hand, places: Places):
    hand.click(*middle(places.map))
    before = rests(hand, places.explanation)

    hand.key("ctrl+shift+i")
    wait_until(lambda: differs(hand, places.explanation, before), "matrices of numbers")
    studied = rests(hand, places.explanation)
    hand.key("ctrl+i")
    wait_until(lambda: differs(hand, places.explanation, studied), "the same, large, over a faded window")
    hand.key("Escape")
    wait_until(lambda: not differs(hand, places.explanation, studied), "the study as it was")


def test_what_is_read_is_drawn_and_goes_again(hand: Hand, places: Places):
    hand.move(*middle(places.foot))
    before = rests(hand, places.input)

    hand.key("ctrl+shift+g")
    wait_until(lambda: differs(hand, places.input, before), "what is read")
    hand.key("ctrl+shift+g")

    wait_until(lambda: not differs(hand, places.input, before), "the picture alone")
    assert hand.errors() == ""
