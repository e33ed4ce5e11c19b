"""The table of all kinds of sources, and the one door through which they are opened."""

from dataclasses import dataclass
from importlib import import_module

from convexplorer.sources.frame import Reader, Source, SourceError


@dataclass(frozen=True)
class Kind:
    """A kind of source.

    Attributes
    ----------
    label : for menus.
    opener : "module:callable"; the callable takes a `Source` and returns a `Reader`. Imported when first
        used, so that a program that shows a picture does not pay for cameras.
    explanation : one sentence.
    """

    label: str
    opener: str
    explanation: str


SOURCES: dict[str, Kind] = {
    "image": Kind("Picture", "convexplorer.sources.image:open_file", "A picture file, a stack or an animation."),
    "folder": Kind("Folder", "convexplorer.sources.folder:open_folder", "All pictures of a folder, one after another."),
    "files": Kind("Files", "convexplorer.sources.folder:open_files", "A list of picture files, one after another."),
    "video": Kind("Video", "convexplorer.sources.image:open_file", "A video file, played in time."),
    "stream": Kind("Stream", "convexplorer.sources.stream:StreamReader", "Live video from a network address."),
    "camera": Kind("Camera", "convexplorer.sources.cameras:CameraReader", "Live video from a webcam."),
    "pattern": Kind("Test pattern", "convexplorer.sources.patterns:open_pattern", "A picture drawn by a formula."),
    "sample": Kind("Sample", "convexplorer.sources.samples:open_sample", "A picture that comes with the program."),
}


def open_reader(source: Source) -> Reader:
    """Open a source; raise `SourceError` with a sentence if that fails."""
    kind = SOURCES.get(source.kind)
    if kind is None:
        raise SourceError(f"There is no kind of source called “{source.kind}”; there are {', '.join(SOURCES)}.")
    module, name = kind.opener.split(":")
    reader: Reader = getattr(import_module(module), name)(source)
    return reader
