"""The window's contents from top to bottom, and which of them are shown and how large.

What the user has chosen by hand is remembered; what follows from the size of the window is not.
"""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from convexplorer.gui.look import theme
from convexplorer.gui.panels.explanation_panel import ExplanationPanel
from convexplorer.gui.session.settings import Settings
from convexplorer.gui.widgets.grip import Grip
from convexplorer.gui.window.divider import MAX_SHARE, Divider
from convexplorer.gui.window.top_bar import TopBar

EXPLAINED_FROM = 860  # minimum height in design pixels at which the explanation is initially open
COMPACT_BELOW = 1100  # minimum width in design pixels at which buttons show their names
HIGHEST = 2000  # design pixels: limits what is read from the settings


class Body(QWidget):
    """Top bar, pictures and controls, the explanation with its draggable edge, and the status line.

    Attributes
    ----------
    controls_chosen, explanation_chosen : whether the user wants them shown; None if never chosen.
    heights : of the explanation in design pixels by the name of its page, where the user has dragged its edge.
    is_in_studio : True while kernels are designed: controls and explanation are hidden unless they are asked for.
    """

    def __init__(
        self,
        top_bar: TopBar,
        splitter: Divider,
        explanation: ExplanationPanel,
        status: QWidget,
        controls: QWidget,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.controls_chosen: bool | None = None
        self.explanation_chosen: bool | None = None
        self.heights: dict[str, float] = {}
        self.is_in_studio = False
        self._top_bar, self._splitter, self._controls = top_bar, splitter, controls
        self._explanation, self._status = explanation, status
        self._dragged_from = 0
        self._has_room = False  # True from the first size on, which the window gives when it is shown
        self._build()

    @property
    def grip(self) -> Grip:
        """The upper edge of the explanation, which can be dragged."""
        return self._grip

    def show_controls(self, is_shown: bool, *, is_chosen: bool = False) -> None:
        """Show or hide the controls; `is_chosen` by the user, so that it is remembered."""
        self._controls.setVisible(is_shown)
        if is_chosen and not self.is_in_studio:
            self.controls_chosen = is_shown
        self.divide()

    def show_explanation(self, is_shown: bool, *, is_chosen: bool = False) -> None:
        """Show or hide the explanation; `is_chosen` by the user, so that it is remembered."""
        self._explanation.setVisible(is_shown)
        self._grip.setVisible(is_shown)
        if is_chosen and not self.is_in_studio:
            self.explanation_chosen = is_shown
        self.divide()

    def enter_studio(self, is_in_studio: bool) -> None:
        """Leave the room to the studio, or show again what was shown beside the pictures."""
        self.is_in_studio = is_in_studio
        self.show_automatically()

    def show_automatically(self) -> None:
        """Show what the user has chosen, and for the rest what has room in the window."""
        if self.is_in_studio:
            self._controls.hide()
            self.show_explanation(False)
            return
        self._controls.setVisible(self.controls_chosen is not False)
        has_room = self.window().height() >= theme.px(EXPLAINED_FROM)
        self.show_explanation(has_room if self.explanation_chosen is None else self.explanation_chosen)

    def divide(self) -> None:
        """Give the explanation the height that its page needs or the user wants, then divide the remaining room."""
        if not self._has_room:
            return
        panel = self._explanation
        wanted = theme.px(self.heights.get(panel.page_name, panel.page.design_height))
        panel.set_height(max(min(wanted, self._room_for_explanation()), panel.minimumSizeHint().height()))
        layout = self.layout()
        assert layout is not None
        layout.activate()  # the explanation may have been shown or hidden
        self._splitter.divide()

    def recall(self, settings: Settings) -> None:
        """Read what the user has chosen."""
        self.controls_chosen = _choice(settings.read("controls_chosen", None))
        self.explanation_chosen = _choice(settings.read("explanation_chosen", None))
        self._splitter.share = settings.read_number("divider", 0.0, 0.0, MAX_SHARE)
        heights = settings.read("explanation_heights", {})
        self.heights = {
            name: min(max(float(height), 0.0), HIGHEST)
            for name, height in heights.items()
            if isinstance(height, int | float) and height == height
        }

    def remember(self, settings: Settings) -> None:
        """Write what the user has chosen, and nothing that came about by itself."""
        chosen: dict[str, tuple[object, object]] = {
            "controls_chosen": (self.controls_chosen, None),
            "explanation_chosen": (self.explanation_chosen, None),
            "divider": (self._splitter.share, 0.0),
            "explanation_heights": (self.heights, {}),
        }
        for name, (value, automatic) in chosen.items():
            if value != automatic or settings.read(name, automatic) != automatic:
                settings.write(name, value)

    def forget(self) -> None:
        """Show everything as at the first start."""
        self.controls_chosen = self.explanation_chosen = None
        self.heights = {}
        self._splitter.share = 0.0
        self.show_automatically()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Divide the new size."""
        super().resizeEvent(event)
        self._has_room = True
        self._top_bar.set_compact(self.width() < theme.px(COMPACT_BELOW))
        self._explanation.set_width(self.width() - 2 * self._gap)
        self.divide()

    @Slot()
    def _on_started(self) -> None:
        self._dragged_from = self._explanation.height()

    @Slot(int)
    def _on_dragged(self, by: int) -> None:
        panel = self._explanation
        least, most = panel.minimumSizeHint().height(), self._room_for_explanation()
        self.heights[panel.page_name] = max(min(self._dragged_from - by, most), least) / theme.scale()
        self.divide()

    @Slot()
    def _on_reset(self) -> None:
        self.heights.pop(self._explanation.page_name, None)
        self.divide()

    def _room_for_explanation(self) -> int:
        """Return the height that is left for the explanation beside the least that all others need."""
        others = (self._top_bar, self._splitter, self._grip, self._status)
        margins = self.contentsMargins()
        layout = self.layout()
        assert layout is not None
        around = layout.contentsMargins().top() + layout.contentsMargins().bottom() + margins.top() + margins.bottom()
        return self.height() - around - self._gap - sum(other.minimumSizeHint().height() for other in others)

    def _build(self) -> None:
        self._grip = Grip(
            Qt.Orientation.Horizontal,
            "Height of the explanation",
            "Drag to make the explanation higher or lower; double click for the height that it needs",
            self,
        )
        self._grip.started.connect(self._on_started)
        self._grip.dragged.connect(self._on_dragged)
        self._grip.reset.connect(self._on_reset)
        self._gap = 3
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3, 3, 3, 0)
        layout.setSpacing(0)
        layout.addWidget(self._top_bar)
        layout.addSpacing(self._gap)
        layout.addWidget(self._splitter, 1)
        layout.addWidget(self._grip)
        layout.addWidget(self._explanation)
        layout.addWidget(self._status)


def _choice(value: object) -> bool | None:
    return value if isinstance(value, bool) else None
