"""How far a command is, on one line of the terminal."""

from typing import TYPE_CHECKING, TextIO

from convexplorer.words import plain

if TYPE_CHECKING:
    from convexplorer.sources.frame import SourceInfo


class ProgressBar:
    """A progress bar on one line of the terminal; prints nothing if the stream is not a terminal."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream if stream.isatty() else None

    def __enter__(self) -> "ProgressBar":
        return self

    def __exit__(self, *_: object) -> None:
        self._write("\r\033[K")

    def show(self, info: "SourceInfo", done: int) -> None:
        """Draw the bar, or only the number done if the total is unknown."""
        filled = 24 * min(done, info.frame_count) // info.frame_count if info.frame_count else 0
        count = f"{'about ' if info.is_estimated else ''}{info.frame_count or '?'}"
        self._write(f"\r\033[K{'█' * filled}{'·' * (24 - filled)} {done} of {count} {plain(info.title, 40)}")

    def _write(self, text: str) -> None:
        if self._stream is not None:
            self._stream.write(text)
            self._stream.flush()
