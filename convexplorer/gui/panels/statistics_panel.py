"""The statistics of the selected map, and the settings for its colours."""

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from convexplorer.core.display.coloring import PALETTES, Levels, are_symmetric, round_levels
from convexplorer.gui.look import theme
from convexplorer.gui.look.tips import set_tip
from convexplorer.gui.session.panel import Context, Panel
from convexplorer.gui.widgets.histogram_view import Histogram
from convexplorer.gui.widgets.segmented import Segmented
from convexplorer.gui.widgets.steady_label import SteadyLabel
from convexplorer.model import edits
from convexplorer.model.project import Display, Project
from convexplorer.results.glance import Glance
from convexplorer.results.picture import Picture, Statistics, Tile
from convexplorer.results.tile_words import BEFORE_EDIT, tile_under
from convexplorer.words import compact_number, full_number, percent, short_number

HISTOGRAM_HEIGHT = 40
CHARACTERS = 7  # maximum length of a number in its column
FIXED_BY_8BIT = "An 8-bit picture is grey from black to white: switch “8 bit” off to choose colours and levels"
FIXED_BY_ANGLES = "Angles are hues from −180° to 180°, as bright as the edge is strong"
NUMBERS = {
    "minimum": ("min", "Smallest value of the map"),
    "maximum": ("max", "Largest value of the map"),
    "mean": ("mean", "Mean of all values"),
    "deviation": ("σ", "Standard deviation: how far values lie from the mean"),
    "zeros": ("zeros", "Share of values that are 0, but for rounding"),
}
SCOPES = (
    ("per-map", "map", "Each map has levels of its own: nothing is hidden, brightness cannot be compared"),
    ("shared", "all", "All maps have the same levels: brightness can be compared"),
    ("locked", "lock", "The levels stay as they are now, whatever the values do"),
)


