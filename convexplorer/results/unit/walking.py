"""All frames of a source, one after the other, for what is found over a folder or a film."""

from collections.abc import Callable
from typing import cast

from convexplorer import _threads
from convexplorer._dataclass import dataclass
from convexplorer.sources import describe_source, open_reader
from convexplorer.sources.frame import Frame, Reader, Source, SourceError, TimedReader

# Sources whose frames have a number, and no name of their own.
_NUMBERED = ("image", "video", "pattern")


@dataclass(frozen=True)
class Progress:
    """How far a walk has come.

    Attributes
    ----------
    done, total : frames; `total` is None where nobody knows, and may grow where it `is_estimated`.
    title : of the frame that was used last.
    failures : (name, sentence) of each picture that could not be used.
    """

    done: int = 0
    total: int | None = None
    is_estimated: bool = False
    title: str = ""
    failures: tuple[tuple[str, str], ...] = ()


def walk(source: Source, use: Callable[[Frame, str], object], tell: Callable[[Progress], object]) -> None:
    """Call `use` with every frame and its title, then `tell`; a picture that fails is noted, and the next one follows.

    A computation inside `_threads.stoppable` can be stopped between two frames.

    Raises
    ------
    SourceError : the source cannot be opened, never ends, or ends before its first frame.
    """
    reader = open_reader(source)
    try:
        if reader.info.is_live:
            raise SourceError(f"{describe_source(source)} never ends: choose pictures, a folder or a film.")
        _walk(reader, use, tell)
    finally:
        reader.close()


def _walk(reader: Reader, use: Callable[[Frame, str], object], tell: Callable[[Progress], object]) -> None:
    if reader.info.rate_hz is not None:
        cast("TimedReader", reader).survey()  # so that it is known how many frames there are
    names, failures, done = reader.info.names, list[tuple[str, str]](), 0
    tell(Progress(0, reader.info.frame_count, reader.info.is_estimated))
    while True:
        _threads.check()
        title = names[done] if done < len(names) else ""
        try:
            frame = reader.read()
            if frame is None:
                break
            title = title or title_of(frame, reader)
            use(frame, title)
        except (ValueError, MemoryError) as error:
            sentence = "There is not enough memory for it." if isinstance(error, MemoryError) else str(error)
            failures.append((title or reader.info.title, sentence))
            if not names:  # the next frame of a film would fail as well
                done += 1
                tell(_progress(reader, done, title, failures))
                break
        done += 1
        tell(_progress(reader, done, title, failures))


def _progress(reader: Reader, done: int, title: str, failures: list[tuple[str, str]]) -> Progress:
    return Progress(done, reader.info.frame_count, reader.info.is_estimated, title, tuple(failures))


def title_on_screen(frame: Frame, source: Source) -> str:
    """Return the same of a frame that is shown, whose reader is not at hand; one of a camera has no number to go to."""
    title = frame.title or describe_source(source)
    is_one_of_many = frame.index > 0 or frame.duration_s > 0
    return f"{title} #{frame.index + 1}" if is_one_of_many and source.kind in _NUMBERED else title


def title_of(frame: Frame, reader: Reader) -> str:
    """Return the name of a frame: that of its file, of a film with the frame's number, from 1 as in the window."""
    info = reader.info
    is_alone = info.frame_count == 1 and not info.is_estimated
    return frame.title or info.title if is_alone or info.names else f"{info.title} #{frame.index + 1}"
