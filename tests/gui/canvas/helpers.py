"""Mice, pictures and grabs for the canvas tests."""

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from convexplorer.gui.canvas.pictures.tile import TileView, to_qimage

NO_MODIFIER = Qt.KeyboardModifier.NoModifier


def numbered_image(rows: int, columns: int) -> np.ndarray:
    """Return an RGB picture whose every pixel has a colour of its own."""
    i, j = np.mgrid[:rows, :columns]
    return np.stack([40 + i * 2 % 200, 40 + j * 2 % 200, (i * 7 + j * 13) % 256], axis=2).astype(np.uint8)


def tile(rows: int = 40, columns: int = 60, title: str = "map", **changes: object) -> TileView:
    """Return a tile with a picture of a size."""
    return TileView(image=to_qimage(numbered_image(rows, columns)), title=title, subtitle="−1 … 1", **changes)


def pixels(widget: QWidget) -> np.ndarray:
    """Return what a widget shows, as (H, W, 3) uint8 RGB."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3).copy()


def rgb_at(widget: QWidget, position: QPointF) -> tuple[int, ...]:
    """Return the colour shown at a position."""
    return tuple(int(v) for v in pixels(widget)[int(position.y()), int(position.x())])


def mouse(
    widget: QWidget,
    kind: QEvent.Type,
    position: QPointF,
    button: Qt.MouseButton = Qt.MouseButton.NoButton,
    buttons: Qt.MouseButton = Qt.MouseButton.NoButton,
    modifiers: Qt.KeyboardModifier = NO_MODIFIER,
) -> None:
    """Send one mouse event."""
    place = widget.mapToGlobal(position.toPoint()).toPointF()
    QApplication.sendEvent(widget, QMouseEvent(kind, position, place, button, buttons, modifiers))


def move(widget: QWidget, position: QPointF) -> None:
    """Move the mouse without buttons."""
    mouse(widget, QEvent.Type.MouseMove, position)


def drag(
    widget: QWidget,
    positions: list[QPointF],
    button: Qt.MouseButton = Qt.MouseButton.LeftButton,
    modifiers: Qt.KeyboardModifier = NO_MODIFIER,
) -> None:
    """Press at the first position, move over the others, release at the last."""
    mouse(widget, QEvent.Type.MouseButtonPress, positions[0], button, button, modifiers)
    for position in positions[1:]:
        mouse(widget, QEvent.Type.MouseMove, position, buttons=button, modifiers=modifiers)
    mouse(widget, QEvent.Type.MouseButtonRelease, positions[-1], button, modifiers=modifiers)


def click(widget: QWidget, position: QPointF, modifiers: Qt.KeyboardModifier = NO_MODIFIER) -> None:
    """Click with the left button."""
    drag(widget, [position], modifiers=modifiers)


def double_click(widget: QWidget, position: QPointF) -> None:
    """Click, and click again, as Qt reports it."""
    left = Qt.MouseButton.LeftButton
    click(widget, position)
    mouse(widget, QEvent.Type.MouseButtonDblClick, position, left, left)
    mouse(widget, QEvent.Type.MouseButtonRelease, position, left)


def wheel(widget: QWidget, position: QPointF, delta: int, modifiers: Qt.KeyboardModifier = NO_MODIFIER) -> None:
    """Turn the wheel; 120 is a notch away from the person."""
    place = widget.mapToGlobal(position.toPoint()).toPointF()
    event = QWheelEvent(
        position,
        place,
        QPoint(),
        QPoint(0, delta),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)
