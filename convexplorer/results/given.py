"""What the layers of a job read, in the form that is asked for: an image, bytes, or the sum of the channels."""

from functools import cached_property

import numpy as np

from convexplorer._cv import cv2
from convexplorer.core.geometry import memory
from convexplorer.core.layers import Shape
from convexplorer.model.build import choose_input, white_of
from convexplorer.results.job import Job

_COLORS = ("R", "G", "B")
_BYTE = 255.0


class Given:
    """The input of a job's layers. What nobody asks for is not computed.

    Attributes
    ----------
    pixels : (H, W, 3) uint8, blue, green, red, if the input is a picture that came as such bytes; else None.
    shape : of the image, (channels, *spatial).
    names : of its channels.
    white : the number that is white.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        frame, project = job.frame, job.project
        self.white = white_of(frame, project.numbers)
        is_whole = frame.channels == _COLORS and project.channels in ("color", "all")
        self.pixels = frame.pixels if is_whole else None
        self.names = _COLORS if self.pixels is not None else self._chosen[1]
        self.shape: Shape = (len(_COLORS), *frame.spatial) if self.pixels is not None else self._chosen[0].shape

    @property
    def image(self) -> np.ndarray:
        """(channels, *spatial) float32."""
        return self._chosen[0]

    @cached_property
    def sum(self) -> np.ndarray | None:
        """(1, H, W) float32, the sum of the bytes of all channels; None if the input did not come as bytes."""
        if self.pixels is None:
            return None
        total = memory.empty((1, *self.pixels.shape[:2]), np.float32)
        first, *others = cv2.split(self.pixels)
        np.copyto(total[0], first)
        for channel in others:
            cv2.accumulate(channel, total[0])
        return total

    @property
    def byte(self) -> float:
        """What a byte of 1 is among the numbers of the image."""
        return self.white / _BYTE

    @cached_property
    def _chosen(self) -> tuple[np.ndarray, tuple[str, ...]]:
        return choose_input(self._job.frame, self._job.project.channels, self._job.project.numbers)
