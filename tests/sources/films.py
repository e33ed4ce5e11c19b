"""Films written by PyAV that OpenCV cannot show: each frame carries its number, an interlaced one in both fields."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
from av import Packet
from av.container import OutputContainer
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

HEIGHT, WIDTH, RATE_HZ = 96, 256, 25
TICK = Fraction(1, 12800)
#: What makes each encoder write two fields a frame.
INTERLACED = {
    "libx264": {"x264-params": "tff=1:keyint=12", "preset": "veryfast", "crf": "12"},
    "mpeg2video": {"flags": "+ildct+ilme", "b": "4000000", "g": "12"},
    "mpeg4": {"flags": "+ildct+ilme", "b": "4000000", "g": "12"},
    "prores_ks": {"flags": "+ildct+ilme"},
}
PIXELS = {"prores_ks": "yuv422p10le", "mjpeg": "yuvj420p"}


def field(place: int) -> np.ndarray:
    """Draw a grey picture (HEIGHT, WIDTH, 3) uint8 with a bright bar of eight columns from `place` on."""
    picture = np.full((HEIGHT, WIDTH, 3), 60, np.uint8)
    picture[:, place : place + 8] = 220
    return picture


def woven(number: int) -> np.ndarray:
    """Draw two fields: the bar of the even lines is at 4·number, that of the odd ones is two columns further."""
    picture = field(4 * number)
    picture[1::2] = field(4 * number + 2)[1::2]
    return picture


def places_in(image: np.ndarray) -> tuple[float, float]:
    """Return the places of the bars in the even and the odd lines of a frame's image (3, H, W)."""
    even, odd = (_place(image[:, first::2]) for first in (0, 1))
    return even, odd


def write_film(
    path: Path,
    pictures: Sequence[np.ndarray],
    encoder: str,
    options: dict[str, str] | None = None,
    times_s: Sequence[float] | None = None,
    muxer: dict[str, str] | None = None,
) -> Path:
    """Write pictures as a film; `times_s` says when each is shown, by default 25 a second."""
    return write_parts(path, [(pictures, options or {})], encoder, times_s, muxer)


def write_parts(
    path: Path,
    parts: Sequence[tuple[Sequence[np.ndarray], dict[str, str]]],
    encoder: str,
    times_s: Sequence[float] | None = None,
    muxer: dict[str, str] | None = None,
) -> Path:
    """Write parts, each with the encoder's options for it, one behind the other in one stream."""
    number = 0
    with av.open(str(path), "w", options=muxer or {}) as container:
        stream: VideoStream | None = None
        for pictures, options in parts:
            context = _context(container, stream, encoder, pictures[0].shape, options)
            stream = stream or cast("VideoStream", container.streams.video[0])
            for picture in pictures:
                frame = av.VideoFrame.from_ndarray(picture, "rgb24").reformat(format=context.pix_fmt)
                frame.time_base = TICK
                frame.pts = round((number / RATE_HZ if times_s is None else times_s[number]) / TICK)
                number += 1
                _mux(container, stream, context.encode(frame))
            _mux(container, stream, context.encode(None))
    return path


def _context(
    container: OutputContainer,
    stream: VideoStream | None,
    encoder: str,
    shape: tuple[int, ...],
    options: dict[str, str],
) -> VideoCodecContext:
    """Return the encoder of the first part, which comes with the stream, or one of its own for another part."""
    if stream is None:
        first = cast("VideoStream", container.add_stream(encoder, rate=RATE_HZ, options=options))
        first.time_base = TICK
        context = first.codec_context
    else:
        context = cast("VideoCodecContext", av.CodecContext.create(encoder, "w"))
        context.options = options
        context.framerate = Fraction(RATE_HZ)
    context.height, context.width = shape[:2]
    context.pix_fmt = PIXELS.get(encoder, "yuv420p")
    context.time_base = Fraction(1, RATE_HZ)
    return context


def _mux(container: OutputContainer, stream: VideoStream, packets: list[Packet]) -> None:
    for packet in packets:
        packet.stream = stream
        container.mux(packet)


def _place(image: np.ndarray) -> float:
    profile = (image.mean(axis=(0, 1)) - 60 / 255).clip(0.2) - 0.2
    return float((profile * np.arange(len(profile))).sum() / profile.sum()) - 3.5
