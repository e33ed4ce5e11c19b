import threading
from collections.abc import Callable, Iterator

import pytest

from convexplorer.live.player import Player
from convexplorer.sources.frame import AddressError, Reader, Source, SourceError, SourceInfo
from tests.live.fakes import (
    PATIENCE_S,
    VIDEO,
    FakeReader,
    Listener,
    RecordingInbox,
    folder_reader,
    video_reader,
)

FOLDER = Source("folder", "holiday")
CAMERA = Source("camera", "0")
STILL = SourceInfo("photo.png")
LIVE = SourceInfo("camera", None, 30.0, is_live=True)


class Stand:
    """A player with everything that a test looks at."""

    def __init__(self) -> None:
        self.inbox = RecordingInbox()
        self.listener = Listener()
        self.readers: list[Reader] = []
        self.make: Callable[[Source], Reader] = lambda _: FakeReader(STILL)
        self.player = Player(self.inbox, self.listener, open_reader=self._open, retry_waits_s=(0.0, 0.0, 0.0))
        self.player.start()

    def _open(self, source: Source) -> Reader:
        reader = self.make(source)
        self.readers.append(reader)
        return reader

    def open(self, source: Source, make: Callable[[], Reader]) -> None:
        self.make = lambda _: make()
        self.player.open(source)


@pytest.fixture
def stand() -> Iterator[Stand]:
    stand = Stand()
    yield stand
    stand.player.close()


def player_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("player")]


# Stills and folders


def test_a_still_picture_is_read_once_and_then_paused(stand: Stand):
    stand.open(Source("image", "photo.png"), lambda: FakeReader(STILL))

    status = stand.listener.wait_for_state("paused")

    assert stand.inbox.indices == [0]
    assert (status.info, status.message) == (STILL, "")


def test_a_step_in_a_folder_shows_the_next_file_and_back(stand: Stand):
    stand.open(FOLDER, folder_reader)
    stand.listener.wait_for_state("paused")
    stand.player.step()
    stand.listener.wait_for(lambda status: status.index == 1)
    stand.player.step(-1)

    assert stand.inbox.wait_for_frames(3) == [0, 1, 0]


def test_steps_stop_at_the_ends_of_a_folder(stand: Stand):
    stand.open(FOLDER, lambda: folder_reader(3))
    stand.listener.wait_for_state("paused")
    stand.player.step(-1)
    stand.player.seek(99)
    stand.listener.wait_for(lambda status: status.index == 2)
    stand.player.step(5)
    stand.player.seek(0)

    assert stand.inbox.wait_for_frames(3) == [0, 2, 0]


def test_a_looping_folder_goes_round(stand: Stand):
    stand.player.set_loop(True)
    stand.open(FOLDER, lambda: folder_reader(3))
    stand.listener.wait_for_state("paused")
    stand.player.step(-1)

    status = stand.listener.wait_for(lambda status: status.index == 2)

    assert status.is_looping


def test_a_broken_file_gives_its_sentence_and_the_next_step_goes_on(stand: Stand):
    stand.open(FOLDER, lambda: folder_reader(3, bad=frozenset({1})))
    stand.listener.wait_for_state("paused")
    stand.player.step()
    failed = stand.listener.wait_for_state("failed")
    stand.player.step()

    assert stand.inbox.wait_for_frames(2) == [0, 2]
    assert (failed.message, failed.index) == ("file 1 is broken.", 1)
    assert stand.listener.wait_for(lambda status: status.index == 2).state == "paused"


def test_a_folder_whose_first_file_is_broken_can_be_walked(stand: Stand):
    stand.open(FOLDER, lambda: folder_reader(2, bad=frozenset({0})))
    stand.listener.wait_for_state("failed")
    stand.player.step()

    assert stand.inbox.wait_for_frames(1) == [1]


def test_a_still_that_cannot_be_opened_keeps_the_last_picture_and_play_tries_again(stand: Stand):
    def refuse() -> Reader:
        raise SourceError("There is no such picture.")

    stand.open(Source("image", "gone.png"), refuse)
    failed = stand.listener.wait_for_state("failed")
    before = stand.listener.count
    stand.make = lambda _: FakeReader(STILL)
    stand.player.play()

    stand.listener.wait_for_state("paused", before)
    assert failed.message == "There is no such picture."
    assert stand.inbox.indices == [0]


