"""Commands that compare the network with another one: of a file, or as it was saved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from convexplorer.gui.commands.comparing import NOTHING_KEPT
from convexplorer.gui.commands.reading import ask_for_network, read_beside
from convexplorer.gui.commands.shell import Shell
from convexplorer.gui.session.reference_reading import ReferenceReading
from convexplorer.model.project import Project
from convexplorer.model.storage import files as project_files
from convexplorer.model.view import SELECTED, Reference, Shown, Side
from convexplorer.words import plain

NO_FILE = "This project has no file yet."
NO_PICTURE = "There is no picture yet to compare both on."
TABLE = "Differences of all layers"


def compare_file(window: Shell) -> None:
    """Ask for the file of a network, of weights or of a project, and compare all layers with it."""
    path = ask_for_network(window, "Compare with", "Networks, weights, projects", project_files.SUFFIX)
    if path is not None:
        compare_with(window, path)


def compare_with(window: Shell, path: Path) -> None:
    """Read a file beside the window, and compare all layers with it; the layers of now stay."""
    picture = window.bridge.picture
    shape = None if picture is None or picture.evaluation is None else picture.evaluation.image.shape
    reading = ReferenceReading(path, window.store.state, shape)

    def compare() -> None:
        if reading.project is not None:
            take(window, reading.project, reading.name, note=reading.note, replaces=reading.sentence)

    read_beside(window, reading, compare, said=(OSError, ValueError))


def compare_saved(window: Shell) -> None:
    """Compare all layers with those in the project's file."""
    document = window.store.document
    if document.path is not None and document.saved is not None:
        take(window, document.saved, f"{plain(document.path.name)} as saved")


def why_not_compare_saved(window: Shell) -> str:
    """Return the reason why there is no saved file to compare with, or ""."""
    document = window.store.document
    return NO_FILE if document.path is None or document.saved is None else why_not_compare_file(window)


def why_not_compare_file(window: Shell) -> str:
    """Return the reason why nothing can be compared, or ""."""
    return NO_PICTURE if window.bridge.picture is None else ""


def take(window: Shell, project: Project, title: str, *, note: str = "", replaces: str = "") -> None:
    """Make a network the reference, and show how far all layers differ from it."""
    picture = window.bridge.picture
    if picture is None:
        return
    reference = Reference(picture.frame, project, title=title)
    sides = (Side("settings"), SELECTED)
    window.selection.select(reference=reference, sides=sides, mode="network", shown="difference")
    count = len(project.layers)
    words = f"The reference is {title}: {count} layer{'' if count == 1 else 's'}. {note}".strip()
    window.say(words, kind="good", actions=((TABLE, window.show_differences),), replaces=replaces, is_offer=True)
    window.maps_panel.take_focus()


def show_differences(window: Shell) -> None:
    """Show how far each layer differs from the reference, in a window beside; again to close it."""
    if window.differences is not None:
        window.differences.close()
    elif window.selection.view.reference is not None:
        window.show_differences()


def shows_differences(window: Shell) -> bool:
    """Return True if the window with the differences is open."""
    return window.differences is not None


def why_no_reference(window: Shell) -> str:
    """Return the reason why there is nothing to differ from, or ""."""
    return "" if window.selection.view.reference is not None else NOTHING_KEPT


def show(shown: Shown) -> Callable[[Shell], None]:
    """Return the command that shows one side of the comparison on the cards of the network."""

    def run(window: Shell) -> None:
        window.selection.select(mode="network", shown=shown)

    return run


def shows(shown: Shown) -> Callable[[Shell], bool]:
    """Return what tells whether this side is shown."""
    return lambda window: window.selection.view.mode == "network" and window.selection.view.shown == shown
