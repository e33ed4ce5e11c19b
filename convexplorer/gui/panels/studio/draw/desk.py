"""The desk on which a kernel is painted, crossed by lines, turned and shifted by hand."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from convexplorer.gui.look import theme
from convexplorer.gui.panels.studio.desk import Desk
from convexplorer.gui.panels.studio.draw.brush_tool import BrushTool
from convexplorer.gui.panels.studio.draw.hand_tool import HandTool
from convexplorer.gui.panels.studio.draw.line_tool import LineTool
from convexplorer.gui.panels.studio.draw.resampling import Resampling
from convexplorer.gui.panels.studio.draw.tool_choice import ToolChoice
from convexplorer.gui.panels.studio.draw.turn_tool import TurnTool
from convexplorer.gui.panels.studio.workbench import Workbench
from convexplorer.gui.widgets.note import Note, Words
from convexplorer.gui.widgets.parameter_form import ParameterForm
from convexplorer.kernels.brushes import BRUSHES

TURN = "turn"
_TURN_TIP = "Turn and shift the kernel by any amount without wear, or resample it to another size."


class DrawDesk(Desk):
    """A choice of tools over the numbers of the chosen one."""

    key, title, tip = "draw", "Draw", "Paint the kernel by hand, turn, shift and resample it."

    def __init__(self, work: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self.tools: dict[str, HandTool] = {
            name: LineTool(work, self) if kind.covers is None else BrushTool(name, work, self)
            for name, kind in BRUSHES.items()
        } | {TURN: TurnTool(work, self)}
        self._kernel_of: tuple[object, ...] = ()
        self._build()
        for tool in self.tools.values():
            tool.changed.connect(self._on_tool_changed)
        self.overlay = self.tool.overlay

    @property
    def tool(self) -> HandTool:
        """The chosen tool."""
        return self.tools[self.choice.value]

    def choose(self, name: str) -> None:
        """Take another tool in hand."""
        self.choice.set_value(name)
        self._on_chosen()

    def end(self) -> None:
        """End a step of Undo."""
        self.work.settle()

    def show_kernel(self) -> None:
        """Show the numbers of the kernel."""
        choice, target = self.work.choice, self.work.target
        if choice is None or target is None:
            return
        kernel_of = (choice.layer.id, choice.filter_index, target.plane, choice.filter.size)
        is_other, self._kernel_of = kernel_of != self._kernel_of, kernel_of
        for name, tool in self.tools.items():
            if is_other or name == self.choice.value:
                tool.show_kernel(is_other=is_other)
        self._show_tool()

    @Slot()
    def _on_chosen(self) -> None:
        self.work.settle()
        self.tool.show_kernel(is_other=False)
        self.overlay = self.tool.overlay
        self._show_tool()
        self.overlay_changed.emit()

    @Slot()
    def _on_tool_changed(self) -> None:
        if self.sender() is self.tool:
            self._show_tool()
            self.overlay_changed.emit()

    def _show_tool(self) -> None:
        tool = self.tool
        self.form.show_parameters(tool.parameters, tool.values)
        words = tool.words
        self.note.say_soon(lambda: Words(words, words))
        is_turn = isinstance(tool, TurnTool)
        self.resampling.setVisible(is_turn)
        if is_turn:
            self.resampling.show_kernel()

    def _build(self) -> None:
        options = [(name, kind.label, kind.explanation) for name, kind in BRUSHES.items()]
        self.choice = ToolChoice([*options, (TURN, "Turn", _TURN_TIP)], self)
        self.choice.chosen.connect(self._on_chosen)
        self.form = ParameterForm(self)
        self.form.changed.connect(lambda name, value: self.tool.set_value(name, value))
        self.form.finished.connect(lambda: self.tool.finish())
        self.resampling = Resampling(self.work, self)
        self.note = Note(3, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(4))
        for widget in (self.choice, self.form, self.resampling, self.note):
            layout.addWidget(widget)
        layout.addStretch(1)
