"""A comparison in a real window: kept, edited, and looked at by the keys that are held down."""

from pathlib import Path

import numpy as np
import pytest

from convexplorer.model.default import default_project
from convexplorer.model.storage.files import save_project
from convexplorer.sources.frame import Source
from tests.window.conftest import Hand, wait_until

pytestmark = pytest.mark.window


@pytest.fixture
def project(tmp_path: Path) -> Path:
    path = tmp_path / "mine.json"
    save_project(path, default_project(Source("sample", "astronaut"), ["sobel-x", "laplacian", "sharpen"]))
    return path


def _still(hand: Hand) -> np.ndarray:
    """Return the window's picture once two in a row are the same."""
    seen = [hand.picture()]

    def is_still() -> bool:
        seen.append(hand.picture())
        return np.array_equal(seen[-1][80:770], seen[-2][80:770])

    wait_until(is_still, "a picture at rest")
    return seen[-1][80:770]


def _is_like(hand: Hand, wanted: np.ndarray) -> bool:
    return np.array_equal(hand.picture()[80:770], wanted)


def test_a_kept_result_is_compared_after_an_edit_and_blinks_while_keys_are_held(start, project):
    hand = start("--project", str(project), "--size", "1280x800", "--theme", "light")
    wait_until(lambda: float(hand.picture()[100:700].std()) > 20, "the first maps")
    bank = _still(hand)

    hand.key("ctrl+alt+k")
    wait_until(lambda: not _is_like(hand, bank), "the comparison")
    same = _still(hand)
    hand.key("ctrl+shift+r")  # turns the kernel: another map
    wait_until(lambda: not _is_like(hand, same), "the map of the turned kernel")
    both = _still(hand)

    looks = []
    for key in ("a", "b"):
        hand.tool("keydown", key)
        wait_until(lambda: not _is_like(hand, both), f"one side alone while {key} is held")
        looks.append(_still(hand))
        hand.tool("keyup", key)
        wait_until(lambda: _is_like(hand, both), "both sides again")

    assert not np.array_equal(*looks)
    assert hand.errors() == ""
