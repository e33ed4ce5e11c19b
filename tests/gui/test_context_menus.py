"""Context menus: on pictures, maps, kernels and thumbnails, by mouse and by key, made of the window's commands."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from convexplorer.gui.canvas.kernel.kernel_grid import KernelGrid
from convexplorer.gui.canvas.pictures.image_canvas import ImageCanvas
from convexplorer.gui.canvas.pictures.tile_grid import TileGrid
from convexplorer.gui.widgets.thumbnail_strip import ThumbnailStrip
from convexplorer.kernels.matrix import parse_matrix
from tests.gui.conftest import message_of, newest_picture

PLACES = {
    "input": lambda window: window.input_panel.findChild(ImageCanvas),
    "bank": lambda window: window.maps_panel.findChild(TileGrid),
    "channels": lambda window: window.maps_panel._equation,
    "compare": lambda window: window.maps_panel._compare,
    "kernel": lambda window: window.filter_panel.findChild(KernelGrid),
    "thumbnails": lambda window: window.filter_panel.findChild(ThumbnailStrip),
}
REASONS = QContextMenuEvent.Reason


@pytest.fixture(autouse=True)
def _close_menus() -> Iterator[None]:
    yield
    while (popup := QApplication.activePopupWidget()) is not None:
        popup.close()


def ask(widget: QWidget, at: QPoint | None = None, reason: QContextMenuEvent.Reason = REASONS.Keyboard) -> QMenu:
    """Ask for the menu of a widget as Qt does for Shift+F10, the menu key and a right click."""
    point = widget.rect().center() if at is None else at
    QApplication.sendEvent(widget, QContextMenuEvent(reason, point, widget.mapToGlobal(point)))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


@pytest.mark.parametrize("name", PLACES)
def test_every_place_has_a_menu_of_the_commands_by_key(window, qtbot, name):
    newest_picture(window, qtbot)
    if name in ("channels", "compare"):
        window.actions_by_name[name].trigger()
        qtbot.waitUntil(lambda: PLACES[name](window).isVisible())

    menu = ask(PLACES[name](window))

    menus = (menu, *(action.menu() for action in menu.actions() if action.menu() is not None))
    offered = [a for one in menus for a in one.actions() if not a.isSeparator() and a.menu() is None]
    assert len(offered) >= 5
    assert all(window.actions_by_name[action.objectName()] is action for action in offered)
    assert len(set(offered)) == len(offered)
    assert menu.accessibleName()
    # They fit on the smallest screen.
    assert all(sum(not action.isSeparator() for action in one.actions()) <= 25 for one in menus)


def test_a_right_click_on_a_map_is_about_this_map(window, qtbot):
    picture = newest_picture(window, qtbot)
    grid = window.maps_panel.findChild(TileGrid)
    rect = grid.picture_rect(2).center().toPoint()
    qtbot.mouseMove(grid, QPoint(0, 0))  # Qt tells no move to where the mouse is already
    qtbot.mouseMove(grid, rect)

    menu = ask(grid, rect, REASONS.Mouse)
    next(action for action in menu.actions() if action.objectName() == "copy-map-values").trigger()

    assert window.selection.view.filter == 2
    copied = parse_matrix(QGuiApplication.clipboard().text())
    np.testing.assert_array_equal(copied.astype(np.float32), picture.tiles[2].values)
    assert picture.tiles[2].title in message_of(window)


def test_the_value_under_the_menu_is_pinned(window, qtbot):
    newest_picture(window, qtbot)
    canvas = window.input_panel.findChild(ImageCanvas)
    window.selection.point_at((7.5, 9.5), is_on_input=True)

    ask(canvas)
    QApplication.activePopupWidget().close()
    window.actions_by_name["pin"].trigger()

    assert window.selection.pin == (7.5, 9.5)


def test_the_right_button_paints_on_the_cells_of_a_kernel_and_opens_no_menu(window, qtbot):
    grid = window.filter_panel.findChild(KernelGrid)
    point = grid.layout_now.cell_rect(0, 0).center().toPoint()

    QApplication.sendEvent(grid, QContextMenuEvent(REASONS.Mouse, point, grid.mapToGlobal(point)))

    assert QApplication.activePopupWidget() is None


def test_the_picture_of_the_input_is_copied(window, qtbot):
    picture = newest_picture(window, qtbot)

    window.actions_by_name["copy-input"].trigger()

    image = QGuiApplication.clipboard().image()
    assert (image.height(), image.width()) == picture.input.shape[1:]
    first = image.pixelColor(0, 0)
    np.testing.assert_allclose([first.redF(), first.greenF(), first.blueF()], picture.input[:, 0, 0], atol=1 / 255)
