"""How a wanted response becomes a kernel: the method with its settings, the size, and what the weights sum to."""

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, QSize, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QSizePolicy, QWidget

from convexplorer.gui.look import theme
from convexplorer.gui.widgets.pair_spin import PairSpin
from convexplorer.gui.widgets.parameter_slider import LABEL_WIDTH, ParameterSlider
from convexplorer.gui.widgets.segmented import Segmented
from convexplorer.kernels.design.classical import WINDOWS
from convexplorer.kernels.design.filter_design import BETAS, METHODS, FilterDesign
from convexplorer.kernels.design.verdict import LARGEST_TRIED

_METHOD_TIPS = {
    "least-squares": "The nearest response that this size allows; free bands and weights count.",
    "frequency-sampling": "Exact at as many waves as the kernel has cells, whatever happens between them (fsamp2).",
    "window": "The unlimited kernel, faded out by a window (fwind1).",
    "mcclellan": "A filter of one row, turned round; only for circles (ftrans2). Needs a square of odd size.",
}
_LEAST_PX, _CONTROL_PX = 200, 170  # design pixels: the least width, and that of the widest control
_TOTALS = {"free": None, "0": 0.0, "1": 1.0}


class MethodForm(QWidget):
    """Controls for all of a design but its target.

    Signals
    -------
    changed : the design with another setting.
    finished : the end of a series of changes.
    """

    changed = Signal(object)
    finished = Signal()

    def __init__(self, design: FilterDesign, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._design = design
        self._build()
        self.show_design(design)

    def show_design(self, design: FilterDesign) -> None:
        """Show the settings of a design."""
        self._design = design
        for combo, key in ((self.method, design.method), (self.window_shape, design.window)):
            with QSignalBlocker(combo):
                combo.setCurrentIndex(combo.findData(key))
        self.method.setToolTip(_METHOD_TIPS[design.method])
        self.size_pair.set_value(*design.size)
        total = next((key for key, value in _TOTALS.items() if value == design.total), "")
        if total:
            self.total.set_value(total)
        self.roundness.set_value("round" if design.is_circular else "square")
        self.beta.set_value(design.beta)
        is_window = design.method == "window"
        self.window_shape.setVisible(is_window)
        self.roundness.setVisible(is_window)
        self.beta.setVisible(is_window and design.window == "kaiser")

    @Slot()
    def _on_chosen(self) -> None:
        self._change(
            method=self.method.currentData(),
            window=self.window_shape.currentData(),
            total=_TOTALS[self.total.value],
            is_circular=self.roundness.value == "round",
        )
        self.finished.emit()

    def _change(self, **settings: object) -> None:
        design = replace(self._design, **settings)  # type: ignore[arg-type]  # the names are those of its fields
        if design != self._design:
            self.show_design(design)
            self.changed.emit(design)

    def _build(self) -> None:
        self.method = self._combo("Method", list(METHODS.items()))
        self.window_shape = self._combo("Window", [(key, key.title()) for key in WINDOWS])
        self.roundness = Segmented(
            [
                ("round", "Round", "The window of a row turned round the middle."),
                ("square", "Rows × columns", "The product of a window along rows and one along columns."),
            ],
            self,
            name="Shape of the window",
        )
        self.total = Segmented(
            [
                ("free", "Free", "The weights sum to whatever comes out."),
                ("0", "0", "Flat areas become exactly 0."),
                ("1", "1", "Flat areas stay exactly as bright as they are."),
            ],
            self,
            name="Sum of the weights",
        )
        self.size_pair = PairSpin("Size", self, value=self._design.size, tip="Rows and columns of the kernel.")
        self.size_pair.set_limits(
            (LARGEST_TRIED, LARGEST_TRIED), (f"Designs have at most {LARGEST_TRIED} × {LARGEST_TRIED} cells.",) * 2
        )
        self.beta = ParameterSlider(
            "β",
            self,
            minimum=BETAS[0],
            maximum=BETAS[1],
            step=0.1,
            default=3.0,
            explanation="Of the Kaiser window: 0 is rectangular, 5.4 near to Hamming, more fades out earlier.",
        )
        self.method.currentIndexChanged.connect(self._on_chosen)
        self.window_shape.currentIndexChanged.connect(self._on_chosen)
        self.total.chosen.connect(self._on_chosen)
        self.roundness.chosen.connect(self._on_chosen)
        self.size_pair.value_changed.connect(lambda rows, columns: self._change(size=(rows, columns)))
        self.size_pair.editing_ended.connect(self.finished)
        self.beta.changed.connect(lambda value: self._change(beta=value))
        self.beta.finished.connect(self.finished)
        self._lay_out()

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.px(6))
        grid.setVerticalSpacing(theme.px(3))
        grid.setColumnStretch(1, 1)
        for row, (text, control) in enumerate((("Size", self.size_pair), ("Sum", self.total), ("Method", self.method))):
            label = QLabel(text, self)
            theme.set_role(label, "muted")
            grid.addWidget(label, row, 0)
            grid.addWidget(control, row, 1)
        grid.addWidget(self.window_shape, 3, 1)
        grid.addWidget(self.roundness, 4, 1)
        grid.addWidget(self.beta, 5, 0, 1, 2)
        self._grid = grid

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Align the controls with those of the sliders above, where there is room."""
        super().resizeEvent(event)
        is_wide = self.width() >= theme.px(LABEL_WIDTH + _CONTROL_PX)
        self._grid.setColumnMinimumWidth(0, theme.px(LABEL_WIDTH) if is_wide else 0)

    def minimumSizeHint(self) -> QSize:
        """Return the least width, in which labels are as narrow as their words."""
        return QSize(theme.px(_LEAST_PX), super().minimumSizeHint().height())

    def _combo(self, name: str, options: list[tuple[str, str]]) -> QComboBox:
        combo = QComboBox(self)
        combo.setAccessibleName(name)
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        combo.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for key, label in options:
            combo.addItem(label[:1].upper() + label[1:], key)
        return combo
