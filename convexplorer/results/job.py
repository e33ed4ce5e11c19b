"""The input of one rendering: a frame, a project, a view and a screen, taken at the same moment."""

from convexplorer._dataclass import dataclass
from convexplorer.model.project import Project
from convexplorer.model.view import SCREEN, Screen, View
from convexplorer.sources.frame import Frame


@dataclass(frozen=True, eq=False)
class Job:
    """The newest frame, project, view and screen, taken at the same moment.

    Attributes
    ----------
    screen : what the window needs for its pixels.
    number : how many jobs were taken before it, so that results of several threads can be put in order.
    dropped_frames : number of frames replaced in the inbox before the engine took them, since the start.
    """

    frame: Frame
    project: Project
    view: View
    dropped_frames: int = 0
    screen: Screen = SCREEN
    number: int = 0
