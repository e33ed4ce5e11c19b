import threading

from convexplorer.live.worker import Worker


def test_the_last_value_is_worked_on_before_the_end():
    done: list[int] = []
    worker: Worker[int] = Worker(done.append, lambda: done.append(-1))

    for value in range(100):
        worker.put(value)
    worker.close()

    assert done[-2:] == [99, -1]
    assert worker.failure is None


def test_values_that_come_too_fast_are_left_out():
    done: list[int] = []
    begun, go_on = threading.Event(), threading.Event()

    def work(value: int) -> None:
        done.append(value)
        begun.set()
        go_on.wait(5)

    worker: Worker[int] = Worker(work, lambda: None)
    worker.put(0)
    assert begun.wait(5)
    for value in range(1, 50):
        worker.put(value)
    go_on.set()
    worker.close()

    assert done == [0, 49]


def test_a_failure_is_kept_and_the_work_still_finishes():
    finished: list[bool] = []

    def work(value: int) -> None:
        raise OSError("disk full")

    worker: Worker[int] = Worker(work, lambda: finished.append(True))
    worker.put(1)
    worker.close()

    assert isinstance(worker.failure, OSError)
    assert finished == [True]
