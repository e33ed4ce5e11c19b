"""Memory is used again as soon as nobody holds it, and never before."""

import gc
import subprocess
import sys
import threading
from collections.abc import Iterator

import numpy as np
import pytest

from convexplorer.core.geometry import memory as module
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

    assert recycler.unused_bytes <= 2 * SIZE
    assert not recycler._lent


def test_the_oldest_is_given_up_first():
    recycler = Recycler(2 * SIZE)
    arrays = [recycler.empty(SHAPE, np.float32) for _ in range(3)]
    places = [place(array) for array in arrays]

    while arrays:
        del arrays[0]

    kept = [recycler.empty(SHAPE, np.float32) for _ in range(2)]
    assert sorted(map(place, kept)) == sorted(places[1:])


def test_a_block_holds_an_array_that_is_a_little_smaller():
    recycler = Recycler(SIZE)
    before = place(recycler.empty(SHAPE, np.float32))

    assert place(recycler.empty((4, 290, 400), np.float32)) == before
    assert recycler.empty((4, 100, 400), np.float32).base.nbytes < SIZE / 2  # much smaller: fresh memory


def test_the_smallest_block_that_fits_is_taken():
    recycler = Recycler(9 * SIZE)
    shapes = [(4, 330, 400), (4, 310, 400), (4, 320, 400)]
    arrays = [recycler.empty(shape, np.float32) for shape in shapes]
    wanted = place(arrays[1])
    del arrays

    assert place(recycler.empty((4, 305, 400), np.float32)) == wanted


def test_blocks_that_never_fit_again_are_given_up():
    recycler = Recycler(1000 * SIZE)
    large = [recycler.empty((3, *SHAPE), np.float32) for _ in range(10)]
    del large
    before = recycler.unused_bytes

    for _ in range(3 * module._PERIOD):
        recycler.empty(SHAPE, np.float32)

    assert before == 30 * SIZE
    assert recycler.unused_bytes == SIZE


def test_sizes_that_change_all_the_time_hold_no_more_than_the_largest_needs():
    recycler = Recycler(1000 * SIZE)
    rng = np.random.default_rng(0)
    largest = 0
    for rows in rng.integers(100, 2000, 500):
        arrays = [recycler.empty((4, int(rows), 400), np.float32) for _ in range(2)]
        largest = max(largest, 2 * arrays[0].nbytes)
        in_use = sum(block.nbytes for _, block in recycler._lent.values())
        assert in_use + recycler.unused_bytes <= 1.25 * largest
        del arrays


def test_all_that_is_unused_can_be_given_back():
    recycler = Recycler(9 * SIZE)
    kept = recycler.empty(SHAPE, np.float32)
    kept[:] = 7
    gone = recycler.empty(SHAPE, np.float32)
    del gone

    recycler.give_back()

    assert recycler.unused_bytes == 0
    assert (kept == 7).all()
    del kept
    assert recycler.unused_bytes == 0  # nothing was needed since


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


class _Loop:
    """Garbage that only the collector finds, with an array."""

    def __init__(self, array: np.ndarray) -> None:
        self.array, self.me = array, self


@pytest.fixture
def collector() -> Iterator[None]:
    """Let the collector look at nothing that is there already, and leave it as it was."""
    thresholds = gc.get_threshold()
    gc.disable()
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)
    gc.enable()


@pytest.mark.usefixtures("collector")
def test_memory_that_the_collector_brings_back_at_any_moment_disturbs_nobody():
    for count in range(120):
        recycler = Recycler(1 << 30)
        held = [recycler.empty(SHAPE, np.float32) for _ in range(3)]
        for _ in range(2):
            _Loop(recycler.empty(SHAPE, np.float32))

        gc.set_threshold(gc.get_count()[0] + count)  # so many allocations from here, garbage is collected
        gc.enable()
        held.append(recycler.empty(SHAPE, np.float32))
        _ = recycler.unused_bytes
        held.append(recycler.empty(SHAPE, np.float32))
        gc.disable()

        assert len({place(array) for array in held}) == len(held)
        gc.collect()


_FRAMES = """
import resource
import numpy as np
from convexplorer.core.geometry import memory

memory.keep_free()
for i in range(30):
    if i == 10:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    parts = [np.ones(n, np.uint8) for n in (300_000, 900_000, 1_200_000, 300_000)]
    del parts
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(not hasattr(module._mallopt, "argtypes"), reason="another C library than glibc decides for itself")
def test_what_one_frame_leaves_free_is_there_for_the_next():
    pages = int(subprocess.run([sys.executable, "-c", _FRAMES], capture_output=True, check=True).stdout)

    assert pages < 100  # by itself glibc fetches 600 for each of the 20 frames