def test_an_error_nobody_expected_becomes_a_sentence(stand: Stand, caplog: pytest.LogCaptureFixture):
    def break_down() -> Reader:
        raise RuntimeError("wires crossed")

    stand.open(VIDEO, break_down)

    failed = stand.listener.wait_for_state("failed")

    assert failed.message == "film.mp4 could not be read: wires crossed."
    assert "wires crossed" in caplog.text


@pytest.mark.parametrize("error", [RuntimeError("rtsp://me:secret@camera/live is odd"), MemoryError()])
def test_no_failure_shows_or_logs_a_password(stand: Stand, caplog: pytest.LogCaptureFixture, error: Exception):
    def break_down() -> Reader:
        raise error

    stand.open(Source("stream", "rtsp://me:secret@camera/live"), break_down)

    waiting = stand.listener.wait_for_state("waiting")

    assert "camera/live" in waiting.message
    assert "secret" not in waiting.message + caplog.text


def test_too_little_memory_becomes_a_sentence(stand: Stand):
    def run_out() -> Reader:
        raise MemoryError

    stand.open(VIDEO, run_out)

    assert "not enough memory" in stand.listener.wait_for_state("failed").message


def test_too_little_memory_for_a_file_of_a_folder_names_the_file(stand: Stand):
    def run_out(index: int) -> None:
        if index:
            raise MemoryError("Unable to allocate 3.35 GiB for an array")

    info = SourceInfo("folder", 2, is_seekable=True, names=("a.png", "b.png"))
    stand.open(FOLDER, lambda: FakeReader(info, run_out))
    stand.listener.wait_for_state("paused")
    stand.player.step()

    assert stand.listener.wait_for_state("failed").message == "There is not enough memory for b.png."


def test_two_failures_with_the_same_words_have_two_numbers(stand: Stand):
    def refuse() -> Reader:
        raise SourceError("There is no such picture.")

    stand.open(Source("image", "gone.png"), refuse)
    first = stand.listener.wait_for_state("failed")
    before = stand.listener.count
    stand.player.play()
    second = stand.listener.wait_for_state("failed", before)

    assert first.message == second.message
    assert 0 < first.failure < second.failure


def test_a_failure_that_is_only_told_again_keeps_its_number(stand: Stand):
    def refuse() -> Reader:
        raise SourceError("There is no such picture.")

    stand.open(Source("image", "gone.png"), refuse)
    first = stand.listener.wait_for_state("failed")

    stand.player.set_loop(True)

    assert stand.listener.wait_for(lambda status: status.is_looping).failure == first.failure


# Videos


def test_a_video_plays_every_frame_and_ends(stand: Stand):
    stand.open(VIDEO, lambda: video_reader(20, 100.0))

    stand.listener.wait_for_state("ended")

    assert stand.inbox.indices[0] == 0
    assert stand.inbox.indices[-1] == 19
    assert sorted(set(stand.inbox.indices)) == stand.inbox.indices


def test_a_video_that_cannot_keep_up_skips_frames_and_counts_them():
    # The clock runs 25 ms with every look at it, so that each frame comes late.
    ticks = iter(range(10**9))
    inbox, listener = RecordingInbox(), Listener()
    player = Player(inbox, listener, open_reader=lambda _: video_reader(200, 100.0), clock=lambda: next(ticks) * 0.025)
    player.start()
    player.open(VIDEO)

    ended = listener.wait_for_state("ended")
    player.close()

    assert ended.skipped_frames == 200 - len(inbox.indices) > 0
    assert sorted(set(inbox.indices)) == inbox.indices


def test_playing_after_the_end_begins_anew(stand: Stand):
    stand.open(VIDEO, lambda: video_reader(3))
    stand.listener.wait_for_state("ended")
    before = stand.listener.count
    stand.player.play()

    stand.listener.wait_for_state("ended", before)

    assert stand.inbox.indices.count(0) == 2


