"""A session in a picture: a PNG file that shows the work and holds it, with what was selected in it.

The text in the picture has three lines: a head in JSON, then in Base64 the contents of a project file, and those of the
source, if it is a small picture: whoever gets the file may not have it. Nothing in it is executed.
"""

import base64
import binascii
import json
import math
import os
from pathlib import Path
from typing import Any, get_args

from convexplorer._dataclass import dataclass
from convexplorer.model.project import Project
from convexplorer.model.storage.documents import ProjectError
from convexplorer.model.storage.files import from_bytes, to_bytes, write_bytes
from convexplorer.model.storage.png_text import SIGNATURE, PngTextError, find_text, with_text
from convexplorer.model.storage.tensors import is_container
from convexplorer.model.view import Favourite, Mode
from convexplorer.sources.pad import PAD, Stroke
from convexplorer.words import bytes_text

FORMAT = 1
KEYWORD = "convexplorer"
MOST_PROJECT_BYTES = 32_000_000  # with all weights
MOST_TEXT_BYTES = 4_000_000  # of a project without large arrays: as text its numbers take much more memory than bytes
MOST_PICTURE_BYTES = 8_000_000
_MOST_HEAD = 100_000  # characters, with what was drawn: some six thousand points
_MOST_FAVOURITES = 64
_MOST_AWAY = 10.0  # of a point of a stroke, in sides of the pad: the mouse may leave it
_MOST_BYTES = 64_000_000  # of all lines
_MOST_AXES = 8


class SessionError(ValueError):
    """A session cannot be written or read; the message is a sentence."""


@dataclass(frozen=True)
class Selected:
    """What was selected: all that a project does not hold, but the eye was on.

    Attributes
    ----------
    layer, filter, mode : as in `View`.
    pin : the pinned place of the picture, () without one.
    is_input_shown : the card of the picture was chosen.
    favourites : maps that are kept in sight, as in `View`.
    """

    layer: str = ""
    filter: int = 0
    mode: Mode = "bank"
    pin: tuple[float, ...] = ()
    is_input_shown: bool = False
    favourites: tuple[Favourite, ...] = ()


@dataclass(frozen=True, eq=False)
class Session:
    """Work as it was: a project, what was selected, and the source's own file where it is small.

    Attributes
    ----------
    picture : contents of the source's file; b"" where the source is none, or too large.
    strokes : what was drawn, where the source is a pad.
    """

    project: Project
    selected: Selected = Selected()
    picture: bytes = b""
    strokes: tuple[Stroke, ...] = ()


def session_of(project: Project, selected: Selected) -> Session:
    """Return the session of a project, with the picture that it looks at if this is a small file, or a drawing."""
    return Session(project, selected, _picture_of(project), PAD.strokes if project.source.kind == "pad" else ())


def save_session(path: Path, png: bytes, session: Session) -> None:
    """Write a picture that holds a session, whole or not at all.

    Raises
    ------
    SessionError : the project is too large for a picture.
    ProjectError : the file cannot be written.
    """
    write_bytes(path, with_text(png, KEYWORD, _text_of(session, path.parent)))


def load_session(path: str | os.PathLike[str]) -> Session | None:
    """Return the session in a picture; None if it holds none, or is no PNG picture.

    Raises
    ------
    SessionError : it holds one that cannot be read.
    """
    source = Path(path)
    try:
        if not source.is_file():
            return None
        with source.open("rb") as file:
            text = find_text(file, KEYWORD, _MOST_BYTES)
    except PngTextError as error:
        raise SessionError(f"the session in {source.name} cannot be read: {error}") from None
    except (OSError, ValueError):  # who opens the picture says so
        return None
    if text is None:
        return None
    try:
        return _session_from(text, source.absolute().parent)
    except (ProjectError, SessionError) as error:
        raise SessionError(f"the session in {source.name} cannot be read: {str(error).rstrip('.')}") from None


def is_png(path: str | os.PathLike[str]) -> bool:
    """Return whether a file begins as a PNG picture does, which may hold a session."""
    try:
        with open(path, "rb") as file:
            return file.read(len(SIGNATURE)) == SIGNATURE
    except (OSError, ValueError):
        return False


def _text_of(session: Session, folder: Path) -> str:
    content = to_bytes(session.project, folder=folder)
    most = MOST_PROJECT_BYTES if is_container(content) else MOST_TEXT_BYTES
    if len(content) > most:
        raise SessionError(
            f"The project has {bytes_text(len(content))}, a picture holds up to {bytes_text(most)}: save it as a file."
        )
    selected = session.selected
    head = {
        "format": FORMAT,
        "layer": selected.layer,
        "filter": selected.filter,
        "mode": selected.mode,
        "pin": list(selected.pin),
        "is_input_shown": selected.is_input_shown,
    }
    more = {
        "favourites": [[one.layer, one.map] for one in selected.favourites[:_MOST_FAVOURITES]],
        "strokes": [_stroke_text(stroke) for stroke in session.strokes],
    }
    for name, kept in more.items():
        if kept and len(json.dumps(head | {name: kept})) <= _MOST_HEAD:  # what is longer stays behind, the work is kept
            head[name] = kept
    parts = (base64.b64encode(part).decode("ascii") for part in (content, session.picture))
    return "\n".join((json.dumps(head), *parts))


