"""The desk of families: one kernel with its parameters as sliders and handles, banks of it, and what they find."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from convexplorer.gui.canvas.studio.family_handles import FamilyHandles
from convexplorer.gui.look import theme
from convexplorer.gui.look.tips import set_tip
from convexplorer.gui.panels.studio.desk import Desk
from convexplorer.gui.panels.studio.generate.families import families, family_entries
from convexplorer.gui.panels.studio.generate.orientation_page import OrientationPage
from convexplorer.gui.panels.studio.generate.sweep_form import SweepForm
from convexplorer.gui.panels.studio.naming import name_for
from convexplorer.gui.panels.studio.workbench import Workbench
from convexplorer.gui.widgets.note import Note
from convexplorer.gui.widgets.parameter_form import ParameterForm
from convexplorer.gui.widgets.preset_picker import PresetPicker
from convexplorer.gui.widgets.segmented import Segmented
from convexplorer.kernels.filter import Filter
from convexplorer.kernels.presets import Preset, find_preset
from convexplorer.kernels.recipe import Recipe
from convexplorer.kernels.recipes import made_by
from convexplorer.model import edits
from convexplorer.model.edits.planes import Target
from convexplorer.model.project import Project
from convexplorer.results.picture import Picture
from convexplorer.words import as_sentence

PAGES = (
    ("kernel", "One kernel", "Its parameters as sliders; those with a place are handles over the kernel, too."),
    ("bank", "Bank", "The same family at many angles, scales and phases."),
    ("orientation", "Orientation", "Which angle answers most in each cell of the picture."),
)
USUAL = "gabor"  # to begin with


class GenerateDesk(Desk):
    """A choice of families over three pages."""

    key, title, tip = "generate", "Generate", "Make the kernel of a family: derivatives, Gabor, rings, lines, blurs."

    def __init__(self, work: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self._preset: Preset = find_preset(USUAL)
        self._values: dict[str, float] = self._preset.complete({})
        self._picker: PresetPicker | None = None
        self.handles = FamilyHandles(self.set_parameter, work.settle, work.settle)
        self._build()
        self._show_values()

    @property
    def family(self) -> str:
        """The name of the family."""
        return self._preset.name

    @property
    def values(self) -> dict[str, float]:
        """The parameters of the family."""
        return dict(self._values)

    def begin(self) -> None:
        """Compute orientations, if they are looked at."""
        if self.pages.currentWidget() is self.orientation:
            self.orientation.begin()

    def end(self) -> None:
        """Compute none."""
        self.orientation.end()

    def show_kernel(self) -> None:
        """Show the parameters of the kernel, if it is of a family; else those that were chosen, without handles."""
        made = None if self.work.chosen is None else made_by(self.work.chosen)
        is_family = made is not None and made.kind == "preset" and made.settings.get("name") in families()
        if made is not None and is_family:
            preset = find_preset(made.settings["name"])
            try:
                self._preset, self._values = preset, preset.complete(made.settings.get("parameters", {}))
            except (TypeError, ValueError):  # a file may hold any parameters
                is_family = False
        self.overlay = self.handles if is_family else None
        self._show_values()

    def show_picture(self, picture: Picture) -> None:
        """Find the orientations of a result, if they are looked at."""
        self.orientation.show_picture(picture)

    def use_family(self, name: str) -> None:
        """Make the kernel of a family, with its usual parameters."""
        self._preset = find_preset(name)
        self._values = self._preset.complete({})
        self.work.settle()
        self._make()
        self.work.settle()

    @Slot(str, float)
    def set_parameter(self, name: str, value: float) -> None:
        """Set a parameter; changes are one step of Undo until the hand lets go."""
        try:
            values = self._preset.complete(self._values | {name: value})
        except ValueError as error:
            self._note.set_text(as_sentence(str(error)), is_error=True)
            return
        self._values = values
        self._make()

    @Slot(str)
    def show_page(self, key: str) -> None:
        """Show a page, a key of `PAGES`."""
        self.orientation.end()
        self._choice.set_value(key)
        self.pages.setCurrentIndex([page[0] for page in PAGES].index(key))
        self.begin()

    def _make(self) -> None:
        """Give the kernel the weights of the family; the filter keeps its preset, so that it has sliders everywhere."""
        try:
            planes = self._preset.planes(**self._values)
        except ValueError as error:
            self._note.set_text(as_sentence(str(error)), is_error=True)
            return
        title = name_for(self.work.chosen, self._preset.name)
        target = self.work.target
        if target is not None and target.plane is None and not (self.work.locks or self.work.why_not):
            one = Filter(title or "kernel", planes, preset=self._preset.name, parameters=self._values)
            merge = f"generate {target.layer} {target.index}"
            self.work.context.commit(_with_family, target, one, title is not None, merge=merge)
        else:
            recipe = Recipe("preset", {"name": self._preset.name, "parameters": self._values})
            self.work.make(planes, recipe, "generate", title)
        self._show_values()

    def _show_values(self) -> None:
        preset = self._preset
        self._button.setText(preset.label)
        self._note.set_text(preset.explanation)
        self.form.show_parameters(preset.parameters, self._values)
        self.sweep.show_family(preset.name, self._values)
        own = preset.planes(**self._values).shape[1:]
        shape = self.work.plane.shape
        self.handles.show_family(preset.parameters, self._values, (shape[0], shape[1]), (own[0], own[1]))

    @Slot()
    def _open_picker(self) -> None:
        if self._picker is None:
            self._picker = PresetPicker(self)
            self._picker.set_entries(family_entries())
            self._picker.chosen.connect(self.use_family)
        self._picker.open_at(self._button, self._preset.name)

    @Slot(tuple, bool)
    def _on_bank(self, filters: tuple[Filter, ...], is_added: bool) -> None:
        self.work.make_bank(filters, is_added=is_added)

    def _build(self) -> None:
        self._button = QPushButton(self)
        set_tip(self._button, "The family of kernels; click to choose another one.")
        self._button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._button.clicked.connect(self._open_picker)
        self._note = Note(2, self)
        self._choice = Segmented(PAGES, self, name="One kernel, a bank, or what it finds")
        self._choice.chosen.connect(self.show_page)
        self.form = ParameterForm(self)
        self.form.changed.connect(self.set_parameter)
        self.form.finished.connect(self.work.settle)
        self.sweep = SweepForm(self)
        self.sweep.made.connect(self._on_bank)
        self.orientation = OrientationPage(self.work, self)
        self.pages = QStackedWidget(self)
        for page in (self.form, self.sweep, self.orientation):
            self.pages.addWidget(page)
        row = QHBoxLayout()
        row.setSpacing(theme.px(6))
        row.addWidget(self._choice)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(4))
        layout.addWidget(self._button)
        layout.addWidget(self._note)
        layout.addLayout(row)
        layout.addWidget(self.pages, 1, Qt.AlignmentFlag.AlignTop)


def _with_family(project: Project, target: Target, one: Filter, is_named: bool) -> Project:
    """Return the project with a filter's kernel made anew; its bias stays, and its name unless it gets one."""
    old = project.layers[target.layer].filters[target.index]
    new = Filter(
        one.name if is_named else old.name, one.planes, bias=old.bias, preset=one.preset, parameters=one.parameters
    )
    return edits.replace_filter(project, target.layer, target.index, new)
