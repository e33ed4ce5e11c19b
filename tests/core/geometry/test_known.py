"""What is remembered of arrays that nobody writes to."""

import gc

import numpy as np
import pytest

from convexplorer.core.geometry import known
from convexplorer.core.geometry.known import largest_size, note_largest


def read_only(*shape: int, seed: int = 0) -> np.ndarray:
    x = np.random.default_rng(seed).normal(size=shape).astype(np.float32)
    x.flags.writeable = False
    return x


@pytest.mark.parametrize("shape", [(7,), (3, 20), (2, 5, 6), (1, 3, 4, 5)])
def test_the_largest_size_is_that_of_numpy(shape: tuple[int, ...]):
    x = read_only(*shape)

    assert largest_size(x) == np.abs(x).max()


def test_a_read_only_array_is_looked_at_once(monkeypatch: pytest.MonkeyPatch):
    x = read_only(3, 20)
    found = largest_size(x)
    monkeypatch.setattr(known, "cv2", None)

    assert largest_size(x) == found


def test_an_array_that_may_change_is_looked_at_each_time():
    x = np.ones((2, 3), np.float32)
    assert largest_size(x) == 1

    x[1, 2] = -5
    note_largest(x, 1.0)

    assert largest_size(x) == 5


def test_what_was_known_goes_with_its_array():
    count = len(known._largest)
    for seed in range(20):
        x = read_only(3, 20, seed=seed)
        assert largest_size(x) == np.abs(x).max()
        del x
    gc.collect()

    assert len(known._largest) <= count
