"""The panel: the form of the selected layer's kind, and the arithmetic below."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from convexplorer.gui.look import theme
from convexplorer.gui.panels.parameters_panel.layer_form import LayerForm
from convexplorer.gui.panels.parameters_panel.weight_tables import WeightTables
from convexplorer.gui.session.choice import chosen_filter, chosen_layer, layer_index
from convexplorer.gui.session.panel import Context, Panel
from convexplorer.gui.widgets.array_table import ArrayTable
from convexplorer.gui.widgets.note import Note
from convexplorer.model import edits
from convexplorer.model.build import make_given
from convexplorer.model.layer import Layer
from convexplorer.model.limits import SizeFormula, limits, padding_amounts, parameter_formula, size_formula
from convexplorer.model.preprocessing import Preprocessing
from convexplorer.model.project import INPUT, Project
from convexplorer.results.picture import Picture
from convexplorer.results.stage import names_read
from convexplorer.words import as_sentence, number, shape_text, times

if TYPE_CHECKING:
    from convexplorer.gui.panels.parameters_panel.preprocessing_form import PreprocessingForm

Shape = tuple[int, ...]
# The numbers of a larger array are no table that anybody reads.
MAX_TABLE = 1_000_000


class ParametersPanel(Panel):
    """Shows the selected layer's settings, its output size as a formula, and what is impossible and why."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._picture: Picture | None = None
        self._shown: tuple[object, ...] = ()
        self._formed: Layer | None = None  # whose settings and limits the form shows
        self._forms: dict[str, LayerForm] = {}
        self._kind = ""
        self._resizing: tuple[Project, Project] | None = None  # before the first step of a row, and after the last
        self._tables = WeightTables(self, context.actions)
        self._tables.edited.connect(self._on_weight_edited)
        self._input: PreprocessingForm | None = None  # until it is chosen
        self._build()
        context.selection.view_changed.connect(self._on_view_changed)
        context.selection.input_shown.connect(self._on_input_shown)

    def apply(self, new: Project, old: Project | None) -> None:  # noqa: ARG002
        """Show the settings of the selected layer, and what open tables hold."""
        self._refresh()
        self._refresh_tables()

    def show_picture(self, picture: Picture) -> None:
        """Take the sizes that the limits and the formula stand on."""
        self._picture = picture
        self._refresh()
        self._refresh_tables()

    @property
    def form(self) -> LayerForm:
        """The form that is shown."""
        return self._forms[self._kind]

    @Slot(object)
    def _on_view_changed(self, _view: object) -> None:
        self._refresh()

    @Slot(bool)
    def _on_input_shown(self, is_shown: bool) -> None:
        """Show the form of the picture in place of the layer's, or the layer's again."""
        self._shown, self._formed = (), None
        self.note.accept()
        if self._input is not None:
            self._input.setVisible(is_shown)
        if self._kind:
            self.form.setVisible(not is_shown)
        self._refresh()

    @Slot(object, bool)
    def _on_preprocessing_edited(self, value: Preprocessing | None, is_step: bool) -> None:
        self._attempt(lambda: edits.set_preprocessing(self._state, value), "preprocessing" if is_step else None)

    @Slot(dict, str)
    def _on_edited(self, changes: dict[str, Any], merge: str) -> None:
        layer = self._layer_index()
        key = f"{merge} {self._state.layers[layer].id}" if merge else None
        self._attempt(lambda: edits.set_layer(self._state, layer, **changes), key)

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
            layer, index = chosen.layer_index, self.context.selection.view.filter
            self._attempt(lambda: edits.set_map_bias(self._state, layer, index, value), f"bias {layer} {index}")

    @Slot(tuple)
    def _on_inputs_edited(self, inputs: tuple[str, ...]) -> None:
        layer = self._layer_index()
        self._attempt(lambda: edits.set_inputs(self._state, layer, inputs), None)

    @Slot()
    def _on_explicit_chosen(self) -> None:
        layer = self._layer_index()
        padding = as_explicit(self._state.layers[layer], self._input_shape(layer))
        self._attempt(lambda: edits.set_layer(self._state, layer, padding=padding), None)

    def open_weights(self, name: str) -> ArrayTable | None:
        """Open an array of the selected layer as a table; None while its size is not known."""
        index = self._layer_index()
        layer = self._state.layers[index]
        array = weights_of(layer, self._input_shape(index)).get(name)
        weight = next(weight for weight in layer.row.weights if weight.name == name)
        return None if array is None else self._tables.open(layer, weight, array)

    @Slot(str)
    def _on_weight_asked(self, name: str) -> None:
        self.open_weights(name)

    @Slot(str, str, object)
    def _on_weight_edited(self, layer_id: str, name: str, values: np.ndarray | None) -> None:
        layer = self._state.index_of(layer_id)
        if layer is not None:
            self._attempt(lambda: edits.set_weight_array(self._state, layer, name, values), None)

    @Slot()
    def _on_measure_asked(self) -> None:
        """Give a normalization the mean and variance of the maps it gets from this picture."""
        layer, picture = self._layer_index(), self._picture
        at = None if picture is None else picture.project.index_of(self._state.layers[layer].id)
        evaluation = None if picture is None or at is None else picture.evaluation_of(at)
        if evaluation is None or at is None:
            return
        x = evaluation.input_of(at)
        if x is None:
            return
        axes = tuple(range(1, x.ndim))
        mean, variance = x.mean(axis=axes, dtype=np.float64), x.var(axis=axes, dtype=np.float64)
        measured = {"moving_mean": mean, "moving_variance": variance}

        def edit() -> Project:
            project = self._state
            for name, values in measured.items():
                project = edits.set_weight_array(project, layer, name, values)
            return project

        self._attempt(edit, None)

    @Slot()
    def _on_editing_ended(self) -> None:
        self.context.store.settle()
        self._resizing = None

    @property
    def _state(self) -> Project:
        return self.context.store.state

    def _build(self) -> None:
        theme.set_role(self, "card")
        self._room = QVBoxLayout()
        self.note = Note(3, self, is_wrapped=False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*(theme.px(n) for n in (6, 5, 6, 6)))
        layout.setSpacing(theme.px(5))
        layout.addLayout(self._room)
        layout.addWidget(self.note)

    def _form_of(self, layer: Layer) -> LayerForm:
        """Return the form of a kind, made when it is first needed."""
        form = self._forms.get(layer.kind)
        if form is None:
            form = self._forms[layer.kind] = LayerForm(layer.row, self)
            form.hide()
            form.edited.connect(self._on_edited)
            form.size_edited.connect(self._on_size_edited)
            form.bias_edited.connect(self._on_bias_edited)
            form.inputs_edited.connect(self._on_inputs_edited)
            form.explicit_chosen.connect(self._on_explicit_chosen)
            form.weight_asked.connect(self._on_weight_asked)
            form.measure_asked.connect(self._on_measure_asked)
            form.editing_ended.connect(self._on_editing_ended)
            self._room.addWidget(form)
        return form

    def _layer_index(self) -> int:
        return layer_index(self._state, self.context.selection.view) or 0

    def _input_shape(self, layer: int) -> Shape | None:
        """Return what enters a layer; None before the first result and behind a layer that failed."""
        if self._picture is None or layer >= len(self._state.layers):
            return None
        report = self._picture.report_of(self._state.layers[layer].id)
        return None if report is None else report.input_shape or None

    def _input_names(self, layer: Layer) -> tuple[str, ...]:
        """Return a name for each channel that a layer reads; () where the picture does not tell."""
        picture = self._picture
        at = None if picture is None else picture.project.index_of(layer.id)
        evaluation = None if picture is None or at is None else picture.evaluation_of(at)
        if picture is None or at is None or evaluation is None:
            return ()
        project = picture.project
        return names_read(picture.input_names, project.layers, evaluation, at, project.class_names)

    def _refresh(self) -> None:
        """Show everything anew if anything of it has changed."""
        if self.context.selection.is_input_shown:
            self._show_input()
            return
        view = self.context.selection.view
        index = self._layer_index()
        layer = chosen_layer(self._state, view)
        shape = self._input_shape(index)
        error = "" if layer is None else self._error_of(layer)
        if layer is None:
            return
        form = self._form_of(layer)
        names = self._input_names(layer) if form.has_channels else ()
        shown = (layer, shape, index, view.filter, self._state.ids, error, names)
        if shown == self._shown:
            return
        self.note.accept()
        before, self._shown = self._shown, shown
        formed, self._formed = self._formed, layer
        if formed is not None and before[1:] == shown[1:] and _has_same_form(layer, formed):
            # A stroke over a kernel: no setting and no size has changed, so neither has a limit or the arithmetic.
            form.show_bias(layer, view.filter)
            return
        if layer.kind != self._kind:
            # A stack would keep the room of the largest form; a short one is followed by its arithmetic.
            if self._kind:
                self.form.hide()
            self._kind = layer.kind
            form.show()
        form.show_layer(layer, limits(layer, shape) if shape is not None else {}, names)
        if layer.filters:
            form.show_bias(layer, view.filter)
        if form.inputs is not None:
            form.inputs.set_value(read_by(self._state, index), sources_of(self._state, index))
        if form.weights is not None:
            form.weights.set_arrays(layer.row.weights, weights_of(layer, shape), layer.weights)
        self._show_arithmetic(layer, shape)

    def _show_input(self) -> None:
        """Show what becomes of the picture before the first layer."""
        if self._input is None:
            from convexplorer.gui.panels.parameters_panel.preprocessing_form import (
                PreprocessingForm,
            )  # no start shows it

            self._input = PreprocessingForm(self)
            self._input.edited.connect(self._on_preprocessing_edited)
            self._input.editing_ended.connect(self._on_editing_ended)
            self._room.addWidget(self._input)
            self._input.show()  # now, as a form that was there before
        value, picture = self._state.preprocessing, self._picture
        sizes = () if picture is None else (picture.frame.spatial, picture.input.shape)
        if (value, sizes) != self._shown:
            self._shown = value, sizes
            self._input.set_value(value)
            self.note.set_wrapped(True)
            self.note.set_text(input_arithmetic(value, *sizes))

    def _refresh_tables(self) -> None:
        """Show in the open tables what holds now; those of a layer that has gone close."""
        for layer_id in self._tables.layers:
            index = self._state.index_of(layer_id)
            shape = None if index is None else self._input_shape(index)
            if index is None:
                self._tables.show_arrays(layer_id, {})
            elif shape is not None:
                self._tables.show_arrays(layer_id, weights_of(self._state.layers[index], shape))

    def _attempt(self, edit: Callable[[], Project], merge: str | None) -> bool:
        """Commit an edit; what is refused is said below the controls, which show again what holds."""
        try:
            self.context.store.commit(edit(), merge)
        except ValueError as error:
            self._shown, self._formed = (), None
            self._refresh()
            self.note.refuse(as_sentence(str(error)))
            return False
        self.note.accept()
        return True

    def _show_arithmetic(self, layer: Layer, shape: Shape | None) -> None:
        formulas = size_formula(layer, shape) if shape is not None else ()
        # An impossible size ends in the reason; that is what has to be read now.
        problem = next((formula.problem for formula in formulas if formula.problem), "") or self._error_of(layer)
        if problem:
            self.note.set_text(as_sentence(problem), "\n".join(one.text for one in formulas), is_error=True)
        else:
            self.note.set_wrapped(not formulas)
            self.note.set_text(arithmetic(layer, shape, formulas), arithmetic_tip(layer))

    def _error_of(self, layer: Layer) -> str:
        """Return why the very layer could not be computed, or "": a sentence that no formula has."""
        picture = self._picture
        if picture is None or not layer.is_enabled or layer not in picture.project.layers:
            return ""
        report = picture.report_of(layer.id)
        return report.error if report is not None else ""


