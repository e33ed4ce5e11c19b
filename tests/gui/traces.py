"""All that can be told of a window, as plain values: to see whether a used one is as a new one."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QMenu, QStackedWidget, QWidget
from pytestqt.qtbot import QtBot

from convexplorer.gui.panels.explanation_panel.matrix_page import MatrixPage
from convexplorer.gui.panels.explanation_panel.shift_page import ShiftPage
from convexplorer.gui.panels.explanation_panel.study_page import StudyPage
from convexplorer.gui.panels.status_panel import StatusPanel
from convexplorer.gui.widgets.elided_label import ElidedLabel
from convexplorer.gui.widgets.histogram_view import Histogram
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.results.picture import Picture
from convexplorer.results.shifting import Shift

Traces = dict[str, object]

# Of Qt's properties those that a person sees or that a command changes.
SHOWN = (
    "enabled", "text", "placeholderText", "value", "minimum", "maximum", "checked", "currentIndex", "currentText",
    "count", "toolTip", "accessibleName", "windowTitle", "title", "readOnly", "role",
)  # fmt: skip
# What counts on for ever or follows the clock says nothing about what is shown.
UNTOLD = {
    "_stroke",
    "_stamps",
    "_shown_filter",
    "_shown_at_s",
    "_dropped",
    "_dropped_before",
    "_has_time",
    "_is_running",
    "_reports",
    "_marks",
    "_divided_for",
    "_designed",
    "_width_of_cards",
    "_widest",
    "_awaited",
}
ATOMS = frozenset({type(None), bool, int, float, str})
SOON_MS = 250  # panels that skip results show the newest one within this time
DURATION = re.compile(r"[\d.]+ ms")
NOTHING = object()


def traces_of(window: MainWindow) -> Traces:
    """Return what a window and all that it consists of show and remember, by the place of each part."""
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # what waits for its end is not there any more
    assert window.explanation_panel.page is not None  # what nobody has seen is explained only now
    source, known = window.store.state.source, dict[int, object]()
    traces: Traces = {
        "focus": (_name_of(window.focusWidget()), window.isActiveWindow()),
        "history": (window.store.can_undo, window.store.can_redo, window.store.is_modified),
        "state": plain(window.store.state),
        "view": plain(window.selection.view),
        "camera": (window.viewport.zoom, window.viewport.center, window.viewport.extent),
        "remembered": (tuple(window.settings.recent), window.settings.read("light_paper", True)),
        "film": plain(window.explanation_panel.film.film),
        "races": window.bridge.spare_time.records.is_on,
        "work": (
            window.store.document.path,
            window.recording is None,
            not window.sendings,
            window.film_export is None,
            window.large_view() is None,
        ),
        "window": (window.windowState(), window.scale),
        "studied": [  # a page that was made meanwhile is as one that is not made yet
            plain((page._look, page._source))
            for page in window.findChildren(StudyPage)
            if (page._look, page._source) != (type(page._look)(), "")
        ],
        "shifts": [page.shift for page in window.findChildren(ShiftPage) if page.shift != Shift()],
        "matrices": [page.form for page in window.findChildren(MatrixPage) if page.form != "columns"],
        "actions": {name: _told_of(action, known) for name, action in window.actions_by_name.items()},
    }
    _collect(window, "window", traces, known)
    # The pictures of two tests lie in folders of their own.
    folder = str(Path(source.address).parent)
    return {key: _without(value, folder) for key, value in traces.items()}


def settled_traces(window: MainWindow, qtbot: QtBot) -> Traces:
    """Return the traces of a window whose layouts have come to rest, and whose panels have shown the newest result."""
    seen: list[Traces] = [{}]

    def is_at_rest() -> bool:
        seen.append(traces_of(window))
        return seen[-1] == seen[-2] and not is_to_show_more(window)

    qtbot.waitUntil(is_at_rest, timeout=20_000)
    return seen[-1]


def is_to_show_more(window: MainWindow) -> bool:
    """Tell whether a part of a window has put off for a moment what it is going to show."""
    timers = window.findChildren(QTimer)
    return any(timer.isSingleShot() and 0 <= timer.remainingTime() <= SOON_MS for timer in timers)


def differences(one: Mapping[str, object], other: Mapping[str, object]) -> dict[str, object]:
    """Return where two windows differ, with both values."""
    found: dict[str, object] = {}
    for key in sorted(one.keys() | other.keys()):
        mine, others = one.get(key, "not there"), other.get(key, "not there")
        if isinstance(mine, dict) and isinstance(others, dict) and mine != others:
            found[key] = differences(mine, others)
        elif mine != others:
            found[key] = (mine, others)
    return found


def plain(value: object, known: dict[int, object] | None = None) -> object:
    """Return a value that can be compared, made of numbers, texts and tuples; `NOTHING` for one that is none.

    `known` remembers what dataclasses are as plain values, by identity: many parts of a window hold the same project.
    """
    if type(value) in ATOMS:
        return value
    if isinstance(value, Picture):
        return NOTHING  # it holds how long it took
    if isinstance(value, Path | Enum | bool | int | float | str):
        return value
    if isinstance(value, np.ndarray):
        return (value.shape, value.tobytes())
    if isinstance(value, tuple | frozenset | set | list):
        parts = tuple(plain(part, known) for part in value)
        return NOTHING if NOTHING in parts else parts if isinstance(value, tuple | list) else frozenset(parts)
    if isinstance(value, Mapping):
        return plain(tuple(value.items()), known)
    if is_dataclass(value) and not isinstance(value, type):
        if known is not None and id(value) in known:
            return known[id(value)]
        parts = (type(value).__name__, *(getattr(value, field.name) for field in fields(value)))
        found = plain(parts, known)
        if known is not None:
            known[id(value)] = found
        return found
    return NOTHING


def _collect(owner: QObject, place: str, traces: Traces, known: dict[int, object]) -> None:
    """Tell of an object and of all below it."""
    traces[place] = _told_of(owner, known)
    numbers: Counter[str] = Counter()
    for child in owner.children():
        if not isinstance(child, QWidget | QTimer) or isinstance(child, QMenu | Histogram):
            continue  # a menu is filled when it opens, a plot when there is time for it
        if isinstance(child, QWidget) and child.isHidden():
            continue  # what it holds is set anew when it is shown
        name = type(child).__name__
        numbers[name] += 1
        _collect(child, f"{place} › {name} {numbers[name]}", traces, known)


def _told_of(owner: QObject, known: dict[int, object]) -> dict[str, object]:
    told = {name: value for name in SHOWN if (value := owner.property(name)) is not None}
    if isinstance(owner, ElidedLabel):
        del told["toolTip"]  # which repeats the text where that has no room
    if isinstance(owner, QStackedWidget):
        told = {}  # pages are made on demand
    if isinstance(owner, QWidget):
        told["is hidden"] = owner.isHidden()
        if owner.isVisible() and not isinstance(owner.parent(), QAbstractSpinBox | StatusPanel):
            told["geometry"] = owner.geometry().getRect()
    if isinstance(owner, QTimer):
        told["is running"] = owner.isActive() and not owner.isSingleShot()
    for name, value in vars(owner).items():
        kept = NOTHING if name in UNTOLD else plain(value, known)
        if kept is not NOTHING and kept is not None:  # nothing is as good as an object that is made on demand
            told[f".{name}"] = kept
    return told


def _name_of(widget: QWidget | None) -> str:
    return "" if widget is None else f"{type(widget).__name__} {widget.accessibleName()}"


def _without(value: object, folder: str) -> object:
    """Return a value with the folder of the test's pictures, and how long something took, left out of all texts."""
    if isinstance(value, str):
        return DURATION.sub("… ms", value.replace(folder, "…"))
    if isinstance(value, dict):
        return {key: _without(part, folder) for key, part in value.items()}
    if isinstance(value, tuple):
        return tuple(_without(part, folder) for part in value)
    return value
