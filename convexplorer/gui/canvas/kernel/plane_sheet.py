"""The planes of a filter that reads many channels: small pictures side by side, those of the largest norms first."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from convexplorer.core.display.coloring import WEIGHTS_PALETTE, Levels, to_indexed
from convexplorer.gui.canvas.cell_grid import CellGrid
from convexplorer.gui.canvas.pictures.painting import device_pixels, outline, snapped, write
from convexplorer.gui.canvas.pictures.tile import to_qimage
from convexplorer.gui.look import theme
from convexplorer.results.ranked_planes import RankedPlanes, ranked
from convexplorer.words import number, percent

SMALLEST_PX = 20  # a picture that is smaller shows no kernel
_LARGEST_PX = 44
_BAR_PX, _GAP_PX, _FOOT_PX = 3, 3, 18
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine


class PlaneSheet(QWidget):
    """A sheet of kernels, one per channel, over bars that are as long as their norms; a click chooses a channel.

    Of more planes than there is room for, those of the largest norms are shown, and a line says what share they have.

    Signals
    -------
    chosen : the number of the channel whose plane was chosen by mouse or key.
    menu_asked : the point of the screen for a context menu.
    """

    chosen = Signal(int)
    menu_asked = Signal(QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._planes = np.zeros((0, 1, 1))
        self._names: Sequence[str] = ()
        self._ranked = RankedPlanes((), ())
        self._images: dict[int, QImage] = {}  # of the planes that have been painted
        self._focus = 0  # the place in the order to which keys apply
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.notifier().changed.connect(self._on_theme_changed)

    def set_planes(self, planes: np.ndarray, names: Sequence[str]) -> None:
        """Show planes (P, rows, columns), each with the name of its channel."""
        self._planes, self._names = np.asarray(planes, np.float64), names
        self._ranked = ranked(self._planes)
        self._images.clear()
        self._focus = min(self._focus, len(self._ranked.order) - 1)
        self._describe()
        self.update()

    @property
    def shown(self) -> tuple[int, ...]:
        """The planes in sight, by number."""
        grid = self.layout_now
        return self._ranked.order[: grid.rows * grid.columns]

    @property
    def layout_now(self) -> CellGrid:
        """Where the planes lie: as large as all of them have room, and not too small to be seen."""
        count, gap = max(len(self._ranked.order), 1), theme.px(_GAP_PX)
        width, height = self.width() + gap, max(self.height() - theme.px(_FOOT_PX), 1) + gap
        below = theme.px(_BAR_PX) + 1
        for size in range(theme.px(_LARGEST_PX), theme.px(SMALLEST_PX) - 1, -1):
            columns, rows = max(int(width // (size + gap)), 1), max(int(height // (size + below + gap)), 1)
            if columns * rows >= count or size == theme.px(SMALLEST_PX):
                break
        left = (width - columns * (size + gap)) / 2
        return CellGrid(rows, columns, left, 0.0, size + gap, size + below + gap, gap)

    def foot(self) -> str:
        """Return the sentence below the planes."""
        count, all_ = len(self.shown), len(self._ranked.order)
        if count == all_:
            return f"{all_} channels, the largest norm first"
        return f"{count} of {all_} channels: {percent(self._ranked.share(count))} of all squared weights"

    def sizeHint(self) -> QSize:
        """Return the preferred size, that of the kernel in whose place it stands."""
        return QSize(theme.px(240), theme.px(240))

    def minimumSizeHint(self) -> QSize:
        """Return the smallest usable size."""
        return QSize(theme.px(120), theme.px(120))

    def event(self, event: QEvent) -> bool:
        """Say of the plane under the mouse what its weights are."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            place = self._place_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), "" if place is None else self.describe(place), self)
            return True
        return super().event(event)

    def describe(self, place: int) -> str:
        """Return what is said of the plane in a place."""
        index = self._ranked.order[place]
        total, norm = float(self._planes[index].sum()), self._ranked.norms[index]
        name = self._names[index] if index < len(self._names) else str(index)
        return f"Channel {name}: |k| {number(norm)}, Σ {number(total)}; a click shows its weights"

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the plane under the mouse."""
        place = self._place_at(event.position())
        if place is not None and event.button() == Qt.MouseButton.LeftButton:
            self._focus = place
            self.chosen.emit(self._ranked.order[place])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the focus with arrow keys; Enter chooses."""
        columns = self.layout_now.columns
        steps = {**_STEPS, Qt.Key.Key_Up: -columns, Qt.Key.Key_Down: columns}
        key = Qt.Key(event.key())
        if key in steps:
            to = self._focus + steps[key]
            if 0 <= to < len(self.shown):
                self._focus = to
                self._describe()
                self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._ranked.order:
            self.chosen.emit(self._ranked.order[self._focus])
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of the kernel."""
        event.accept()
        self.menu_asked.emit(event.globalPos())

    def showEvent(self, event: QShowEvent) -> None:
        """Begin with the first plane: another filter may be shown."""
        self._focus = 0
        super().showEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the focus."""
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 few planes are in sight: all are painted
        """Paint the planes in sight, their norms, and what share they have."""
        painter, grid, colors = QPainter(self), self.layout_now, theme.colors()
        largest = max((norm for norm in self._ranked.norms if np.isfinite(norm)), default=0.0)
        below = theme.px(_BAR_PX) + 1
        with device_pixels(painter) as ratio:
            for place, index in enumerate(self.shown):
                cell = grid.cell_rect(*divmod(place, grid.columns))
                picture = snapped(cell.adjusted(0, 0, 0, -below), ratio)
                painter.drawImage(picture, self._image(index))
                outline(painter, picture, colors.outline, max(1, round(ratio)))
                share = self._ranked.norms[index] / largest if largest else 0.0
                length = cell.width() * (share if np.isfinite(share) else 1.0)
                bar = QRectF(cell.left(), cell.bottom() - theme.px(_BAR_PX), length, theme.px(_BAR_PX))
                painter.fillRect(snapped(bar, ratio), colors.muted)
                if place == self._focus and self.hasFocus():
                    outline(painter, picture.adjusted(-2, -2, 2, 2), colors.accent, max(1, round(2 * ratio)))
        room = QRectF(0, self.height() - theme.px(_FOOT_PX), self.width(), theme.px(_FOOT_PX))
        write(painter, room, self.foot(), theme.digits_font(11), colors.muted, _LEFT)
        painter.end()

    @Slot()
    def _on_theme_changed(self) -> None:
        self._images.clear()
        self.update()

    def _image(self, index: int) -> QImage:
        """Return the picture of a plane, one pixel per weight, in colours that all planes share."""
        if index not in self._images:
            finite = np.abs(self._planes[np.isfinite(self._planes)])
            largest = float(finite.max(initial=0.0)) or 1.0
            pixels = to_indexed((self._planes[index] / largest).astype(np.float32), Levels(-1.0, 1.0))
            self._images[index] = to_qimage(pixels, WEIGHTS_PALETTE.colors(theme.is_dark()))
        return self._images[index]

    def _place_at(self, position: QPointF) -> int | None:
        cell = self.layout_now.cell_at(position)
        place = -1 if cell is None else cell[0] * self.layout_now.columns + cell[1]
        return place if 0 <= place < len(self.shown) else None

    def _describe(self) -> None:
        """Describe the sheet and the focused plane to assistive technology."""
        self.setAccessibleName(f"Kernel of {len(self._names)} channels")
        self.setAccessibleDescription(self.describe(self._focus) if self._ranked.order else "")