def test_a_looping_video_never_ends(stand: Stand):
    stand.player.set_loop(True)
    stand.open(VIDEO, lambda: video_reader(2))

    assert stand.inbox.wait_for_frames(9)[:3] == [0, 1, 0]
    assert all(status.state != "ended" for status in stand.listener.statuses)


def test_a_looping_video_that_cannot_seek_is_opened_again(stand: Stand):
    stand.player.set_loop(True)
    stand.open(VIDEO, lambda: FakeReader(SourceInfo("film", 2, 1000.0)))

    stand.inbox.wait_for_frames(5)

    assert len(stand.readers) >= 2


def test_an_empty_video_ends_at_once_even_when_looping(stand: Stand):
    stand.player.set_loop(True)
    stand.open(VIDEO, lambda: video_reader(0))

    ended = stand.listener.wait_for_state("ended")

    assert ended.message == "film holds no frame."


def test_a_step_pauses_and_shows_the_neighbour(stand: Stand):
    stand.open(VIDEO, lambda: video_reader(1000, 0.001))
    stand.listener.wait_for_state("playing")
    stand.player.step(3)
    stand.listener.wait_for(lambda status: status.state == "paused" and status.index == 3)
    stand.player.step(-2)

    assert stand.inbox.wait_for_frames(3) == [0, 3, 1]


def test_a_paused_video_stays_and_plays_on_from_there(stand: Stand):
    stand.open(VIDEO, lambda: video_reader(6, 0.001))
    stand.listener.wait_for_state("playing")
    stand.player.pause()
    stand.listener.wait_for_state("paused")
    stand.player.set_speed(1e6)
    stand.player.toggle()
    stand.listener.wait_for_state("ended")

    assert stand.inbox.indices[-1] == 5
    assert stand.inbox.indices.count(0) == 1


def test_seeking_while_playing_goes_on_from_there(stand: Stand):
    stand.open(VIDEO, lambda: video_reader(100, 0.001))
    stand.listener.wait_for_state("playing")
    stand.player.seek(98)
    stand.listener.wait_for(lambda status: status.index == 98)
    stand.player.set_speed(1e6)

    stand.listener.wait_for_state("ended")

    assert stand.inbox.indices == [0, 98, 99]


def test_stepping_back_from_the_end_works(stand: Stand):
    stand.open(VIDEO, lambda: video_reader(3))
    stand.listener.wait_for_state("ended")
    stand.player.step(-1)

    status = stand.listener.wait_for_state("paused")

    assert status.index == 1


def test_a_video_that_breaks_off_says_so_and_keeps_what_came_before(stand: Stand):
    def break_off(index: int) -> None:
        if index >= 3:
            raise SourceError("film breaks off after frame 3.")

    stand.open(VIDEO, lambda: video_reader(10, before_read=break_off))
    failed = stand.listener.wait_for_state("failed")
    last = stand.inbox.indices[-1]
    stand.player.step(-1)

    assert failed.message == "film breaks off after frame 3."
    assert stand.listener.wait_for_state("paused").index == max(0, last - 1)
    assert len(stand.readers) == 1


def test_speed_must_be_above_zero(stand: Stand):
    for speed in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="speed must be"):
            stand.player.set_speed(speed)


def test_speed_and_loop_are_kept_for_the_next_source(stand: Stand):
    stand.player.set_speed(2.0)
    stand.player.set_loop(True)
    stand.open(Source("image", "photo.png"), lambda: FakeReader(STILL))

    status = stand.listener.wait_for_state("paused")

    assert (status.speed, status.is_looping) == (2.0, True)


# Live sources


def test_a_frozen_camera_is_still_read_but_not_shown(stand: Stand):
    reads = threading.Semaphore(0)

    def count(_index: int) -> None:
        reads.release()

    stand.open(CAMERA, lambda: FakeReader(LIVE, count))
    stand.listener.wait_for_state("playing")
    stand.player.pause()
    stand.listener.wait_for_state("paused")
    shown = len(stand.inbox.indices)
    for _ in range(100):
        assert reads.acquire(timeout=PATIENCE_S)

    assert len(stand.inbox.indices) == shown


