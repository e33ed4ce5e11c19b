"""The desk on which a kernel is written as a formula, with a slider for each number that it names."""

from PySide6.QtCore import QSignalBlocker, Qt, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QMenu, QToolButton, QVBoxLayout, QWidget

from convexplorer.core.parameter import Parameter
from convexplorer.gui.look import theme
from convexplorer.gui.look.tips import set_tip
from convexplorer.gui.panels.studio.desk import Desk
from convexplorer.gui.panels.studio.formula import words
from convexplorer.gui.panels.studio.formula.field import FormulaField
from convexplorer.gui.panels.studio.naming import name_for
from convexplorer.gui.panels.studio.workbench import Workbench
from convexplorer.gui.widgets.note import Note
from convexplorer.gui.widgets.pair_spin import PairSpin
from convexplorer.gui.widgets.parameter_form import ParameterForm
from convexplorer.kernels.expression import ExpressionError
from convexplorer.kernels.expression_names import EXAMPLES
from convexplorer.kernels.expression_recipe import KIND, SCALINGS, expression_kernel, expression_recipe, read
from convexplorer.kernels.filter import MAX_KERNEL_SIZE
from convexplorer.kernels.recipe import Recipe
from convexplorer.kernels.recipes import made_by
from convexplorer.words import as_sentence

_SCALING_TIPS = {
    "": "The values of the formula are the weights.",
    "normalize-sum": "Divided by their sum: flat areas keep their brightness.",
    "zero-sum": "Without their mean: flat areas give 0.",
    "unit-norm": "Of length 1: answers of kernels can be compared.",
}
MERGE = "formula"


