"""The filter panel: the bank, the selected filter's name, its kernel for painting, and its tools."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from convexplorer.core.display.coloring import WEIGHTS_PALETTE
from convexplorer.gui.canvas.kernel.kernel_grid import KernelGrid
from convexplorer.gui.canvas.kernel.plane_sheet import PlaneSheet
from convexplorer.gui.canvas.pictures.tile_views import filter_image
from convexplorer.gui.look import theme
from convexplorer.gui.panels.filter_panel.applied_kernel import AppliedKernel
from convexplorer.gui.panels.filter_panel.filter_bar import FilterBar
from convexplorer.gui.panels.filter_panel.kernel_tools import KernelTools
from convexplorer.gui.panels.filter_panel.plane_choice import PlaneChoice
from convexplorer.gui.panels.filter_panel.preset_form import PresetForm, rows_for
from convexplorer.gui.session.choice import Choice, chosen_filter, layer_index
from convexplorer.gui.session.panel import Context, Panel
from convexplorer.gui.widgets.action_menu import open_menu
from convexplorer.gui.widgets.icon_button import ActionButton
from convexplorer.gui.widgets.note import Note, Words
from convexplorer.gui.widgets.sentence_popup import SentencePopup
from convexplorer.gui.widgets.text_field import TextField
from convexplorer.kernels.filter import MAX_NAME_LENGTH
from convexplorer.kernels.matrix import parse_matrix
from convexplorer.kernels.presets import make_filter, preset_named
from convexplorer.model import edits
from convexplorer.model.edits import TRANSFORMS
from convexplorer.model.edits import planes as plane_edits
from convexplorer.model.edits.planes import Target, plane_names
from convexplorer.model.project import Project
from convexplorer.results.kernel_facts import (
    derived,
    explanation,
    facts,
    facts_tip,
    is_same_after_half_a_turn,
)
from convexplorer.results.picture import Picture

if TYPE_CHECKING:
    from convexplorer.gui.widgets.preset_picker import PresetPicker

NUDGE_PAUSE_MS = 700  # wheel steps with shorter pauses form one undo step
SMALLEST_GRID, LARGEST_OF_SMALL, WANTED_GRID = 88, 168, 250
ROW_OF_NUMBERS = 23  # the smallest height of a cell with its number; from the largest on they become lower
HEIGHT_WITHOUT_GRID = 196  # with the smallest form; height beyond this and a large kernel goes to the form

# The context menu of the kernel: names of commands, None for a separator.
KERNEL_MENU = (
    *("copy-kernel", "copy-kernel-python", "kernel-code", "paste", "export-bank", None),
    *("preset", "nearest", *TRANSFORMS, "merge-planes"),
)
MOST_TOGETHER = 8  # planes that differ, as stripes of one cell; more are shown side by side


class FilterPanel(Panel):
    """The panel of the selected filter. Every change is an edit of the project; the panel keeps no state.

    Signals
    -------
    plane_chosen : another plane is edited, on which it depends what is possible.
    """

    plane_chosen = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._plane: int | None = None
        self._cell: tuple[int, int] | None = None
        self._input_names: tuple[tuple[str, ...], ...] = ()  # channel names of each layer's input
        self._shown: tuple[object, ...] = ()
        self._shown_filter: tuple[int, int, int] | None = None  # its document, layer and place
        self._stroke = 0
        self._picker: PresetPicker | None = None  # made when it is opened first
        self._nudge_pause = QTimer(self, singleShot=True, interval=NUDGE_PAUSE_MS)
        self._nudge_pause.timeout.connect(context.store.settle)
        self._build()
        context.selection.view_changed.connect(self._on_view_changed)
        theme.notifier().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def apply(self, new: Project, old: Project | None) -> None:
        """Show the selected filter of a project."""
        if old is not None and len(new.layers) != len(old.layers):
            self._input_names = self._input_names[:1]  # names of the input's channels stay valid when layers change
        self._refresh()

    def show_picture(self, picture: Picture) -> None:
        """Learn which channels meet the kernel's planes."""
        # Behind a layer that failed the shape is not known: (). Only filters meet channels; a Flatten gives millions.
        later = zip(picture.project.layers[1:], picture.layers[1:], strict=True)
        counts = (sum(report.input_shape[:1]) if layer.has_filters else 0 for layer, report in later)
        names = (picture.input_names, *(tuple(map(str, range(count))) for count in counts))
        if names != self._input_names:
            self._input_names = names
            self._refresh()

    def choose_preset(self) -> None:
        """Open the list of presets below its button."""
        if self._picker is None:
            # Here, because the first frame does not need the list and what it searches with.
            from convexplorer.gui.widgets.preset_picker import PresetPicker

            self._picker = PresetPicker(self)
            self._picker.chosen.connect(self.use_preset)
        from convexplorer.gui.widgets.kernel_entries import library_entries, preset_entries

        self._picker.set_entries([*library_entries(), *preset_entries()])
        chosen = self._chosen()
        self._picker.open_at(self._preset_button, chosen.filter.preset or "" if chosen else "")

    def use_preset(self, name: str) -> None:
        """Replace the filter by a preset, or by a kernel of the library; a bank follows behind it."""
        if "/" in name:
            self._use_library(name)
        else:
            self._edit(lambda state, layer, index: edits.replace_filter(state, layer, index, make_filter(name)))

    def _use_library(self, name: str) -> None:
        from convexplorer.gui.widgets.kernel_entries import library_filters

        def replaced(state: Project, layer: int, index: int) -> Project:
            first, *others = library_filters(name)
            state = edits.replace_filter(state, layer, index, first)
            for i, other in enumerate(others, index + 1):
                state = edits.add_filter(state, layer, other, i)
            return state

        self._edit(replaced)

    def edit_name(self) -> None:
        """Move the text cursor into the filter's name."""
        self._name.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._name.selectAll()

    def paste_matrix(self, text: str) -> bool:
        """Set the weights to a pasted matrix; return False, and show the reason, if the text is no matrix."""
        return self._edit_planes(lambda state, target: plane_edits.paste(state, target, parse_matrix(text)))

    def paste_planes(self, planes: np.ndarray) -> bool:
        """Set the weights to an array (planes, rows, columns); return False, and show the reason, if impossible."""
        return self._edit_planes(lambda state, target: plane_edits.paste(state, target, planes))

    def is_paste_under_mouse(self) -> bool:
        """Return True if the mouse is over the button that pastes."""
        return self._tools.is_paste_under_mouse()

    def transform(self, name: str) -> None:
        """Apply an operation of `edits.TRANSFORMS` to the edited plane, or to all."""
        self._edit_planes(lambda state, target: plane_edits.transform(state, target, name))

    def check_transform(self, name: str) -> None:
        """Raise ValueError if an operation of `edits.TRANSFORMS` is impossible."""
        chosen = self._chosen()
        if chosen is not None:
            plane_edits.check_transform(self.context.store.state, self._target(chosen), name)

    def chosen_planes(self) -> tuple[np.ndarray, str]:
        """Return the edited planes, (P, rows, columns), and their description in words."""
        chosen = self._chosen()
        if chosen is None:
            return np.zeros((0, 0, 0)), ""
        one, plane = chosen.filter, self._plane
        what = f"the {one.size[0]}×{one.size[1]} kernel “{one.name}”"
        if plane is None or len(one.planes) == 1:
            return one.planes, what
        names = self._channels(chosen)
        name = names[plane] if plane < len(names) else str(plane)
        return one.planes[plane : plane + 1], f"plane {name} of {what}"

    @property
    def preset_button(self) -> QWidget:
        """The button beside which lists of kernels open."""
        return self._preset_button

    def target(self) -> Target | None:
        """Return the planes that are edited; None without a filter."""
        chosen = self._chosen()
        return None if chosen is None else self._target(chosen)

    @Slot(object)
    def _on_view_changed(self, _view: object) -> None:
        self._refresh()

    @Slot()
    def _on_theme_changed(self) -> None:
        self._reserve_room(self._grid.rows)
        self._grid.set_palette_table(WEIGHTS_PALETTE.dark if theme.is_dark() else WEIGHTS_PALETTE.light)

    @Slot(int, int, float)
    def _on_cell_edited(self, row: int, column: int, value: float) -> None:
        self._set_weight(row, column, value, None)

    @Slot()
    def _on_stroke_started(self) -> None:
        self._stroke += 1
        self.context.store.settle()

    @Slot(int, int, float)
    def _on_painted(self, row: int, column: int, value: float) -> None:
        self._set_weight(row, column, value, f"stroke {self._stroke}")

    @Slot()
    def _on_stroke_ended(self) -> None:
        self.context.store.settle()

    @Slot(int, int, float)
    def _on_nudged(self, row: int, column: int, amount: float) -> None:
        cell = (row, column)
        self._edit_planes(lambda state, target: plane_edits.nudge(state, target, cell, amount), f"nudge {cell}")
        self._nudge_pause.start()

    @Slot(object)
    def _on_hovered(self, cell: tuple[int, int] | None) -> None:
        self._cell = cell
        self._show_facts()

    @Slot(object)
    def choose_plane(self, plane: int | None) -> None:
        """Edit the plane of one channel, or all planes."""
        self._plane = plane
        self._refresh()
        self.plane_chosen.emit()

    @Slot()
    def _on_more_asked(self) -> None:
        """Show all known facts about the kernel in a popup."""
        chosen = self._chosen()
        if chosen is not None:
            count = len(self._channels(chosen))
            words = form_words(chosen, count)
            SentencePopup(chosen.filter.name, (words.text, *words.others), self).open_at(self._facts)

    @Slot(str, float)
    def _on_parameter_changed(self, name: str, value: float) -> None:
        self._edit(
            lambda state, layer, index: edits.set_preset_parameter(state, layer, index, name, value),
            f"parameter {name} {self._shown_filter}",
        )

    @Slot()
    def _on_name_edited(self) -> None:
        chosen = self._chosen()
        name = self._name.text().strip()
        if chosen is None:
            return
        if name != chosen.filter.name and self._edit(
            lambda state, layer, index: edits.rename_filter(state, layer, index, name)
        ):
            self._name.setText(name)
        else:
            self._name.setText(chosen.filter.name)

    @Slot(int)
    def _on_selected(self, index: int) -> None:
        self.context.selection.select(filter=index)

    @Slot(int, int)
    def move_filter(self, index: int, to: int) -> None:
        """Move a filter within the bank, and select it."""
        if self._edit(lambda state, layer, _index: edits.move_filter(state, layer, index, to)):
            self.context.selection.select(filter=to)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the parameters any additional height."""
        super().resizeEvent(event)
        self._form.set_rows(rows_for(self.height() / theme.scale() - HEIGHT_WITHOUT_GRID - WANTED_GRID))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave the name field on Esc."""
        if event.key() == Qt.Key.Key_Escape and self._name.hasFocus():
            chosen = self._chosen()
            self._name.setText(chosen.filter.name if chosen else "")
            (self._grid if self._sheet.isHidden() else self._sheet).setFocus()
        else:
            super().keyPressEvent(event)

    def _build(self) -> None:
        theme.set_role(self, "card")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*(theme.px(n) for n in (6, 5, 6, 6)))
        layout.setSpacing(theme.px(4))
        layout.addLayout(self._build_header())
        self._bar = FilterBar(self.context.actions, self)
        self._bar.selected.connect(self._on_selected)
        self._bar.moved.connect(self.move_filter)
        layout.addWidget(self._bar)
        layout.addWidget(self._build_grid(), 1)
        self._tools = KernelTools(self.context.actions, self)
        layout.addWidget(self._tools)
        layout.addLayout(self._build_facts())
        self._form = PresetForm(self)
        self._form.changed.connect(self._on_parameter_changed)
        self._form.finished.connect(self.context.store.settle)
        self._form.more_asked.connect(self._on_more_asked)
        layout.addWidget(self._form)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)

    def _build_header(self) -> QHBoxLayout:
        self._title = QLabel("Filter", self)
        theme.set_role(self._title, "title")
        self._name = TextField(self)
        self._name.setMaxLength(MAX_NAME_LENGTH)
        self._name.setAccessibleName("Name of the filter")
        self._name.editingFinished.connect(self._on_name_edited)
        self._preset_button = ActionButton(self.context.actions["preset"], self, text="Preset ▾")
        row = QHBoxLayout()
        row.setSpacing(theme.px(6))
        row.addWidget(self._title)
        row.addWidget(self._name, 1)
        row.addWidget(self._preset_button)
        return row

    def _build_facts(self) -> QHBoxLayout:
        self._facts = Note(1, self, is_clickable=True)
        self._facts.clicked.connect(self._on_more_asked)
        self._planes = PlaneChoice(self.context.actions["merge-planes"], self)
        self._planes.chosen.connect(self.choose_plane)
        row = QHBoxLayout()
        row.setSpacing(theme.px(6))
        row.addWidget(self._facts, 1)
        row.addWidget(self._planes)
        return row

    def _build_grid(self) -> QWidget:
        self._grid = KernelGrid(self)
        self._grid.setAccessibleName("Kernel")
        self._grid.stroke_started.connect(self._on_stroke_started)
        self._grid.painted.connect(self._on_painted)
        self._grid.stroke_ended.connect(self._on_stroke_ended)
        self._grid.cell_edited.connect(self._on_cell_edited)
        self._grid.nudged.connect(self._on_nudged)
        self._grid.hovered.connect(self._on_hovered)
        self._grid.menu_asked.connect(lambda at: open_menu(self.context.actions, KERNEL_MENU, self, at, "Kernel"))
        self._sheet = PlaneSheet(self)
        self._sheet.chosen.connect(self.choose_plane)
        self._sheet.menu_asked.connect(self._grid.menu_asked)
        self._sheet.hide()
        self._applied = AppliedKernel(self)
        return _Room((self._grid, self._sheet), self._applied, self)

    def _show_sheet(self, is_sheet: bool) -> None:
        """Show many planes side by side, or the weights of one; the keys go where they were."""
        if is_sheet != self._sheet.isHidden():
            return
        before, now = (self._grid, self._sheet) if is_sheet else (self._sheet, self._grid)
        had_focus = before.hasFocus()
        now.show()
        before.hide()
        if had_focus:
            now.setFocus()

    def _reserve_room(self, rows: int) -> None:
        """Give the kernel the height at which its numbers can be read; what has no room is scrolled to."""
        height = min(max(rows * ROW_OF_NUMBERS + 6, SMALLEST_GRID), LARGEST_OF_SMALL)
        for one in (self._grid, self._sheet):
            one.setMinimumHeight(theme.px(height))

    def _chosen(self) -> Choice | None:
        return chosen_filter(self.context.store.state, self.context.selection.view)

    def _channels(self, chosen: Choice) -> tuple[str, ...]:
        """Return the names of the channels to which the planes apply; a guess before the first picture."""
        known = self._input_names[chosen.layer_index] if chosen.layer_index < len(self._input_names) else ()
        return known or plane_names(len(chosen.filter.planes))

    def _is_elsewhere(self, chosen: Choice) -> bool:
        """Return whether the filter is that of another layer than the selected one, which has none."""
        return chosen.layer_index != layer_index(self.context.store.state, self.context.selection.view)

    def _refresh(self) -> None:
        """Update all parts if any of their inputs has changed."""
        chosen = self._chosen()
        self.setEnabled(chosen is not None)
        if chosen is None:
            self._shown_filter = None
            return
        names = self._channels(chosen)
        # Planes without a channel in the input can still be edited: they apply again to a colour input.
        shown_names = names if len(chosen.filter.planes) in (1, len(names)) else plane_names(len(chosen.filter.planes))
        if self._plane is not None and self._plane >= len(shown_names):
            self._plane = None
        place = (chosen.layer_index, chosen.filter_index)
        one = (self.context.store.document_number, *place)
        shown = (chosen.layer, place, names, self._plane, self._is_elsewhere(chosen))
        if shown == self._shown:
            return
        if one != self._shown_filter:
            self._shown_filter = one
            self._cell = None
            # Constant while the user works on a filter, so that a stroke paints one value.
            self._grid.strength, self._grid.step = plane_edits.brush_of(chosen.filter.planes)
        self._shown = shown
        self._show_filter(chosen, shown_names, len(names))

    def _show_filter(self, chosen: Choice, shown_names: tuple[str, ...], channel_count: int) -> None:
        one = chosen.filter
        number, count = chosen.layer_index + 1, f"{chosen.filter_index + 1} of {len(chosen.layer.filters)}"
        is_elsewhere = self._is_elsewhere(chosen)
        self._title.setText(f"Layer {number}: {count}" if is_elsewhere else count)
        tip = f"The selected layer has no filters. These belong to layer {number}, {chosen.layer.title}."
        self._title.setToolTip(tip if is_elsewhere else f"Filter {count} of layer {number}, {chosen.layer.title}")
        preset = preset_named(one.preset or "")
        label = preset.label if preset is not None else "no preset"
        metrics = self._preset_button.fontMetrics()
        shown = metrics.elidedText(label, Qt.TextElideMode.ElideMiddle, theme.px(60 if is_elsewhere else 90))
        self.context.actions["preset"].setIconText(f"{shown} ▾")
        self._bar.show_filters(chosen.layer.filters, chosen.filter_index)
        named = one.name, f"{one.name}\n{self.context.actions['rename-filter'].tip}"
        is_typed = self._name.hasFocus() and self._name.isModified()
        if not is_typed and named != (self._name.text(), self._name.toolTip()):
            self._name.setText(one.name)
            self._name.setCursorPosition(0)
            self._name.setToolTip(named[1])
        self._planes.show_planes(shown_names, self._plane, is_split=len(one.planes) > 1)
        is_sheet = self._plane is None and len(one.planes) > MOST_TOGETHER
        self._show_sheet(is_sheet)
        if is_sheet:
            self._sheet.set_planes(one.planes, shown_names)
        else:
            self._grid.set_planes(one.planes, self._plane if len(one.planes) > 1 else None)
        self._reserve_room(one.size[0])
        is_turned = chosen.layer["is_flipped"] and not is_same_after_half_a_turn(one.planes)
        self._applied.show_kernel(filter_image(one) if is_turned else None)
        self._form.say_soon(lambda: form_words(chosen, channel_count))
        self._form.show_parameters(preset.parameters if preset is not None else (), one.parameters)
        self._show_facts()

    def _show_facts(self) -> None:
        chosen = self._chosen()
        if chosen is None:
            return
        rows, columns = chosen.filter.size
        if self._cell is not None and not (self._cell[0] < rows and self._cell[1] < columns):
            self._cell = None
        names, plane, cell = self._channels(chosen), self._plane, self._cell
        self._facts.say_soon(lambda: facts_words(chosen, names, plane, cell))

    def _set_weight(self, row: int, column: int, value: float, merge: str | None) -> None:
        cell = (row, column)
        self._edit_planes(lambda state, target: plane_edits.set_weight(state, target, cell, value), merge)

    def _edit_planes(self, edit: Callable[[Project, Target], Project], merge: str | None = None) -> bool:
        """Commit an edit of the chosen planes."""
        chosen = self._chosen()
        return chosen is not None and self.context.commit(edit, self._target(chosen), merge=merge)

    def _target(self, chosen: Choice) -> Target:
        """Return the planes that are edited."""
        return Target(chosen.layer_index, chosen.filter_index, self._plane, len(self._channels(chosen)))

    def _edit(self, edit: Callable[[Project, int, int], Project], merge: str | None = None) -> bool:
        """Commit an edit of the selected filter, or show the reason for its refusal."""
        chosen = self._chosen()
        return chosen is not None and self.context.commit(edit, chosen.layer_index, chosen.filter_index, merge=merge)


