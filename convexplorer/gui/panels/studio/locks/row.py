"""The row of locks below the kernel: which it has, which hold, and what another one would change."""

import numpy as np
from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from convexplorer.gui.canvas.studio.kernel_stage import KernelStage
from convexplorer.gui.look import theme
from convexplorer.gui.look.tips import set_tip
from convexplorer.gui.panels.studio.locks.lock_button import LockButton
from convexplorer.gui.panels.studio.workbench import Workbench
from convexplorer.gui.widgets.elided_label import ElidedLabel
from convexplorer.kernels.locks import LOCKS, change, check_locks, freedom, holding, keeping, orbits, project
from convexplorer.kernels.recipe import Recipe
from convexplorer.kernels.recipes import made_by
from convexplorer.words import as_sentence, percent

_BY_ITSELF = "The kernel has this by itself."
_GAP_PX = 6
# Where a gap parts the symmetries from their opposites, and those from the numbers.
_ORDER = (
    *("columns-even", "rows-even", "falling-even", "rising-even", "point-even", ""),
    *("columns-odd", "rows-odd", "falling-odd", "rising-odd", "point-odd", ""),
    *("sum-0", "sum-1", "norm-1"),
)


class LockRow(QWidget):
    """A row of switches. A lock that is on holds in every edit of the studio.

    A lock that the kernel has lost, by Undo or because it is another kernel, is off: what is on is true.

    Parameters
    ----------
    stage : whose cells are hatched where a lock determines them, and show what a lock would change.
    """

    def __init__(self, work: Workbench, stage: KernelStage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._work, self._stage = work, stage
        self.buttons: dict[str, LockButton] = {}
        self.note = ElidedLabel("", self)
        theme.set_role(self.note, "muted")
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(1)
        for key in _ORDER:
            if not key:
                row.addSpacing(theme.px(_GAP_PX))
                continue
            button = self.buttons[key] = LockButton(key, LOCKS[key], self)
            button.toggled.connect(lambda is_on, key=key: self._on_toggled(key, is_on))
            button.pointed.connect(lambda is_pointed, key=key: self._preview(key if is_pointed else ""))
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(row)
        layout.addWidget(self.note)
        work.changed.connect(self.refresh)

    @Slot()
    def refresh(self) -> None:
        """Show which locks the kernel has, and take off those that it has lost."""
        planes = self._work.planes
        self._work.locks = keeping(planes, self._work.locks)
        held, size = holding(planes), planes.shape[1:]
        for key, button in self.buttons.items():
            with QSignalBlocker(button):
                button.setChecked(key in self._work.locks)
            button.show_held(key in held)
            why_not = self._why_not(key)
            button.setEnabled(not why_not)
            set_tip(button, _tip(key, why_not or (_BY_ITSELF if key in held else "")))
        binds = any(LOCKS[key].mirror is not None for key in self._work.locks)
        self._stage.set_bound_cells(orbits(size, self._work.locks).is_determined if binds else None)
        self._stage.set_ghost(None)
        self._say()

    def _on_toggled(self, key: str, is_on: bool) -> None:
        before = self._work.locks
        if not is_on:
            self._work.locks = before - {key}
            self.refresh()
            return
        self._work.locks = before | {key}
        planes, chosen = self._work.planes, self._work.chosen
        made = None if chosen is None else made_by(chosen)
        step = LOCKS[key].label.replace("is ", "made ", 1).replace("has ", "given ", 1)
        self._work.settle()
        if key not in keeping(planes, {key}) and not self._make(planes, None if made is None else made.then(step)):
            self._work.locks = before
        self.refresh()
        self._work.settle()

    def _make(self, planes: np.ndarray, recipe: Recipe | None) -> bool:
        try:
            held = project(planes, self._work.locks)
        except ValueError as error:
            self._work.context.refuse(as_sentence(str(error)))
            return False
        return self._work.make(held, recipe)

    def _preview(self, key: str) -> None:
        """Show what a lock would change; "" to end it."""
        self._stage.set_ghost(None)
        if not key or key in self._work.locks or self._why_not(key):
            self._say()
            return
        planes = self._work.planes
        try:
            new = project(planes, self._work.locks | {key})
        except ValueError as error:
            words = as_sentence(str(error))
        else:
            by = change(planes, new)
            if key in keeping(planes, {key}):
                words = _BY_ITSELF
            else:
                self._stage.set_ghost(new.mean(axis=0))
                words = f"The lock would change the kernel by {_share(by)}."
                if not new.any():
                    words = "The lock would leave only zeros of this kernel."
        set_tip(self.buttons[key], _tip(key, words))
        self.note.setText(words)

    def _say(self) -> None:
        locks, size = self._work.locks, self._work.planes.shape[1:]
        if not locks:
            self.note.setText("")
            return
        self.note.setText(f"Locked: {freedom(size, locks)} of {size[0] * size[1]} weights are free")

    def _why_not(self, key: str) -> str:
        """Return why a lock is impossible, or ""."""
        if key in self._work.locks:
            return ""
        planes = self._work.planes
        if not np.isfinite(planes).all():
            return "A weight is not finite, which no lock keeps."
        try:
            check_locks(self._work.locks | {key}, planes.shape[1:])
        except ValueError as error:
            return as_sentence(str(error))
        return ""


def _tip(key: str, more: str) -> str:
    lock = LOCKS[key]
    head = f"Lock: the kernel {lock.label}. {lock.explanation}"
    return f"{head}\n{more}" if more else head


def _share(distance: float) -> str:
    return percent(distance) if np.isfinite(distance) else "all that it is"