def test_a_step_of_a_frozen_camera_shows_one_newer_frame(stand: Stand):
    stand.open(CAMERA, lambda: FakeReader(LIVE))
    stand.listener.wait_for_state("playing")
    stand.player.pause()
    stand.listener.wait_for_state("paused")
    shown = len(stand.inbox.indices)
    stand.player.step()

    stand.inbox.wait_for_frames(shown + 1)
    assert stand.player.status.state == "paused"
    assert len(stand.inbox.indices) == shown + 1


def test_a_camera_that_is_unplugged_is_tried_again_and_again_then_given_up(stand: Stand):
    def unplugged(index: int) -> None:
        if index >= 2:
            raise SourceError("The camera does not answer.")

    stand.open(CAMERA, lambda: FakeReader(LIVE, unplugged))

    failed = stand.listener.wait_for_state("failed")

    waiting = [status for status in stand.listener.statuses if status.state == "waiting"]
    assert failed.message == "The camera does not answer."
    assert [status.message.split("(")[1] for status in waiting] == ["1 of 3).", "2 of 3).", "3 of 3)."]
    assert len(stand.readers) == 4
    assert all(reader.closed.is_set() for reader in stand.readers[:3])


def test_a_stream_that_comes_back_goes_on(stand: Stand):
    attempts = iter(range(100))

    def busy_twice() -> Reader:
        if next(attempts) < 2:
            raise SourceError("The camera is busy.")
        return FakeReader(LIVE)

    stand.open(CAMERA, busy_twice)

    status = stand.listener.wait_for_state("playing")

    assert status.message == ""


def test_a_live_source_that_ends_says_so(stand: Stand):
    stand.open(CAMERA, lambda: FakeReader(SourceInfo("stream", 3, None, is_live=True)))

    assert stand.listener.wait_for_state("failed").message == "stream has ended."


def test_play_does_not_wait_for_the_next_try():
    listener = Listener()
    readers = iter([None, FakeReader(LIVE)])

    def open_reader(_: Source) -> Reader:
        reader = next(readers)
        if reader is None:
            raise SourceError("The camera is busy.")
        return reader

    player = Player(RecordingInbox(), listener, open_reader=open_reader, retry_waits_s=(3600.0,))
    player.start()
    player.open(CAMERA)
    listener.wait_for_state("waiting")
    player.play()

    listener.wait_for_state("playing")
    player.close()


# Opening another, and closing


def test_opening_another_source_replaces_whatever_is_under_way(stand: Stand):
    stand.open(VIDEO, lambda: video_reader(None, 1000.0))
    stand.listener.wait_for_state("playing")
    first = stand.readers[0]
    stand.open(Source("image", "photo.png"), lambda: FakeReader(STILL))

    status = stand.listener.wait_for_state("paused")

    assert status.source == Source("image", "photo.png")
    assert isinstance(first, FakeReader)
    assert first.closed.wait(PATIENCE_S)


def test_a_source_that_never_answers_does_not_hold_up_the_next(stand: Stand):
    answer = threading.Event()

    def stuck() -> Reader:
        answer.wait(PATIENCE_S)
        return video_reader()

    stand.open(Source("stream", "http://silent"), stuck)
    stand.listener.wait_for_state("opening")
    stand.open(Source("image", "photo.png"), lambda: FakeReader(STILL))
    stand.listener.wait_for_state("paused")
    before = stand.listener.count
    answer.set()
    for thread in player_threads():
        if "stream" in thread.name:
            thread.join(PATIENCE_S)

    assert stand.inbox.indices == [0]
    assert stand.listener.count == before


def test_the_status_is_that_of_the_new_source_at_once(stand: Stand):
    stand.open(VIDEO, video_reader)

    assert stand.player.status.source == VIDEO


