"""Three sliders on the kernel: outer products that are kept, even against odd part, and strength."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from convexplorer.core.parameter import Parameter
from convexplorer.gui.canvas.studio.product_bars import ProductBars
from convexplorer.gui.look import theme
from convexplorer.gui.widgets.elided_label import ElidedLabel
from convexplorer.gui.widgets.parameter_slider import LABEL_WIDTH, ParameterSlider
from convexplorer.kernels.response.outer_products import rebuilt, singular_values
from convexplorer.kernels.response.variation import Variation
from convexplorer.words import number, percent

MIX = Parameter(
    "mix", 0.0, -1.0, 1.0, 0.05, "Even ↔ odd", "−1 leaves the even part alone, 0 the kernel as it is, 1 the odd part."
)
STRENGTH = Parameter(
    "strength", 1.0, -2.0, 3.0, 0.05, "Strength",
    "0 is the identity, 1 the kernel as it is; more exaggerates what it does to the picture, less than 0 inverts that.",
)  # fmt: skip

_ROUNDING = 1e-12  # of a kernel's norm


class VariationForm(QWidget):
    """Shows how far a kernel is varied, and what few outer products cost and save.

    Signals
    -------
    varied : the `Variation`, while a slider moves.
    finished : the end of a drag, or of a series of keys: one undo step.
    """

    varied = Signal(object)
    finished = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plane: np.ndarray | None = None
        self._variation = Variation()
        self._label = QLabel("Outer products", self)
        self.bars = ProductBars(self)
        self.sentence = ElidedLabel("", self)
        self.mix, self.strength = ParameterSlider.of(MIX, self), ParameterSlider.of(STRENGTH, self)
        self._build()
        self.bars.chosen.connect(self._on_count)
        self.mix.changed.connect(self._on_mix)
        self.strength.changed.connect(self._on_strength)
        for each in (self.bars, self.mix, self.strength):
            each.finished.connect(self.finished)
        theme.notifier().changed.connect(self._on_theme)
        self._on_theme()

    @property
    def variation(self) -> Variation:
        """What the sliders say."""
        return self._variation

    def show_variation(self, plane: np.ndarray | None, variation: Variation) -> None:
        """Show how a plane is varied; None for a kernel that cannot be."""
        is_other = plane is not self._plane
        self._plane, self._variation = plane, variation
        self.setEnabled(plane is not None)
        self.mix.set_value(variation.mix)
        self.strength.set_value(variation.strength)
        if is_other:
            sizes = np.zeros(0) if plane is None else singular_values(plane)
            self.bars.set_sizes(sizes, variation.count or len(sizes))
            self._say()
        elif (variation.count or len(self.bars.sizes)) != self.bars.count:
            self.bars.set_sizes(self.bars.sizes, variation.count or len(self.bars.sizes))
            self._say()

    @Slot(int)
    def _on_count(self, count: int) -> None:
        self._say()
        self._vary(replace(self._variation, count=None if count == len(self.bars.sizes) else count))

    @Slot(float)
    def _on_mix(self, mix: float) -> None:
        self._vary(replace(self._variation, mix=mix))

    @Slot(float)
    def _on_strength(self, strength: float) -> None:
        self._vary(replace(self._variation, strength=strength))

    def _vary(self, variation: Variation) -> None:
        self._variation = variation
        self.varied.emit(variation)

    def _say(self) -> None:
        """Tell what the outer products that are kept cost, save and change."""
        if self._plane is None:
            self.sentence.setText("")
            return
        count = self.bars.count
        if count == len(self.bars.sizes):
            self.sentence.setText(f"All {count}: the kernel itself, {self._plane.size} products for a value")
            self.sentence.set_tip("Drag over the bars to rebuild the kernel from its largest outer products alone.")
            return
        found = rebuilt(self._plane, count)
        saved = f"{percent(found.saved)} saved" if found.saved > 0 else "none saved"
        is_same = found.relative_error < _ROUNDING
        error = "no error" if is_same else f"error {percent(found.relative_error)}"
        differ = "" if is_same else f", maps differ by ≤ {number(found.map_bound, 3)}"
        self.sentence.setText(
            f"{found.count} of {len(self.bars.sizes)}: {error}, {found.products} products instead of "
            f"{found.products_before} ({saved}){differ}"
        )
        self.sentence.set_tip(
            f"The error is that of the weights, as a share of their norm; no {found.count} outer products come nearer "
            "(Eckart, Young). Products are counted for one value, in passes along columns and rows. The bound holds "
            "for pictures in −1…1."
        )

    @Slot()
    def _on_theme(self) -> None:
        self._label.setFixedWidth(theme.px(LABEL_WIDTH))

    def _build(self) -> None:
        theme.set_role(self._label, "muted")
        theme.set_role(self.sentence, "small")
        top = QHBoxLayout()
        top.setSpacing(theme.px(6))
        top.addWidget(self._label)
        top.addWidget(self.bars, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(2))
        layout.addLayout(top)
        for each in (self.sentence, self.mix, self.strength):
            layout.addWidget(each)
