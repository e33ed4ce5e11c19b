"""What a picture is computed from: a frame, a project and a view, taken at one moment."""

from dataclasses import dataclass

from convexplorer.model.project import Project
from convexplorer.model.view import View
from convexplorer.sources.frame import Frame


@dataclass(frozen=True, eq=False)
class Job:
    """The newest of everything the engine computes from, taken at one moment.

    Attributes
    ----------
    dropped_frames : how many frames have been replaced in the inbox before anybody took them.
    """

    frame: Frame
    project: Project
    view: View
    dropped_frames: int = 0
