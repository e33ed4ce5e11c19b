import threading

import numpy as np

from convexplorer.core.display.coloring import Levels
from convexplorer.live.slots import Inbox, Latest
from convexplorer.model.project import Project
from convexplorer.model.view import Look, View
from convexplorer.results.look import resolve
from convexplorer.results.picture import Picture, Tile
from convexplorer.sources.byte_image import ByteImage
from convexplorer.sources.frame import Frame, Source
from tests.live.fakes import PATIENCE_S, make_frame

PROJECT = Project(Source("sample", "astronaut"), ())


def full_inbox() -> Inbox:
    inbox = Inbox()
    inbox.put_frame(make_frame(0))
    inbox.put_project(PROJECT)
    inbox.put_view(View())
    return inbox


def make_picture() -> Picture:
    values = np.zeros((1, 1), np.float32)
    tile = Tile("", values, np.zeros((1, 1), np.uint8), Levels(0, 1), "gray")
    return Picture(PROJECT, View(), make_frame(), values[np.newaxis], ("Y",), resolve(Look(), (1, 1)), tile, (), ())


def test_a_job_holds_the_newest_of_everything():
    inbox = full_inbox()
    newest = Project(Source("sample", "cat"), ())
    inbox.put_project(newest)
    inbox.put_view(View(filter=3))

    job = inbox.take()

    assert job is not None
    assert (job.project, job.view.filter, job.frame.index) == (newest, 3, 0)


def test_a_frame_that_nobody_took_is_replaced_and_counted():
    inbox = full_inbox()
    for index in range(1, 4):
        inbox.put_frame(make_frame(index))

    job = inbox.take()

    assert job is not None
    assert job.frame.index == 3
    assert job.dropped_frames == inbox.dropped_frames == 3


def test_a_frame_is_made_smaller_for_the_job_and_once():
    inbox = full_inbox()
    pixels = np.arange(8 * 12 * 3, dtype=np.uint8).reshape(8, 12, 3)
    frame = Frame(ByteImage(pixels), ("R", "G", "B"))
    inbox.put_frame(frame)
    inbox.put_view(View(input_reduction=2))

    jobs = [inbox.take()]
    inbox.put_project(Project(Source("sample", "cat"), ()))
    jobs.append(inbox.take())
    inbox.put_view(View())
    jobs.append(inbox.take())

    first, second, third = (job.frame for job in jobs if job is not None)
    assert first.spatial == (4, 6)
    assert second is first  # so that what was computed of it holds
    assert third is frame


def test_a_frame_that_was_taken_is_not_counted_as_dropped():
    inbox = full_inbox()
    inbox.take()
    inbox.put_frame(make_frame(1))

    assert inbox.dropped_frames == 0


def test_an_edit_computes_the_same_frame_again():
    inbox = full_inbox()
    first = inbox.take()
    inbox.put_project(PROJECT)

    second = inbox.take()

    assert first is not None
    assert second is not None
    assert second.frame is first.frame


def test_take_waits_until_all_three_are_known():
    inbox = Inbox()
    taken = threading.Event()
    thread = threading.Thread(target=lambda: (inbox.take(), taken.set()))
    thread.start()
    inbox.put_frame(make_frame())
    inbox.put_view(View())
    was_early = taken.is_set()
    inbox.put_project(PROJECT)

    thread.join(PATIENCE_S)

    assert taken.is_set()
    assert not was_early


def test_closing_ends_a_waiting_take():
    inbox = Inbox()
    jobs: list[object] = []
    thread = threading.Thread(target=lambda: jobs.append(inbox.take()))
    thread.start()
    inbox.close()

    thread.join(PATIENCE_S)

    assert jobs == [None]


def test_a_closed_inbox_gives_nothing_even_if_something_was_new():
    inbox = full_inbox()
    inbox.close()

    assert inbox.take() is None


def test_the_window_is_woken_once_until_it_fetches():
    calls: list[int] = []
    latest = Latest(lambda: calls.append(1))
    for _ in range(5):
        latest.put(make_picture())
    latest.take()
    latest.put(make_picture())

    assert len(calls) == 2


def test_the_newest_picture_wins_and_the_slot_is_empty_then():
    latest = Latest()
    pictures = [make_picture() for _ in range(3)]
    for picture in pictures:
        latest.put(picture)

    assert latest.take() is pictures[-1]
    assert latest.take() is None


def test_a_closed_slot_takes_nothing_and_wakes_nobody():
    calls: list[int] = []
    latest = Latest(lambda: calls.append(1))
    latest.put(make_picture())

    latest.close()
    latest.put(make_picture())

    assert latest.take() is None
    assert len(calls) == 1


def test_waiting_tells_whether_there_is_a_job_and_takes_nothing():
    inbox = full_inbox()

    assert inbox.wait(0.0)
    assert inbox.take() is not None
    assert not inbox.wait(0.0)
    inbox.close()
    assert inbox.wait(PATIENCE_S)


def test_a_value_is_waited_for_and_stays_in_the_slot():
    latest: Latest[int] = Latest()
    latest.put(1)
    putting = threading.Timer(0.0, latest.put, (2,))
    putting.start()

    assert latest.wait_for(lambda value: value == 2, 10.0) == 2
    assert latest.take() == 2
    putting.join()


def test_waiting_for_another_value_ends_and_leaves_what_is_there():
    latest: Latest[int] = Latest()
    assert latest.wait_for(lambda _: True, 0.0) is None

    latest.put(1)
    assert latest.wait_for(lambda value: value == 2, 0.0) is None
    assert latest.take() == 1


def test_a_closed_slot_lets_no_one_wait():
    latest: Latest[int] = Latest()
    latest.put(1)
    latest.close()

    assert latest.wait_for(lambda _: True, 10.0) is None


def test_waiting_for_more_than_a_frame_ends_at_an_edit_or_another_view():
    inbox = full_inbox()
    job = inbox.take()
    assert job is not None
    inbox.put_frame(make_frame(1))
    inbox.wait_for_other(job, 0.0)
    assert not inbox.has_other_than(job)

    for put in (lambda: inbox.put_project(Project(Source("sample", "cat"), ())), lambda: inbox.put_view(View("other"))):
        putting = threading.Timer(0.0, put)
        putting.start()
        inbox.wait_for_other(job, PATIENCE_S)
        assert inbox.has_other_than(job)
        putting.join()
        job = inbox.take()
