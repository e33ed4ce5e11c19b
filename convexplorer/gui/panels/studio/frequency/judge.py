"""How near the kernel comes to what is wanted, at once; what larger ones would do, when the hand rests."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from convexplorer.gui.session.errands import Errands
from convexplorer.gui.session.task import Task, Tell
from convexplorer.kernels.design.filter_design import FilterDesign
from convexplorer.kernels.design.spectrum import Size
from convexplorer.kernels.design.verdict import NEAR, Verdict, foreign_sentence, judge, larger, verdict_sentence

_REST_MS = 300  # after the last change, larger kernels are tried
_NO_RESPONSE = "The kernel holds values that are not finite: it answers no wave."
_Outlook = tuple[tuple[Size, Verdict], ...]


class Judge(QObject):
    """Judges kernels by a design; sizes beyond theirs are tried in a task.

    Signals
    -------
    said : a sentence, and lines of numbers for its tip.
    """

    said = Signal(str, str)

    def __init__(self, errands: Errands, parent: QObject) -> None:
        super().__init__(parent)
        self._errands = errands
        self._subject: tuple[FilterDesign, Size] | None = None
        self._verdict: Verdict | None = None
        self._others: _Outlook = ()
        self._task: Task[_Outlook] | None = None
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._look_farther)

    @property
    def verdict(self) -> Verdict | None:
        """Of the last kernel; None if it has no response."""
        return self._verdict

    def judge(self, design: FilterDesign, kernel: np.ndarray, *, is_foreign: bool = False) -> None:
        """Say how near a kernel comes; of a foreign one, made another way, that says nothing of its size."""
        if not np.isfinite(kernel).all():
            self.stop()
            self._subject = self._verdict = None
            self.said.emit(_NO_RESPONSE, "")
            return
        subject = (design, (kernel.shape[0], kernel.shape[1]))
        if subject != self._subject:
            self.stop()
            self._subject, self._others = subject, ()
        self._verdict = judge(design.target, kernel)
        if is_foreign:
            self.stop()
            self._subject = None
            self.said.emit(foreign_sentence(self._verdict), _facts(self._verdict))
            return
        self._say()
        is_near = self._verdict.largest <= NEAR * design.target.span
        if not is_near and not self._others and self._task is None:
            self._rest.start()

    def stop(self) -> None:
        """Try no further sizes."""
        self._rest.stop()
        if self._task is not None:
            self._task.stop()
            self._task = None

    @Slot()
    def _look_farther(self) -> None:
        if self._subject is None:
            return
        subject, design = self._subject, replace(self._subject[0], size=self._subject[1])
        self._task = Task(lambda tell: _try_larger(design, tell), self._errands, self)
        self._task.told.connect(lambda found: self._take(subject, found))

    def _take(self, subject: tuple[FilterDesign, Size], found: _Outlook) -> None:
        if subject == self._subject:
            self._others = found
            self._say()

    def _say(self) -> None:
        if self._verdict is None or self._subject is None:
            return
        design, size = self._subject
        sentence = verdict_sentence(replace(design, size=size), self._verdict, self._others)
        self.said.emit(sentence, f"{sentence}\n{_facts(self._verdict)}")


def _try_larger(design: FilterDesign, tell: Tell[_Outlook]) -> None:
    found: list[tuple[Size, Verdict]] = []
    for one in larger(design):
        found.append(one)
        tell(tuple(found))


def _facts(verdict: Verdict) -> str:
    """Return the numbers of a verdict as lines of a tip."""
    lines = [f"Largest error {verdict.largest:.3g}, typical {verdict.typical:.3g}."]
    if verdict.passing is not None:
        lines.append(f"Error where waves pass: up to {verdict.passing:.3g}.")
    if verdict.stopping is not None:
        lines.append(f"What is to be stopped: at most {verdict.stopping:.1f} dB of the largest wanted response.")
    return "\n".join(lines)
