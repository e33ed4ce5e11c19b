"""The table of all kinds of sources, and the function that opens a source of any kind."""

from dataclasses import dataclass
from importlib import import_module

from convexplorer.sources.frame import Reader, Source, SourceError


@dataclass(frozen=True)
class Kind:
    """A kind of source.

    Attributes
    ----------
    label : name in menus.
    opener : "module:callable"; the callable takes a `Source` and returns a `Reader`. The module is imported on demand,
        so that showing a picture does not load cameras.
    explanation : one sentence.
    """

    label: str
    opener: str
    explanation: str


#: The kinds of sources.
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
    """Open a source; raise `SourceError`, with a sentence for the user, if opening fails."""
    kind = SOURCES.get(source.kind)
    if kind is None:
        raise SourceError(f"There is no kind of source called “{source.kind}”; there are {', '.join(SOURCES)}.")
    module, name = kind.opener.split(":")
    reader: Reader = getattr(import_module(module), name)(source)
    return reader
