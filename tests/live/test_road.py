"""The whole road without a window: real sources through player, inbox and engine to the latest picture."""

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convexplorer.export.video import Recorder
from convexplorer.live.engine import Engine
from convexplorer.live.player import Player
from convexplorer.live.slots import Inbox, Latest
from convexplorer.model import edits
from convexplorer.model.default import default_project
from convexplorer.model.view import Screen, View
from convexplorer.results.glance import Glance
from convexplorer.results.picture import Picture
from convexplorer.sources import Source, byte_image, parse
from convexplorer.sources.byte_image import ByteImage, from_bgr8
from convexplorer.sources.frame import Frame
from tests.live.fakes import PATIENCE_S, Listener
from tests.mjpeg_server import MjpegServer, number_in, refusing_url


class Program:
    """All threads of the program, and the window's side of them."""

    def __init__(self, *, is_started: bool = True) -> None:
        self.project = default_project()
        self.listener = Listener()
        self._ready = threading.Semaphore(0)
        self.latest: Latest[Picture | Glance] = Latest(self._ready.release)
        self.inbox = Inbox()
        self.engine = Engine(self.inbox, self.latest)
        self.player = Player(self.inbox, self.listener, retry_waits_s=(0.0, 0.0))
        self.inbox.put_view(View())
        self.inbox.put_project(self.project)
        if is_started:
            self.engine.start()
            self.player.start()

    def next_picture(self) -> Picture:
        picture = self.next_made()
        assert isinstance(picture, Picture)
        return picture

    def next_made(self) -> Picture | Glance:
        assert self._ready.acquire(timeout=PATIENCE_S), f"no picture came; {self.listener.statuses}"
        made = self.latest.take()
        assert made is not None
        return made

    def close(self) -> None:
        self.player.close()
        self.engine.close()


@pytest.fixture
def program() -> Iterator[Program]:
    program = Program()
    yield program
    program.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "engine"]


def quick(url: str) -> Source:
    return Source("stream", url, {"timeout_s": 0.3})


def test_a_sample_becomes_eight_maps(program: Program):
    program.player.open(program.project.source)

    picture = program.next_picture()

    assert len(picture.tiles) == 8
    assert picture.note == ""
    assert all(report.error == "" for report in picture.layers)


def test_a_video_file_is_played_to_its_end(program: Program, tmp_path: Path):
    with Recorder(tmp_path / "film.avi", 50.0) as recorder:
        for i in range(10):
            recorder.write(np.full((48, 64, 3), 20 * i, np.uint8))
    program.player.open(parse(str(tmp_path / "film.avi")))

    program.next_picture()
    ended = program.listener.wait_for_state("ended")

    assert ended.index == 9


def test_frames_that_nobody_takes_are_never_converted(monkeypatch: pytest.MonkeyPatch):
    converted = []
    monkeypatch.setattr(byte_image, "from_bgr8", lambda pixels: converted.append(pixels) or from_bgr8(pixels))
    program = Program(is_started=False)
    for number in range(5):
        pixels = np.full((48, 64, 3), number, np.uint8)
        program.inbox.put_frame(Frame(ByteImage(pixels), ("R", "G", "B"), index=number))
    program.engine.start()

    picture = program.next_picture()
    program.close()

    assert (picture.frame.index, picture.dropped_frames) == (4, 4)
    assert [int(pixels.max()) for pixels in converted] in ([], [4])


def test_the_last_frame_of_a_film_that_was_only_looked_at_has_its_numbers(program: Program, tmp_path: Path):
    with Recorder(tmp_path / "film.avi", 50.0) as recorder:
        for i in range(20):
            recorder.write(np.full((48, 64, 3), 10 * i, np.uint8))
    program.inbox.put_screen(Screen(wants_numbers=False, tile=(12, 16), input=(24, 32)))
    program.player.open(parse(str(tmp_path / "film.avi")))

    seen = [program.next_made()]
    while not isinstance(seen[-1], Picture) or seen[-1].frame.index < 19:
        seen.append(program.next_made())

    assert seen[-1].statistics is not None
    indices = [made.job.frame.index if isinstance(made, Glance) else made.frame.index for made in seen]
    assert indices == sorted(indices)


def test_a_stream_is_shown_live_and_edits_show_meanwhile(program: Program):
    with MjpegServer(rate_hz=100.0) as server:
        program.player.open(quick(server.url))
        numbers = []
        for bias in range(10):
            picture = program.next_picture()
            numbers.append(number_in(picture.frame.image))
            program.project = edits.set_bias(program.project, 0, 0, float(bias))
            program.inbox.put_project(program.project)
        program.player.close()

    assert numbers == sorted(numbers)
    assert len(set(numbers)) > 1


