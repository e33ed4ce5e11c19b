"""What cameras were set to, remembered by their names between two starts."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from convexplorer.gui.session.settings import Settings
from convexplorer.live.player import PlayerStatus
from convexplorer.model.project import Project
from convexplorer.sources.camera_options import completed
from convexplorer.sources.frame import Source

if TYPE_CHECKING:
    from convexplorer.sources.cameras import Camera

MAX_CAMERAS = 12

_KEY, _USED = "cameras", "camera"


def as_remembered(settings: Settings, source: Source) -> Source:
    """Return a camera with what it was set to last, as far as the source does not say otherwise; others unchanged."""
    if source.kind != "camera":
        return source
    from convexplorer.sources.cameras import name_of  # which loads OpenCV

    options = _all(settings).get(name_of(source.address), {})
    return completed(source, options) if isinstance(options, dict) else source


def note_used(settings: Settings, source: Source) -> None:
    """Remember which camera was opened last."""
    if source.kind == "camera":
        from convexplorer.sources.cameras import name_of

        settings.write(_USED, name_of(source.address))


def used_last(settings: Settings, cameras: "Sequence[Camera]") -> "Camera":
    """Return the camera that was opened last, if it is there; otherwise the first."""
    name = settings.read(_USED, "")
    return next((camera for camera in cameras if camera.name == name), cameras[0])


def remember(settings: Settings, new: Project, old: Project, status: PlayerStatus) -> None:
    """Remember the options of a camera after an edit or an undo that has changed nothing else.

    A project that is opened and looks through the same camera leaves the memory as it is.
    """
    source = new.source
    is_same = (source.kind, source.address) == (old.source.kind, old.source.address) == ("camera", source.address)
    if not is_same or source.options == old.source.options or new.layers is not old.layers:
        return
    cameras = _all(settings)
    name = _name(source, status)
    others = [(other, options) for other, options in cameras.items() if other != name]
    settings.write(_KEY, dict([*others, (name, dict(source.options))][-MAX_CAMERAS:]))


def _name(source: Source, status: PlayerStatus) -> str:
    """Return the camera's name; an open one has told it, and a list of all cameras may take a moment."""
    if status.info is not None and status.source is not None and status.source.address == source.address:
        return status.info.title
    from convexplorer.sources.cameras import name_of

    return name_of(source.address)


def _all(settings: Settings) -> dict[str, object]:
    found: dict[str, object] = settings.read(_KEY, {})
    return found
