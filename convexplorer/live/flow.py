"""Whether frames flow, and what that means for the next job: decisions on a clock, without the thread that obeys.

While frames flow, pictures are looked at and numbers cannot be read: a glance of every frame is enough, and full
pictures follow a few times a second. A still, a step and a new source are answered by a full picture at once.
"""

import time
from collections.abc import Callable

from convexplorer.model.project import Project
from convexplorer.results.job import Job
from convexplorer.results.picture import Picture
from convexplorer.sources.frame import Frame

FLOW_S = 0.25  # frames that come no further apart flow
# A full picture that comes sooner is quick enough for a hand, and small pictures do not change between two captions.
QUICK_S = 0.004
SETTLE_S = 0.04
# A film of 24 frames a second lets no full picture begin between two of its frames.
_GAPS_TO_SETTLE = 1.5


class Flow:
    """Tells for each job whether a glance is enough.

    Parameters
    ----------
    clock : monotonic seconds from any origin; a parameter, so that tests control the time.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._frame: Frame | None = None
        self._project: Project | None = None
        self._came_s = self._gap_s = float("-inf")
        self._dropped = 0
        self._is_flowing = False
        self._is_full = False
        self._seconds: dict[object, float] = {}

    def wants_glance(self, job: Job) -> bool:
        """Take note of a job, and return whether its pixels are more urgent than its numbers."""
        now_s = self._clock()
        before, self._project = self._project, job.project
        is_other = before is None or before.source != job.project.source
        if job.frame is not self._frame:
            # Frames that were replaced while a picture was computed came in between.
            self._gap_s = (now_s - self._came_s) / (1 + job.dropped_frames - self._dropped)
            self._dropped = job.dropped_frames
            self._is_flowing = not is_other and self._gap_s < FLOW_S
            self._frame, self._came_s = job.frame, now_s
            self._is_full = False
        elif is_other or now_s - self._came_s >= FLOW_S:
            self._is_flowing = False
        if job.screen.wants_numbers or is_other:
            return False
        if self._is_flowing:
            return True
        if job.view.mode == "network":
            return False  # its glance needs all layers as well, and would only come before the same once more
        is_edit = before is not job.project
        # Another part of the same maps needs drawing only, if the maps are there.
        return (is_edit or not self._is_full) and self._seconds.get(_kind(job), 0.0) > QUICK_S

    @property
    def settle_s(self) -> float:
        """How long to wait for a newer job after a glance, before its full picture is made."""
        return max(SETTLE_S, _GAPS_TO_SETTLE * self._gap_s) if self._is_flowing else SETTLE_S

    def note(self, picture: Picture) -> None:
        """Take note of a full picture that has been made."""
        self._is_full = picture.frame is self._frame and picture.project is self._project
        self._seconds = {_kind(picture): picture.total_seconds}


def _kind(made: Job | Picture) -> object:
    """Return what jobs have in common whose full pictures take about as long."""
    return made.frame.spatial, made.frame.channels, made.view.layer, made.view.mode, len(made.project.layers)
