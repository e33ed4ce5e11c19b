"""A row of flat buttons of which exactly one is on, for a choice between a few visible options."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QToolButton, QWidget

from convexplorer.gui.look import theme
from convexplorer.gui.look.tips import set_tip


class Segmented(QWidget):
    """An exclusive choice. Arrow keys move to the next option, Home and End to the first and last.

    Parameters
    ----------
    options : a (key, label) or (key, label, tip) each.
    name : of the choice, for tooltips and screen readers.
    is_compact : True for narrow buttons with one-letter labels.

    """

    chosen = Signal(str)  # the key that the user chose; `set_value` does not emit

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
        # A single Tab stop, as usual for exclusive groups: the arrow keys move within the group.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme.set_role(self, "segments")
        self.set_options(options)

    @property
    def value(self) -> str:
        """The chosen key; "" without options."""
        return next((key for key, button in self._buttons.items() if button.isChecked()), "")

    def set_value(self, key: str) -> None:
        """Select an option without a signal; an unknown key raises ValueError."""
        if key not in self._buttons:
            raise ValueError(f"{self._name} must be one of {', '.join(self._buttons)}; got {key!r}")
        self._buttons[key].setChecked(True)
        self._describe()

    def set_options(self, options: Sequence[tuple[str, ...]]) -> None:
        """Replace the options; the choice stays if it still exists, else the first option is chosen."""
        value = self.value
        for button in self._buttons.values():
            self._group.removeButton(button)
            self._layout.removeWidget(button)  # at once: what is deleted later would take room until then
            button.hide()
            button.deleteLater()
        self._buttons = {option[0]: self._make_button(*option) for option in options}
        if self._buttons:
            self.set_value(value if value in self._buttons else next(iter(self._buttons)))

    def set_available(self, key: str, is_available: bool, reason: str = "") -> None:
        """Enable or disable one option, with the reason in its tooltip."""
        button = self._buttons[key]
        button.setEnabled(is_available)
        set_tip(button, reason if reason and not is_available else str(button.property("tip")))

    @Slot(QAbstractButton)
    def _on_clicked(self, button: QAbstractButton) -> None:
        """Emit the key of the clicked button."""
        self._describe()
        self.chosen.emit(next(key for key, other in self._buttons.items() if other is button))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the choice by the arrow keys; disabled options are skipped."""
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
        """Describe the current choice to screen readers."""
        self.setAccessibleDescription(self._buttons[self.value].text())
