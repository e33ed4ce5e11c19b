"""The film that the benchmarks of live pictures play: a camera that moves over natural pictures."""

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from convexplorer import assets
from convexplorer._cv import cv2
from convexplorer.export.video import Recorder

RATE_HZ = 60.0
FRAMES = 120
PICTURES = ("cat.png", "astronaut.png", "gravel.png")
MARGIN = 1.25  # so much larger than a frame is the picture that the camera moves over


def write_film(path: Path, height: int, width: int, frames: int = FRAMES) -> None:
    """Write a video of `RATE_HZ` frames a second: a slow sweep over each picture, one after the other."""
    with Recorder(path, RATE_HZ) as recorder:
        for frame in frames_of(height, width, frames):
            recorder.write(frame)


def frames_of(height: int, width: int, frames: int) -> Iterator[np.ndarray]:
    """Yield the frames, (H, W, 3) uint8 RGB."""
    scenes = [_scene(name, height, width) for name in PICTURES]
    for i in range(frames):
        scene = scenes[i * len(scenes) // frames]
        angle = 2 * math.pi * i / frames
        spare = scene.shape[0] - height, scene.shape[1] - width
        row, column = (
            round(n * (1 + turn) / 2) for n, turn in zip(spare, (math.sin(angle), math.cos(angle)), strict=True)
        )
        yield scene[row : row + height, column : column + width]


def _scene(name: str, height: int, width: int) -> np.ndarray:
    """Return a picture in RGB that covers a frame and its margin, the middle of it."""
    picture = cv2.imread(str(assets.path("images", name)))
    rows, columns = picture.shape[:2]
    scale = max(MARGIN * height / rows, MARGIN * width / columns)
    larger = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    top, left = ((larger.shape[i] - math.ceil(MARGIN * n)) // 2 for i, n in enumerate((height, width)))
    cut = larger[top : top + math.ceil(MARGIN * height), left : left + math.ceil(MARGIN * width)]
    return cv2.cvtColor(cut, cv2.COLOR_BGR2RGB)
