"""The desk on which a kernel is made of kernels, and shown to do the same on the picture."""

from contextlib import suppress
from functools import partial
from typing import Any

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from convexplorer.core.display.coloring import Levels
from convexplorer.gui.canvas.studio.map_row import MapRow, NamedMap
from convexplorer.gui.look import theme
from convexplorer.gui.panels.studio.compose.comparing import Comparing
from convexplorer.gui.panels.studio.compose.operands import OperandButtons, operand_of
from convexplorer.gui.panels.studio.compose.operation_choice import OperationChoice
from convexplorer.gui.panels.studio.desk import Desk
from convexplorer.gui.panels.studio.naming import name_for
from convexplorer.gui.panels.studio.workbench import HELD, Workbench
from convexplorer.gui.widgets.note import Note
from convexplorer.gui.widgets.parameter_form import ParameterForm
from convexplorer.gui.widgets.segmented import Segmented
from convexplorer.kernels.analysis import norm
from convexplorer.kernels.composing import (
    OPERATIONS,
    Operand,
    complete,
    composed,
    composition_recipe,
    composition_sentence,
    operands_of,
)
from convexplorer.kernels.filter import Filter, KernelSizeError
from convexplorer.kernels.inverse import PRIORS
from convexplorer.kernels.planes import is_lossless, resized, same_numbers, trimmed
from convexplorer.kernels.presets import make_filter
from convexplorer.kernels.recipe import Recipe
from convexplorer.results.composition_check import CompositionCheck, check_composition, middle_of
from convexplorer.results.picture import Picture
from convexplorer.words import as_sentence, number, plain

KIND = "composition"
HINT = "Choose what becomes of the two kernels. The first is the selected one as it was; each setting composes it anew."
ROUNDING = 1e-9  # of the largest value of a map: a difference below is none
MAX_NAME = 80  # characters of the name that a composed kernel gets
_PRIOR_LABELS = {"natural": "Photograph", "flat": "Noise-like"}


