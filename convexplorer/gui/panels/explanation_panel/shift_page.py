"""The picture is shifted by hand, and the map should move with it: where it does, and where and why it does not."""

import logging
from contextlib import suppress
from dataclasses import replace

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QHideEvent, QPainter, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from convexplorer._threads import Stopped, stoppable
from convexplorer.core.geometry.places import Place
from convexplorer.gui.canvas.explanation.gradient_view import GradientView
from convexplorer.gui.canvas.explanation.shift_pad import ShiftPad
from convexplorer.gui.canvas.pictures.tile_views import tile_image
from convexplorer.gui.look import theme
from convexplorer.gui.panels.explanation_panel.page import Page, is_flat
from convexplorer.gui.session.errands import Errands
from convexplorer.gui.session.panel import Context
from convexplorer.gui.widgets.elided_label import ElidedLabel
from convexplorer.gui.widgets.pair_spin import PairSpin
from convexplorer.results.explanation import Explanation
from convexplorer.results.picture import Picture
from convexplorer.results.shift_maps import ShiftMaps, shift_maps, shifted_tile
from convexplorer.results.shifting import FILLS, Shift, ShiftOutcome, ShiftSubject, compare_shifted

logger = logging.getLogger(__name__)

_WIDE = 1330  # design pixels: from here on the longest sentence has room beside the controls
_REASON = "nothing of the picture would be left"
_NO_PLACES = "Only a picture with rows and columns can be shifted, and only a layer that has maps can be looked at."


