"""A row of flat buttons of which exactly one is on: a choice between few things that one wants to see."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QToolButton, QWidget

from convexplorer.gui.look import theme


class Segmented(QWidget):
    """Exclusive choice. Arrow keys walk through it, Home and End jump.

    Parameters
    ----------
    options : (key, label) or (key, label, tip) each.
    name : what is chosen here, for tips and screen readers.
    is_compact : for labels of a letter, where room is short.

    """

    chosen = Signal(str)  # a person chose this key; `set_value` is silent

    def __init__(
        self,
        options: Sequence[tuple[str, ...]],
        parent: QWidget | None = None,
        *,
        name: str,
        is_compact: bool = False,
    ) -> None:
        super().__init__(parent)
        self._name = name
        self._is_compact = is_compact
        self._buttons: dict[str, QToolButton] = {}
        self._group = QButtonGroup(self)
        self._group.buttonClicked.connect(self._on_clicked)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(2, 2, 2, 2)
        self._layout.setSpacing(1)
        self.setAccessibleName(name)
        self.setToolTip(name)
        # One stop for Tab, as in every group of this kind: the arrow keys do the rest.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme.set_role(self, "segments")
        self.set_options(options)

    @property
    def value(self) -> str:
        """The chosen key; empty when there are no options."""
        return next((key for key, button in self._buttons.items() if button.isChecked()), "")

    def set_value(self, key: str) -> None:
        """Show a choice; an unknown key is a ValueError."""
        if key not in self._buttons:
            raise ValueError(f"{self._name} must be one of {', '.join(self._buttons)}; got {key!r}")
        self._buttons[key].setChecked(True)
        self._describe()

    def set_options(self, options: Sequence[tuple[str, ...]]) -> None:
        """Replace the options; the choice stays if it is still there, else it is the first."""
        value = self.value
        for button in self._buttons.values():
            self._group.removeButton(button)
            button.deleteLater()
        self._buttons = {option[0]: self._make_button(*option) for option in options}
        if self._buttons:
            self.set_value(value if value in self._buttons else next(iter(self._buttons)))

    def set_available(self, key: str, is_available: bool, reason: str = "") -> None:
        """Enable or disable one option, with the reason in its tip."""
        button = self._buttons[key]
        button.setEnabled(is_available)
        button.setToolTip(reason if reason and not is_available else str(button.property("tip")))

    @Slot(QAbstractButton)
    def _on_clicked(self, button: QAbstractButton) -> None:
        """Tell which one it is."""
        self._describe()
        self.chosen.emit(next(key for key, other in self._buttons.items() if other is button))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk with the arrow keys; what can't be chosen is passed over."""
        buttons = [button for button in self._buttons.values() if button.isEnabled()]
        current = next((i for i, button in enumerate(buttons) if button.isChecked()), 0)
        targets = {
            Qt.Key.Key_Left: current - 1,
            Qt.Key.Key_Up: current - 1,
            Qt.Key.Key_Right: current + 1,
            Qt.Key.Key_Down: current + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: len(buttons) - 1,
        }
        target = targets.get(Qt.Key(event.key()))
        if target is None or not buttons:
            super().keyPressEvent(event)
            return
        button = buttons[min(max(target, 0), len(buttons) - 1)]
        if not button.isChecked():
            button.click()

    def _make_button(self, key: str, label: str, tip: str = "") -> QToolButton:
        """Add one button."""
        button = QToolButton(self)
        button.setText(label)
        button.setCheckable(True)
        button.setAccessibleName(f"{self._name}: {label or key}")
        button.setToolTip(tip or button.accessibleName())
        button.setProperty("tip", button.toolTip())
        button.setProperty("compact", self._is_compact)
        theme.set_role(button, "segment")
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._group.addButton(button)
        self._layout.addWidget(button)
        return button

    def _describe(self) -> None:
        """Tell screen readers which one is on."""
        self.setAccessibleDescription(self._buttons[self.value].text())
