"""One window for the tests of a file: opening one takes longer than most of what is tested in it.

Between two tests it is put back, and compared with what it was when it was new. A window that does not come back
(because of another scale, or of something that a new panel leaves behind) is closed, and the test gets a new one.
"""

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

from PySide6.QtCore import QEvent, QEventLoop, Qt
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.exceptions import TimeoutError as WaitedInVain
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from convexplorer.gui.canvas.comparison.compare import CompareView
from convexplorer.gui.canvas.pictures.image_canvas import ImageCanvas
from convexplorer.gui.canvas.pictures.tile_grid import TileGrid
from convexplorer.gui.commands import reading
from convexplorer.gui.film.player import FilmPlayer
from convexplorer.gui.look import theme
from convexplorer.gui.panels.explanation_panel.gradient_page import GradientPage
from convexplorer.gui.panels.explanation_panel.matrix_page import MatrixPage
from convexplorer.gui.panels.explanation_panel.shift_page import ShiftPage
from convexplorer.gui.panels.explanation_panel.study_page import StudyPage
from convexplorer.gui.panels.parameters_panel.side_fields import SideFields
from convexplorer.gui.session.settings import Settings
from convexplorer.gui.widgets.message_bar import MessageBar
from convexplorer.gui.widgets.overlay import Overlay
from convexplorer.gui.widgets.pair_spin import PairSpin
from convexplorer.gui.window.keeping_up import KeepingUp
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.model.project import Project
from convexplorer.model.store import Document
from convexplorer.model.view import View
from convexplorer.results.film import Film
from convexplorer.results.shifting import Shift
from convexplorer.sources.pad import PAD, PEN
from tests.gui.traces import Traces, differences, settled_traces, traces_of

SIZE = (1280, 800)
SETTLE_MS = 1000  # a window that is not as before by then will not be


class SharedWindow:
    """Lends a window to one test after the other.

    Attributes
    ----------
    given_up : for each window that did not come back, what differed from a new one.
    """

    def __init__(self) -> None:
        self.given_up: list[Mapping[str, object]] = []
        self._window: MainWindow | None = None
        self._new: Traces = {}

    def lend(self, project: Project, qtbot: QtBot) -> MainWindow:
        """Return a window on a project, as a new one would be."""
        if self._window is not None and not self._is_put_back(self._window, project, qtbot):
            self.close()
        if self._window is None:
            self._window = open_and_show(project, qtbot)
            self._new = settled_traces(self._window, qtbot)
        return self._window

    def rest(self) -> None:
        """End what is under way after a test, so that the next one hears nothing of it."""
        if self._window is None:
            return
        if self._window.isVisible():
            end_all(self._window)
            self._window.hide()
        else:
            self.close()  # the test has closed it, and its threads are gone

    def close(self) -> None:
        """Close the window; the next test gets a new one."""
        PAD.clear()  # it is the program's, and outlives a window
        if self._window is not None:
            close_and_delete(self._window)
            self._window = None

    def _is_put_back(self, window: MainWindow, project: Project, qtbot: QtBot) -> bool:
        if (theme.name(), theme.scale(), window.scale) != ("light", 1.0, 1.0):
            self.given_up.append({"theme": (theme.name(), theme.scale(), window.scale)})
            return False
        try:
            put_back(window, project, qtbot)
            qtbot.waitUntil(lambda: traces_of(window) == self._new, timeout=SETTLE_MS)
        except WaitedInVain:
            self.given_up.append(differences(traces_of(window), self._new))
            return False
        return True


def open_and_show(
    project: Project, qtbot: QtBot, path: Path | None = None, size: tuple[int, int] = SIZE, *, waits: bool = True
) -> MainWindow:
    """Open a window as it opens for a person who has seen the hint, and wait for its first result."""
    if (theme.name(), theme.scale()) != ("light", 1.0):
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme.apply_theme(app, "light", scale=1.0)
    window = MainWindow(project, None if path is None else Document(path, project))
    window.resize(*size)
    window.show()
    window.start()
    if waits:
        qtbot.waitUntil(lambda: is_up_to_date(window), timeout=20_000)
    window.later.finish()
    return window


def close_and_delete(*windows: MainWindow) -> None:
    """Close windows and let go of them at once."""
    for window in filter(isValid, windows):  # a test may have deleted its own
        window.store.mark_saved()  # what is unsaved would be kept for a next start
        window.close()
        window.deleteLater()
    # What waits for its end would be dressed and told of changes by all tests to come.
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def is_up_to_date(window: MainWindow) -> bool:
    """Tell whether what is shown was computed from what is set, for what is looked at."""
    picture = window.bridge.picture
    return picture is not None and picture.project is window.store.state and picture.view == window.selection.view


