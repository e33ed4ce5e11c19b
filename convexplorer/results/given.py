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
        self.white = white_of(frame, project.numbers, project.preprocessing)
        is_whole = frame.channels == _COLORS and project.channels in ("color", "all")
        # What a network gets are other numbers than those that the bytes stand for.
        self.pixels = frame.pixels if is_whole and project.preprocessing is None else None
        self.names = _COLORS if self.pixels is not None else self._chosen[1]
        self.shape: Shape = (len(_COLORS), *frame.spatial) if self.pixels is not None else self._chosen[0].shape

    @property
    def image(self) -> np.ndarray:
        """(channels, *spatial) float32."""
        return self._chosen[0]

    @cached_property
    def sum(self) -> np.ndarray:
        """(1, *spatial) float32, the sum of all channels, of bytes where these are there; see `unit`."""
        channels = list(self.image) if self.pixels is None else cv2.split(self.pixels)
        if len(channels) == 1:
            return self.image
        total = memory.empty((1, *channels[0].shape), np.float32)
        np.copyto(total[0], channels[0])
        with np.errstate(over="ignore", invalid="ignore"):
            for channel in channels[1:]:
                if channel.ndim == 2:
                    cv2.accumulate(channel, total[0])
                else:
                    total[0] += channel
        return total

    @property
    def unit(self) -> float:
        """What 1 in the sum is among the numbers of the image."""
        return 1.0 if self.pixels is None else self.white / _BYTE

    @cached_property
    def _chosen(self) -> tuple[np.ndarray, tuple[str, ...]]:
        project = self._job.project
        return choose_input(self._job.frame, project.channels, project.numbers, project.preprocessing)
