"""The table of all kinds of sources, and the one door through which they are opened."""

from importlib import import_module

from convexplorer.sources.frame import Reader, Source, SourceError

# "module:callable" of each kind; the callable takes a `Source` and returns a `Reader`. It is imported when first used,
# so that a program that shows a picture does not pay for cameras.
SOURCES: dict[str, str] = {
    "image": "convexplorer.sources.image:open_file",
    "folder": "convexplorer.sources.folder:open_folder",
    "files": "convexplorer.sources.folder:open_files",
    "video": "convexplorer.sources.image:open_file",
    "stream": "convexplorer.sources.stream:StreamReader",
    "camera": "convexplorer.sources.cameras:CameraReader",
    "pattern": "convexplorer.sources.patterns:open_pattern",
    "sample": "convexplorer.sources.samples:open_sample",
}


def open_reader(source: Source) -> Reader:
    """Open a source; raise `SourceError` with a sentence if that fails."""
    opener = SOURCES.get(source.kind)
    if opener is None:
        raise SourceError(f"There is no kind of source called “{source.kind}”; there are {', '.join(SOURCES)}.")
    module, name = opener.split(":")
    reader: Reader = getattr(import_module(module), name)(source)
    return reader
