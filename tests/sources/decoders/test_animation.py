"""Frames that are drawn over each other: every disposal and blending, reached in every order, in every kind of PNG."""

import itertools
import struct
import sys

import av
import numpy as np
import pytest

from convexplorer.sources import Samples, Source, SourceError, open_reader
from tests.sources.decoders.animations import CHANNELS, CLEAR, RESTORE, STAY, Part, apng, composed, gif
from tests.sources.files import chunk

SIZE = (10, 12)
DISPOSALS = (STAY, CLEAR, RESTORE)
COMBINATIONS = tuple(itertools.product(DISPOSALS, DISPOSALS, (False, True), (False, True)))
KINDS = [(6, 8), (6, 16), (4, 8), (4, 16), (2, 8), (2, 16), (0, 1), (0, 2), (0, 4), (0, 8), (0, 16), (3, 4), (3, 8)]
PALETTE = bytes([250, 0, 0, 0, 240, 0, 0, 0, 230, 220, 210, 200])


def random_parts(rng, combination, channels, largest):
    first, second, is_over, is_later_over = combination
    numbers = lambda *shape: rng.integers(0, largest + 1, (*shape, channels))  # noqa: E731
    return [
        Part(numbers(*SIZE), disposal=first),
        Part(numbers(5, 6), 1, 2, second, is_over),
        Part(numbers(4, 7), 4, 3, STAY, is_later_over),
        Part(numbers(4, 4), 3, 1, STAY, is_over, 0.3),
    ]


def open_animation(path, data):
    path.write_bytes(data)
    return open_reader(Source("image", str(path)))


def read(reader, index):
    """Return a frame as (H, W, 4) in 0…1."""
    reader.seek(index)
    frame = reader.read()
    image = np.moveaxis(frame.image, 0, -1).astype(float)
    return image if image.shape[2] == 4 else np.dstack([image, np.ones(SIZE)])


def assert_equal(found, wanted, largest):
    np.testing.assert_allclose(found[..., 3], wanted[..., 3], atol=1.01 / largest)
    light = found[..., :3] * found[..., 3:], wanted[..., :3] * wanted[..., 3:]
    np.testing.assert_allclose(*light, atol=2.01 / largest)


def described(rng, colour_type, bits, is_keyed):
    """Return chunks that say what colours mean, and the colours of a stored pixel."""
    largest = 2**bits - 1
    if colour_type == 3:
        colours = rng.integers(0, 256, (2**bits, 4))
        extra = chunk(b"PLTE", colours[:, :3].astype(np.uint8).tobytes())
        extra += chunk(b"tRNS", colours[:, 3].astype(np.uint8).tobytes()) if is_keyed else b""
        return extra, lambda pixel: [*(colours[pixel[0], :3] / 255), colours[pixel[0], 3] / 255 if is_keyed else 1]
    if colour_type in (4, 6):
        return b"", lambda pixel: (pixel if colour_type == 6 else pixel[[0, 0, 0, 1]]) / largest
    key = [1] * CHANNELS[colour_type]
    extra = chunk(b"tRNS", struct.pack(f">{len(key)}H", *key)) if is_keyed else b""

    def colours_of(pixel):
        clear = is_keyed and (pixel == key).all()
        return [*(np.resize(pixel, 3) / largest), 0 if clear else 1]

    return extra, colours_of


@pytest.mark.parametrize("is_keyed", [False, True], ids=["", "tRNS"])
@pytest.mark.parametrize(("colour_type", "bits"), KINDS)
def test_each_frame_of_an_animated_png_is_what_the_specification_says(tmp_path, colour_type, bits, is_keyed):
    rng = np.random.default_rng(bits)
    for combination in COMBINATIONS:
        parts = random_parts(rng, combination, CHANNELS[colour_type], 2**bits - 1)
        extra, colours = described(rng, colour_type, bits, is_keyed)
        reader = open_animation(tmp_path / "film.png", apng(SIZE, parts, colour_type, bits, extra=extra))
        wanted = composed(SIZE, parts, colours)

        assert reader.info.frame_count == 4
        for index in (0, 1, 2, 3, 1, 0, 3, 2, 2):
            assert_equal(read(reader, index), wanted[index], 255 if colour_type == 3 else 2**bits - 1)
        reader.close()


