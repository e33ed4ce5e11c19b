"""The status of the player."""

from dataclasses import dataclass
from typing import Literal

from convexplorer.sources.frame import Source, SourceInfo

State = Literal["idle", "opening", "playing", "paused", "ended", "waiting", "failed"]


@dataclass(frozen=True)
class PlayerStatus:
    """The status of the player.

    Attributes
    ----------
    source : the last requested source; None before the first request.
    info : properties of the opened source; None until the source is open.
    state : "paused" includes a still picture and a frozen camera; "waiting" is a failed live source before a retry;
        "failed" waits for the user (`play` retries, `step` continues in a folder).
    message : a sentence about a failure, otherwise "".
    index : position of the newest frame.
    speed : playback speed, as a multiple of real time.
    is_looping : True if the source restarts at its end.
    rate_hz : measured frames per second passed to the engine; 0 unless playing.
    skipped_frames : frames of a video skipped because decoding was too slow.
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
