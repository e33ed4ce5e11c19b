"""What the player says of itself."""

from dataclasses import dataclass
from typing import Literal

from convexplorer.sources.frame import Source, SourceInfo

State = Literal["idle", "opening", "playing", "paused", "ended", "waiting", "failed"]


@dataclass(frozen=True)
class PlayerStatus:
    """What the player does at the moment.

    Attributes
    ----------
    source : what was asked for last; None before the first.
    info : what the opened source can do; None until it is open.
    state : "paused" is also a still picture and a frozen camera; "waiting" is a live source that
        failed and will be tried again; "failed" needs a person (`play` tries again, `step` goes on
        in a folder).
    message : a sentence when something went wrong, otherwise "".
    index : position of the newest frame.
    rate_hz : frames handed on per second, measured; 0 unless playing.
    skipped_frames : frames of a video left out because decoding could not keep up.
    """

    source: Source | None = None
    info: SourceInfo | None = None
    state: State = "idle"
    message: str = ""
    index: int = 0
    speed: float = 1.0
    is_looping: bool = False
    rate_hz: float = 0.0
    skipped_frames: int = 0
