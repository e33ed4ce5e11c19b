"""Films in which nothing moves, or only now and then: equal frames are no proof that OpenCV did not convert them."""

import numpy as np
import pytest

from convexplorer._cv import cv2
from convexplorer.sources import Source, open_reader
from tests.sources.test_video import COUNT, KINDS, number_in, write
from tests.sources.test_video_times import read_all, show

NOISE = np.random.default_rng(5).integers(0, 256, (24, 32, 3), dtype=np.uint8).repeat(8, 0).repeat(8, 1)
STILLS = {
    "detailed": NOISE,
    "dark": NOISE // 40,
    "black": np.zeros_like(NOISE),
    "white": np.full_like(NOISE, 255),
    "blue": np.broadcast_to(np.uint8([255, 0, 0]), NOISE.shape),
}


@pytest.mark.parametrize("still", STILLS)
@pytest.mark.parametrize(("suffix", "codec"), [*KINDS, (".mpg", "MPG2"), (".avi", "HFYU"), (".avi", "XVID")])
def test_a_film_in_which_nothing_moves_is_shown(tmp_path, suffix, codec, still):
    path = tmp_path / f"still{suffix}"
    picture = np.ascontiguousarray(STILLS[still])
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*codec), 25, picture.shape[1::-1])
    assert writer.isOpened()
    for _ in range(14):
        writer.write(picture)
    writer.release()

    frames = read_all(open_reader(Source("video", str(path))))

    assert len(frames) == 14
    np.testing.assert_allclose(frames[3].image.mean(axis=(1, 2)) * 255, picture[..., ::-1].mean(axis=(0, 1)), atol=12)


def test_looking_at_the_second_frame_ahead_changes_no_order(tmp_path):
    path = write(tmp_path / "clip.mp4", "mp4v")
    readers = [open_reader(Source("video", str(path))) for _ in range(4)]

    in_order = [number_in(frame.image) for frame in iter(readers[0].read, None)]
    jumped = [number_in(show(reader, index).image) for reader, index in zip(readers[1:], (0, 1, 30), strict=True)]
    for reader in readers:
        reader.close()

    assert in_order == list(range(COUNT))
    assert jumped == [0, 1, 30]


def test_a_film_of_one_frame_is_shown(tmp_path):
    frames = read_all(open_reader(Source("video", str(write(tmp_path / "one.mp4", "mp4v", count=1)))))

    assert [number_in(frame.image) for frame in frames] == [0]