class StatisticsPanel(Panel):
    """The panel with a histogram, the levels as handles, five numbers, palette and scope."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._picture: Picture | None = None
        self._is_older = False  # the numbers are of a frame that is no longer on screen
        self._is_before = False  # they are of the settings before an edit that is seen already
        self._glance: Glance | None = None  # what is on screen; None if that is the picture
        self._build()
        theme.notifier().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def apply(self, new: Project, old: Project | None) -> None:
        """Show the display settings of a project."""
        if old is not None and new.display == old.display:
            return
        display = new.display
        self._scope.set_value(display.scope)
        self._palette.setCurrentIndex(self._palette.findData(display.palette))
        self._show_availability(display, self._tile())

    def show_picture(self, picture: Picture) -> None:
        """Show the numbers of what is on screen: at once, since those of the maps' captions are of it, too."""
        self._picture, self._is_older, self._glance = picture, False, None
        self._show_newest()

    def show_survey(self, picture: Picture) -> None:
        """Show the numbers of a frame that is no longer on screen; tips say which it is."""
        self._picture, self._is_older = picture, True
        self._show_newest()

    def show_glance(self, glance: Glance) -> None:
        """Say of which frame the numbers are, if another one is on screen from now on."""
        self._glance = glance
        if not self._is_older and self._picture is not None and self._picture.frame is not glance.job.frame:
            self._is_older = True
            self._show_numbers(self._picture.statistics)

    def mark_before(self, is_before: bool) -> None:
        """Fade numbers of the settings before an edit."""
        self._is_before = is_before
        self._histogram.set_faded(is_before)
        for label in self._numbers.values():
            label.setEnabled(not is_before)
        if self._picture is not None:
            self._show_numbers(self._picture.statistics)

    @Slot()
    def _on_theme_changed(self) -> None:
        self._histogram.setFixedHeight(theme.px(HISTOGRAM_HEIGHT))
        for label in self._numbers.values():
            label.setFont(theme.digits_font(12))
        if self._picture is not None:
            self._show_newest()

    @Slot(float, float)
    def _on_levels_dragged(self, low: float, high: float) -> None:
        self._set_display("levels", scope="locked", locked=round_levels(low, high))

    @Slot(str)
    def _on_scope_chosen(self, scope: str) -> None:
        levels = self._levels()
        if scope == "locked" and levels is not None:
            self._set_display(None, scope=scope, locked=(levels.low, levels.high))
        else:
            self._set_display(None, scope=scope)

    @Slot(int)
    def _on_palette_chosen(self, row: int) -> None:
        self._set_display(None, palette=self._palette.itemData(row))

    @Slot()
    def _show_newest(self) -> None:
        """Show the newest result."""
        picture, tile = self._picture, self._tile()
        if picture is None:
            return
        self._show_numbers(picture.statistics)
        if tile is None:
            self._histogram.clear()
            return
        self._show_availability(picture.project.display, tile)
        if self.isVisible():
            self._show_histogram(picture.statistics, tile)

    def _build(self) -> None:
        theme.set_role(self, "card")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*(theme.px(n) for n in (6, 6, 6, 6)))
        layout.setSpacing(theme.px(4))
        layout.addLayout(self._build_choices())
        layout.addLayout(self._build_histogram())
        layout.addLayout(self._build_numbers())
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def _build_choices(self) -> QHBoxLayout:
        self._palette = QComboBox(self)
        self._palette.setAccessibleName("Colours")
        self._palette.setMinimumContentsLength(2)
        self._palette.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for name, palette in PALETTES.items():
            self._palette.addItem(palette.label, name)
            self._palette.setItemData(self._palette.count() - 1, palette.explanation, Qt.ItemDataRole.ToolTipRole)
        self._palette.activated.connect(self._on_palette_chosen)
        self._scope = Segmented(SCOPES, self, name="Levels")
        self._scope.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._scope.chosen.connect(self._on_scope_chosen)
        row = QHBoxLayout()
        row.setSpacing(theme.px(5))
        row.addWidget(self._palette, 1)
        row.addWidget(self._scope)
        return row

    def _build_histogram(self) -> QHBoxLayout:
        self._histogram = Histogram(self)
        self._histogram.levels_dragged.connect(self._on_levels_dragged)
        self._histogram.levels_drag_finished.connect(self.context.store.settle)
        self._histogram.opened.connect(self.context.actions["histogram"].give)
        as_8bit = self.context.actions["opencv"]
        as_8bit.setIconText("8 bit")
        self._as_8bit = QToolButton(self)
        self._as_8bit.setDefaultAction(as_8bit)
        self._as_8bit.setAccessibleName(as_8bit.text())
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        row.addWidget(self._histogram, 1)
        row.addWidget(self._as_8bit, 0, Qt.AlignmentFlag.AlignVCenter)
        return row

    def _build_numbers(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(4))
        grid.setVerticalSpacing(0)
        self._numbers: dict[str, SteadyLabel] = {}
        for column, (name, (label, tip)) in enumerate(NUMBERS.items()):
            head, value = QLabel(label, self), SteadyLabel("–", self)
            theme.set_role(head, "small")
            value.setAccessibleName(label)
            head.setToolTip(tip)
            # Columns of equal width, so that changing numbers do not move them.
            self._numbers[name] = value
            grid.addWidget(head, 0, column)
            grid.addWidget(value, 1, column)
            grid.setColumnStretch(column, 1)
        return grid

    def _show_numbers(self, statistics: Statistics | None) -> None:
        for name, label in self._numbers.items():
            value = getattr(statistics, name) if statistics is not None else None
            tip = NUMBERS[name][1]
            if value is None:
                label.setText("–")
            elif name == "zeros":
                label.setText(percent(value))
            else:
                label.setText(_fitting(label, value))
                tip = f"{tip}: {full_number(float(value))}"
            if self._is_older and self._picture is not None:
                tip = f"{tip}, in frame {self._picture.frame.index + 1}"
            if self._is_before:
                tip = f"{tip}, {BEFORE_EDIT}"
            label.set_tip(tip)

    def _show_histogram(self, statistics: Statistics | None, tile: Tile) -> None:
        if statistics is None or not np.size(statistics.counts):
            self._histogram.clear()
            return
        levels = self._levels() or tile.levels
        is_symmetric = are_symmetric(levels, tile.palette)
        self._histogram.set_histogram(statistics.counts, statistics.edges)
        self._histogram.set_levels(levels.low, levels.high, is_symmetric=is_symmetric)

    def _show_availability(self, display: Display, tile: Tile | None = None) -> None:
        """Enable palette and levels only if they have an effect."""
        reason, palette = (FIXED_BY_8BIT if display.as_opencv_8bit else ""), display.palette
        if not reason and tile is not None and tile.shade is not None:
            reason, palette = FIXED_BY_ANGLES, tile.palette
        self._palette.setCurrentIndex(self._palette.findData(palette))
        for control in (self._palette, self._scope, self._histogram):
            control.setEnabled(not reason)
        set_tip(self._palette, reason or f"Colours: {PALETTES[display.palette].explanation}")
        for key, _label, _tip in SCOPES:
            self._scope.set_available(key, not reason, reason)

    def _tile(self) -> Tile | None:
        return tile_under(self._picture, self._picture.view.filter) if self._picture is not None else None

    def _levels(self) -> Levels | None:
        """Return the levels of the selected map on screen, which those of an older frame may not be."""
        if self._glance is not None and self._glance.maps:
            sight = self._glance.maps[min(self.context.selection.view.filter, len(self._glance.maps) - 1)]
            if sight is not None:
                return sight.levels
        tile = self._tile()
        return None if tile is None else tile.levels

    def _set_display(self, merge: str | None, **changes: object) -> None:
        self.context.commit(lambda state: edits.set_display(state, **changes), merge=merge)


def _fitting(label: SteadyLabel, value: float) -> str:
    """Return a number with as many digits as its column has room for: a cut one would be another number."""
    texts = [compact_number(value, CHARACTERS), *(short_number(value, count) for count in range(CHARACTERS - 1, 3, -1))]
    metrics = label.fontMetrics()
    return next((text for text in texts if metrics.horizontalAdvance(text) <= label.width()), texts[-1])
