"""Nothing of Qt is left for Python's garbage collector: what has ended is gone at once, in the main thread.

The collector runs in whichever thread happens to allocate. A widget, timer, painter, picture or icon that only a ring
of references kept alive would be destroyed there, and Qt allows that in the main thread alone. So after each kind of
action, with automatic collection off, a collection must find nothing of Qt.
"""

import gc
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QInputDialog, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import Shiboken

from convexplorer.core.kinds import KINDS
from convexplorer.gui.canvas.pictures.pane import PicturePane
from convexplorer.gui.panels.explanation_panel.pages import PAGES
from convexplorer.gui.panels.ribbon import action_name
from convexplorer.gui.widgets.overlay import Overlay
from convexplorer.gui.widgets.step_card import StepCard
from convexplorer.gui.window.actions import ACTIONS
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.model.default import default_project
from convexplorer.sources import parse
from tests.benchmarks.soak import Hand
from tests.gui.conftest import newest_picture

Act = Callable[[MainWindow, QtBot], object]
UNSUITED = {"quit", "record", "open-camera"}  # the first is an action of its own below; the others need an answer
EDITS = 40


def command(name: str) -> Act:
    """Return the act of giving a command."""
    return lambda window, _qtbot: window.actions_by_name[name].trigger()


def edit_at_random(window: MainWindow, qtbot: QtBot) -> None:
    """Edit as a person who never rests."""
    hand = Hand(window, seed=7)
    for _ in range(EDITS):
        hand.move()
        QApplication.processEvents()
    newest_picture(window, qtbot)


def build_with_every_kind(window: MainWindow, qtbot: QtBot) -> None:
    """Add a layer of each kind and look at its form, then take all back."""
    for kind in KINDS:
        window.actions_by_name[f"add-{action_name(kind)}"].trigger()
        QApplication.processEvents()
    newest_picture(window, qtbot)
    while window.store.can_undo:
        window.store.undo()
    newest_picture(window, qtbot)


def explain(window: MainWindow, qtbot: QtBot) -> None:
    """Pin a value, turn all pages, and enlarge each."""
    window.show_explanation(True)
    window.selection.hold((10.5, 12.5))
    for page in PAGES:
        window.explanation_panel.show_page(page)
        QApplication.processEvents()
        window.show_lens()
        QApplication.processEvents()
        close_all(window)
    window.selection.hold(None)
    newest_picture(window, qtbot)


def ask_for_menus(window: MainWindow, _qtbot: QtBot) -> None:
    """Open the menus of all cards and panels."""
    for widget in [window.filter_panel, window.input_panel, window.maps_panel, *window.findChildren(StepCard)]:
        for part in [widget, *widget.findChildren(QWidget)]:
            is_pane = isinstance(part, PicturePane) and part.isVisible()
            if is_pane or part.contextMenuPolicy() == part.contextMenuPolicy().CustomContextMenu:
                middle = part.rect().center()
                reason = QContextMenuEvent.Reason.Mouse
                QApplication.sendEvent(part, QContextMenuEvent(reason, middle, part.mapToGlobal(middle)))
                close_all(window)


ACTS: dict[str, Act] = {
    **{name: command(name) for name in ACTIONS if name not in UNSUITED},
    "edits": edit_at_random,
    "kinds": build_with_every_kind,
    "explanation": explain,
    "menus": ask_for_menus,
}


def close_all(window: MainWindow) -> None:
    """Close what lies over the window, as a user does, and let it end."""
    while (popup := QApplication.activePopupWidget()) is not None:
        popup.close()
    for over in window.findChildren(Overlay) + window.findChildren(QDialog):
        if over.isVisible():
            over.close()
    end_deleted()


def end_deleted() -> None:
    """Delete what was to be deleted later."""
    QApplication.processEvents()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def garbage_of_qt() -> Counter[str]:
    """Collect, and return the names of Qt's types in the garbage."""
    gc.set_debug(gc.DEBUG_SAVEALL)
    gc.collect()
    gc.set_debug(0)
    found = [type(one).__name__ for one in gc.garbage if isinstance(one, Shiboken.Object)]
    gc.garbage.clear()
    return Counter(found)


@pytest.fixture(autouse=True)
def _collect_by_hand() -> Iterator[None]:
    """Switch automatic collection off, and let collections pass over what was there before."""
    gc.collect()
    gc.disable()
    yield
    gc.unfreeze()
    gc.enable()


@pytest.fixture(autouse=True)
def _nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, answer in (
        ("getOpenFileName", ("", "")),
        ("getOpenFileNames", ([], "")),
        ("getSaveFileName", ("", "")),
        ("getExistingDirectory", ""),
    ):
        monkeypatch.setattr(QFileDialog, name, staticmethod(lambda *_, answer=answer, **__: answer))
    monkeypatch.setattr(QInputDialog, "getText", staticmethod(lambda *_, **__: ("", False)))


@pytest.mark.own_window
def test_an_action_leaves_nothing_of_qt_to_the_collector(window, qtbot):
    found = {}
    garbage_of_qt()
    gc.freeze()

    for name, act in ACTS.items():
        act(window, qtbot)
        close_all(window)
        if garbage := garbage_of_qt():
            found[name] = dict(garbage)

    assert found == {}


@pytest.mark.own_window
def test_a_window_that_is_deleted_leaves_nothing_of_qt_to_the_collector(open_window, photo, qtbot):
    window = open_window(default_project(parse(str(photo))))
    for act in (edit_at_random, explain, command("palette")):
        act(window, qtbot)
    window.store.mark_saved()
    garbage_of_qt()

    window.close()
    window.deleteLater()
    del window
    end_deleted()

    assert garbage_of_qt() == {}
