"""The form of the first card: what is done to a picture before the first layer gets it."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from convexplorer.gui.look import theme
from convexplorer.gui.panels.parameters_panel.rows import add_row, fit_grid, make_combo, make_grid
from convexplorer.gui.widgets.number_field import NumberField
from convexplorer.gui.widgets.pair_spin import PairSpin
from convexplorer.model.preprocessing import FITS, ORDERS, Preprocessing
from convexplorer.model.preprocessing_presets import PRESETS, preset_of, with_order, with_preset

LARGEST = 1 << 14  # rows or columns
OWN = 0  # of the size: that of the picture
AS_IT_IS, EDITED = "none", "edited"  # of the presets: nothing is done, and numbers of no preset
_FIT_TIPS = {
    "crop": "Cut off what is too much at the longer sides",
    "letterbox": "Add a border at the shorter sides",
    "stretch": "Change the proportions",
}
_ORDER_LABELS = {"rgb": "RGB", "bgr": "BGR", "grey": "grey"}
_AS_IT_IS_TIP = "The layers get the picture as it is: its own size, and the channels chosen above it"


class PreprocessingForm(QWidget):
    """Shows a preprocessing, or that there is none, and asks for another one.

    Signals
    -------
    edited : the new `Preprocessing`, or None for the picture as it is; whether it is a step of a row of steps.
    editing_ended : Enter, or the focus left.
    """

    edited = Signal(object, bool)
    editing_ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value: Preprocessing | None = None
        self._build()
        theme.notifier().changed.connect(self._on_theme_changed)

    def set_value(self, value: Preprocessing | None) -> None:
        """Show a preprocessing, or with None that the picture stays as it is; silent."""
        self._value = value
        given = value or Preprocessing()
        name = AS_IT_IS if value is None else preset_of(given) or EDITED
        self.preset.setCurrentIndex(self.preset.findData(name))
        self.pair.set_value(*(given.size or (OWN, OWN)))
        self.fitting.setCurrentIndex(self.fitting.findData(given.fit))
        self.fitting.setEnabled(given.size is not None)
        self.order.setCurrentIndex(self.order.findData(given.order))
        self.low.set_value(given.low)
        self.high.set_value(given.high)
        for fields, numbers in ((self.mean, given.mean), (self.deviation, given.deviation)):
            _show(fields, numbers, count=1 if given.order == "grey" else 3)

    @property
    def _given(self) -> Preprocessing:
        return self._value or Preprocessing()

    @Slot(int)
    def _on_preset(self, at: int) -> None:
        name = self.preset.itemData(at)
        if name == AS_IT_IS:
            self.edited.emit(None, False)
        elif name == EDITED:
            self.set_value(self._value)  # it names what is there, and changes nothing
        else:
            self.edited.emit(with_preset(self._given, name), False)

    @Slot(int, int)
    def _on_size(self, rows: int, columns: int) -> None:
        # One number set by hand makes both explicit; going down to 0 in either leaves the picture's own size.
        was_own = self._given.size is None
        if OWN in (rows, columns) and not (was_own and max(rows, columns) > 0):
            size = None
        else:
            size = (rows or columns, columns or rows)
        self.edited.emit(replace(self._given, size=size), True)

    @Slot(int)
    def _on_fit(self, at: int) -> None:
        self.edited.emit(replace(self._given, fit=self.fitting.itemData(at)), False)

    @Slot(int)
    def _on_order(self, at: int) -> None:
        self.edited.emit(with_order(self._given, self.order.itemData(at)), False)

    @Slot()
    def _on_numbers(self) -> None:
        """Take range, mean and deviation as they stand; what is impossible is refused where it is committed."""
        try:
            new = replace(
                self._given,
                low=self.low.value,
                high=self.high.value,
                mean=_numbers(self.mean),
                deviation=_numbers(self.deviation),
            )
        except ValueError:
            self.set_value(self._value)
            return
        self.edited.emit(new, True)

    @Slot()
    def _on_theme_changed(self) -> None:
        fit_grid(self._grid)

    def _build(self) -> None:
        self._grid = grid = make_grid(self)
        self.preset = make_combo("Numbers of the input", self)
        self.preset.addItem("as it is", AS_IT_IS)
        self.preset.setItemData(0, _AS_IT_IS_TIP, Qt.ItemDataRole.ToolTipRole)
        for name, (label, _) in PRESETS.items():
            self.preset.addItem(label, name)
        self.preset.addItem("edited", EDITED)
        self.preset.activated.connect(self._on_preset)
        self.pair = PairSpin("Size of the input", self, value=(1, 1), tip="Rows and columns that the first layer gets")
        self.pair.set_limits((LARGEST, LARGEST))
        self.pair.set_word(OWN, "own")
        self.pair.value_changed.connect(self._on_size)
        self.pair.editing_ended.connect(self.editing_ended)
        self.fitting = _combo("Fit", [(name, name, _FIT_TIPS[name]) for name in FITS], self)
        self.fitting.activated.connect(self._on_fit)
        self.order = _combo("Channels", [(name, _ORDER_LABELS[name], "") for name in ORDERS], self)
        self.order.activated.connect(self._on_order)
        self.low, self.high = self._field("Black becomes"), self._field("White becomes")
        self.mean = [self._field(f"Mean of channel {i + 1}, subtracted") for i in range(3)]
        self.deviation = [self._field(f"Deviation of channel {i + 1}, divided by") for i in range(3)]
        add_row(grid, "Numbers", self.preset)
        add_row(grid, "Size", self.pair)
        add_row(grid, "Fit", self.fitting)
        add_row(grid, "Channels", self.order)
        add_row(grid, "Range", _side_by_side((self.low, self.high), "…"))
        add_row(grid, "Mean", _side_by_side(self.mean))
        add_row(grid, "Deviation", _side_by_side(self.deviation))
        self.set_value(None)

    def _field(self, name: str) -> NumberField:
        field = NumberField(name, self, step=0.01)
        field.value_changed.connect(self._on_numbers)
        field.editing_ended.connect(self.editing_ended)
        return field


def _combo(name: str, rows: Sequence[tuple[str, str, str]], parent: QWidget) -> QComboBox:
    combo = make_combo(name, parent)
    for i, (key, label, tip) in enumerate(rows):
        combo.addItem(label, key)
        combo.setItemData(i, tip, Qt.ItemDataRole.ToolTipRole)
    return combo


def _side_by_side(fields: Sequence[NumberField], between: str = "") -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(theme.px(4))
    for i, field in enumerate(fields):
        if i and between:
            label = QLabel(between)
            theme.set_role(label, "muted")
            row.addWidget(label)
        row.addWidget(field, 1)
    return row


def _show(fields: Sequence[NumberField], numbers: tuple[float, ...], *, count: int) -> None:
    for i, field in enumerate(fields):
        field.setVisible(i < count)
        field.set_value(numbers[i if i < len(numbers) else 0])


def _numbers(fields: Sequence[NumberField]) -> tuple[float, ...]:
    """Return the numbers that stand in the fields in use; one if all are equal, as it is for all channels."""
    values = tuple(field.value for field in fields if not field.isHidden())
    return values[:1] if len(set(values)) == 1 else values
