"""Memory is used again as soon as nobody holds it, and never before."""

import threading

import numpy as np
import pytest

from convexplorer.core.geometry.memory import Recycler

SHAPE = (4, 300, 400)
SIZE = 4 * 4 * 300 * 400


def place(array):
    return array.__array_interface__["data"][0]


def test_memory_comes_back_when_the_array_is_gone():
    recycler = Recycler(SIZE)
    array = recycler.empty(SHAPE, np.float32)
    before = place(array)

    del array

    assert place(recycler.empty(SHAPE, np.float32)) == before


@pytest.mark.parametrize(
    "look",
    [
        lambda array: array[1, ::2],
        lambda array: array[0].T,
        lambda array: array.view(np.int32)[2:],
        lambda array: memoryview(array[3]),
        lambda array: np.lib.stride_tricks.sliding_window_view(array, (1, 3, 3))[0],
        lambda array: np.frombuffer(array.reshape(-1), np.uint8)[5:9],
        lambda array: array.view(np.recarray),
        lambda array: iter(array),
    ],
)
def test_whoever_still_looks_keeps_it(look):
    recycler = Recycler(SIZE)
    array = recycler.empty(SHAPE, np.float32)
    before = place(array)
    view = look(array)

    del array

    other = recycler.empty(SHAPE, np.float32)
    assert place(other) != before
    del view
    assert place(recycler.empty(SHAPE, np.float32)) == before


def test_an_array_can_be_made_read_only_and_the_next_can_be_written():
    recycler = Recycler(SIZE)
    array = recycler.empty(SHAPE, np.float32)
    array.setflags(write=False)

    del array

    assert recycler.empty(SHAPE, np.float32).flags.writeable


def test_no_more_is_kept_than_was_agreed():
    recycler = Recycler(2 * SIZE)
    arrays = [recycler.empty(SHAPE, np.float32) for _ in range(5)]
    large = recycler.empty((3, *SHAPE), np.float32)

    del arrays, large

    assert sum(block.nbytes for block in recycler._free.values()) == 2 * SIZE
    assert not recycler._lent


def test_the_oldest_is_given_up_first():
    recycler = Recycler(2 * SIZE)
    for shape in ((4, 300, 400), (4, 300, 399), (4, 300, 398)):
        recycler.empty(shape, np.float32)

    assert sorted(block.nbytes for block in recycler._free.values()) == [4 * 4 * 300 * 398, 4 * 4 * 300 * 399]


def test_small_arrays_are_plain_ones():
    array = Recycler(SIZE).empty((3, 4), np.float64)

    assert array.base is None
    assert array.shape == (3, 4)
    assert array.dtype == np.float64


def test_threads_never_get_the_same_memory():
    recycler = Recycler(4 * SIZE)
    mixed = []

    def work(number):
        for _ in range(200):
            array = recycler.empty(SHAPE, np.float32)
            array[:, :2] = number
            mixed.append(bool((array[:, :2] != number).any()))

    threads = [threading.Thread(target=work, args=(i,)) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not any(mixed)