def test_ffmpeg_shows_the_same_frames(tmp_path):
    rng = np.random.default_rng(1)
    for combination in COMBINATIONS:
        parts = random_parts(rng, combination, 4, 255)
        reader = open_animation(tmp_path / "film.png", apng(SIZE, parts))
        with av.open(tmp_path / "film.png") as film:
            wanted = [frame.to_ndarray(format="rgba") / 255 for frame in film.decode(video=0)]

        for index in (3, 0, 2, 1):
            assert_equal(read(reader, index), wanted[index], 255)
        reader.close()


def test_an_animated_png_keeps_sixteen_bits(tmp_path):
    numbers = np.random.default_rng(2).integers(0, 65536, (*SIZE, 3))
    reader = open_animation(tmp_path / "deep.png", apng(SIZE, [Part(numbers), Part(numbers[::-1])], 2, 16))

    for wanted in (numbers, numbers[::-1]):
        frame = reader.read()
        assert (frame.samples, frame.note) == (Samples("uint16", 16, 65535.0), "")
        np.testing.assert_array_equal(np.rint(frame.image * 65535), np.moveaxis(wanted, -1, 0))
    reader.close()


def test_a_picture_for_other_viewers_is_no_frame(tmp_path):
    numbers = np.random.default_rng(3).integers(0, 256, (3, *SIZE, 4))
    parts = [Part(numbers[0], delay_s=0.5), Part(numbers[1], delay_s=0.2)]
    reader = open_animation(tmp_path / "film.png", apng(SIZE, parts, default=numbers[2]))

    frames = list(iter(reader.read, None))

    assert reader.info.frame_count == 2
    assert [(frame.time_s, frame.duration_s) for frame in frames] == [(0, 0.5), (0.5, pytest.approx(0.2))]
    for frame, wanted in zip(frames, numbers, strict=False):
        np.testing.assert_array_equal(np.rint(frame.image * 255), np.moveaxis(wanted, -1, 0))
    reader.close()


@pytest.mark.parametrize("promised", [1, 2, 4, 2**31 - 1])
def test_as_many_frames_are_there_as_the_file_holds(tmp_path, promised):
    parts = [Part(np.full((*SIZE, 4), level)) for level in (9, 99, 199)]
    reader = open_animation(tmp_path / "film.png", apng(SIZE, parts, promised=promised))

    frames = list(iter(reader.read, None))

    assert reader.info.frame_count == len(frames) == 3
    assert all(f"promises {promised} frames; it holds 3" in frame.note for frame in frames)
    reader.close()


def test_one_frame_that_promises_more_is_a_picture(tmp_path):
    reader = open_animation(tmp_path / "one.png", apng(SIZE, [Part(np.full((*SIZE, 4), 9))], promised=2**31 - 1))

    assert (reader.info.frame_count, reader.info.rate_hz) == (1, None)
    reader.close()


@pytest.mark.parametrize(("cut", "whole"), [(30, 2), (190, 2), (250, 1)])
def test_a_cut_animation_shows_what_is_there_and_says_so_once(tmp_path, cut, whole):
    rng = np.random.default_rng(4)
    data = apng(SIZE, random_parts(rng, (STAY, STAY, False, False), 4, 255)[:3])
    reader = open_animation(tmp_path / "film.png", data[:-cut])

    for _ in range(whole):
        assert reader.read() is not None
    with pytest.raises(SourceError, match=r"film\.png is cut short"):
        reader.read()
    assert reader.read() is None
    reader.close()


def test_a_frame_outside_of_the_picture_ends_the_animation_with_a_sentence(tmp_path):
    inside, outside = Part(np.full((*SIZE, 4), 9)), Part(np.full((*SIZE, 4), 9), top=1)
    reader = open_animation(tmp_path / "film.png", apng(SIZE, [inside, inside, outside, inside]))

    assert [reader.read() is not None for _ in range(2)] == [True, True]
    with pytest.raises(SourceError, match=r"film\.png is damaged: its frame 3 does not fit into the picture"):
        reader.read()
    assert reader.read() is None
    reader.close()