class FormulaDesk(Desk):
    """A box for the formula, its size and scaling, and sliders."""

    key, title, tip = "formula", "Formula", "Write the kernel as a formula of x, y, r and theta."

    def __init__(self, work: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self._sliders: tuple[Parameter, ...] = ()
        self._values: dict[str, float] = {}
        self._build()
        self.field.edited.connect(self._on_edited)
        self.field.ended.connect(work.settle)
        self.form.changed.connect(self._on_slider)
        self.form.finished.connect(work.settle)
        self.size_pair.value_changed.connect(self._apply)
        self.size_pair.editing_ended.connect(work.settle)
        self.scaling.activated.connect(self._on_scaling)
        self._say(words.HINT)

    def show_kernel(self) -> None:
        """Show the formula of the kernel, if it has one; else leave what was written, for its size."""
        chosen = self.work.chosen
        made = None if chosen is None else made_by(chosen)
        if made is not None and made.kind == KIND:
            self._show_recipe(made)
        else:
            rows, columns = self.work.plane.shape
            self.size_pair.set_value(rows, columns)

    def use_example(self, name: str) -> None:
        """Take an example's formula, one of `EXAMPLES`."""
        self.work.settle()
        self.field.show_text(EXAMPLES[name])
        self._values = {}
        self._on_edited(EXAMPLES[name])
        self.work.settle()

    def _show_recipe(self, made: Recipe) -> None:
        """Show a formula with its numbers; what a file holds may be no formula, and stays unread then."""
        try:
            settings = made.settings
            expression = read(str(settings["text"]))
            size = (int(settings["rows"]), int(settings["columns"]))
            values = {name: float(value) for name, value in settings["sliders"].items()}
        except (KeyError, TypeError, ValueError, AttributeError):
            return
        self._values |= values
        self.size_pair.set_value(*size)
        with QSignalBlocker(self.scaling):
            self.scaling.setCurrentIndex(max(self.scaling.findData(settings.get("scaling", "")), 0))
        self.field.show_text(expression.text)
        self._show_sliders(expression.sliders)
        if self.field.text == expression.text:
            self.field.unmark()
            self._say(words.HINT)

    @Slot(str)
    def _on_edited(self, text: str) -> None:
        """Read what was typed; a kernel that was there stays until the formula has a meaning."""
        try:
            expression = read(text)
        except ExpressionError as error:
            self.field.mark(error.start, error.stop)
            sentence = as_sentence(str(error))
            self._refuse(f"At character {error.start + 1}: {sentence[:1].lower()}{sentence[1:]}")
            return
        self._show_sliders(expression.sliders)
        self._apply()

    @Slot(str, float)
    def _on_slider(self, name: str, value: float) -> None:
        self._values[name] = value
        self._apply()

    @Slot()
    def _on_scaling(self) -> None:
        set_tip(self.scaling, _SCALING_TIPS[self.scaling.currentData()])
        self._apply()
        self.work.settle()

    @Slot()
    def _apply(self) -> None:
        """Give the kernel the weights of the formula."""
        text, size, scaling = self.field.text, self.size_pair.value, self.scaling.currentData()
        if not text.strip():
            return
        try:
            plane = expression_kernel(text, size, self._values, scaling)
            recipe = expression_recipe(text, size, self._values, scaling)
        except ValueError as error:
            self._refuse(as_sentence(str(error)))
            return
        self.field.unmark()
        self._say(words.HINT)
        self.work.make(plane, recipe, MERGE, name_for(self.work.chosen, "formula"))

    def _show_sliders(self, sliders: tuple[Parameter, ...]) -> None:
        if sliders != self._sliders:
            self._sliders = sliders
        for slider in sliders:
            self._values.setdefault(slider.name, slider.default)
        self.form.show_parameters(self._sliders, self._values)
        self.form.setVisible(bool(sliders))

    def _say(self, sentence: str) -> None:
        self.note.set_text(sentence)

    def _refuse(self, sentence: str) -> None:
        self.note.set_text(sentence, is_error=True)

    def _build(self) -> None:
        self.field = FormulaField(self)
        self.field.setPlaceholderText(EXAMPLES["Gaussian"])
        self.field.setToolTip(words.tip())
        self.note = Note(3, self)
        self.size_pair = PairSpin("Size", self, value=(3, 3), tip="Rows and columns of the kernel.")
        self.size_pair.set_limits((MAX_KERNEL_SIZE,) * 2, (f"A kernel has at most {MAX_KERNEL_SIZE} cells.",) * 2)
        self.scaling = QComboBox(self)
        self.scaling.setAccessibleName("Scaling of the weights")
        self.scaling.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.scaling.setMinimumContentsLength(6)
        for key, label in SCALINGS.items():
            self.scaling.addItem(label[:1].upper() + label[1:], key)
            self.scaling.setItemData(self.scaling.count() - 1, _SCALING_TIPS[key], Qt.ItemDataRole.ToolTipRole)
        set_tip(self.scaling, _SCALING_TIPS[""])
        self.form = ParameterForm(self)
        self.form.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(4))
        layout.addWidget(self.field)
        layout.addLayout(self._help_row())
        layout.addLayout(self._settings_row())
        layout.addWidget(self.form)
        layout.addStretch(1)

    def _settings_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.px(6))
        label = QLabel("Size", self)
        theme.set_role(label, "muted")
        row.addWidget(label)
        row.addWidget(self.size_pair)
        row.addWidget(self.scaling)
        row.addStretch(1)
        return row

    def _help_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.px(6))
        row.addWidget(self.note, 1)
        row.addWidget(self._names_button(), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._examples_button(), 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _names_button(self) -> QToolButton:
        button, menu = _menu_button("Names", "The variables and functions of a formula; a click inserts one.", self)
        for written, meaning in words.names():
            action = menu.addAction(f"{written}\t{meaning}")
            action.triggered.connect(lambda _on=False, text=written: self.field.insert(text))
        return button

    def _examples_button(self) -> QToolButton:
        button, menu = _menu_button("Examples", "Formulas to begin with.", self)
        for name, text in EXAMPLES.items():
            action = menu.addAction(name)
            action.setToolTip(text)
            action.triggered.connect(lambda _on=False, name=name: self.use_example(name))
        menu.setToolTipsVisible(True)
        return button


def _menu_button(text: str, tip: str, parent: QWidget) -> tuple[QToolButton, QMenu]:
    button = QToolButton(parent)
    button.setText(text)
    set_tip(button, tip)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    menu = QMenu(button)
    button.setMenu(menu)
    return button, menu