class ShiftPage(Page):
    """Shows what a shift of the picture does to the selected map, computed in a thread of its own, the newest next.

    The shift is of this page alone: picture, maps and project stay as they are.
    """

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._picture: Picture | None = None
        self._explanation: Explanation | None = None
        self._shift = Shift()
        self._before: tuple[int, int] | None = None  # the shift when the drag began that goes on
        self._maps: ShiftMaps | None = None
        self._outcome: ShiftOutcome | None = None
        self._waiting: tuple[Picture, ShiftSubject] | None = None
        self._is_computing = False
        self._is_open = False  # read by the thread, which may not ask a widget
        self._errands = Errands(self)
        self._large: list[GradientView] = []
        self._build()

    @property
    def design_height(self) -> int:
        """The height that the panel should have, in design pixels."""
        return 262

    @property
    def shift(self) -> Shift:
        """By how much the picture is shifted."""
        return self._shift

    @property
    def outcome(self) -> ShiftOutcome | None:
        """What is shown; None while nothing is known of this shift."""
        found = self._outcome
        return found if found is not None and found.subject.shift == self._shift else None

    @property
    def sentences(self) -> tuple[str, str]:
        """What is said of it."""
        return self._sentence.text(), self._reason.text()

    def set_shift(self, shift: Shift) -> None:
        """Shift the picture."""
        if shift != self._shift:
            self._shift = shift
            self._spin.set_value(*shift.amounts)
            self._fill.setCurrentIndex(self._fill.findData(shift.fill))
            self._show_shifted()
            self._find()

    def drag(self, first: Place | None, last: Place | None) -> None:
        """Shift the picture by a drag over it, on top of what it was shifted by before; None ends the drag."""
        picture = self._picture
        if picture is None or first is None or last is None or not is_flat(picture):
            self._before = None
            return
        self._before = self._before or self._shift.amounts
        rows, columns = (
            min(max(at + round((there - here) / picture.factor), 1 - n), n - 1)
            for at, here, there, n in zip(self._before, first, last, picture.input.shape[-2:], strict=True)
        )
        self._move(rows, columns)

    def show_explanation(self, picture: Picture, explanation: Explanation | None, *, is_held: bool) -> None:  # noqa: ARG002
        """Show what the shift does to the map of a value."""
        self._picture, self._explanation = picture, explanation
        self._show_shifted()
        self._find()

    def forget(self) -> None:
        """Let go of the picture."""
        self._picture = self._explanation = self._waiting = self._outcome = None

    def make_large(self, parent: QWidget) -> GradientView:
        """Return the same, for a projector."""
        view = GradientView(parent, is_large=True)
        self._large.append(view)
        view.destroyed.connect(lambda: self._large.remove(view))
        view.set_maps(self._maps)
        return view

    def paint_into(self, painter: QPainter, width: float, height: float, *, is_dark: bool) -> None:
        """Paint the pictures with their sentences."""
        if self.outcome is None and self._waiting is not None:  # a print is of what is shown, not of what was
            picture, subject = self._waiting
            self._show_now(picture, subject)
        view = GradientView()
        view.set_maps(self._maps)
        view.paint_into(painter, width, height, is_dark=is_dark)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin to compute."""
        super().showEvent(event)
        self._is_open = True
        self._find()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop computing: what nobody sees costs nothing."""
        super().hideEvent(event)
        self._is_open, self._waiting = False, None
        self._errands.wait()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the sentences stand below the controls where there is no room for them beside."""
        super().resizeEvent(event)
        is_wide = self.width() >= theme.px(_WIDE)
        self._top.setDirection(QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom)

    def _build(self) -> None:
        tip = "Rows down and columns to the right; below 0 up and left."
        self._spin = PairSpin("Shift", self, value=(0, 0), tip=tip, has_link=False)
        self._spin.value_changed.connect(self._move)
        self._fill = QComboBox(self)
        self._fill.setAccessibleName("What comes in")
        for key, (label, tip) in FILLS.items():
            self._fill.addItem(label, key)
            self._fill.setItemData(self._fill.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        self._fill.setToolTip("What comes in where the picture has gone away")
        self._fill.activated.connect(self._on_fill)
        self._sentence, self._reason = ElidedLabel("", self), ElidedLabel("", self)
        theme.set_role(self._reason, "muted")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._sentence)
        words.addWidget(self._reason)
        row = QHBoxLayout()
        row.setSpacing(6)
        for text, widget in (("shift by", self._spin), ("and bring in", self._fill)):
            before = QLabel(text, self)
            theme.set_role(before, "muted")
            row.addWidget(before)
            row.addWidget(widget)
        row.addStretch()
        self._top = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._top.setSpacing(6)
        self._top.addLayout(row)
        self._top.addLayout(words, 1)
        self.pad = ShiftPad(self)
        self.pad.shifted.connect(self._move)
        self.view = GradientView(self)
        body = QHBoxLayout()
        body.setSpacing(8)
        body.addWidget(self.pad)
        body.addWidget(self.view, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(self._top)
        layout.addLayout(body, 1)

    @Slot(int, int)
    def _move(self, rows: int, columns: int) -> None:
        self.touched.emit()
        self.set_shift(replace(self._shift, rows=rows, columns=columns))

    @Slot()
    def _on_fill(self) -> None:
        self.set_shift(replace(self._shift, fill=self._fill.currentData()))

    def _show_shifted(self) -> None:
        """Show the shifted picture at once, and how far it can go."""
        picture = self._picture
        if picture is None or not is_flat(picture):
            return
        rows, columns = picture.input.shape[-2:]
        self._spin.set_limits((rows - 1, columns - 1), (_REASON, _REASON), (1 - rows, 1 - columns))
        image = tile_image(shifted_tile(picture, self._shift))
        self.pad.show_picture(image, (rows, columns), self._shift.amounts)

    def _find(self) -> None:
        """Compare the newest map with that of the shifted picture."""
        picture, explanation = self._picture, self._explanation
        if picture is None:
            return
        evaluation = None if explanation is None else picture.evaluation_of(explanation.layer)
        if evaluation is None or explanation is None or not is_flat(picture):
            self._waiting = None
            self._show(None, (_NO_PLACES,))
            return
        subject = ShiftSubject(evaluation, explanation.layer, explanation.trace.place[0], self._shift)
        if self._is_open and subject.is_quick:
            self._waiting = None
            self._show_now(picture, subject)
        else:
            self._waiting = picture, subject
            self._compute()

    def _compute(self) -> None:
        """Compute what waits, if the last one is done."""
        if self._waiting is None or self._is_computing or not self._is_open:
            return
        (picture, subject), self._waiting = self._waiting, None
        self._is_computing = True
        found: list[tuple[ShiftOutcome, ShiftMaps]] = []

        def work() -> None:
            """Run in the errand's thread."""
            with stoppable(lambda: not self._is_open), suppress(Stopped):
                outcome = compare_shifted(subject)
                found.append((outcome, shift_maps(picture, outcome)))

        def done(error: Exception | None) -> None:
            self._is_computing = False
            if error is not None:
                logger.error("a shifted picture could not be computed", exc_info=error)
                self._show(None, (str(error) or type(error).__name__,))
            elif found and self._is_open:
                self._show_outcome(*found[0])
            self._compute()

        self._errands.run(work, done)

    def _show_now(self, picture: Picture, subject: ShiftSubject) -> None:
        outcome = compare_shifted(subject)
        self._show_outcome(outcome, shift_maps(picture, outcome))

    def _show_outcome(self, outcome: ShiftOutcome, maps: ShiftMaps) -> None:
        self._outcome = outcome
        self._show(maps, maps.sentences)

    def _show(self, maps: ShiftMaps | None, sentences: tuple[str, ...]) -> None:
        self._maps = maps
        self._sentence.setText(sentences[0])
        self._reason.setText(" ".join(sentences[1:]))
        # The shifted picture is under the hand already.
        self.view.set_maps(None if maps is None else replace(maps, tiles=maps.tiles[1:], strongest=maps.strongest - 1))
        for view in self._large:
            view.set_maps(maps)
