"""The test bench as a strip: each pattern above the kernel's answer to it."""

import math
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetrics,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from convexplorer.core.display.coloring import PALETTES, Levels, choose_levels, to_indexed
from convexplorer.gui.canvas.pictures.pane import arrow_step
from convexplorer.gui.canvas.pictures.tile import to_qimage
from convexplorer.gui.look import theme
from convexplorer.results.bench import BENCH, SIDE, Wave, answer, drawn
from convexplorer.results.effects import Effects
from convexplorer.words import number

_GAP_PX, _HEAD_PX, _FOOT_PX, _LARGEST_PX = 6, 17, 16, SIDE
_LONGEST_WAVE = 64.0
_LEAST_REACH = 3  # pixels beside an impulse
_WHEEL_STEP = 1.1
_SCREEN = QImage.Format.Format_RGB32  # painted without a conversion
_CENTER = Qt.AlignmentFlag.AlignCenter


class BenchStrip(QWidget):
    """Patterns and answers; a drag over an edge or a grating turns the wave, the wheel changes the grating's length.

    Signals
    -------
    wave_set : (length in pixels, angle in degrees), by the hand.
    pointed : a sentence on the cell under the mouse; "" if it has left.
    """

    wave_set = Signal(float, float)
    pointed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._effects: Effects | None = None
        self._wave = Wave()
        self._answers: dict[str, np.ndarray] = {}
        self._images: dict[tuple[str, bool], QImage] = {}
        self._turning = ""
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # the wheel is for what has the focus
        self.setAccessibleName("Test bench")
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.notifier().changed.connect(self._on_theme)

    def set_effects(self, effects: Effects | None) -> None:
        """Show the answers of another plane, when the strip is painted next."""
        self._effects = effects
        self._answers.clear()
        self._forget(lambda key, is_answer: is_answer or key == "impulse")

    def set_wave(self, wave: Wave) -> None:
        """Draw edge and grating by another wave."""
        if wave != self._wave:
            self._wave = wave
            for key in [key for key in self._answers if self._follows(key)]:
                del self._answers[key]
            self._forget(lambda key, _: self._follows(key))
            self.update()

    def answer_of(self, key: str) -> np.ndarray | None:
        """Return the map of a pattern, (rows, columns) float32; None without a kernel that has one."""
        if self._effects is None or self._effects.why_not:
            return None
        if key not in self._answers:
            self._answers[key] = answer(key, self._wave, self._effects.plane)
        return self._answers[key]

    def rect_of(self, key: str, *, is_answer: bool) -> QRect:
        """Return where a pattern or an answer is painted."""
        gap, head = theme.px(_GAP_PX), theme.px(_HEAD_PX)
        side = self._side()
        left = list(BENCH).index(key) * (side + gap)
        return QRect(left, head + (side + 2 if is_answer else 0), side, side)

    def sizeHint(self) -> QSize:
        """Return the preferred size."""
        return QSize(theme.px(500), self.heightForWidth(theme.px(500)))

    def minimumSizeHint(self) -> QSize:
        """Return the least size in which patterns are seen."""
        return QSize(theme.px(220), self.heightForWidth(theme.px(220)))

    def hasHeightForWidth(self) -> bool:
        """Return True: patterns are square."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of two rows of squares and two lines of text."""
        return theme.px(_HEAD_PX) + 2 * self._side(width) + 2 + theme.px(_FOOT_PX)

    def event(self, event: QEvent) -> bool:
        """Explain the pattern under the mouse."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            key = self._key_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), BENCH[key].explanation if key else "", self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint all patterns and answers."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.colors().panel)
        for key in BENCH:
            # A pixel of a pattern is one of the screen; only those around an impulse are magnified, as squares.
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, key != "impulse")
            self._paint_pattern(painter, key)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take an edge or a grating, to turn it."""
        key = self._key_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and key and BENCH[key].has_angle:
            self._turning = key
            self._turn(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Turn what is held, and tell the value under the mouse."""
        if self._turning:
            self._turn(event.position())
        self.pointed.emit(self._sentence_at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002 for Qt
        """Let go."""
        self._turning = ""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Change the length of the grating's wave under the mouse; elsewhere leave the wheel to the area around."""
        key, turn = self._key_at(event.position()), event.angleDelta().y()
        if not key or not BENCH[key].has_length or not turn:
            event.ignore()
            return
        self._lengthen(turn / 120)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn the wave by the arrows to both sides, change its length by those up and down."""
        step = arrow_step(event)
        if step is None:
            super().keyPressEvent(event)
        elif step[1]:
            self.wave_set.emit(self._wave.wavelength, float((self._wave.angle + step[1]) % 360))
        else:
            self._lengthen(-step[0])

    def _lengthen(self, steps: float) -> None:
        length = min(max(self._wave.wavelength * _WHEEL_STEP**steps, 2.0), _LONGEST_WAVE)
        self.wave_set.emit(float(f"{length:.3g}"), self._wave.angle)

    def leaveEvent(self, event: QEvent) -> None:
        """Tell nothing any more."""
        super().leaveEvent(event)
        self.pointed.emit("")

    def _paint_pattern(self, painter: QPainter, key: str) -> None:
        """Paint a pattern with its name, and below it the answer with its least and largest value."""
        colors, found = theme.colors(), self.answer_of(key)
        above, below = (self.rect_of(key, is_answer=flag) for flag in (False, True))
        painter.drawImage(above, self._image(key, is_answer=False))
        if found is None:
            painter.fillRect(below, colors.canvas)
        else:
            painter.drawImage(below, self._image(key, is_answer=True))
        painter.setPen(colors.accent if self.hasFocus() and self._follows(key) else colors.border)
        for rect in (above, below):
            painter.drawRect(rect.adjusted(0, 0, -1, -1))
        painter.setPen(colors.muted)
        painter.setFont(theme.text_font(11))
        head = QRect(above.left(), 0, above.width(), above.top())
        painter.drawText(head, _CENTER, _fitting(BENCH[key].label, painter, head.width()))
        if found is not None:
            painter.setFont(theme.digits_font(10.5))
            foot = QRect(below.left(), below.bottom() + 1, below.width(), theme.px(_FOOT_PX))
            text = f"{number(float(found.min()), 3)} … {number(float(found.max()), 3)}"
            painter.drawText(foot, _CENTER, _fitting(text, painter, foot.width()))

    def _side(self, width: int | None = None) -> int:
        gap, room = theme.px(_GAP_PX), self.width() if width is None else width
        return max(min((room - gap * (len(BENCH) - 1)) // len(BENCH), theme.px(_LARGEST_PX)), 8)

    def _shown(self, key: str) -> slice:
        """Return the rows and columns that are shown: around an impulse so many that its answer is seen."""
        if key != "impulse" or self._effects is None:
            first = max(SIDE - self._side(), 0) // 2  # a pixel of the pattern is one of the screen
            return slice(first, first + min(self._side(), SIDE))
        reach = min(max(*self._effects.plane.shape, _LEAST_REACH), SIDE // 2)
        return slice(SIDE // 2 - reach, SIDE // 2 + reach + 1)

    def _follows(self, key: str) -> bool:
        return BENCH[key].has_angle or BENCH[key].has_length

    def _forget(self, which: Callable[[str, bool], bool]) -> None:
        self._images = {name: image for name, image in self._images.items() if not which(*name)}

    def _image(self, key: str, *, is_answer: bool) -> QImage:
        found = self._images.get((key, is_answer))
        if found is None:
            made = self.answer_of(key) if is_answer else None
            cells = self._shown(key)
            pattern = drawn(key, self._wave)[cells, cells]
            found = _pattern_image(pattern) if made is None else _answer_image(made[cells, cells])
            self._images[key, is_answer] = found
        return found

    def _key_at(self, position: QPointF) -> str:
        both = ((key, self.rect_of(key, is_answer=False) | self.rect_of(key, is_answer=True)) for key in BENCH)
        return next((key for key, rect in both if QRectF(rect).contains(position)), "")

    def _turn(self, position: QPointF) -> None:
        """Turn the wave to the direction in which the mouse lies from the middle of the picture it is on."""
        rects = [self.rect_of(self._turning, is_answer=flag) for flag in (False, True)]
        rect = QRectF(min(rects, key=lambda one: abs(QRectF(one).center().y() - position.y())))
        out = position - rect.center()
        if math.hypot(out.x(), out.y()) >= 2:
            angle = round(math.degrees(math.atan2(out.y(), out.x()))) % 360
            self.wave_set.emit(self._wave.wavelength, float(angle))

    def _sentence_at(self, position: QPointF) -> str:
        key = self._key_at(position)
        found = self.answer_of(key) if key else None
        if found is None:
            return ""
        is_answer = QRectF(self.rect_of(key, is_answer=True)).contains(position)
        rect = self.rect_of(key, is_answer=is_answer)
        cells = self._shown(key)
        side = cells.stop - cells.start
        row, column = (
            cells.start + min(max(int(share * side), 0), side - 1)
            for share in ((position.y() - rect.top()) / rect.height(), (position.x() - rect.left()) / rect.width())
        )
        value = float(drawn(key, self._wave)[row, column])
        return f"{BENCH[key].label}: {number(value, 3)} becomes {number(float(found[row, column]))}"

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as much of the patterns as there is room for."""
        super().resizeEvent(event)
        self._forget(lambda _key, _is_answer: True)

    def _on_theme(self) -> None:
        self._images.clear()
        self.updateGeometry()
        self.update()


def _pattern_image(values: np.ndarray) -> QImage:
    return to_qimage(to_indexed(values.astype(np.float32), Levels(0.0, 1.0)), PALETTES["gray"].light).convertToFormat(
        _SCREEN
    )


def _answer_image(values: np.ndarray) -> QImage:
    """Return an answer in signed colours if a value is negative, in grey from 0 otherwise."""
    is_signed = float(values.min()) < 0
    name = "signed" if is_signed else "gray"
    levels = choose_levels([values], palette=name)
    return to_qimage(to_indexed(values, levels), PALETTES[name].colors(theme.is_dark())).convertToFormat(_SCREEN)


def _fitting(text: str, painter: QPainter, width: int) -> str:
    metrics: QFontMetrics = painter.fontMetrics()
    return metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