def test_opaque_frames_have_alpha_only_where_something_is_disposed_of(tmp_path):
    whole, small = (Part(np.full((*shape, 3), 9), disposal=CLEAR) for shape in (SIZE, (4, 4)))
    for parts, has_alpha in (((whole, whole), False), ((whole, small), True), ((small, whole), True)):
        default = None if parts[0] is whole else whole.numbers
        reader = open_animation(tmp_path / "film.png", apng(SIZE, parts, 2, default=default))

        assert (reader.read().channels[-1] == "A") is has_alpha
        reader.close()


@pytest.mark.parametrize("combination", COMBINATIONS, ids=str)
def test_each_frame_of_a_gif_is_as_in_browsers(tmp_path, combination):
    parts = random_parts(np.random.default_rng(5), combination, 1, 3)
    reader = open_animation(tmp_path / "film.gif", gif(SIZE, parts, palette=PALETTE, key=1))
    colours = np.frombuffer(PALETTE, np.uint8).reshape(4, 3) / 255

    def colours_of(is_over):
        return lambda pixel: [*colours[pixel[0]], 0 if is_over and pixel[0] == 1 else 1]

    wanted = composed_of_keyed(parts, colours_of)
    for index in (0, 1, 2, 3, 1, 0, 3, 2, 2):
        assert_equal(read(reader, index), wanted[index], 255)
    assert reader.info.frame_count == 4
    reader.close()


def composed_of_keyed(parts, colours_of):
    """Compose a GIF: all frames are drawn over each other, and the key is that of the frame."""
    expanded = [
        Part(
            np.apply_along_axis(colours_of(part.is_over), 2, part.numbers),
            part.top,
            part.left,
            part.disposal,
            is_over=True,
        )
        for part in parts
    ]
    return composed(SIZE, expanded, lambda pixel: pixel)


def test_a_gif_is_transparent_where_nothing_was_drawn(tmp_path):
    reader = open_animation(tmp_path / "one.gif", gif(SIZE, [Part(np.full((3, 4, 1), 2), 2, 5)], palette=PALETTE))

    frame = reader.read()

    assert frame.channels == ("R", "G", "B", "A")
    assert frame.image[3].sum() == frame.image[3, 2:5, 5:9].sum() == 12
    reader.close()


def test_a_frame_without_a_disposal_stays(tmp_path):
    parts = [Part(np.full((*SIZE, 1), 0)), Part(np.full((3, 3, 1), 1), disposal=CLEAR)]
    parts += [Part(np.full((3, 3, 1), 2), 4, 4, -1), Part(np.full((1, 1, 1), 3))]
    reader = open_animation(tmp_path / "film.gif", gif(SIZE, parts, palette=PALETTE))

    last = read(reader, 3)

    np.testing.assert_allclose(last[4:7, 4:7, :3] * 255, np.broadcast_to([0, 0, 230], (3, 3, 3)), atol=1e-3)
    reader.close()


def test_a_cut_gif_shows_what_is_there_and_says_so(tmp_path):
    parts = random_parts(np.random.default_rng(6), (STAY, STAY, False, False), 1, 3)[:3]
    reader = open_animation(tmp_path / "film.gif", gif(SIZE, parts, palette=PALETTE)[:-8])

    assert [reader.read() is not None for _ in range(2)] == [True, True]
    with pytest.raises(SourceError, match=r"film\.gif is cut short"):
        reader.read()
    assert reader.read() is None
    reader.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps a file that is open")
def test_an_animation_goes_on_when_its_file_is_removed(tmp_path):
    parts = [Part(np.full((*SIZE, 4), level)) for level in (9, 99)]
    reader = open_animation(tmp_path / "film.png", apng(SIZE, parts))

    (tmp_path / "film.png").unlink()

    assert [round(float(reader.read().image.max()) * 255) for _ in parts] == [9, 99]
    reader.close()
