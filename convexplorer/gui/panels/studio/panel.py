"""The studio beside the pictures: the kernel with handles, the desk that makes it, and what it does."""

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from convexplorer.core.display.coloring import WEIGHTS_PALETTE
from convexplorer.gui.canvas.studio.kernel_stage import KernelStage
from convexplorer.gui.look import theme
from convexplorer.gui.panels.studio.desk import Desk
from convexplorer.gui.panels.studio.desks import DESKS
from convexplorer.gui.panels.studio.effects import EffectsPane
from convexplorer.gui.panels.studio.locks.row import LockRow
from convexplorer.gui.panels.studio.memory import PastRow, SlotRow
from convexplorer.gui.panels.studio.memory.slot_row import LETTERS
from convexplorer.gui.panels.studio.painting import Painting
from convexplorer.gui.panels.studio.workbench import Workbench
from convexplorer.gui.widgets.current_stack import CurrentStack
from convexplorer.gui.widgets.elided_label import ElidedLabel
from convexplorer.gui.widgets.icon_button import ActionButton
from convexplorer.gui.widgets.segmented import Segmented
from convexplorer.kernels.filter import Filter
from convexplorer.kernels.recipes import made_by, sentence_of
from convexplorer.model.edits.planes import brush_of
from convexplorer.results.picture import Picture

KERNEL_SHARE = 0.44  # of the width, for the kernel and its desk
LARGEST_STAGE, SMALLEST_STAGE = 380, 150


