"""The panel: one form for the kind of layer that is selected, and the arithmetic below."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from convexplorer.gui.look import theme
from convexplorer.gui.panels.parameters_panel.conv_form import ConvForm
from convexplorer.gui.panels.parameters_panel.pool_form import PoolForm
from convexplorer.gui.session.choice import chosen_filter, chosen_layer, layer_index
from convexplorer.gui.session.panel import Context, Panel
from convexplorer.gui.widgets.note import Note
from convexplorer.model import edits
from convexplorer.model.limits import limits, padding_amounts, parameter_formula, size_formula
from convexplorer.model.project import ConvLayer, Layer, Padding, Project
from convexplorer.results.picture import Picture
from convexplorer.words import as_sentence

Shape = tuple[int, ...]


class ParametersPanel(Panel):
    """Shows the selected layer's settings, its output size as a formula, and what is impossible and why."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._input_shapes: tuple[Shape, ...] = ()
        self._shown: tuple[object, ...] = ()
        self._resizing: tuple[Project, Project] | None = None  # before the first step of a row, and after the last
        self._build()
        context.selection.view_changed.connect(self._on_view_changed)

    def apply(self, new: Project, old: Project | None) -> None:
        """Show the settings of the selected layer."""
        if old is not None and len(new.layers) != len(old.layers):
            self._input_shapes = ()
        self._refresh()

    def show_picture(self, picture: Picture) -> None:
        """Take the sizes that the limits and the formula stand on."""
        if len(picture.layers) == len(self.context.store.state.layers):
            self._input_shapes = tuple(report.input_shape for report in picture.layers)
        self._refresh()

    @Slot(object)
    def _on_view_changed(self, _view: object) -> None:
        self._refresh()

    @Slot(dict, str)
    def _on_edited(self, changes: dict[str, Any], merge: str) -> None:
        layer = self._layer_index()
        self._attempt(lambda: edits.set_layer(self._state, layer, **changes), f"{merge} {layer}" if merge else None)

    @Slot(int, int)
    def _on_size_edited(self, rows: int, columns: int) -> None:
        # Each step of a row begins at the same kernels: 7 → 3 → 7 must not lose what 3 cut off.
        before = self._resizing[0] if self._resizing and self._resizing[1] is self._state else self._state
        layer = self._layer_index()
        if self._attempt(lambda: edits.set_kernel_size(before, layer, (rows, columns)), f"kernel size {layer}"):
            self._resizing = (before, self._state)

    @Slot(float)
    def _on_bias_edited(self, value: float) -> None:
        chosen = chosen_filter(self._state, self.context.selection.view)
        if chosen is not None:
            layer, index = chosen.layer_index, chosen.filter_index
            self._attempt(lambda: edits.set_bias(self._state, layer, index, value), f"bias {layer} {index}")

    @Slot()
    def _on_explicit_chosen(self) -> None:
        layer = self._layer_index()
        padding = as_explicit(self._state.layers[layer], self._input_shape(layer))
        self._attempt(lambda: edits.set_layer(self._state, layer, padding=padding), None)

    @Slot()
    def _on_editing_ended(self) -> None:
        self.context.store.settle()
        self._resizing = None

    @property
    def _state(self) -> Project:
        return self.context.store.state

    def _build(self) -> None:
        theme.set_role(self, "card")
        self.conv_form = ConvForm(self)
        self.conv_form.size_edited.connect(self._on_size_edited)
        self.conv_form.bias_edited.connect(self._on_bias_edited)
        self.pool_form = PoolForm(self)
        for form in (self.conv_form, self.pool_form):
            form.edited.connect(self._on_edited)
            form.explicit_chosen.connect(self._on_explicit_chosen)
            form.editing_ended.connect(self._on_editing_ended)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.conv_form)
        self._stack.addWidget(self.pool_form)
        self._stack.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.note = Note(3, self, is_wrapped=False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*(theme.px(n) for n in (10, 5, 10, 6)))
        layout.setSpacing(theme.px(5))
        layout.addWidget(self._stack)
        layout.addWidget(self.note)

    def _layer_index(self) -> int:
        return layer_index(self._state, self.context.selection.view) or 0

    def _input_shape(self, layer: int) -> Shape | None:
        """Return what enters a layer; None before the first result and behind a layer that failed."""
        return (self._input_shapes[layer] or None) if layer < len(self._input_shapes) else None

    def _refresh(self) -> None:
        """Show everything anew if anything of it has changed."""
        view = self.context.selection.view
        index = self._layer_index()
        layer = chosen_layer(self._state, view)
        shape = self._input_shape(index)
        shown = (layer, shape, index, view.filter)
        if layer is None or shown == self._shown:
            return
        self.note.accept()
        self._shown = shown
        found = limits(layer, shape) if shape is not None else {}
        if isinstance(layer, ConvLayer):
            self._stack.setCurrentWidget(self.conv_form)
            self.conv_form.show_layer(layer, found)
            self.conv_form.show_filter(layer.filters[min(view.filter, len(layer.filters) - 1)])
        else:
            self._stack.setCurrentWidget(self.pool_form)
            self.pool_form.show_layer(layer, found)
        self._show_arithmetic(layer, shape)

    def _attempt(self, edit: Callable[[], Project], merge: str | None) -> bool:
        """Commit an edit; what is refused is said below the controls, which show again what holds."""
        try:
            self.context.store.commit(edit(), merge)
        except ValueError as error:
            self._shown = ()
            self._refresh()
            self.note.refuse(as_sentence(str(error)))
            return False
        self.note.accept()
        return True

    def _show_arithmetic(self, layer: Layer, shape: Shape | None) -> None:
        formulas = size_formula(layer, shape) if shape is not None else ("", "")
        # An impossible size ends in the reason; it is what a person has to read now.
        problem = next((text.partition(" < 1: ")[2] for text in formulas if " < 1: " in text), "")
        if problem:
            self.note.set_text(as_sentence(problem), "\n".join(formulas), is_error=True)
        else:
            self.note.set_text(arithmetic(layer, shape), arithmetic_tip(layer))