def _session_from(text: str, folder: Path) -> Session:
    lines = text.split("\n", 3)
    if len(lines) < 3 or len(lines[0]) > _MOST_HEAD:
        raise SessionError("it is none of this program")
    head = _head_from(lines[0])
    content = _decoded(lines[1], MOST_PROJECT_BYTES)
    if not is_container(content) and len(content) > MOST_TEXT_BYTES:
        raise SessionError(f"its project has more than {bytes_text(MOST_TEXT_BYTES)} of text")
    project, picture = from_bytes(content, folder=folder), _decoded(lines[2], MOST_PICTURE_BYTES)
    return Session(project, _selected_from(head), picture, _strokes_from(head.get("strokes")))


def _head_from(text: str) -> dict[str, Any]:
    try:
        head = json.loads(text)
    except (ValueError, RecursionError):
        raise SessionError("its head is no JSON text") from None
    if not isinstance(head, dict) or type(head.get("format")) is not int:
        raise SessionError("it does not tell its format")
    if head["format"] > FORMAT:
        raise SessionError(f"it has format {head['format']}, of a newer version of this program than format {FORMAT}")
    return head


def _selected_from(head: dict[str, Any]) -> Selected:
    return Selected(
        layer=_value(head, "layer", str, ""),
        filter=max(_value(head, "filter", int, 0), 0),
        mode=_mode(head.get("mode")),
        pin=_pin(head.get("pin")),
        is_input_shown=_value(head, "is_input_shown", bool, False),
        favourites=_favourites(head.get("favourites")),
    )


def _value(head: dict[str, Any], name: str, kind: type, default: Any) -> Any:
    """Return what the head says, or the default: what was selected is no reason to refuse the work."""
    value = head.get(name)
    return value if type(value) is kind else default


def _mode(value: object) -> Mode:
    return next((mode for mode in get_args(Mode) if mode == value), "bank")


def _pin(value: object) -> tuple[float, ...]:
    if not isinstance(value, list) or len(value) > _MOST_AXES:
        return ()
    are_numbers = all(type(at) in (int, float) and abs(at) < 1e9 and math.isfinite(at) for at in value)
    return tuple(float(at) for at in value) if are_numbers else ()


def _favourites(value: object) -> tuple[Favourite, ...]:
    if not isinstance(value, list) or len(value) > _MOST_FAVOURITES:
        return ()
    are_pairs = all(
        isinstance(one, list) and [type(part) for part in one] == [str, int] and one[1] >= 0 for one in value
    )
    return tuple(dict.fromkeys(Favourite(layer, number) for layer, number in value)) if are_pairs else ()


def _stroke_text(stroke: Stroke) -> list[Any]:
    """Return a stroke as its width and its points; four digits are finer than any pad's cells."""
    return [round(stroke.width, 4), [[round(row, 4), round(column, 4)] for row, column in stroke.points]]


def _strokes_from(value: object) -> tuple[Stroke, ...]:
    """Return what was drawn; nothing if any of it is no stroke."""
    try:
        found = [(width, tuple((row, column) for row, column in points)) for width, points in value]  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        return ()
    if not all(_is_stroke(width, points) for width, points in found):
        return ()
    return tuple(
        Stroke(tuple((float(row), float(column)) for row, column in points), float(width)) for width, points in found
    )


def _is_stroke(width: object, points: tuple[tuple[object, object], ...]) -> bool:
    numbers = (width, *(at for point in points for at in point))
    are_numbers = all(type(at) in (int, float) and abs(at) <= _MOST_AWAY for at in numbers)  # type: ignore[arg-type]
    return bool(points) and are_numbers and 0 < width <= 1  # type: ignore[operator]


def _decoded(line: str, most_bytes: int) -> bytes:
    try:
        content = base64.b64decode(line, validate=True)
    except (binascii.Error, ValueError):
        raise SessionError("it is damaged: its contents are no Base64") from None
    if len(content) > most_bytes:
        raise SessionError(f"it holds {bytes_text(len(content))} where {bytes_text(most_bytes)} are read at most")
    return content


def _picture_of(project: Project) -> bytes:
    """Return the contents of the source's file, if it is a small picture, and is there."""
    if project.source.kind != "image":
        return b""
    path = Path(project.source.address)
    try:
        if not path.is_file() or path.stat().st_size > MOST_PICTURE_BYTES:
            return b""
        with path.open("rb") as file:
            content = file.read(MOST_PICTURE_BYTES + 1)
    except (OSError, ValueError):
        return b""
    return content if len(content) <= MOST_PICTURE_BYTES else b""
