"""Commands that open trained networks: files are read beside the window, and replace the layers in one step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from convexplorer.formats.errors import NetworkFileError
from convexplorer.gui.commands.reading import ask_for_network, read_beside
from convexplorer.gui.commands.shell import Shell
from convexplorer.gui.panels.maps_panel import GIVE_SIZE
from convexplorer.gui.session.network_reading import NetworkReading
from convexplorer.model import edits
from convexplorer.model.build import choose_input
from convexplorer.model.opening.opened import OpenedNetwork
from convexplorer.model.preprocessing import Preprocessing
from convexplorer.words import as_sentence, number, plain, times

if TYPE_CHECKING:
    from convexplorer.formats.tensor_file import TensorFile
    from convexplorer.model.layer import Layer
    from convexplorer.model.project import Project

    Opened = OpenedNetwork | TensorFile
    Action = tuple[str, Callable[[], None]]

SMALL = (240, 320)  # rows and columns
NAME_SUFFIXES = (".txt", ".names")
CLASS_FILES = "Names of classes (*.txt *.json *.csv *.names);;All files (*)"
NO_NETWORK = "No network has been opened in this window."


def open_network(window: Shell) -> None:
    """Ask for the file of a trained network, and open it."""
    path = ask_for_network(window, "Open network", "Trained networks")
    if path is not None:
        open_network_of(window, path)


def open_network_of(window: Shell, path: Path, names: Path | None = None) -> None:
    """Read the file of a network beside the window, and put its layers in place of the present ones.

    Reading can be cancelled; what is opened meanwhile takes the place of what is being read.

    Parameters
    ----------
    names : file with the names of its classes.
    """
    reading = NetworkReading(path, names)
    read_beside(window, reading, lambda: take(window, path, reading.opened, replaces=reading.sentence))


def open_class_names(window: Shell) -> None:
    """Ask for a file with the names of the classes, and name the scores after them."""
    text, _ = QFileDialog.getOpenFileName(window, "Class names", window.settings.last_folder, CLASS_FILES)
    if text:
        name_classes(window, Path(text))


def name_classes(window: Shell, path: Path) -> None:
    """Name the scores after the classes in a file, and say whether they fit."""
    from convexplorer.model.opening.class_names import read_class_names

    try:
        names = read_class_names(path)
    except NetworkFileError as error:
        window.say(str(error), kind="error")
        return
    window.settings.remember_folder(path)
    if window.context.commit(edits.set_class_names, names):
        count = _score_count(window)
        fits = count in (None, len(names))
        told = f"{len(names)} class name{'s' if len(names) > 1 else ''} from {plain(path.name)}."
        more = "" if fits else f" The last layer without places has {count} values: they keep their own names."
        window.say(f"{told}{more}", kind="good" if fits else "warning")


def takes_names_of(window: Shell, path: Path) -> bool:
    """Return True if a dropped text holds a name for each score that is there."""
    count = _score_count(window)
    if count is None or path.suffix.lower() not in NAME_SUFFIXES:
        return False
    from convexplorer.model.opening.class_names import read_class_names

    try:
        return len(read_class_names(path)) == count
    except NetworkFileError:
        return False


def _score_count(window: Shell) -> int | None:
    """Return the number of values of the last layer without places; None if there is none yet."""
    picture = window.bridge.picture
    shapes = [] if picture is None else [report.output_shape for report in picture.layers]
    return next((shape[0] for shape in reversed(shapes) if shape is not None and len(shape) == 1), None)


def show_preprocessing(window: Shell) -> None:
    """Show what becomes of the picture before the first layer, with the controls if they are hidden."""
    window.selection.show_input(True)
    if not window.controls.isVisibleTo(window):
        window.show_controls(True, is_chosen=True)


def toggle_small_input(window: Shell) -> None:
    """Compute at 320 × 240, whatever the source gives, or at the size of the source."""
    size = None if has_small_input(window) else SMALL
    as_chosen = _as_chosen(window.store.state)
    new = replace(window.store.state.preprocessing or as_chosen, size=size)
    # What only the size was set for goes with it.
    window.context.commit(edits.set_preprocessing, None if new == as_chosen else new)


def has_small_input(window: Shell) -> bool:
    """Return True if the layers get 320 × 240, whatever the source gives."""
    given = window.store.state.preprocessing
    return given is not None and given.size == SMALL


def why_not_small_input(window: Shell) -> str:
    """Return the reason why the layers cannot get 320 × 240, or ""."""
    given, picture = window.store.state.preprocessing, window.bridge.picture
    if given is not None and given.size not in (None, SMALL):
        return f"The network is computed at {times(given.size)}."
    if picture is not None and len(picture.frame.spatial) != 2:
        return "Only pictures of rows and columns have another size."
    if given is None and window.store.state.channels not in ("color", "luminance"):
        return "All colours or the luminance must be chosen: other channels have no size of their own."
    return ""


def _as_chosen(project: Project) -> Preprocessing:
    """Return the preprocessing that gives the layers what they get without one."""
    high = 255.0 if project.numbers == "stored" else 1.0
    return Preprocessing(order="grey" if project.channels == "luminance" else "rgb", high=high)


def take(window: Shell, path: Path, opened: Opened | None, *, replaces: str = "") -> None:
    """Put a network that has been read in place of the layers, or offer its weights where a file holds nothing else."""
    if isinstance(opened, OpenedNetwork):
        if window.context.commit(edits.replace_network, opened):
            window.settings.add_recent(str(path))
            show(window, path, opened, replaces=replaces)
    elif opened is not None:
        from convexplorer.gui.commands import tensor_files  # here: no start reads one

        tensor_files.offer(window, path, opened, replaces=replaces)


def show(window: Shell, path: Path, opened: OpenedNetwork, *, replaces: str = "") -> None:
    """Look at the first convolution of a network that is in place, and say what is not as in its file."""
    window.opened_network = path, opened
    layers = window.store.state.layers
    first = next((layer for layer in layers if layer.has_filters), layers[0])
    window.selection.select(layer=first.id, filter=0)
    more = ("About this network", partial(about, window))
    told = told_of(opened)
    if window.bridge.picture is None:  # at the start of the program, before the source has shown anything
        window.say(told, kind="good", actions=(more,), replaces=replaces, is_offer=True)
        window.bridge.picture_ready.connect(
            lambda _: _say_failure(window, opened, layers, more, replaces=told), Qt.ConnectionType.SingleShotConnection
        )
    elif not _say_failure(window, opened, layers, more, replaces=replaces):
        window.say(told, kind="good", actions=(more,), replaces=replaces, is_offer=True)


def _say_failure(
    window: Shell, opened: OpenedNetwork, layers: tuple[Layer, ...], more: Action, *, replaces: str
) -> bool:
    """Say which layers of a network cannot be computed of this source, with the step that helps; False if all can."""
    from convexplorer.results.failures import failure_of

    picture, state = window.bridge.picture, window.store.state
    if picture is None or state.layers is not layers:
        return False
    shape = choose_input(picture.frame, state.channels, state.numbers, state.preprocessing)[0].shape
    failure = failure_of(state.layers, shape)
    if failure is None:
        return False
    size = (GIVE_SIZE, partial(show_preprocessing, window))
    text = f"{opened_words(opened)}, {failure.count} of which cannot be computed. {failure.title}: {failure.reason}"
    window.say(text, kind="warning", actions=(size, more) if failure.is_of_size else (more,), replaces=replaces)
    return True


def told_of(opened: OpenedNetwork) -> str:
    """Return what a network is, and the first of what is not as in its file, in a line."""
    notes = [as_sentence(note) for note in opened.notes]
    more = f" {len(notes) - 1} more note{'s' if len(notes) > 2 else ''}." if len(notes) > 1 else ""
    return f"{opened_words(opened)}. {''.join(notes[:1])}{more}".strip()


def opened_words(opened: OpenedNetwork) -> str:
    """Return the name of a network and the number of its layers."""
    count = len(opened.layers)
    return f"Opened {plain(opened.title)}: {count} layer{'s' if count > 1 else ''}"


def about(window: Shell) -> None:
    """Show what is known of the network that was opened last."""
    if window.opened_network is not None:
        from convexplorer.gui.widgets.text_sheet import TextSheet

        path, opened = window.opened_network
        TextSheet(window, plain(opened.title), described(path, opened)).open()


def why_not_about(window: Shell) -> str:
    """Return the reason why nothing is known of a network, or ""."""
    return "" if window.opened_network is not None else NO_NETWORK


def described(path: Path, opened: OpenedNetwork) -> str:
    """Return all that is known of a network, line by line."""
    lines = [f"File: {plain(str(path))}", f"Layers: {len(opened.layers)}"]
    if opened.preprocessing is not None:
        lines.append(f"Input: {input_words(opened.preprocessing)}")
    if opened.class_names:
        shown = ", ".join(opened.class_names[:5])
        lines.append(f"Classes: {len(opened.class_names)}: {plain(shown)}{', …' * (len(opened.class_names) > 5)}")
    notes = [f"• {plain(as_sentence(note), 1000)}" for note in opened.notes]
    return "\n".join([*lines, *(["", "Notes:", *notes] if notes else [])])


def input_words(given: Preprocessing) -> str:
    """Return what a network was trained on.

    Examples
    --------
    >>> from convexplorer.model.preprocessing import Preprocessing
    >>> input_words(Preprocessing((28, 28), order="grey", mean=(0.1307,), deviation=(0.3081,)))
    '28 × 28 (crop), grey, 0 … 1, mean 0.1307, deviation 0.3081'
    """
    size = "any size" if given.size is None else f"{times(given.size)} ({given.fit})"
    parts = [size, given.order if given.order == "grey" else given.order.upper()]
    parts.append(f"{number(given.low)} … {number(given.high)}")
    if any(given.mean):
        parts.append(f"mean {', '.join(map(number, given.mean))}")
    if any(one != 1 for one in given.deviation):
        parts.append(f"deviation {', '.join(map(number, given.deviation))}")
    return ", ".join(parts)