def _has_same_form(layer: Layer, other: Layer) -> bool:
    """Return whether two states of a layer differ in nothing but the numbers and names of their filters."""
    if not (layer.filters and other.filters) or layer.weights or other.weights:
        return False
    counts = [(one.kind, len(one.filters), one.kernel_size, one.is_enabled, one.inputs) for one in (layer, other)]
    return counts[0] == counts[1] and layer.settings == other.settings


def input_arithmetic(value: Preprocessing | None, given: Shape = (), made: Shape = ()) -> str:
    """Return what becomes of a picture, in numbers: its size, and the formula of each channel."""
    sizes = f"{times(given)} → {shape_text(made)}" if given and made else ""
    if value is None:
        return f"{sizes}\nThe layers get the picture as it is.".strip()
    scaled = "pixel" if value.high - value.low == 1 else f"pixel · {number(value.high - value.low)}"
    scaled += f" + {number(value.low)}" if value.low > 0 else ""
    scaled += f" − {number(-value.low)}" if value.low < 0 else ""
    mean, deviation = (", ".join(number(one, 3) for one in numbers) for numbers in (value.mean, value.deviation))
    if any(value.mean):
        scaled += f" − ({mean})" if "," in mean else f" − {mean}"
    if any(one != 1 for one in value.deviation):
        scaled = f"({scaled}) / ({deviation})" if scaled != "pixel" else f"pixel / ({deviation})"
    return f"{sizes}\n{scaled}, where 0 is black and 1 is white".strip()


