"""What changes the explained value: its gradient with respect to the picture or to the maps of any layer below."""

import logging
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QHideEvent, QPainter, QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from convexplorer.core.network import IMAGE
from convexplorer.gui.canvas.explanation.gradient_view import GradientView
from convexplorer.gui.look import theme
from convexplorer.gui.panels.explanation_panel.page import Page, is_flat
from convexplorer.gui.panels.explanation_panel.sampling_form import SamplingForm
from convexplorer.gui.session.errands import Errands
from convexplorer.gui.session.panel import Context
from convexplorer.gui.session.task import Task
from convexplorer.gui.widgets.elided_label import ElidedLabel
from convexplorer.results.explanation import Explanation
from convexplorer.results.gradient_maps import GradientMaps, gradient_maps
from convexplorer.results.gradient_subject import (
    HOW,
    OF,
    SAMPLED,
    Subject,
    Wish,
    choices,
    gradient_of,
    is_quick,
    subject_of,
)
from convexplorer.results.picture import Picture
from convexplorer.results.sampled_gradients import Step, sampling_words, steps_of

logger = logging.getLogger(__name__)
PICTURE = "the picture"
MOST_KEPT = 12  # results of one picture and its weights


class GradientPage(Page):
    """Shows the gradient of a value; what takes long is computed in a thread of its own, the newest value next."""

    print_size = (1280, 480)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._picture: Picture | None = None
        self._explanation: Explanation | None = None
        self._wish = Wish()
        self._offered: tuple[str, ...] = ()
        self._maps: GradientMaps | None = None
        self._waiting: tuple[Picture, Subject] | None = None
        self._running: tuple[Picture, Subject] | None = None
        self._task: Task[Step] | None = None
        self._kept: list[tuple[Subject, np.ndarray]] = []  # of one picture and its weights, the newest last
        self._shown_key: tuple[object, ...] | None = None  # of what is shown, if it is whole
        self._is_open = False
        self._errands = Errands(self)
        self._views: list[GradientView] = []
        self._build()

    @property
    def design_height(self) -> int:
        """The height that the panel should have, in design pixels."""
        return 250

    @property
    def maps(self) -> GradientMaps | None:
        """What is shown; None while nothing is known."""
        return self._maps

    @property
    def sentence(self) -> str:
        """What is said of it."""
        return self._sentence.text()

    def show_explanation(self, picture: Picture, explanation: Explanation | None, *, is_held: bool) -> None:  # noqa: ARG002
        """Show what changes the explained value."""
        self._picture, self._explanation = picture, explanation
        self._offer()
        self._find()

    def forget(self) -> None:
        """Let go of the picture."""
        self._picture = self._explanation = self._waiting = None
        self._kept.clear()

    def reset(self) -> None:
        """Choose what a new page shows."""
        for box in (self._of, self._how, self._by):
            box.setCurrentIndex(0)
        self.sampling.reset()
        self._on_chosen()

    def make_large(self, parent: QWidget) -> GradientView:
        """Return the same, for a projector."""
        view = self._make_view(parent, is_large=True)
        view.destroyed.connect(lambda: self._views.remove(view))
        view.set_maps(self._maps)
        return view

    def paint_into(self, painter: QPainter, width: float, height: float, *, is_dark: bool) -> None:
        """Paint the maps with their sentence."""
        self.view.paint_into(painter, width, height, is_dark=is_dark)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin to compute."""
        super().showEvent(event)
        self._is_open = True
        self._find()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop computing: what nobody sees costs nothing."""
        super().hideEvent(event)
        self._is_open, self._waiting = False, None
        self._stop()
        self._errands.wait()

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 0)
        layout.setSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(6)
        self._of = self._choice("Of what", [(key, *words) for key, words in OF.items()])
        self._how = self._choice("How", [(key, *words) for key, words in HOW.items()])
        self._by = self._choice("With respect to", [("", PICTURE, "The channels of the picture")])
        for words, box in (("of", self._of), ("show the", self._how), ("with respect to", self._by)):
            label = QLabel(words, self)
            theme.set_role(label, "muted")
            row.addWidget(label)
            row.addWidget(box)
        self.sampling = SamplingForm(self)
        self.sampling.changed.connect(self._on_chosen)
        row.addWidget(self.sampling, 1)
        row.addStretch(0)
        layout.addLayout(row)
        self._sentence = ElidedLabel("", self)
        layout.addWidget(self._sentence)
        self.view = self._make_view(self)
        layout.addWidget(self.view, 1)

    def _choice(self, name: str, options: list[tuple[str, str, str]]) -> QComboBox:
        box = QComboBox(self)
        box.setAccessibleName(name)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        _fill(box, options)
        box.activated.connect(self._on_chosen)
        return box

    def _make_view(self, parent: QWidget, *, is_large: bool = False) -> GradientView:
        view = GradientView(parent, is_large=is_large)
        self._views.append(view)
        return view

    @Slot()
    def _on_chosen(self) -> None:
        how = self._how.currentData()
        self._by.setEnabled(how != "occlusion")  # which covers the picture
        self._by.setToolTip("" if self._by.isEnabled() else "It is the picture that is covered")
        self.sampling.show_for(how)
        self._wish = Wish(self._of.currentData(), self._by.currentData(), how, self.sampling.sampling)
        self._find()

    def _offer(self) -> None:
        """Offer the layers on which the value depends; one that is offered no more gives way to the picture."""
        picture, explanation = self._picture, self._explanation
        evaluation = None if picture is None or explanation is None else picture.evaluation_of(explanation.layer)
        if picture is None or explanation is None or evaluation is None:
            return
        layers = picture.project.layers
        found = choices(evaluation, explanation.layer)
        options = [
            ("", PICTURE, "The channels of the picture")
            if i == IMAGE
            else (layers[i].id, f"{i + 1} · {layers[i].title}", f"The maps of layer {i + 1}, {layers[i].id}")
            for i in reversed(found)
        ]
        offered = tuple(f"{key} {label}" for key, label, _ in options)
        if offered != self._offered:
            self._offered = offered
            _fill(self._by, options)
        index = self._by.findData(self._wish.by)
        self._by.setCurrentIndex(max(index, 0))
        self._wish = replace(self._wish, by=self._by.currentData())

    def _find(self) -> None:
        """Compute the gradient of the newest value: now if it is quick, else in a thread."""
        picture, explanation = self._picture, self._explanation
        if picture is None:
            return
        if explanation is None or not is_flat(picture):
            self._show(None, "Gradients are drawn over rows and columns, of a layer that has maps.")
            return
        subject = subject_of(picture, explanation, self._wish)
        if subject is None:
            self._show(None, "Grad-CAM adds up maps: choose a layer whose maps have rows and columns.")
        elif is_quick(subject):
            self._waiting = None
            self._stop()
            self._show_values(picture, subject, gradient_of(subject))
        elif (known := self._known(subject)) is not None:
            self._waiting = None
            self._stop()
            self._show_values(picture, subject, known)
        elif not self._is_under_way(subject):
            self._waiting = picture, subject
            if self._running is not None and self._running[1].key != subject.key:
                self._stop()  # a newer frame waits for the one before, another question does not
            if self._maps is None:
                self._show(None, "Computing …")
            self._compute()

    def _known(self, subject: Subject) -> np.ndarray | None:
        """Return what was computed before of this picture with these weights; forget what was of others."""
        self._kept = [kept for kept in self._kept if kept[0].is_of_same_maps(subject)]
        return next((values for kept, values in self._kept if kept.key == subject.key), None)

    def _is_under_way(self, subject: Subject) -> bool:
        """Return True if the very same is computed now, and was not stopped meanwhile."""
        if self._running is None or self._task is None or self._task.is_stopped:
            return False
        running = self._running[1]
        return running.key == subject.key and running.is_of_same_maps(subject)

    def _compute(self) -> None:
        """Compute what waits, if the last one is done."""
        if self._waiting is None or self._task is not None or not self._is_open:
            return
        (picture, subject), self._waiting = self._waiting, None
        self._running = picture, subject

        def work(tell: Callable[[Step], object]) -> None:
            """Run in the task's thread."""
            for step in steps_of(subject):
                tell(step)

        self._task = Task(work, self._errands, self, is_alone=subject.wish.how in SAMPLED)
        self._task.told.connect(self._on_told)
        self._task.ended.connect(self._on_ended)

    def _stop(self) -> None:
        if self._task is not None:
            self._task.stop()

    @Slot(object)
    def _on_told(self, step: Step) -> None:
        if self._running is None or self._task is None or self._task.is_stopped:
            return
        picture, subject = self._running
        if step.done == step.total:
            self._kept = [*self._kept[-MOST_KEPT + 1 :], (subject, step.values)]
            self._show_values(picture, subject, step.values)
        elif self._maps is None or self._shown_key != subject.key:
            self._show_values(picture, subject, step.values, f"{step.done} of {step.total}: ")
            self._shown_key = None
        else:  # the whole one of the frame or weights before is seen until this one is whole
            self._sentence.setText(f"Computed anew, {step.done} of {step.total}. Before: {self._maps.sentence}")

    @Slot(object)
    def _on_ended(self, error: Exception | None) -> None:
        self._task = self._running = None
        if error is not None:
            logger.error("a gradient could not be computed", exc_info=error)
            self._show(None, str(error) or type(error).__name__)
        self._compute()

    def _show_values(self, picture: Picture, subject: Subject, values: np.ndarray, so_far: str = "") -> None:
        maps = gradient_maps(picture, subject, values)
        left_out = f"{maps.left_out} weaker maps are not shown." if maps.left_out else ""
        self._shown_key = subject.key
        self._show(maps, so_far + " ".join(filter(None, (maps.sentence, left_out, sampling_words(subject)))))

    def _show(self, maps: GradientMaps | None, sentence: str) -> None:
        self._maps = maps
        self._sentence.setText(sentence)
        for view in self._views:
            view.set_maps(self._maps)


def _fill(box: QComboBox, options: list[tuple[str, str, str]]) -> None:
    """Offer other options; each has a key, a label and a tip."""
    box.clear()
    for key, label, tip in options:
        box.addItem(label, key)
        box.setItemData(box.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
