"""The two kernels that are composed: buttons with their pictures, and the list in which B is chosen."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QIcon, QImage, QPixmap, Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget

from convexplorer.gui.canvas.pictures.tile_views import filter_image
from convexplorer.gui.look import theme
from convexplorer.gui.look.tips import set_tip
from convexplorer.gui.panels.studio.workbench import Workbench
from convexplorer.gui.widgets.kernel_entries import LIBRARY, library_entries, library_filters, preset_entries
from convexplorer.gui.widgets.preset_picker import PresetEntry, PresetPicker
from convexplorer.kernels.composing import Operand
from convexplorer.kernels.filter import Filter
from convexplorer.kernels.planes import trimmed
from convexplorer.kernels.presets import make_filter
from convexplorer.words import plain, times

SIDE = 30  # of a picture, in design pixels
FILTER = "filter/"  # before the numbers of layer and filter, in the name of a row
MOST_OF_LAYERS = 200


class OperandButtons(QWidget):
    """A and B side by side; a click on B opens the list of kernels, a click on A takes the kernel as it is now.

    Signals
    -------
    chosen : the `Operand` that B now is.
    renewed : A is to be the kernel as it is now.
    """

    chosen = Signal(object)
    renewed = Signal()

    def __init__(self, work: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self._picker: PresetPicker | None = None
        self.first, self.second = _button(self), _button(self)
        self.first.clicked.connect(self.renewed)
        self.second.clicked.connect(self.open_list)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(6))
        row.addWidget(self.first, 1)
        row.addWidget(self.second, 1)

    def show_operands(self, first: Operand, second: Operand, *, has_second: bool) -> None:
        """Show both kernels; B is disabled where the operation takes one alone."""
        _show(self.first, "A", first, "The kernel that is composed, as it was before. A click takes it as it is now.")
        _show(self.second, "B", second, "The other kernel: a click chooses it from this network, presets and library.")
        self.second.setText(f"{self.second.text()} ▾")
        self.second.setEnabled(has_second)

    @Slot()
    def open_list(self) -> None:
        """Open the list of what B can be."""
        if self._picker is None:
            self._picker = PresetPicker(self)
            self._picker.chosen.connect(self.choose)
        self._picker.set_entries([*self._of_network(), *library_entries(), *preset_entries()])
        self._picker.open_at(self.second)

    @Slot(str)
    def choose(self, name: str) -> None:
        """Take a row of the list as B."""
        try:
            self.chosen.emit(self._operand(name))
        except ValueError as error:
            self._work.context.refuse(str(error))

    def _operand(self, name: str) -> Operand:
        if name.startswith(FILTER):
            layer, index = map(int, name.removeprefix(FILTER).split("/"))
            layers = self._work.context.store.state.layers
            one = layers[layer].filters[index]
            return operand_of(one)
        if name.startswith(LIBRARY):
            return operand_of(library_filters(name)[0])
        return operand_of(make_filter(name))

    def _of_network(self) -> Sequence[PresetEntry]:
        """Return a row for each filter, those of the kernel's own layer first."""
        choice = self._work.choice
        own = -1 if choice is None else choice.layer_index
        found: list[PresetEntry] = []
        layers = list(enumerate(self._work.context.store.state.layers))
        for i, layer in sorted(layers, key=lambda each: (each[0] != own, each[0])):
            if layer.rank != 2:
                continue
            group = "This layer" if i == own else f"Layer {i + 1}, {plain(layer.title, 40)}"
            found += [
                PresetEntry(
                    f"{FILTER}{i}/{k}", one.name, group, f"Filter {k + 1} of layer {i + 1}.", "", filter_image(one)
                )
                for k, one in enumerate(layer.filters[: MOST_OF_LAYERS - len(found)])
            ]
        return found


def operand_of(one: Filter) -> Operand:
    """Return a filter as an operand, without the zeros that its layer has put around it."""
    return Operand(one.name, trimmed(one.planes))


def _button(parent: QWidget) -> QToolButton:
    button = QToolButton(parent)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    button.setMinimumWidth(theme.px(80))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def _show(button: QToolButton, letter: str, one: Operand, tip: str) -> None:
    side = theme.px(SIDE)
    picture = filter_image(Filter(one.name, one.planes))
    button.setIconSize(QSize(side, side))
    button.setIcon(QIcon(_pixmap(picture, side)))
    name = button.fontMetrics().elidedText(one.name, Qt.TextElideMode.ElideMiddle, theme.px(110))
    button.setText(f"{letter}: {name}")
    button.setAccessibleName(f"Kernel {letter}: {one.name}")
    set_tip(button, f"{letter}: {one.name}, {times(one.planes.shape[1:])}\n{tip}")


def _pixmap(image: QImage, side: int) -> QPixmap:
    keep, plain_way = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.FastTransformation
    return QPixmap.fromImage(image).scaled(side, side, keep, plain_way)
