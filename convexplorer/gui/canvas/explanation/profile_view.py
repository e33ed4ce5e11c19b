"""The profiles as a widget: the hand on a curve moves the cursor along it."""

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from convexplorer.gui.canvas.explanation.profile_painter import ProfilePainter, ProfilePlot, arrange_profiles
from convexplorer.gui.canvas.explanation.reading import reading_scale
from convexplorer.gui.canvas.pictures.painting import write
from convexplorer.gui.look import theme
from convexplorer.results.profile import Profile
from convexplorer.words import number

_CENTER = Qt.AlignmentFlag.AlignCenter


class ProfileView(QWidget):
    """Shows the profiles along a row and a column.

    Parameters
    ----------
    is_large : it wants all the room there is, as for a projector.

    Signals
    -------
    pointed : (axis, position) along a profile under the mouse, in cells of the input; None after it has left.
    """

    pointed = Signal(object)

    def __init__(self, parent: QWidget | None = None, *, is_large: bool = False) -> None:
        super().__init__(parent)
        self._is_large = is_large
        self._profiles: tuple[Profile, Profile] | None = None
        self._sentence = ""
        self._is_faded = False
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setAccessibleName("Profiles along the row and the column")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.notifier().changed.connect(self.update)

    @property
    def profiles(self) -> tuple[Profile, Profile] | None:
        """What is shown."""
        return self._profiles

    @property
    def plots(self) -> list[ProfilePlot]:
        """Where everything lies."""
        return self._plots_in(self.width(), self.height())

    def set_profiles(
        self, profiles: tuple[Profile, Profile] | None, sentence: str = "", *, is_faded: bool = False
    ) -> None:
        """Show profiles, or why there are none; faded if nobody points."""
        self._profiles, self._sentence, self._is_faded = profiles, sentence, is_faded
        if profiles is not None:
            told = (f"{one.title}: {', '.join(f'{c.name} {number(c.value)}' for c in one.curves)}" for one in profiles)
            self.setAccessibleDescription("; ".join(told))
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for two plots."""
        return QSize(theme.px(2400), theme.px(1600)) if self._is_large else QSize(theme.px(900), theme.px(140))

    def minimumSizeHint(self) -> QSize:
        """Return the least room in which anything can be read."""
        return QSize(theme.px(420), theme.px(100))

    def paint_into(self, painter: QPainter, width: float, height: float, *, is_dark: bool | None = None) -> None:
        """Paint what is shown into any device of this size, as for a print."""
        is_faded = self._is_faded and is_dark is None
        painting = ProfilePainter(theme.colors(is_dark), self._scale_in(width, height), is_faded=is_faded)
        painting.paint(painter, self._plots_in(width, height))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the profiles, or why there are none."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.colors().panel)
        if self._profiles is None:
            write(painter, self.rect().toRectF(), self._sentence, theme.text_font(13), theme.colors().muted, _CENTER)
        else:
            self.paint_into(painter, self.width(), self.height())
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Point at a place along a profile."""
        for plot in self.plots:
            position = plot.position_at(event.position())
            if position is not None:
                self.pointed.emit((plot.profile.axis, position))

    def leaveEvent(self, event: QEvent) -> None:
        """Point at nothing."""
        super().leaveEvent(event)
        self.pointed.emit(None)

    def _plots_in(self, width: float, height: float) -> list[ProfilePlot]:
        if self._profiles is None:
            return []
        return arrange_profiles(self._profiles, width, height, self._scale_in(width, height))

    def _scale_in(self, width: float, height: float) -> float:
        return reading_scale(width, height) if self._is_large else theme.scale()