def end_all(window: MainWindow) -> None:
    """Stop what runs, close what lies over the window, and say nothing more."""
    window.stop_recording()
    for name in tuple(window.sendings):
        window.stop_sending(name)
    while window.is_finishing:  # its end is an event
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    if window.film_export is not None:
        window.film_export.cancel()
    reading.cancel(window)
    window.opened_network = None
    window.kernel_files.clear()
    window.explanation_panel.close_film()
    window.bridge.player.pause()
    for other in QApplication.topLevelWidgets():
        if other.isVisible() and other.parentWidget() is not None and other.parentWidget().window() is window:
            other.close()  # a list or menu that has opened
    for child in window.findChildren(Overlay) + window.findChildren(QDialog):
        child.close()
        child.deleteLater()
    for bar in window.findChildren(MessageBar):
        while bar.text:  # a question comes back after the sentence that covered it
            bar.clear()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def put_back(window: MainWindow, project: Project, qtbot: QtBot) -> None:
    """Make a used window as a new one on a project, and wait for its result."""
    end_all(window)
    _leave_studio(window)
    window.settings = Settings()  # those of this test's home
    window.settings.write("recent", [])
    window.settings.write("light_paper", True)
    window.bridge.spare_time.allow(races=True)  # as far as the environment of the tests lets it
    _look_away(window)
    _empty_pad(window)
    _rewind(window.explanation_panel.film)
    _show_as_at_first(window)
    before = None if window.bridge.picture is None else window.bridge.picture.frame
    window.bridge.player.set_loop(False)
    window.bridge.player.set_speed(1.0)
    # Without layers no panel has anything to hold on to.
    window.store.replace(Project(project.source, ()))
    window.store.replace(project)
    window.bridge.reopen()
    qtbot.waitUntil(lambda: is_up_to_date(window) and window.bridge.picture.frame is not before)
    window.viewport.fit()
    window.body.divide()  # for this picture and its maps
    window.refresh_title()
    window.run(lambda _: None)  # which shows all switches as they are
    window.maps_panel.take_focus()


def _leave_studio(window: MainWindow) -> None:
    window.selection.enter_studio(False)
    panel = window.studio.panel
    if panel is not None:  # a window that no one has designed in has none
        window.studio.panel = None
        panel.work.deleteLater()
        panel.deleteLater()


def _look_away(window: MainWindow) -> None:
    selection, view = window.selection, View(window.store.state.layers[0].id)
    for pane in [*window.findChildren(ImageCanvas), *window.findChildren(TileGrid)]:
        QApplication.sendEvent(pane, QEvent(QEvent.Type.Leave))
    selection.point_at(None)
    selection.hold(None)
    selection.mark_tap(None)
    selection.set_crop(None)
    selection.set_region(None)
    selection.set_found(())
    selection.show_input(False)
    for name in selection.overlays:
        selection.toggle_overlay(name)
    window.explanation_panel._value.place = None
    for notice in window.findChildren(KeepingUp):
        notice._told.clear()
    selection.select(**{field.name: getattr(view, field.name) for field in fields(view)})


def _empty_pad(window: MainWindow) -> None:
    PAD.clear()
    window.pad_panel.set_pen(f"{PEN:g}")
    QApplication.sendEvent(window.pad_panel.canvas, QEvent(QEvent.Type.Leave))


def _rewind(film: FilmPlayer) -> None:
    film._shown_position = -1
    film._set(Film(film.film.region))


def _show_as_at_first(window: MainWindow) -> None:
    window.setWindowState(Qt.WindowState.WindowNoState)
    # Without a screen, a window that has been hidden becomes active again only after another one has been.
    other = QWidget()
    other.show()
    QApplication.processEvents()
    other.close()
    window.show()
    window.activateWindow()
    window.resize(*SIZE)
    window.maps_panel._network_room.is_inside = False
    if window.maps_panel.is_enlarged:
        window.maps_panel.toggle_enlarged()
    if not window.maps_panel.shows_bars:
        window.maps_panel.toggle_bars()
    if window.maps_panel.are_sorted:
        window.maps_panel.toggle_sorted()
    for comparison in window.findChildren(CompareView):
        comparison.set_divider(0.5)
    for pair in [*window.findChildren(PairSpin), *window.findChildren(SideFields)]:
        pair.set_linked(not window.numbers_panel.isAncestorOf(pair))
    window.ribbon_look.reset()
    window.explanation_panel.show_page("arithmetic")
    window.explanation_panel.set_span("near")
    for page in window.findChildren(StudyPage):
        page.set_alone(False)
    for gradients in window.findChildren(GradientPage):
        gradients.reset()
    for matrices in window.findChildren(MatrixPage):
        matrices.show_form("columns")
    for shifting in window.findChildren(ShiftPage):
        shifting.set_shift(Shift())
    window.show_explanation(False)  # it may be about to show itself after a click
    window.body.forget()