_PARAMETERS = {
    "conv": "filters · (kernel rows · kernel columns · channels + bias)",
    "depthwise_conv": "channels · filters · (kernel rows · kernel columns + bias)",
    "separable_conv": "channels · filters · kernel rows · kernel columns, then filters · (channels · filters + bias)",
    "conv_transpose": "filters · (kernel rows · kernel columns · channels + bias)",
}


def arithmetic(layer: Layer, input_shape: Shape | None) -> str:
    """Return the lines below the form: output rows, output columns, parameters."""
    if input_shape is None:
        return ""
    rows, columns = size_formula(layer, input_shape)
    lines = [f"↕ {rows}", f"↔ {columns}"]
    if isinstance(layer, ConvLayer):
        lines.append(f"parameters: {parameter_formula(layer, input_shape[0])}")
    return "\n".join(lines)


def arithmetic_tip(layer: Layer) -> str:
    """Return what the numbers of the formula stand for."""
    if isinstance(layer, ConvLayer) and layer.kind == "conv_transpose":
        size = "(input − 1) · stride + dilation · (size − 1) + 1 − padding before and after + output padding"
    else:
        size = "⌊(input + padding − dilation · (size − 1) − 1) / stride⌋ + 1"
    tip = "Output rows (↕) and columns (↔): " + size
    if isinstance(layer, ConvLayer):
        tip += f"\nParameters: {_PARAMETERS[layer.kind]}"
    return tip


def as_explicit(layer: Layer, input_shape: Shape | None) -> Padding:
    """Return the padding that is in force now, in numbers; zeros while the input is not known."""
    if isinstance(layer.padding, tuple):
        return layer.padding
    if input_shape is None:
        return ((0, 0), (0, 0))
    return padding_amounts(layer, input_shape)