_ARROWS = ("↕", "↔")


def arithmetic(layer: Layer, input_shape: Shape | None, formulas: tuple[SizeFormula, ...]) -> str:
    """Return the lines below the form: output rows, output columns, parameters."""
    if input_shape is None:
        return ""
    if not formulas and layer.row.count is None:
        return layer.row.summary
    arrows = _ARROWS if len(formulas) == len(_ARROWS) else ("",) * len(formulas)
    lines = [f"{arrow} {formula.text}".strip() for arrow, formula in zip(arrows, formulas, strict=True)]
    if layer.row.count is not None:
        lines.append(f"parameters: {parameter_formula(layer, input_shape[0])}")
    return "\n".join(lines)


def arithmetic_tip(layer: Layer) -> str:
    """Return what the numbers of the formula stand for."""
    lines = []
    if layer.is_transposed:
        size = "(input − 1) · stride + dilation · (size − 1) + 1 − padding before and after + output padding"
        lines.append(f"Output rows (↕) and columns (↔): {size}")
    elif layer.row.geometry in ("kernel", "pool"):
        size = "⌊(input + padding − dilation · (size − 1) − 1) / stride⌋ + 1"
        if layer.settings.get("ceil_mode"):
            size = f"{size.translate(str.maketrans('⌊⌋', '⌈⌉'))}, without a last window that begins beyond the end"
        lines.append(f"Output rows (↕) and columns (↔): {size}")
    else:
        lines.append(layer.row.summary)
    if layer.row.count is not None:
        lines.append(f"Parameters: {layer.row.count.words}")
    return "\n".join(lines)


