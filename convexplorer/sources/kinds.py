"""The table of all kinds of sources, and the function that opens a source of any kind."""

from importlib import import_module

from convexplorer.sources.frame import Reader, Source, SourceError

#: "module:callable" of each kind of source; the callable takes a `Source` and returns a `Reader`. Modules are imported
#: on demand, so that showing a picture does not load cameras.
SOURCES: dict[str, str] = {
    "image": "convexplorer.sources.image:open_file",
    "folder": "convexplorer.sources.folder:open_folder",
    "files": "convexplorer.sources.folder:open_files",
    "video": "convexplorer.sources.image:open_file",
    "stream": "convexplorer.sources.network:open_network",
    "camera": "convexplorer.sources.cameras:CameraReader",
    "pad": "convexplorer.sources.pad:open_pad",
    "numbers": "convexplorer.sources.numbers:open_numbers",
    "pattern": "convexplorer.sources.patterns:open_pattern",
    "sample": "convexplorer.sources.samples:open_sample",
}


def open_reader(source: Source) -> Reader:
    """Open a source; raise `SourceError`, with a sentence for the user, if opening fails."""
    opener = SOURCES.get(source.kind)
    if opener is None:
        raise SourceError(f"There is no kind of source called “{source.kind}”; there are {', '.join(SOURCES)}.")
    module, name = opener.split(":")
    reader: Reader = getattr(import_module(module), name)(source)
    return reader
