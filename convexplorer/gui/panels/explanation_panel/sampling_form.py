"""How a picture is changed many times, for the smoothed gradient and for occlusion: the choices beside the mode."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QSpinBox, QWidget

from convexplorer.gui.look import theme
from convexplorer.results.gradient_subject import FILLS, Sampling

SPIN_WIDTH = 70  # design pixels
MOST_SAMPLES, MOST_PERCENT, MOST_SEED, LARGEST = 1000, 500, 9999, 999


class SamplingForm(QWidget):
    """The choices of one mode at a time; those of others are kept.

    Signals
    -------
    changed : a hand has chosen something else.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        usual = Sampling()
        self.samples = self._spin("Noisy copies", 1, MOST_SAMPLES, usual.samples)
        self.noise = self._spin("Noise", 0, MOST_PERCENT, round(100 * usual.noise), " %")
        self.noise.setToolTip("Deviation of the noise, in percent of what lies between black and white")
        self.seed = self._spin("Seed", 0, MOST_SEED, usual.seed)
        self.seed.setToolTip("The same seed gives the same noise")
        self.cover = self._spin("Part", 0, LARGEST, usual.cover)
        self.cover.setToolTip("Side of the part that is covered, in cells; by itself it suits what the value sees")
        self.stride = self._spin("Step", 0, LARGEST, usual.stride)
        self.stride.setToolTip("From one part to the next, in cells; by itself half of a part")
        for box in (self.cover, self.stride):
            box.setSpecialValueText("auto")
        self.fill = QComboBox(self)
        self.fill.setAccessibleName("Covered with")
        for key, (label, tip) in FILLS.items():
            self.fill.addItem(label, key)
            self.fill.setItemData(self.fill.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        self.fill.activated.connect(self._on_changed)
        self._groups = {
            "smooth": self._group(("copies", self.samples), ("noise", self.noise), ("seed", self.seed)),
            "occlusion": self._group(("part", self.cover), ("step", self.stride), ("covered with", self.fill)),
        }
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for group in self._groups.values():
            layout.addWidget(group)
        layout.addStretch(1)
        # In a narrow window its end is cut off, rather than that the window grows.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.show_for("")

    @property
    def sampling(self) -> Sampling:
        """What is chosen."""
        return Sampling(
            cover=self.cover.value(),
            stride=self.stride.value(),
            fill=self.fill.currentData(),
            samples=self.samples.value(),
            noise=self.noise.value() / 100,
            seed=self.seed.value(),
        )

    def reset(self) -> None:
        """Choose what is usual."""
        usual = Sampling()
        with QSignalBlocker(self):
            for box, value in (
                (self.samples, usual.samples),
                (self.noise, round(100 * usual.noise)),
                (self.seed, usual.seed),
                (self.cover, usual.cover),
                (self.stride, usual.stride),
            ):
                box.setValue(value)
            self.fill.setCurrentIndex(self.fill.findData(usual.fill))

    def show_for(self, how: str) -> None:
        """Show the choices of a mode; none for one without."""
        for key, group in self._groups.items():
            group.setVisible(key == how)
        self.setVisible(how in self._groups)

    def _spin(self, name: str, low: int, high: int, value: int, suffix: str = "") -> QSpinBox:
        box = QSpinBox(self)
        box.setAccessibleName(name)
        box.setRange(low, high)
        box.setSuffix(suffix)
        box.setValue(value)
        box.setFixedWidth(theme.px(SPIN_WIDTH))
        box.setKeyboardTracking(False)  # a number is taken when it is whole
        box.valueChanged.connect(self._on_changed)
        return box

    def _group(self, *parts: tuple[str, QWidget]) -> QWidget:
        group = QWidget(self)
        layout = QHBoxLayout(group)
        layout.setContentsMargins(theme.px(6), 0, 0, 0)
        layout.setSpacing(theme.px(6))
        for words, widget in parts:
            label = QLabel(words, group)
            theme.set_role(label, "muted")
            layout.addWidget(label)
            layout.addWidget(widget)
        return group

    @Slot()
    def _on_changed(self) -> None:
        self.changed.emit()
