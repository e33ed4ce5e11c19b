"""The form of a bank by sweep: how many angles, scales and phases, with all kernels in sight before they are made."""

from collections.abc import Mapping

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from convexplorer.gui.canvas.studio.bank_preview import BankPreview
from convexplorer.gui.look import theme
from convexplorer.gui.look.tips import set_tip
from convexplorer.gui.widgets.note import Note
from convexplorer.gui.widgets.number_field import NumberField
from convexplorer.kernels.filter import Filter
from convexplorer.kernels.presets import find_preset
from convexplorer.kernels.sweep import MAX_FILTERS, Sweep, can_sweep, swept
from convexplorer.words import as_sentence, times

SOON_MS = 40  # so that a drag at a slider is not slowed down by the preview
SPANS = ((180.0, "over 180°", "Lines: half a turn has all of them."), (360.0, "over 360°", "Edges and corners."))


class SweepForm(QWidget):
    """Counts, a preview, and buttons.

    Signals
    -------
    made : the filters of the bank, and whether they are added behind those that are there.
    """

    made = Signal(tuple, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = ""
        self._values: dict[str, float] = {}
        self.filters: tuple[Filter, ...] = ()
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self.refresh)
        self._build()

    @property
    def sweep(self) -> Sweep:
        """What the fields say."""
        return Sweep(
            angles=int(self.angles.value),
            span=float(self.span.currentData()),
            scales=int(self.scales.value),
            ratio=self.ratio.value,
            phases=int(self.phases.value),
        )

    def show_family(self, name: str, values: Mapping[str, float]) -> None:
        """Sweep another family, or from other parameters on."""
        if name != self._name:
            has_angle, has_length, has_phase = can_sweep(find_preset(name))
            for fields, is_possible in (
                ((self.angles, self.span), has_angle),
                ((self.scales, self.ratio), has_length),
                ((self.phases,), has_phase),
            ):
                for field in fields:
                    field.setEnabled(is_possible)
            for count, is_possible, usual in (
                (self.angles, has_angle, 8),
                (self.scales, has_length, 1),
                (self.phases, has_phase, 1),
            ):
                count.set_value(usual if is_possible else 1)
        self._name, self._values = name, dict(values)
        if self.isVisible():
            self._soon.start()

    def showEvent(self, event: QShowEvent) -> None:
        """Show the kernels of the family that was chosen meanwhile."""
        super().showEvent(event)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Show the kernels that the fields ask for, or say why there are none."""
        self._soon.stop()
        if not self._name:
            return
        try:
            self.filters = swept(self._name, self._values, self.sweep)
        except ValueError as error:
            self.filters = ()
            self.note.set_text(as_sentence(str(error)), is_error=True)
        else:
            self.note.set_text(self._words())
        self.preview.show_bank(self.filters)
        for button in (self.replace_button, self.add_button):
            button.setEnabled(len(self.filters) > 0)

    def _words(self) -> str:
        count, sweep = len(self.filters), self.sweep
        parts = [(sweep.angles, "angle"), (sweep.scales, "scale"), (sweep.phases, "phase")]
        product = " × ".join(f"{n} {word}s" for n, word in parts if n > 1)
        largest = max((one.size for one in self.filters), key=lambda size: size[0] * size[1])
        kernels = "1 kernel" if count == 1 else f"{count} kernels"
        begin = f"{product} = {kernels}" if product and product.count("×") else product or kernels
        most = f" At most {MAX_FILTERS}." if count > MAX_FILTERS // 2 else ""
        return f"{begin} of {times(largest)}.{most}"

    @Slot()
    def _on_changed(self) -> None:
        self._soon.start()

    def _make(self, *, is_added: bool) -> None:
        self.refresh()
        if self.filters:
            self.made.emit(self.filters, is_added)

    def _build(self) -> None:
        def count(name: str, value: float, tip: str) -> NumberField:
            return NumberField(
                name, self, value=value, step=1, minimum=1, maximum=MAX_FILTERS, is_integer=True, tip=tip
            )

        self.angles = count("Angles", 8, "How many angles, spread evenly from that of the kernel on.")
        self.scales = count("Scales", 1, "How many sizes: all lengths of the family grow together.")
        self.phases = count("Phases", 1, "How many phases: 2 are an even and an odd kernel, 90° apart.")
        tip = "How many times as large each scale is as the one before."
        self.ratio = NumberField("Ratio of scales", self, value=1.5, step=0.1, minimum=1.05, maximum=10, tip=tip)
        self.span = QComboBox(self)
        self.span.setAccessibleName("Angles are spread over")
        for span, label, meaning in SPANS:
            self.span.addItem(label, span)
            self.span.setItemData(self.span.count() - 1, meaning, 3)
        set_tip(self.span, "What the angles are spread over; the end is left out.")
        self.preview = BankPreview(self)
        self.note = Note(2, self)
        self.replace_button = QPushButton("Make the bank", self)
        set_tip(self.replace_button, "These kernels in place of all kernels of the layer: one step of Undo.")
        self.add_button = QPushButton("Add to the bank", self)
        set_tip(self.add_button, "These kernels behind those of the layer: one step of Undo.")
        self.replace_button.clicked.connect(lambda: self._make(is_added=False))
        self.add_button.clicked.connect(lambda: self._make(is_added=True))
        for field in (self.angles, self.scales, self.phases, self.ratio):
            field.value_changed.connect(self._on_changed)
        self.span.activated.connect(self._on_changed)
        self._lay_out()

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.px(6))
        grid.setVerticalSpacing(theme.px(4))
        cells = (
            ("Angles", self.angles, self.span),
            ("Scales", self.scales, self.ratio),
            ("Phases", self.phases, None),
        )
        for row, (text, field, beside) in enumerate(cells):
            label = QLabel(text, self)
            label.setBuddy(field)
            theme.set_role(label, "muted")
            grid.addWidget(label, row, 0)
            field.setFixedWidth(theme.px(60))
            grid.addWidget(field, row, 1)
            if beside is self.ratio:
                grid.addWidget(self._labelled_ratio(), row, 2)
            elif beside is not None:
                grid.addWidget(beside, row, 2)
        grid.setColumnStretch(3, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.px(6))
        buttons.addWidget(self.replace_button)
        buttons.addWidget(self.add_button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(4))
        layout.addLayout(grid)
        layout.addWidget(self.preview)
        layout.addWidget(self.note)
        layout.addLayout(buttons)
        layout.addStretch(1)

    def _labelled_ratio(self) -> QWidget:
        holder = QWidget(self)
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(6))
        label = QLabel("each ×", holder)
        theme.set_role(label, "muted")
        label.setBuddy(self.ratio)
        row.addWidget(label)
        self.ratio.setFixedWidth(theme.px(60))
        row.addWidget(self.ratio)
        row.addStretch(1)
        return holder