class StudioPanel(QWidget):
    """Tabs of desks over two columns: the kernel with its desk, and what it does.

    Attributes
    ----------
    work : what is designed.
    stage : shows the kernel.
    locks : hold while it is edited.
    effects : shows what it does.
    slots : keep kernels.
    """

    def __init__(self, work: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.work = work
        self._desks: dict[str, Desk] = {}
        self._shown: tuple[object, ...] = ()
        self._kernel_of: tuple[object, ...] = ()
        self._build()
        self._painting = Painting(self.stage, work)
        work.peeked.connect(self._on_peeked)
        theme.notifier().changed.connect(self._on_theme)
        self._on_theme()

    @property
    def desk(self) -> Desk | None:
        """The desk that is shown."""
        found = self._stack.currentWidget()
        return found if isinstance(found, Desk) else None

    def begin(self) -> None:
        """Show the selected kernel."""
        if self.desk is None:
            self.open_desk(DESKS[0].key)
        elif self.desk is not None:
            self.desk.begin()
        self._shown = ()
        self.refresh()

    def end(self) -> None:
        """End what is under way."""
        self.work.peek(None)
        if self.desk is not None:
            self.desk.end()

    @Slot(str)
    def open_desk(self, key: str) -> None:
        """Show a desk; a key of `DESKS`."""
        desk = self._desks.get(key)
        if desk is None:
            row = next(row for row in DESKS if row.key == key)
            desk = self._desks[key] = row.load()(self.work, self)
            desk.overlay_changed.connect(self._on_overlay_changed)
            self._stack.addWidget(desk)
        if self.desk is not None and self.desk is not desk:
            self.desk.end()
        self._stack.setCurrentWidget(desk)
        self._tabs.set_value(key)
        self._divide()
        desk.begin()
        desk.show_kernel()
        if self.work.picture is not None:
            desk.show_picture(self.work.picture)
        self.stage.set_overlay(desk.overlay)

    def refresh(self) -> None:
        """Show the kernel of the workbench."""
        choice, why_not, target = self.work.choice, self.work.why_not, self.work.target
        self._why_not.setText(why_not)
        self._pages.setCurrentIndex(1 if why_not else 0)
        if choice is None or why_not or target is None:
            self._shown = ()
            return
        plane = self.work.plane
        # The settings, because they may turn the kernel or spread its cells.
        shown = (choice.filter, choice.layer_index, choice.filter_index, target.plane, choice.layer.settings)
        if len(self._shown) == len(shown) and all(a is b or a == b for a, b in zip(shown, self._shown, strict=True)):
            return
        if shown[1:4] != self._kernel_of:
            self._kernel_of = shown[1:4]
            # Constant while one kernel is worked on, so that a stroke paints one value.
            self.stage.strength, self.stage.step = brush_of(choice.filter.planes)
        self._shown = shown
        self._show_cells(choice.filter)
        self._say_made(choice.filter)
        self._title.setText(f"{choice.filter.name}")
        self.effects.show_plane(plane)
        if self.desk is not None:
            self.desk.show_kernel()
            self.stage.set_overlay(self.desk.overlay)
        self.work.changed.emit()

    @Slot()
    def _on_overlay_changed(self) -> None:
        desk = self.desk
        if desk is not None and desk is self.sender():
            self.stage.set_overlay(desk.overlay)
            self.stage.update()

    @Slot(object)
    def _on_peeked(self, one: Filter | None) -> None:
        """Show another kernel for as long as it is looked at."""
        chosen = self.work.chosen
        if chosen is None:
            return
        self._show_cells(one or chosen)
        self._say_made(one or chosen)
        self.stage.set_overlay(None if one is not None or self.desk is None else self.desk.overlay)
        self._title.setText(chosen.name if one is None else f"Looking at “{one.name}”")
        if one is None:
            self.effects.show_plane(self.work.plane)
        else:
            self.effects.show_plane(self.work.plane_of(one), ghost=self.work.plane)

    def _show_cells(self, one: Filter) -> None:
        target = self.work.target
        active = None if target is None or target.plane is None else min(target.plane, len(one.planes) - 1)
        self.stage.set_planes(one.planes, active if len(one.planes) > 1 else None)

    def _say_made(self, one: Filter) -> None:
        made = made_by(one)
        self._made.setText("" if made is None else f"Made by: {sentence_of(made)}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Look at a slot while its letter is held down; with Shift, put the kernel there."""
        index = LETTERS.find(event.text().upper()) if len(event.text()) == 1 else -1
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
        if index < 0 or not plain:
            super().keyPressEvent(event)
        elif event.modifiers() == Qt.KeyboardModifier.ShiftModifier:
            self.slots.store(index)
        elif not event.isAutoRepeat():
            self.slots.look_at(index)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Look away from a slot."""
        if not event.isAutoRepeat() and len(event.text()) == 1 and event.text().upper() in LETTERS:
            self.slots.look_at(-1)
        super().keyReleaseEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Look away when another window becomes active: that one is told of the released key."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and not self.isActiveWindow():
            self.work.peek(None)

    def show_picture(self, picture: Picture) -> None:
        """Take a new result."""
        self.work.take(picture)
        self.effects.show_picture(picture)
        if self.desk is not None:
            self.desk.show_picture(picture)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Divide the room between the kernel, its desk and what it does."""
        super().resizeEvent(event)
        self._divide()

    def _divide(self) -> None:
        width = round(self.width() * KERNEL_SHARE)
        self._left.setFixedWidth(width)
        share = Desk.stage_share if self.desk is None else self.desk.stage_share
        height = min(round(self.height() * share), theme.px(LARGEST_STAGE), width)
        self.stage.setFixedHeight(max(height, theme.px(SMALLEST_STAGE)))

    def _build(self) -> None:
        self._tabs = Segmented([(row.key, row.title, row.tip) for row in DESKS], self, name="How the kernel is made")
        self._tabs.chosen.connect(self.open_desk)
        head = QHBoxLayout()
        head.setSpacing(theme.px(6))
        head.addWidget(self._tabs)
        head.addStretch(1)
        self.slots = SlotRow(self.work, self)
        self.slots.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        head.addWidget(self.slots)
        head.addWidget(ActionButton(self.work.context.actions["leave-studio"], self))
        self.head = head
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self._build_columns())
        self._why_not = QLabel(self)
        self._why_not.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._why_not.setWordWrap(True)
        self._pages.addWidget(self._why_not)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(4))
        layout.addLayout(head)
        layout.addWidget(self._pages, 1)

    def _build_columns(self) -> QWidget:
        page = QWidget(self)
        row = QHBoxLayout(page)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self._left = QFrame(page)
        theme.set_role(self._left, "card")
        row.addWidget(self._left)
        column = QVBoxLayout(self._left)
        column.setContentsMargins(6, 4, 6, 6)
        column.setSpacing(theme.px(4))
        self._title = ElidedLabel("", self._left)
        theme.set_role(self._title, "title")
        column.addWidget(self._title)
        self.stage = KernelStage(self._left)
        column.addWidget(self.stage)
        self.locks = LockRow(self.work, self.stage, self._left)
        column.addWidget(self.locks)
        self._made = QLabel(self._left)
        self._made.setWordWrap(True)
        theme.set_role(self._made, "muted")
        self._stack = CurrentStack(self._left)
        area = QScrollArea(self._left)
        area.setWidget(self._stack)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setAccessibleName("How the kernel is made")
        column.addWidget(area, 1)
        column.addWidget(self._made)
        self._past = PastRow(self.work, self._left)
        column.addWidget(self._past)
        self.effects = EffectsPane(self.work, page)
        row.addWidget(self.effects, 1)
        return page

    @Slot()
    def _on_theme(self) -> None:
        self.stage.set_palette_table(WEIGHTS_PALETTE.dark if theme.is_dark() else WEIGHTS_PALETTE.light)
        self._divide()
