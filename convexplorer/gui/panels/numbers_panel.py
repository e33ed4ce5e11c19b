"""Typed numbers below the input: their size and channels, and a grid over the picture to type and paint in."""

import numpy as np
from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from convexplorer.core.display.coloring import PALETTES
from convexplorer.gui.canvas.kernel.kernel_grid import KernelGrid
from convexplorer.gui.look import theme
from convexplorer.gui.session.panel import Context, Panel
from convexplorer.gui.widgets.cover import Cover
from convexplorer.gui.widgets.icon_button import ActionButton
from convexplorer.gui.widgets.number_field import NumberField
from convexplorer.gui.widgets.pair_spin import PairSpin
from convexplorer.gui.widgets.segmented import Segmented
from convexplorer.model import edits
from convexplorer.model.project import Project
from convexplorer.results.picture import Picture
from convexplorer.sources.numbers import MAX_CELLS, MAX_CHANNELS, MAX_SIDE

NUDGE_PAUSE_MS = 700  # wheel steps with shorter pauses form one undo step
ALL = "all"
TOOLS = ("fill-numbers", "clear-numbers", "invert-numbers", "random-numbers")


class NumbersPanel(Panel):
    """The controls of a grid of numbers; hidden for other sources.

    Attributes
    ----------
    editor : the grid, which is laid over the picture of the input while it is edited.
    """

    editing_changed = Signal(bool)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._is_editing = False
        self._channel: int | None = None
        self._names: tuple[str, ...] = ()
        self._stroke = 0
        self._nudge_pause = QTimer(self, singleShot=True, interval=NUDGE_PAUSE_MS)
        self._nudge_pause.timeout.connect(context.store.settle)
        self._build()
        theme.notifier().changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.hide()

    @property
    def is_editing(self) -> bool:
        """True while the grid lies over the picture."""
        return self._is_editing

    @property
    def channel(self) -> int | None:
        """The channel that is edited; None for all."""
        return self._channel

    @property
    def value(self) -> float:
        """The number that painting and filling set."""
        return self._value.value

    def set_editing(self, is_editing: bool) -> None:
        """Show the grid over the picture and give it the focus, or remove it."""
        if is_editing == self._is_editing:
            return
        self._is_editing = is_editing
        self._editing_row.setVisible(is_editing)
        self.editor.setVisible(is_editing)
        if is_editing:
            self.editor.raise_()
            self.grid.setFocus()
        self.editing_changed.emit(is_editing)

    def apply(self, new: Project, old: Project | None) -> None:
        """Show the numbers of a project, and hide for a source of another kind."""
        if old is not None and new.source == old.source:
            return
        is_grid = new.source.kind == "numbers"
        self.setVisible(is_grid)
        if not is_grid:
            self.set_editing(False)
            return
        values = edits.grid_values(new)
        if old is None or old.source.kind != "numbers":
            self._channel = 0 if len(values) > 1 else None  # a cell has room for one number
            largest = np.abs(values[np.isfinite(values)]).max(initial=0.0)
            self._value.set_value(float(largest) or 1.0)
        self._show_values(values)

    def show_picture(self, picture: Picture) -> None:
        """Give the cells the colours of the picture."""
        if picture.project.source.kind == "numbers":
            self.grid.set_levels((picture.input_tile.levels.low, picture.input_tile.levels.high))

    def _show_values(self, values: np.ndarray) -> None:
        channels, rows, columns = values.shape
        self._size.set_limits(
            (min(MAX_SIDE, MAX_CELLS // columns), min(MAX_SIDE, MAX_CELLS // rows)),
            (f"a channel has at most {MAX_CELLS} numbers",) * 2,
        )
        self._size.set_value(rows, columns)
        self._count.set_value(str(channels))
        self._offer_channels(channels)
        self.grid.strength = self.value
        self.grid.step = 1.0 if (values == np.rint(values)).all() else 0.1
        self.grid.set_planes(values, self._channel)

    def _offer_channels(self, count: int) -> None:
        names = ("R", "G", "B")[:count] if count == 3 else tuple(map(str, range(count)))
        if self._channel is not None and self._channel >= count:
            self._channel = None
        if names != self._names:
            self._names = names
            options = [(ALL, "All", "Edit all channels together")]
            options += [(str(i), name, f"Edit channel {name} alone") for i, name in enumerate(names)]
            self._edited.set_options(options)
        self._edited.setVisible(count > 1)
        self._edited.set_value(ALL if self._channel is None else str(self._channel))

    def _build(self) -> None:
        self._build_editor()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(4))
        layout.addLayout(self._build_size_row())
        self._editing_row = self._build_editing_row()
        self._editing_row.hide()
        layout.addWidget(self._editing_row)

    def _build_editor(self) -> None:
        self.editor = Cover(self)
        self.grid = KernelGrid(self.editor, noun="Numbers")
        self.editor.fill(self.grid)
        self.grid.stroke_started.connect(self._on_stroke_started)
        self.grid.painted.connect(self._on_painted)
        self.grid.stroke_ended.connect(self.context.store.settle)
        self.grid.cell_edited.connect(self._on_cell_edited)
        self.grid.nudged.connect(self._on_nudged)
        self.grid.hovered.connect(self._on_hovered)
        self.grid.focus_moved.connect(lambda row, column: self._on_hovered((row, column)))

    def _build_size_row(self) -> QHBoxLayout:
        self._size = PairSpin("Size", self, value=(8, 8), tip="numbers below each other × side by side")
        self._size.set_linked(False)
        self._size.value_changed.connect(lambda *_: self._on_shape_changed())
        self._size.editing_ended.connect(self.context.store.settle)
        counts = [(str(n), str(n), f"{n} channel{'s' if n > 1 else ''}") for n in range(1, MAX_CHANNELS + 1)]
        self._count = Segmented(counts, self, name="Channels", is_compact=True)
        self._count.chosen.connect(lambda _count: self._on_shape_changed())
        row = QHBoxLayout()
        row.setSpacing(theme.px(6))
        row.addWidget(ActionButton(self.context.actions["edit-numbers"], self, text="Edit"))
        row.addWidget(self._size)
        row.addWidget(self._count)
        row.addStretch(1)
        return row

    def _build_editing_row(self) -> QWidget:
        box = QWidget(self)
        self._value = NumberField("Painted number", box, value=1.0, step=1.0, tip="Drag paints this number")
        self._value.value_changed.connect(self._on_value_changed)
        self._value.setFixedWidth(theme.px(56))
        self._edited = Segmented([(ALL, "All")], box, name="Edited channel", is_compact=True)
        self._edited.chosen.connect(self._on_channel_chosen)
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(6))
        label = QLabel("Paint", box)
        label.setBuddy(self._value)
        row.addWidget(label)
        row.addWidget(self._value)
        for name in TOOLS:
            row.addWidget(ActionButton(self.context.actions[name], box, text="Fill" if name == TOOLS[0] else ""))
        row.addStretch(1)
        row.addWidget(self._edited)
        return box

    @Slot()
    def _on_theme_changed(self) -> None:
        self.grid.set_palette_table(PALETTES["gray"].colors(theme.is_dark()))

    @Slot()
    def _on_shape_changed(self) -> None:
        rows, columns = self._size.value
        self.context.commit(edits.resize_grid, rows, columns, int(self._count.value), merge="size of the numbers")

    @Slot(float)
    def _on_value_changed(self, value: float) -> None:
        self.grid.strength = value

    @Slot(str)
    def _on_channel_chosen(self, key: str) -> None:
        self._channel = None if key == ALL else int(key)
        self.grid.set_planes(edits.grid_values(self.context.store.state), self._channel)

    @Slot()
    def _on_stroke_started(self) -> None:
        self._stroke += 1
        self.context.store.settle()

    @Slot(int, int, float)
    def _on_painted(self, row: int, column: int, value: float) -> None:
        merge = f"stroke {self._stroke} of numbers"
        self.context.commit(edits.set_grid_cell, self._channel, row, column, value, merge=merge)

    @Slot(int, int, float)
    def _on_cell_edited(self, row: int, column: int, value: float) -> None:
        self.context.commit(edits.set_grid_cell, self._channel, row, column, value)

    @Slot(int, int, float)
    def _on_nudged(self, row: int, column: int, amount: float) -> None:
        merge = f"nudge number {row}, {column}"
        self.context.commit(edits.nudge_grid_cell, self._channel, row, column, amount, merge=merge)
        self._nudge_pause.start()

    @Slot(object)
    def _on_hovered(self, cell: tuple[int, int] | None) -> None:
        """Point at the cell under the hand, so that maps and explanation show what it does."""
        place = None if cell is None else (cell[0] + 0.5, cell[1] + 0.5)
        self.context.selection.point_at(place, is_on_input=True)
