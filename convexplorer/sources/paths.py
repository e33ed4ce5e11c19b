"""Paths: checks before opening, lists of paths as text, and sentences for failures."""

import json
import os
import stat
from collections.abc import Iterable
from pathlib import Path

from convexplorer.sources.frame import SourceError

IMAGE_SUFFIXES = frozenset(
    (
        ".png",
        ".apng",
        ".jpg",
        ".jpeg",
        ".jpe",
        ".jfif",
        ".mpo",
        ".tif",
        ".tiff",
        ".webp",
        ".avif",
        ".avifs",
        ".bmp",
        ".dib",
        ".gif",
        ".ico",
        ".tga",
        ".qoi",
        ".ppm",
        ".pgm",
        ".pbm",
        ".pnm",
        ".pam",
        ".pfm",
        ".hdr",
        ".pic",
        ".jp2",
        ".j2k",
        ".j2c",
        ".jpc",
        ".jpx",
        ".jpf",
        ".npy",
        ".npz",
    )
)
VIDEO_SUFFIXES = frozenset(
    (
        ".mp4",
        ".m4v",
        ".mov",
        ".3gp",
        ".3g2",
        ".avi",
        ".mkv",
        ".webm",
        ".ogv",
        ".mpg",
        ".mpeg",
        ".mpe",
        ".m1v",
        ".m2v",
        ".vob",
        ".ts",
        ".m2ts",
        ".mts",
        ".mxf",
        ".asf",
        ".wmv",
        ".flv",
        ".mjpeg",
        ".mjpg",
        ".264",
        ".h264",
        ".265",
        ".h265",
        ".hevc",
        ".y4m",
    )
)
# Text of which only the name tells that it holds numbers; in a folder of pictures such files are notes.
TABLE_SUFFIXES = (".csv", ".tsv", ".txt")


def readable_file(address: str | Path) -> Path:
    """Return the path of a readable, non-empty file; raise `SourceError` otherwise."""
    path = expanded(address)
    try:
        if path.is_dir():
            raise SourceError(f"{path.name or path} is a folder, not a file.")
        # Before it is opened: opening a pipe blocks until another program writes into it.
        if not stat.S_ISREG(path.stat().st_mode):
            raise SourceError(f"{path.name} is no ordinary file but {special_kind(path.stat().st_mode)}.")
        with path.open("rb") as file:
            if not file.read(1):
                raise SourceError(f"{path.name} is empty: it has 0 bytes.")
    except (OSError, ValueError) as error:
        if isinstance(error, SourceError):
            raise
        raise SourceError(refusal(path, error)) from error
    return path


def listed_address(paths: Iterable[str]) -> str:
    """Return the address of a list of files: one path per line, or JSON if a name contains a line break."""
    texts = list(paths)
    if any("\n" in text for text in texts):
        return json.dumps(texts, ensure_ascii=False)
    return "\n".join(texts)


def listed_files(address: str) -> list[str]:
    """Return the paths in the address of a list of files, without empty lines."""
    if address.startswith('["'):
        try:
            texts = json.loads(address)
        except ValueError:
            texts = None
        if isinstance(texts, list) and all(isinstance(text, str) for text in texts):
            return texts
    return [line for line in address.split("\n") if line.strip()]


def expanded(address: str | Path) -> Path:
    """Return a path with "~" replaced by the home folder; the path of an unknown user is unchanged."""
    return Path(os.path.expanduser(address))  # Path.expanduser raises for an unknown user


def refusal(path: Path, error: Exception) -> str:
    """Return a sentence with the system's reason for refusing a file or folder."""
    if isinstance(error, FileNotFoundError):
        folder = path.absolute().parent
        where = f"in {folder}" if folder.is_dir() else f"because the folder {folder} does not exist"
        return f"{path.name} is not there ({where})."
    if isinstance(error, PermissionError):
        return f"{path.name} may not be read: you have no permission for it."
    reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)
    return f"{path.name} cannot be read: {reason}."


def special_kind(mode: int) -> str:
    """Return what a file of this mode is that is no ordinary file."""
    if stat.S_ISFIFO(mode):
        return "a pipe"
    return "a socket" if stat.S_ISSOCK(mode) else "a device"
