"""The two kernels that are composed: buttons with their pictures, and the list from which they are chosen."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QIcon, QImage, QPixmap, QResizeEvent, Qt
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
from convexplorer.words import as_label, as_sentence, plain, times

SIDE, BESIDE, LEAST = 30, 38, 84  # design pixels: of a picture, of what is beside a name, and the least width
NOW, SLOT = "now", "slot/"
FILTER = "filter/"  # before the numbers of layer and filter, in the name of a row
MOST_OF_LAYERS = 200


class OperandButtons(QWidget):
    """The first and the second kernel side by side; a click opens the list of what it can be.

    Signals
    -------
    chosen : whether it is the first one, and its new `Operand`.
    """

    chosen = Signal(bool, object)

    def __init__(self, work: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self._picker: PresetPicker | None = None
        self._is_first = True
        self.first, self.second = _OperandButton("First", self), _OperandButton("Second", self)
        self.first.clicked.connect(lambda: self.open_list(is_first=True))
        self.second.clicked.connect(lambda: self.open_list(is_first=False))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(6))
        row.addWidget(self.first, 1)
        row.addWidget(self.second, 1)

    def show_operands(self, first: Operand, second: Operand, *, has_second: bool) -> None:
        """Show both kernels; the second is disabled where the operation takes one alone."""
        self.first.show_operand(first, "What is composed stays as it was; a click chooses another.")
        self.second.show_operand(second, "A click chooses from this network, slots, library and presets.")
        self.second.setEnabled(has_second)

    def open_list(self, *, is_first: bool) -> None:
        """Open the list of what the first or the second kernel can be."""
        if self._picker is None:
            self._picker = PresetPicker(self)
            self._picker.chosen.connect(lambda name: self.choose(name, is_first=self._is_first))
        self._is_first = is_first
        self._picker.set_entries([*self._of_hand(), *self._of_network(), *library_entries(), *preset_entries()])
        self._picker.open_at(self.first if is_first else self.second)

    def choose(self, name: str, *, is_first: bool) -> None:
        """Take a row of the list."""
        try:
            self.chosen.emit(is_first, self._operand(name))
        except LookupError:  # the network has changed since the list was opened
            self._work.context.refuse("This filter is no longer there.")
        except ValueError as error:
            self._work.context.refuse(as_sentence(str(error)))

    def _operand(self, name: str) -> Operand:
        if name == NOW:
            chosen = self._work.chosen
            return Operand("kernel" if chosen is None else chosen.name, trimmed(self._work.planes))
        if name.startswith(SLOT):
            kept = self._work.slots[int(name.removeprefix(SLOT))]
            if kept is None:
                raise ValueError("the slot is empty")
            return operand_of(kept)
        if name.startswith(FILTER):
            layer, index = map(int, name.removeprefix(FILTER).split("/"))
            return operand_of(self._work.context.store.state.layers[layer].filters[index])
        if name.startswith(LIBRARY):
            return operand_of(library_filters(name)[0])
        return operand_of(make_filter(name))

    def _of_hand(self) -> Sequence[PresetEntry]:
        """Return a row for the kernel as it is now, and for each slot that holds one."""
        chosen = self._work.chosen
        now = [] if chosen is None else [(NOW, chosen, "The selected kernel as it is now.")]
        slots = [(f"{SLOT}{i}", one, f"Slot {'ABCD'[i]}.") for i, one in enumerate(self._work.slots) if one is not None]
        return [
            PresetEntry(name, one.name, "Now and slots", text, "", filter_image(one)) for name, one, text in now + slots
        ]

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


class _OperandButton(QToolButton):
    """A button with the picture of a kernel, and as much of its name as has room."""

    def __init__(self, place: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._place, self._name = place, ""
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(theme.px(LEAST))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def show_operand(self, one: Operand, tip: str) -> None:
        """Show a kernel."""
        side = theme.px(SIDE)
        self._name = as_label(one.name)
        self.setIconSize(QSize(side, side))
        self.setIcon(QIcon(_pixmap(filter_image(Filter(one.name, one.planes)), side)))
        self.setAccessibleName(f"{self._place} kernel: {one.name}")
        set_tip(self, f"{self._place} kernel: {one.name}, {times(one.planes.shape[1:])}\n{tip}")
        self._elide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Write as much of the name as has room."""
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        room = self.width() - theme.px(SIDE + BESIDE)
        self.setText(f"{self.fontMetrics().elidedText(self._name, Qt.TextElideMode.ElideMiddle, room)} ▾")


def _pixmap(image: QImage, side: int) -> QPixmap:
    keep, plain_way = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.FastTransformation
    return QPixmap.fromImage(image).scaled(side, side, keep, plain_way)