def test_a_stream_that_stalls_is_waited_for_and_comes_back(program: Program):
    with MjpegServer() as server:
        program.player.open(quick(server.url))
        program.listener.wait_for_state("playing")
        server.stall()
        waiting = program.listener.wait_for_state("waiting")
        before = program.listener.count
        server.resume()
        program.listener.wait_for_state("playing", before)
        program.player.close()

    assert "Trying again" in waiting.message


def test_a_stream_that_dies_ends_in_a_sentence_and_the_last_picture_stays(program: Program):
    with MjpegServer() as server:
        program.player.open(quick(server.url))
        program.listener.wait_for_state("playing")
        last = program.next_picture()
        server.die()

        failed = program.listener.wait_for_state("failed")

    assert last.tiles
    assert failed.message.endswith(".")
    assert failed.info is not None


def test_an_address_where_nobody_listens_is_a_sentence(program: Program):
    program.player.open(quick(refusing_url()))

    assert "refuses" in program.listener.wait_for_state("failed").message


def test_a_silent_server_does_not_hold_up_a_picture(program: Program):
    with MjpegServer(is_silent=True) as server:
        program.player.open(Source("stream", server.url, {"timeout_s": 5.0}))
        program.listener.wait_for_state("opening")
        program.player.open(Source("pattern", "zone-plate"))

        picture = program.next_picture()
        server.die()

    assert picture.tiles
    assert program.player.status.source == Source("pattern", "zone-plate")


def test_a_folder_is_walked_past_a_broken_file(program: Program, tmp_path: Path):
    for i in (0, 2):
        Image.new("RGB", (32, 24), (i * 50, 0, 0)).save(tmp_path / f"{i}.png")
    (tmp_path / "1.png").write_bytes(b"no picture")
    program.player.open(parse(str(tmp_path)))
    titles = [program.next_picture().frame.title]
    program.player.step()
    failed = program.listener.wait_for_state("failed")
    program.player.step()
    titles.append(program.next_picture().frame.title)

    assert titles == ["0.png", "2.png"]
    assert "1.png" in failed.message


def test_pictures_of_every_odd_shape_pass(program: Program, tmp_path: Path):
    sizes = [(1, 1), (1, 40), (40, 1), (3, 2)]
    for i, size in enumerate(sizes):
        Image.new("L", size, 100).save(tmp_path / f"{i}.png")
    program.player.open(parse(str(tmp_path)))
    shapes = []
    for _ in sizes:
        picture = program.next_picture()
        shapes.append(picture.tiles[0].values.shape[::-1])
        program.player.step()

    assert shapes == sizes


def test_not_finite_pixels_and_weights_reach_the_screen(program: Program, tmp_path: Path):
    pixels = np.linspace(0, 1, 64, dtype=np.float32).reshape(8, 8)
    pixels[2, 2], pixels[5, 5] = np.nan, np.inf
    np.save(tmp_path / "odd.npy", pixels)
    program.inbox.put_project(edits.set_weight(program.project, 0, 0, None, 0, 0, float("nan")))
    program.player.open(parse(str(tmp_path / "odd.npy")))

    picture = program.next_picture()

    assert picture.tiles[0].not_finite > 0
    assert (picture.tiles[0].indexed == 255).any()


@pytest.mark.parametrize("wants_numbers", [True, False])
def test_a_storm_of_edits_and_frames_leaves_memory_flat(program: Program, wants_numbers: bool):
    resource = pytest.importorskip("resource", reason="only POSIX tells a process's memory")
    program.inbox.put_screen(Screen(wants_numbers, tile=(60, 80), input=(120, 160)))
    with MjpegServer(rate_hz=500.0, size=(240, 320)) as server:
        program.player.open(quick(server.url))
        for i in range(160):
            program.next_made()
            program.project = edits.set_bias(program.project, 0, i % 8, i / 100)
            program.inbox.put_project(program.project)
            modes = ("bank", "channels", "compare") if wants_numbers else ("bank", "bank", "bank", "compare")
            program.inbox.put_view(View(filter=i % 8, mode=modes[i % len(modes)]))
            if i == 60:
                early = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        late = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        program.player.close()

    assert late - early < 30_000, "more than 30 MB of growth"
    assert threading.active_count() < 20


def test_silent_streams_that_were_left_do_not_hold_up_the_next(program: Program):
    with MjpegServer(is_silent=True) as silent, MjpegServer() as healthy:
        for _ in range(10):
            program.player.open(Source("stream", silent.url, {"timeout_s": 0.5}))
        program.player.open(Source("stream", healthy.url))

        program.next_picture()

        # One of them was being opened at most, with FFmpeg's second request and our own question why.
        assert silent.connections <= 3
        program.player.close()


@pytest.mark.parametrize("address", ["http://[::1/video", "http://127.0.0.1:99999/video"])
def test_an_impossible_address_fails_at_once(program: Program, address: str):
    program.player.open(Source("stream", address))

    failed = program.listener.wait_for_state("failed")

    assert "cannot be understood" in failed.message
    assert "waiting" not in [status.state for status in program.listener.statuses]
