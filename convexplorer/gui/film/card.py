"""The form for exporting a film: its outputs, rate and size."""

from collections.abc import Callable

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QFormLayout, QHBoxLayout, QLabel, QPushButton, QSpinBox, QWidget

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.places import Region
from convexplorer.gui.film.scene import WIDTHS, positions
from convexplorer.gui.look import theme
from convexplorer.gui.widgets.overlay import Overlay
from convexplorer.gui.widgets.wheel import WheelGuard

FIRST_RATE_HZ, FASTEST_HZ = 12, 50
# Maximum number of pictures of the proposed film, about a quarter of a minute.
MOST_AT_FIRST = 180
_FIRST_WIDTH = 960


@dataclass(frozen=True)
class FilmWish:
    """The user's choices for the export of a film.

    Attributes
    ----------
    span : a key of the panel's spans, which selects the outputs; or "".
    step : number of outputs from one picture to the next.
    """

    span: str
    step: int
    rate_hz: int
    width_px: int


class FilmCard(Overlay):
    """A card over the window until the user decides; no code blocks meanwhile.

    Parameters
    ----------
    spans : (key, label) of the selectable spans; empty if there is no choice.
    region_of : returns the outputs of a span, or None.

    Signals
    -------
    wished : the `FilmWish` that the user confirmed.
    """

    wished = Signal(object)

    def __init__(
        self, window: QWidget, spans: tuple[tuple[str, str], ...], region_of: Callable[[str], Region | None]
    ) -> None:
        super().__init__(window)
        self._region_of = region_of
        title = QLabel("Export the film")
        theme.set_role(title, "title")
        self.card_layout.addWidget(title)
        self._span = QComboBox(self.card)
        for key, label in spans:
            self._span.addItem(label, key)
        self._span.setAccessibleName("What the film goes over")
        self._span.currentIndexChanged.connect(self._propose)
        self._step = self._spin("Outputs from one picture to the next", 1, 1_000_000)
        self._rate = self._spin("Pictures a second", 1, FASTEST_HZ)
        self._rate.setValue(FIRST_RATE_HZ)
        self._width = QComboBox(self.card)
        for width in WIDTHS:
            self._width.addItem(f"{width} pixels wide", width)
        self._width.setCurrentIndex(WIDTHS.index(_FIRST_WIDTH))
        self._width.setAccessibleName("Size of the pictures")
        form = QFormLayout()
        if spans:
            form.addRow("Goes over", self._span)
        form.addRow("Outputs a picture", self._step)
        form.addRow("Pictures a second", self._rate)
        form.addRow("Size", self._width)
        self.card_layout.addLayout(form)
        self._sum = QLabel(self.card)
        theme.set_role(self._sum, "muted")
        self.card_layout.addWidget(self._sum)
        self._save = QPushButton("Save as…", self.card)
        theme.set_role(self._save, "primary")
        self._save.setDefault(True)
        self._save.clicked.connect(self._on_save)
        cancel = QPushButton("Cancel", self.card)
        cancel.clicked.connect(self.close)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self._save)
        self.card_layout.addLayout(buttons)
        for spin in (self._step, self._rate):
            spin.valueChanged.connect(self._add_up)
        self._span.setVisible(bool(spans))
        WheelGuard(self.card)
        self._propose()

    @property
    def wish(self) -> FilmWish:
        """The current choices."""
        return FilmWish(
            span=str(self._span.currentData() or ""),
            step=self._step.value(),
            rate_hz=self._rate.value(),
            width_px=int(self._width.currentData()),
        )

    @property
    def sum_text(self) -> str:
        """The length of the film, in words."""
        return self._sum.text()

    def open(self) -> None:
        """Show the card over the window, with the focus on the default button."""
        super().open()
        self._save.setFocus()

    @Slot()
    def _propose(self, _index: int = 0) -> None:
        """Propose a step that gives a film of reasonable length."""
        region = self._region_of(self.wish.span)
        count = 1 if region is None else region.count
        self._step.setMaximum(max(count, 1))
        self._step.setValue(max(-(-count // MOST_AT_FIRST), 1))
        self._add_up()

    @Slot()
    def _add_up(self, _value: int = 0) -> None:
        region = self._region_of(self.wish.span)
        count = 0 if region is None else len(positions(region, self._step.value()))
        self._sum.setText(f"{count} pictures, {count / self._rate.value():.1f} s")

    @Slot()
    def _on_save(self) -> None:
        wish = self.wish
        self.close()
        self.wished.emit(wish)

    def _spin(self, name: str, low: int, high: int) -> QSpinBox:
        spin = QSpinBox(self.card)
        spin.setRange(low, high)
        spin.setAccessibleName(name)
        spin.setToolTip(name)
        return spin