def as_explicit(layer: Layer, input_shape: Shape | None) -> tuple[tuple[int, int], ...]:
    """Return the padding that is in force now, in numbers; zeros while the input is not known."""
    padding = layer["padding"]
    if not isinstance(padding, str):
        found: tuple[tuple[int, int], ...] = padding
        return found
    if input_shape is None:
        return ((0, 0),) * layer.rank
    return padding_amounts(layer, input_shape)


def sources_of(project: Project, index: int) -> tuple[tuple[str, str], ...]:
    """Return (id, name) of all that a layer can read: the picture, and the layers before it."""
    before = project.layers[:index]
    return ((INPUT, "picture"), *((one.id, f"{i}  {one.title}") for i, one in enumerate(before, 1)))


def read_by(project: Project, index: int) -> tuple[str, ...]:
    """Return the ids of what a layer reads, also where it names none."""
    return tuple(INPUT if one < 0 else project.ids[one] for one in project.inputs_of(index))


def weights_of(layer: Layer, input_shape: Shape | None) -> dict[str, np.ndarray]:
    """Return the arrays of a layer that can be shown as a table; none while its input is not known."""
    if input_shape is None or not layer.row.weights:
        return {}
    try:
        given = make_given(layer, (input_shape,))
        shapes = {weight: weight.shape(given) for weight in layer.row.weights}
        return {one.name: one.of(given) for one, shape in shapes.items() if np.prod(shape) <= MAX_TABLE}
    except ValueError:
        return {}