class ComposeDesk(Desk):
    """Two kernels, what is made of them, its settings, and both ways on the picture."""

    key, title, tip = "compose", "Compose", "Make the kernel of kernels: in series, sums, slopes, passes, an inverse."

    def __init__(self, work: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self._first = Operand("kernel", np.zeros((1, 1, 1)))
        self._second = operand_of(make_filter("gaussian"))
        self._operation = ""
        self._settings: dict[str, Any] = {}
        self._recipe: Recipe | None = None  # of what this desk has made last
        self._parameters: tuple[object, ...] = ()
        self._is_held = False  # by locks, to other weights than the composed ones
        self._build()
        self._comparing = Comparing(work.errands, self)
        self._comparing.compared.connect(self._show_check)
        self._comparing.failed.connect(self._on_failed)

    @property
    def is_busy(self) -> bool:
        """True while both ways are being compared."""
        return self._comparing.is_busy

    def end(self) -> None:
        """Compare nothing more."""
        self._comparing.stop()

    def show_kernel(self) -> None:
        """Show what the kernel is composed of, or the kernel as the first one."""
        chosen = self.work.chosen
        if chosen is None:
            return
        if not self._has_made(chosen):
            self._recipe, self._is_held = None, False
            if not self._take_recipe(chosen.recipe):
                self._take_kernel()
        self._show()

    def _has_made(self, one: Filter) -> bool:
        """Return True for the kernel that this desk has made last, held to the locks or not."""
        made = self._recipe
        return made is not None and one.recipe in (made, made.then(HELD))

    def show_picture(self, picture: Picture) -> None:  # noqa: ARG002 the workbench has it
        """Compare on the new picture."""
        self._compare()

    @Slot(str)
    def choose_operation(self, operation: str) -> None:
        """Make the kernel by an operation of `OPERATIONS`."""
        self.work.settle()
        self._operation = operation
        self._apply()
        self.work.settle()

    @Slot(bool, object)
    def take(self, is_first: bool, operand: Operand) -> None:
        """Compose with another first or second kernel."""
        if is_first:
            self._first = operand
        else:
            self._second = operand
        if self._operation:
            self.work.settle()
            self._apply()
            self.work.settle()
        self._show()

    @Slot(str, float)
    def _on_parameter(self, name: str, value: float) -> None:
        self._settings[name] = value
        self._apply()

    @Slot(str)
    def _on_prior(self, prior: str) -> None:
        self._settings["prior"] = prior
        self.work.settle()
        self._apply()
        self.work.settle()

    def _apply(self) -> None:
        """Give the kernel the weights that the operation makes."""
        row = OPERATIONS[self._operation]
        if self._operation == "invert" and (deviation := self._deviation()) > 0:
            self._settings["deviation"] = deviation
        settings = complete(self._operation, self._first.planes, self._settings)
        if self._is_flipped:
            settings["is_flipped"] = True
        second = Operand(self._second.name, self._second_planes) if row.has_second else None
        try:
            planes = composed(
                self._operation, self._first.planes, self._second_planes, settings, is_flipped=self._is_flipped
            )
        except (KernelSizeError, ValueError) as error:
            self.note.set_text(as_sentence(str(error)), is_error=True)
            self.choice.set_value(self._operation)
            self._show_settings()
            return
        self._recipe = composition_recipe(self._operation, self._first, second, settings)
        name = _name_after(self.work.chosen, self._recipe)
        if self.work.make(self._fitted(planes), self._recipe, f"compose {self._operation}", name):
            self._is_held = bool(self.work.locks) and not same_numbers(trimmed(planes), trimmed(self.work.planes))
            self._show()
        else:  # back to what the kernel is made of
            self._recipe = None
            self.show_kernel()

    @property
    def _second_planes(self) -> np.ndarray:
        """The second kernel; where one channel's plane is edited, its plane of that channel."""
        planes, target = self._second.planes, self.work.target
        if target is None or target.plane is None or len(planes) == 1:
            return planes
        place = min(target.plane, len(planes) - 1)
        return planes[place : place + 1]

    def _fitted(self, planes: np.ndarray) -> np.ndarray:
        """Return planes at the size that a single channel's plane must keep, if they fit."""
        chosen, target = self.work.chosen, self.work.target
        if chosen is None or target is None or target.plane is None or not is_lossless(planes, chosen.size):
            return planes
        return resized(planes, chosen.size)

    def _take_recipe(self, recipe: Recipe | None) -> bool:
        """Show a composition as it was made; return False if the kernel is none, or its parts are not known."""
        if recipe is None or recipe.kind != KIND or recipe.steps:
            return False
        try:
            operands = operands_of(recipe)
            operation = recipe.settings["operation"]
            if operands is None or operation not in OPERATIONS:
                return False
            settings = complete(operation, operands[0].planes, recipe.settings)
        except (KeyError, TypeError, ValueError):  # a file may hold anything
            return False
        self._first, self._second = operands[0], operands[1] or self._second
        self._operation, self._settings, self._recipe = operation, settings, recipe
        return True

    def _take_kernel(self) -> None:
        chosen = self.work.chosen
        if chosen is not None:
            self._first = Operand(chosen.name, trimmed(self.work.planes))
        self._operation = ""

    def _show(self) -> None:
        has_second = not self._operation or OPERATIONS[self._operation].has_second
        self.operands.show_operands(self._first, self._second, has_second=has_second)
        self.choice.set_value(self._operation)
        self._show_settings()
        if not self._operation:
            self.note.set_text(HINT)
            self.maps.show_maps(())
            self.maps.hide()
            return
        self.maps.show()
        self._compare()

    def _show_settings(self) -> None:
        size = self._first.planes.shape[1:]
        parameters = OPERATIONS[self._operation].parameters(size) if self._operation else ()
        if parameters != self._parameters:  # the form knows the same parameters by their very object
            self._parameters = parameters
        settings = complete(self._operation, self._first.planes, self._settings) if self._operation else {}
        self.form.show_parameters(self._parameters, settings)  # type: ignore[arg-type]
        self.form.setVisible(bool(parameters))
        self.prior.setVisible(self._operation == "invert")
        if self._operation == "invert":
            self.prior.set_value(settings["prior"])

    @property
    def _gain_words(self) -> str:
        """By how much an inverse amplifies noise."""
        if self._operation != "invert":
            return ""
        return f" Noise gain ×\u00a0{number(norm(trimmed(self.work.plane[np.newaxis])))}."

    def _compare(self) -> None:
        picture = self.work.picture
        if not self._operation or picture is None or picture.frame.image.ndim != 3:
            return
        choice = self.work.choice
        border = "zeros" if choice is None else choice.layer["border"]
        self._comparing.ask(
            partial(
                _compared,
                picture,
                self._operation,
                self._first.planes,
                self._second_planes,
                dict(self._settings),
                is_flipped=self._is_flipped,
                border=border,
            )
        )

    @Slot(object)
    def _show_check(self, check: CompositionCheck) -> None:
        if not self._operation:
            return
        is_undone = self._operation == "invert"
        largest = _reach(check.before, check.margin)
        levels = Levels(0.0, 1.0) if is_undone else Levels(-largest, largest)
        palette = "gray" if is_undone else "signed"
        # Rounding is shown as what it is: nothing beside the maps.
        reach = _reach(check.difference, check.margin, least=ROUNDING * largest) or largest
        self.maps.show_maps(
            (
                NamedMap(check.labels[0], check.before, levels, palette),
                NamedMap(check.labels[1], check.after, levels, palette),
                NamedMap(check.labels[2], check.difference, Levels(-reach, reach)),
            )
        )
        self.maps.setToolTip(
            f"The middle of the picture, grey: {', '.join(check.labels).lower()}. The difference is shown up to "
            f"±{number(reach)}; rows and columns near the border are those of this part."
        )
        held = " The locks hold the kernel to other weights than these." if self._is_held else ""
        self.note.set_text(f"{check.sentence}{self._gain_words}{held}")

    @Slot(str)
    def _on_failed(self, reason: str) -> None:
        self.note.set_text(as_sentence(reason), is_error=True)

    @property
    def _is_flipped(self) -> bool:
        choice = self.work.choice
        return choice is not None and bool(choice.layer["is_flipped"])

    def _deviation(self) -> float:
        """Return the standard deviation of the picture; 0 without one."""
        picture = self.work.picture
        if picture is None or picture.frame.image.ndim != 3:
            return 0.0
        deviation = float(middle_of(picture.frame.image).std())
        return deviation if np.isfinite(deviation) else 0.0

    def _build(self) -> None:
        self.operands = OperandButtons(self.work, self)
        self.operands.chosen.connect(self.take)
        self.choice = OperationChoice(self)
        self.choice.chosen.connect(self.choose_operation)
        self.form = ParameterForm(self)
        self.form.changed.connect(self._on_parameter)
        self.form.finished.connect(self.work.settle)
        options = [(key, _PRIOR_LABELS[key], tip) for key, tip in PRIORS.items()]
        self.prior = Segmented(options, self, name="What the picture is like")
        self.prior.chosen.connect(self._on_prior)
        self.note = Note(2, self, most_lines=3)
        self.maps = MapRow("Both ways on the picture", self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(4))
        for widget in (self.operands, self.choice, self.form, self.prior, self.note, self.maps):
            layout.addWidget(widget)
        layout.addStretch(1)


def _name_of(recipe: Recipe) -> str:
    """Return the name of a composed kernel: how it is composed."""
    return plain(composition_sentence(recipe).replace("“", "").replace("”", ""), MAX_NAME)


def _name_after(chosen: Filter | None, recipe: Recipe) -> str | None:
    """Return the name for a kernel that is composed now, or None to keep the one that the user gave it."""
    if chosen is not None and chosen.recipe is not None and chosen.recipe.kind == KIND:
        with suppress(KeyError, TypeError, ValueError):  # a file may hold anything
            if chosen.name == _name_of(chosen.recipe):
                return _name_of(recipe)
    return name_for(chosen, _name_of(recipe))


def _compared(picture: Picture, *arguments: Any, **options: Any) -> CompositionCheck:
    return check_composition(middle_of(picture.frame.image), *arguments, **options)


def _reach(values: np.ndarray, margin: tuple[int, int], *, least: float = 0.0) -> float:
    """Return the largest magnitude away from the border; anywhere, or 0, where that is no more than `least`."""
    rows, columns = margin
    inside = values[rows : values.shape[0] - rows, columns : values.shape[1] - columns]
    for part in (inside, values):
        largest = float(np.abs(part[np.isfinite(part)]).max(initial=0.0))
        if largest > least:
            return largest
    return 0.0 if least else 1.0
