"""The controls of the sliding window's film (play, step, scrub), a row in the panel's header."""

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QWidget

from convexplorer.gui.film.player import FilmPlayer
from convexplorer.gui.look import theme
from convexplorer.gui.session.command_action import CommandAction
from convexplorer.gui.widgets.icon_button import ActionButton
from convexplorer.gui.widgets.jump_slider import JumpSlider
from convexplorer.results.film import RATES_HZ
from convexplorer.words import duration_text

# The first one is chosen at first.
SPANS = {
    "near": ("nearby", "The window goes over outputs around the pinned one, or in the middle: a minute at first"),
    "map": ("whole map", "The window goes over all outputs"),
    "sight": ("in sight", "It goes over the outputs that are in sight: zoom in to choose them"),
}


_GAP = 4
_SPAN_LETTERS = 9  # room for a span and its duration; the header has more to show


class FilmBar(QWidget):
    """Controls that show the film's position and steer the film.

    Parameters
    ----------
    actions : the window's commands by name.

    Signals
    -------
    span_chosen : the chosen key of `SPANS`.
    """

    span_chosen = Signal(str)

    def __init__(self, player: FilmPlayer, actions: Mapping[str, CommandAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._player = player
        self._counts: Mapping[str, int] = {}
        self._room = 10_000  # until told otherwise
        self._has_spans = True
        self._build(actions)
        player.changed.connect(self.refresh)
        player.moved.connect(self.refresh)
        theme.notifier().changed.connect(self._on_theme)
        self._on_theme()
        self.refresh()

    @property
    def span(self) -> str:
        """The chosen span of outputs, a key of `SPANS`."""
        return str(self._span.currentData())

    def set_span(self, key: str) -> None:
        """Choose the span of outputs, a key of `SPANS`."""
        self._span.setCurrentIndex(self._span.findData(key))

    def show_counts(self, counts: Mapping[str, int]) -> None:
        """Say how long the film over each span lasts, before it is begun, given its number of outputs."""
        self._counts = counts
        for index in range(self._span.count()):
            key = self._span.itemData(index)
            lasts = duration_text(counts.get(key, 0) / self._player.film.rate_hz)
            text = f"{SPANS[key][0]} · {lasts}" if key in counts else SPANS[key][0]
            if self._span.itemText(index) != text:
                self._span.setItemText(index, text)

    def show_spans(self, is_shown: bool) -> None:
        """Show or hide the choice of a span; a page with outputs of its own needs no choice."""
        self._has_spans = is_shown
        self._span.setVisible(is_shown)
        self.fit(self._room)

    def fit(self, room: int) -> int:
        """Show the parts that have room beside a slider that can be dragged, and return the width that they need.

        What has no room is a command in the menu too.
        """
        self._room = room
        room -= self._width_of(self._needed)
        for part in self._optional:
            room -= self._width_of(part)
            for widget in part:
                widget.setVisible(room >= 0)
        return self._shown_width()

    def _shown_width(self) -> int:
        """Return the width that the parts need which are shown."""
        shown = (one for part in self._optional for one in part if one.isVisibleTo(self))
        return self._width_of((*self._needed, *shown))

    def sizeHint(self) -> QSize:
        """Return the width of the parts that are shown: with a larger wish, a long place would squeeze them."""
        return QSize(self._shown_width(), super().sizeHint().height())

    def ample_width(self) -> int:
        """Return the width at which all parts but the last have room."""
        return self._width_of(self._needed) + sum(map(self._width_of, self._optional[:-1]))

    def minimumSizeHint(self) -> QSize:
        """Return the width of the parts that are always shown."""
        return QSize(self._width_of(self._needed), super().minimumSizeHint().height())

    def _width_of(self, widgets: Iterable[QWidget]) -> int:
        shown = [one for one in widgets if one is not self._span or self._has_spans]
        return sum(max(one.minimumSizeHint().width(), one.minimumWidth()) + theme.px(_GAP) for one in shown)

    @Slot()
    def refresh(self, _what: object = None) -> None:
        """Show the film's position and state."""
        player = self._player
        film = player.film
        self.show_counts(self._counts)
        index = self._rate.findData(film.rate_hz)
        if index >= 0:
            self._rate.setCurrentIndex(index)
        if not self._slider.isSliderDown():
            with QSignalBlocker(self._slider):
                self._slider.setRange(0, film.last)
                self._slider.setPageStep(max(film.region.size[-1], 1))
                self._slider.setValue(player.position)

    @Slot(int)
    def _on_rate(self, index: int) -> None:
        self._player.set_rate(self._rate.itemData(index))

    @Slot(int)
    def _on_span(self, index: int) -> None:
        self.span_chosen.emit(self._span.itemData(index))

    @Slot()
    def _on_theme(self) -> None:
        self._slider.setMaximumWidth(theme.px(220))
        self.fit(self._room)

    def _build(self, actions: Mapping[str, CommandAction]) -> None:
        player = self._player
        back = ActionButton(actions["film-back"], self)
        play = ActionButton(actions["film"], self)
        forward = ActionButton(actions["film-forward"], self)
        self._slider = JumpSlider(Qt.Orientation.Horizontal, self)
        self._slider.setAccessibleName("Place of the sliding window")
        self._slider.setToolTip("Drag to move the window both ways; Page Up and Page Down go by a row of outputs")
        self._slider.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._slider.valueChanged.connect(player.seek)
        self._rate = QComboBox(self)
        for rate_hz in RATES_HZ:
            self._rate.addItem(f"{rate_hz}/s", rate_hz)
        self._rate.setAccessibleName("Outputs a second")
        ways = "\n".join(actions[name].tip for name in ("film-faster", "film-slower"))
        self._rate.setToolTip(f"How many outputs a second\n{ways}")
        self._rate.activated.connect(self._on_rate)
        self._span = QComboBox(self)
        for key, (label, tip) in SPANS.items():
            self._span.addItem(label, key)
            self._span.setItemData(self._span.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        self._span.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._span.setMinimumContentsLength(_SPAN_LETTERS)
        self._span.setAccessibleName("What the window slides over")
        self._span.setToolTip("What the window slides over")
        self._span.currentIndexChanged.connect(self._on_span)
        for choice in (self._rate, self._span):
            choice.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(_GAP))
        layout.addStretch(1)
        layout.addWidget(back)
        layout.addWidget(play)
        layout.addWidget(forward)
        layout.addWidget(self._slider, 8)
        layout.addWidget(self._rate)
        layout.addWidget(self._span)
        loop = ActionButton(actions["film-loop"], self)
        layout.addWidget(loop)
        self._needed: tuple[QWidget, ...] = (play, self._slider, self._span)
        self._optional: tuple[tuple[QWidget, ...], ...] = ((back, forward), (self._rate,), (loop,))
