"""Arithmetic in several threads: everything is done once, and nothing is lost on the way."""

import os
import threading
import weakref

import numpy as np
import pytest

from convexplorer import _threads
from convexplorer._threads import Stopped, alone, for_each, stoppable, thread_count
from convexplorer.core import evaluate
from convexplorer.core.layers import Activation


def test_every_item_is_worked_on_once():
    for count in (0, 1, 2, 1000):
        done = []

        for_each(done.append, range(count))

        assert sorted(done) == list(range(count))


def test_helpers_take_part():
    if thread_count() == 1:
        pytest.skip("there is one core only")
    meeting = threading.Barrier(2, timeout=30)

    for_each(lambda _: meeting.wait(), range(2))  # would break if one thread did both


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="the system does not let threads be placed")
def test_helpers_keep_off_the_core_of_who_asks():
    if thread_count() == 1:
        pytest.skip("there is one core only")
    allowed, leader = os.sched_getaffinity(0), threading.get_native_id()
    meeting = threading.Barrier(2, timeout=30)

    for core in sorted(allowed)[:2]:
        places = []

        def meet(_, places=places):
            places.append((threading.get_native_id(), os.sched_getaffinity(0)))
            meeting.wait()

        os.sched_setaffinity(leader, {core})
        try:
            for_each(meet, range(2))
        finally:
            os.sched_setaffinity(leader, allowed)

        assert dict(places)[leader] == {core}
        assert [cores for thread, cores in places if thread != leader] == [allowed - {core}]


def test_an_exception_ends_the_work_and_is_raised():
    def fail(item):
        raise KeyError(item)

    with pytest.raises(KeyError):
        for_each(fail, range(50))
    done = []
    for_each(done.append, range(5))
    assert sorted(done) == [0, 1, 2, 3, 4]


def test_work_within_work_is_done_too():
    done = []

    for_each(lambda i: for_each(lambda j: done.append((i, j)), range(5)), range(5))

    assert sorted(done) == [(i, j) for i in range(5) for j in range(5)]


def test_many_threads_may_ask_at_once():
    sums = []

    def ask():
        done = []
        for_each(done.append, range(100))
        sums.append(sum(done))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sums == [4950] * 8


def test_numpys_treatment_of_overflow_holds_in_every_thread():
    x = np.full(1000, 3e38, np.float32)

    with np.errstate(over="ignore"):
        for_each(lambda _: x * x, range(20))  # a warning would fail the test


def test_blas_has_its_threads_back_afterwards():
    if _threads._blas.get is None:
        pytest.skip("NumPy computes without OpenBLAS")
    before = _threads._blas.get()
    seen = []
    _threads._blas.set(2)
    try:
        for_each(lambda _: seen.append(_threads._blas.get()), range(3))

        assert seen == [1, 1, 1]
        assert _threads._blas.get() == 2
    finally:
        _threads._blas.set(before)


def test_helpers_do_not_keep_the_program_alive():
    for_each(lambda _: None, range(10))

    assert all(thread.daemon for thread in threading.enumerate() if thread.name.startswith("arithmetic"))


def test_a_computation_stops_between_two_items():
    done = []

    with pytest.raises(Stopped), stoppable(lambda: len(done) > 10):
        for_each(done.append, range(1000))

    assert 10 < len(done) < 1000


def test_outside_of_a_stopped_computation_all_is_done():
    with stoppable(lambda: True):
        pass
    done = []

    for_each(done.append, range(10))

    assert sorted(done) == list(range(10))


def test_an_evaluation_stops_between_two_layers():
    seen = []

    def is_stopped():
        seen.append(True)
        return len(seen) > 2

    with pytest.raises(Stopped), stoppable(is_stopped):
        evaluate([Activation("relu")] * 5, np.zeros((1, 2, 2), np.float32))

    assert len(seen) == 3


def test_work_that_is_done_is_let_go_of_at_once():
    class Maps:
        pass

    maps = Maps()
    is_gone = weakref.ref(maps)
    for_each(lambda _, kept=maps: kept, range(10))

    del maps

    assert is_gone() is None


def test_a_computation_beside_needs_no_helper():
    threads = set()

    with alone():
        for_each(lambda _: threads.add(threading.current_thread()), range(100))

    assert threads == {threading.current_thread()}


def test_closing_ends_the_helpers_and_the_next_job_has_new_ones():
    for_each(lambda _: None, range(10))

    _threads.close()
    names = [thread.name for thread in threading.enumerate()]
    done = []
    for_each(done.append, range(10))

    assert not [name for name in names if name.startswith("arithmetic")]
    assert sorted(done) == list(range(10))


def test_a_waiting_helper_holds_nothing_of_its_last_work():
    gone = threading.Event()
    both = threading.Barrier(thread_count(), timeout=10)
    maps = np.zeros(3)
    watched = weakref.ref(maps, lambda _: gone.set())

    def work(_: int, maps: np.ndarray = maps) -> None:
        both.wait()
        assert maps is watched()

    for_each(work, range(thread_count()))
    del work, maps

    assert gone.wait(10)
