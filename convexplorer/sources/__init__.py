"""Sources of frames: files, folders, videos, streams, cameras, test patterns and samples.

A `Source` is a description; `open_reader` opens the source; the `Reader` returns `Frame`s. The table `SOURCES` holds
every kind.
"""

from convexplorer.sources.address import describe_source, from_paths, parse, to_text
from convexplorer.sources.frame import Frame, Option, Reader, Samples, Source, SourceError, SourceInfo
from convexplorer.sources.image import open_image
from convexplorer.sources.kinds import SOURCES, open_reader
from convexplorer.sources.paths import IMAGE_SUFFIXES, VIDEO_SUFFIXES

__all__ = [
    "IMAGE_SUFFIXES",
    "SOURCES",
    "VIDEO_SUFFIXES",
    "Frame",
    "Option",
    "Reader",
    "Samples",
    "Source",
    "SourceError",
    "SourceInfo",
    "describe_source",
    "from_paths",
    "open_image",
    "open_reader",
    "parse",
    "to_text",
]