def test_closing_does_not_wait_for_a_read_that_is_stuck():
    inbox, listener = RecordingInbox(), Listener()
    answer, is_stuck = threading.Event(), threading.Event()

    def stall(_index: int) -> None:
        is_stuck.set()
        answer.wait(PATIENCE_S)

    reader = FakeReader(LIVE, stall)
    player = Player(inbox, listener, open_reader=lambda _: reader)
    player.start()
    player.open(CAMERA)
    assert is_stuck.wait(PATIENCE_S)
    threads = player_threads()

    player.close()

    was_waiting = not answer.is_set()
    told = listener.count
    answer.set()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert was_waiting
    assert reader.closed.is_set()
    assert inbox.indices == []
    assert listener.count == told


def test_who_is_replaced_while_waiting_for_its_turn_opens_nothing():
    is_opening, may_end = threading.Event(), threading.Event()
    opened: list[str] = []

    def open_reader(source: Source) -> Reader:
        opened.append(source.address)
        if source.address == "silent":
            is_opening.set()
            may_end.wait(PATIENCE_S)
            raise SourceError("It sends nothing.")
        return FakeReader(LIVE)

    inbox = RecordingInbox()
    player = Player(inbox, open_reader=open_reader)
    player.start()
    player.open(Source("stream", "silent"))
    assert is_opening.wait(PATIENCE_S)
    player.open(Source("stream", "left"))
    left = player_threads()
    player.open(Source("stream", "wanted"))
    may_end.set()

    inbox.wait_for_frames(1)
    player.close()
    for thread in left:
        thread.join(PATIENCE_S)
    assert opened == ["silent", "wanted"]


def test_a_name_that_means_nothing_is_not_tried_again(stand: Stand):
    def refuse() -> Reader:
        raise AddressError("There is no such camera.")

    stand.open(CAMERA, refuse)

    assert stand.listener.wait_for_state("failed").message == "There is no such camera."
    assert "waiting" not in [status.state for status in stand.listener.statuses]


def test_a_camera_that_has_been_there_is_looked_for_again(stand: Stand):
    def unplug(index: int) -> None:
        if index == 2:
            raise SourceError("It sends no more pictures.")

    attempts = 0

    def make() -> Reader:
        nonlocal attempts
        attempts += 1
        if attempts == 2:
            raise AddressError("There is no such camera.")
        return FakeReader(LIVE, unplug)

    stand.open(CAMERA, make)

    stand.listener.wait_for(lambda status: status.state == "waiting" and "no such camera" in status.message)
    stand.inbox.wait_for_frames(4)


def test_closing_ends_the_thread_of_a_paused_source(stand: Stand):
    stand.open(Source("image", "photo.png"), lambda: FakeReader(STILL))
    stand.listener.wait_for_state("paused")

    stand.player.close()

    assert player_threads() == []


def test_closing_interrupts_the_wait_for_another_try():
    listener = Listener()

    def refuse(_: Source) -> Reader:
        raise SourceError("The camera is busy.")

    player = Player(RecordingInbox(), listener, open_reader=refuse, retry_waits_s=(3600.0,))
    player.start()
    player.open(CAMERA)
    listener.wait_for_state("waiting")

    player.close()

    assert player_threads() == []


def test_a_closed_player_opens_nothing(stand: Stand):
    stand.player.close()
    stand.player.open(VIDEO)

    assert player_threads() == []


def test_a_source_opened_before_the_start_begins_with_it():
    inbox = RecordingInbox()
    player = Player(inbox, open_reader=lambda _: FakeReader(STILL))
    player.open(Source("image", "photo.png"))
    player.start()

    assert inbox.wait_for_frames(1) == [0]
    player.close()


def test_without_a_source_every_command_is_harmless():
    player = Player(RecordingInbox(), open_reader=lambda _: FakeReader(STILL))
    player.start()
    for command in (player.play, player.pause, player.toggle, player.step):
        command()
    player.seek(3)

    assert player.status.state == "idle"
    player.close()


def test_a_listener_that_fails_does_not_stop_the_player(caplog: pytest.LogCaptureFixture):
    inbox = RecordingInbox()

    def fail(_: object) -> None:
        raise RuntimeError("the window is gone")

    player = Player(inbox, fail, open_reader=lambda _: FakeReader(STILL))
    player.start()
    player.open(Source("image", "photo.png"))

    inbox.wait_for_frames(1)
    player.close()
    assert "the window is gone" in caplog.text
