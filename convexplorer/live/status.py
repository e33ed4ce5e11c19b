"""The status of the player."""

from typing import Literal

from convexplorer._dataclass import dataclass
from convexplorer.sources.frame import Source, SourceInfo
from convexplorer.words import plain

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
    failure : number of the last failure, by which two failures with the same words differ; 0 before the first.
    index : position of the newest frame.
    is_estimated : True if this position is an estimate.
    speed : playback speed, as a multiple of real time.
    is_looping : True if the source restarts at its end.
    rate_hz : measured frames per second passed to the engine; 0 unless playing.
    skipped_frames : frames of a video skipped because decoding was too slow.
    """

    source: Source | None = None
    info: SourceInfo | None = None
    state: State = "idle"
    message: str = ""
    failure: int = 0
    index: int = 0
    is_estimated: bool = False
    speed: float = 1.0
    is_looping: bool = False
    rate_hz: float = 0.0
    skipped_frames: int = 0


def place_text(status: PlayerStatus, time_s: float, title: str) -> str:
    """Say where a source stands: "3 of 17 · name.png", "frame 12 of 150 · 0:00.48", "live · 29.9 per second".

    Until the frames of a video are counted, their number is said to be an estimate: "frame 12 of about 150 · 0:00.48".
    """
    info = status.info
    if info is None:
        return ""
    if info.is_live:
        word = {"playing": "live", "paused": "frozen"}.get(status.state, status.state)
        rate = f" · {status.rate_hz:.1f} per second" if status.rate_hz and status.state == "playing" else ""
        return word + rate
    is_counted = info.frame_count is not None and status.index < info.frame_count
    count = f" of {'about ' if info.is_estimated else ''}{info.frame_count}" if is_counted else ""
    if info.names:
        name = info.names[status.index] if status.index < len(info.names) else title
        return f"{status.index + 1}{count} · {plain(name)}"
    if info.rate_hz is None:
        return f"page {status.index + 1}{count}"
    minutes, seconds = divmod(time_s, 60)
    end = " · ended" if status.state == "ended" else ""
    about = "about " if status.is_estimated else ""
    return f"{about}frame {status.index + 1}{count} · {int(minutes)}:{seconds:05.2f}{end}"
