"""The choice of the edited planes of a kernel: all together, or the plane of one channel."""

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from convexplorer.gui.widgets.icon_button import ActionButton
from convexplorer.gui.widgets.segmented import Segmented

ALL = "all"
_MOST_SEGMENTS = 4  # more channels than this are shown as a list


class PlaneChoice(QWidget):
    """A row of channel letters, and the button of the command that merges split planes."""

    chosen = Signal(object)  # int or None

    def __init__(self, merge: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._segments = Segmented([(ALL, ALL)], self, name="Plane", is_compact=True)
        self._segments.chosen.connect(self._on_segment_chosen)
        self._list = QComboBox(self)
        self._list.setAccessibleName("Plane")
        self._list.setToolTip("Which channel's plane is edited")
        self._list.activated.connect(self._on_row_chosen)
        self._list.hide()
        self._merge = ActionButton(merge, self)
        # Hidden parts keep their space: the letters must not move under the mouse when a stroke splits the planes, nor
        # the kernel when a grey picture follows a coloured one.
        for kept in (self, self._merge):
            policy = kept.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            kept.setSizePolicy(policy)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for widget in (self._segments, self._list, self._merge):
            row.addWidget(widget)

    def show_planes(self, names: Sequence[str], plane: int | None, *, is_split: bool) -> None:
        """Show these channels as options; hidden for a single channel."""
        self.setVisible(len(names) > 1)
        if len(names) < 2:
            return
        if tuple(names) != self._names:
            self._names = tuple(names)
            self._offer()
        key = ALL if plane is None else str(plane)
        if self._is_list():
            self._list.setCurrentIndex(self._list.findData(key))
        else:
            self._segments.set_value(key)
        self._merge.setVisible(is_split)

    @property
    def merge_button(self) -> ActionButton:
        """The button that merges split planes."""
        return self._merge

    @Slot(str)
    def _on_segment_chosen(self, key: str) -> None:
        self.chosen.emit(None if key == ALL else int(key))

    @Slot(int)
    def _on_row_chosen(self, row: int) -> None:
        self._on_segment_chosen(self._list.itemData(row))

    def _is_list(self) -> bool:
        return len(self._names) > _MOST_SEGMENTS

    def _offer(self) -> None:
        options = [(ALL, ALL, "Edit the planes of all channels together")]
        options += [(str(i), name, f"Edit the plane of channel {name} alone") for i, name in enumerate(self._names)]
        self._segments.setVisible(not self._is_list())
        self._list.setVisible(self._is_list())
        if self._is_list():
            self._list.clear()
            for key, label, _tip in options:
                self._list.addItem(label, key)
        else:
            self._segments.set_options(options)