def form_words(chosen: Choice, channel_count: int) -> Words:
    """Return the sentence on a kernel, with all that follows from its weights."""
    text = explanation(chosen.filter, chosen.layer, channel_count)
    others = derived(chosen.filter, chosen.layer, channel_count, reads_picture=chosen.reads_picture)
    return Words(text, "\n".join((text, *others)), others)


def facts_words(chosen: Choice, names: Sequence[str], plane: int | None, cell: tuple[int, int] | None) -> Words:
    """Return the line of facts: of a cell, or of all weights, where a mark tells that there is more."""
    tip = facts_tip(chosen.filter, names, cell)
    if cell is not None:
        return Words(facts(chosen.filter, len(names), plane, cell), tip)
    texts = [facts(chosen.filter, len(names), plane, None, characters) for characters in (6, 5, 4)]
    texts.append(texts[-1].partition(" · ")[0])  # the sum alone
    text, *shorter = (f"{one} ▾" for one in texts)
    return Words(text, tip, shorter=tuple(shorter))


class _Room(QWidget):
    """A container that gives the kernel the available height; height-for-width would outgrow the window."""

    def __init__(self, contents: Sequence[QWidget], beside: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(6))
        for content in contents:
            layout.addWidget(content, 1)
        layout.addWidget(beside)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def hasHeightForWidth(self) -> bool:
        """Return False, whatever the contents want."""
        return False
