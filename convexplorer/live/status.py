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


def place_text(status: PlayerStatus, time_s: float, title: str) -> str:
    """Say where a source stands: "3 of 17 · name.png", "frame 12 of 150 · 0:00.48", "live · 29.9 per second"."""
    info = status.info
    if info is None:
        return ""
    if info.is_live:
        word = {"playing": "live", "paused": "frozen"}.get(status.state, status.state)
        rate = f" · {status.rate_hz:.1f} per second" if status.rate_hz and status.state == "playing" else ""
        return word + rate
    count = f" of {info.frame_count}" if info.frame_count is not None else ""
    if info.names:
        name = info.names[status.index] if status.index < len(info.names) else title
        return f"{status.index + 1}{count} · {name}"
    if info.rate_hz is None:
        return f"page {status.index + 1}{count}"
    minutes, seconds = divmod(time_s, 60)
    end = " · ended" if status.state == "ended" else ""
    return f"frame {status.index + 1}{count} · {int(minutes)}:{seconds:05.2f}{end}"
