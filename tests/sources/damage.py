"""Films of all common kinds, bytes of them spoilt, and what reading in order and jumps make of the rest."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from convexplorer.sources import Source, SourceError, open_reader
from convexplorer.sources.frame import Frame
from tests.sources.films import field as bar
from tests.sources.films import write_film

COUNT = 150
_FAST = {"preset": "veryfast", "g": "30"}
_UNEVEN_S = np.cumsum(np.random.default_rng(7).choice([0.04, 0.08, 0.2], COUNT))
_LATER_S = (_UNEVEN_S - _UNEVEN_S[0]).tolist()


@dataclass(frozen=True)
class Kind:
    """How a film is written; `times_s` are None at 25 frames a second."""

    suffix: str
    encoder: str
    options: dict[str, str]
    times_s: list[float] | None = None
    muxer: dict[str, str] = field(default_factory=dict)


KINDS = {
    "mp4": Kind(".mp4", "libx264", {**_FAST, "bf": "3"}, muxer={"movflags": "faststart"}),
    "fragments": Kind(".mp4", "libx264", {**_FAST, "bf": "2"}, muxer={"movflags": "frag_keyframe+empty_moov"}),
    "mkv": Kind(".mkv", "libx264", {**_FAST, "bf": "3"}),
    "open gop": Kind(".mkv", "libx264", {**_FAST, "x264-params": "open-gop=1:bframes=3"}),
    "vfr mkv": Kind(".mkv", "libx264", {**_FAST, "bf": "2"}, _LATER_S),
    "vfr mp4": Kind(".mp4", "libx264", {**_FAST, "bf": "2"}, _LATER_S, {"movflags": "faststart"}),
    "avi": Kind(".avi", "mpeg4", {"bf": "2", "g": "25", "b": "800000"}),
    "mjpeg": Kind(".avi", "mjpeg", {"b": "2000000"}),
    "ts": Kind(".ts", "libx264", {**_FAST, "bf": "2"}),
    "ps": Kind(".mpg", "mpeg2video", {"bf": "2", "g": "15", "b": "900000"}),
    "vob": Kind(".vob", "mpeg2video", {"bf": "2", "g": "15", "b": "900000"}),
    "webm": Kind(".webm", "libvpx-vp9", {"deadline": "realtime", "cpu-used": "8", "g": "30", "b": "400000"}),
    "flv": Kind(".flv", "libx264", {**_FAST, "bf": "2"}),
}


def write_kind(folder: Path, name: str) -> Path:
    """Write the film of a kind: a bar that moves over grain that moves too, so that every packet has some bytes."""
    kind = KINDS[name]
    grain = np.random.default_rng(3).integers(0, 40, bar(0).shape[:2], np.uint8)[..., None]
    pictures = [bar(2 * (n % 120)) + np.roll(grain, (n, 3 * n), (0, 1)) // 2 for n in range(COUNT)]
    path = folder / f"{name.replace(' ', '_')}{kind.suffix}"
    return write_film(path, pictures, kind.encoder, kind.options, kind.times_s, kind.muxer)


def _zeros(data: bytes, at: int, length: int, _rng: np.random.Generator) -> bytes:
    return data[:at] + bytes(length) + data[at + length :]


def _noise(data: bytes, at: int, length: int, rng: np.random.Generator) -> bytes:
    return data[:at] + rng.bytes(length) + data[at + length :]


def _removed(data: bytes, at: int, length: int, _rng: np.random.Generator) -> bytes:
    return data[:at] + data[at + length :]


DAMAGES: dict[str, Callable[[bytes, int, int, np.random.Generator], bytes]] = {
    "zeros": _zeros,
    "noise": _noise,
    "removed": _removed,
}


def spoil(path: Path, how: str, seed: int) -> Path:
    """Spoil a copy of a film: where, and how many bytes, the seed tells."""
    data = path.read_bytes()
    rng = np.random.default_rng(seed)
    index = data.rfind(b"idx1")  # of an AVI file, behind its pictures
    end = len(data) if index < 0 else index
    length = int(rng.choice([20, 300, 3000, 15000]))
    at = int(rng.uniform(0.15, 0.95) * end)
    spoilt = path.with_name(f"{path.stem}_{how}_{seed}{path.suffix}")
    spoilt.write_bytes(DAMAGES[how](data, at, min(length, end - at), rng))
    return spoilt


def open_film(path: Path):
    return open_reader(Source("video", str(path)))


def read_in_order(path: Path) -> tuple[list[Frame], str]:
    """Return all frames, and the sentence at the end or ""."""
    reader, frames, said = open_film(path), [], ""
    try:
        frames.extend(iter(reader.read, None))
    except SourceError as error:
        said = str(error)
    reader.close()
    return frames, said


@dataclass
class Verdict:
    """What differs in a film from reading it in order."""

    lost: int
    said: str
    count: int | None  # as surveyed, if it differs
    jumps: list[str]  # a line for each that differs
    pictures: int  # jumps of the right place and time with another picture
    shown: int  # number of frames in order


def judge(path: Path, indices: Iterator[int] | list[int] | None = None) -> Verdict:
    """Compare count and fresh jumps with reading in order."""
    frames, said = read_in_order(path)
    shown = len(frames)
    reader = open_film(path)
    reader.survey()
    count = None if reader.info.frame_count == shown else reader.info.frame_count
    reader.close()
    wrong, pictures = [], 0
    for index in indices or [shown // 3, shown * 3 // 5, shown * 9 // 10]:
        reader = open_film(path)
        reader.seek(index)
        try:
            frame = reader.read()
        except SourceError:
            frame = None
        reader.close()
        expected = frames[index]
        found = None if frame is None else (frame.index, round(frame.time_s, 3))
        if found != (index, round(expected.time_s, 3)):
            where = "" if frame is None else _where(frame, frames)
            wrong.append(f"{index} at {expected.time_s:.3f}: got {found}{where}")
        elif not np.array_equal(frame.image, expected.image):
            pictures += 1
    return Verdict(COUNT - shown, said, count, wrong, pictures, shown)


def _where(frame: Frame, frames: list[Frame]) -> str:
    places = [one.index for one in frames if np.array_equal(one.image, frame.image)]
    return f", its picture is that of {places}"
