"""Explains the value under the cursor, or a pinned one, and marks what it is made of on all pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QCoreApplication, QEvent, QRectF, QSize, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from convexplorer.core.explain.trace import Trace
from convexplorer.core.geometry.places import Cell, Place, nearest_cell
from convexplorer.gui.canvas.explanation.computation import Computation
from convexplorer.gui.canvas.pictures.viewport import Viewport
from convexplorer.gui.film.player import FilmPlayer
from convexplorer.gui.look import theme
from convexplorer.gui.panels.explanation_panel.arithmetic_page import ArithmeticPage
from convexplorer.gui.panels.explanation_panel.explained_value import ExplainedValue
from convexplorer.gui.panels.explanation_panel.film_guide import FilmGuide
from convexplorer.gui.panels.explanation_panel.header import ExplanationHeader
from convexplorer.gui.panels.explanation_panel.marking import PictureMarks, crop_of, read_grid
from convexplorer.gui.panels.explanation_panel.naming import Naming
from convexplorer.gui.panels.explanation_panel.page import Page, is_flat
from convexplorer.gui.panels.explanation_panel.page_stack import PageStack
from convexplorer.gui.panels.explanation_panel.picture_marker import PictureMarker
from convexplorer.gui.session.beat import Beat
from convexplorer.gui.session.panel import Context, Panel
from convexplorer.gui.session.selection import Tap
from convexplorer.gui.widgets.action_menu import open_menu
from convexplorer.gui.widgets.paint_now import paint_now
from convexplorer.live.status import PlayerStatus
from convexplorer.results.explanation import Explanation, shown_size
from convexplorer.results.glance import Glance
from convexplorer.results.picture import Picture

if TYPE_CHECKING:
    from convexplorer.gui.film.scene import FilmScene
    from convexplorer.gui.panels.explanation_panel.matrix_page import MatrixPage
    from convexplorer.gui.panels.explanation_panel.shift_page import ShiftPage

FRAMES_MS = 100  # between two frames that are explained without a hand: faster, nobody reads numbers
_PIXELS_PAINTED = QEvent.Type(QEvent.registerEventType())
_AFTER_PAINTING = -2  # what is to be painted waits as an event of priority −1
_MARGINS = 8, 3, 8, 4
# The context menu: names of commands, None for a separator.
MENU = (
    *("pin", "unpin", "copy-address", "go-to-address", None),
    *("lens", "profile", "study", "field", "reads", None),
    *("copy-explanation", "export-explanation", "copy-latex", "export-latex", "light-paper"),
)


class ExplanationPanel(Panel):
    """Shows how a value is computed while the mouse moves, the camera runs and kernels are edited.

    The film moves the pinned value; any hand on the mouse over a picture takes over from it. What a hand does, and
    every frame under it, is explained at once, frames that nobody touches a few times a second, and nothing while
    nobody sees it: then it is explained when it is shown or asked for.

    Attributes
    ----------
    film : of the window that slides over the selected map.

    Signals
    -------
    marked : `PictureMarks` for input and maps.
    page_changed : another page is shown, or another kernel on it, which may want another height.
    """

    marked = Signal(object)
    page_changed = Signal()
    explained = Signal(object)  # the `Computation` shown now, or None
    sight_changed = Signal()  # it is shown or hidden

    def __init__(self, context: Context, viewport: Viewport, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._viewport = viewport
        self._height = 0
        self._designed = 0
        self.film = FilmPlayer(self)
        self._picture: Picture | None = None
        self._value = ExplainedValue(context.selection)
        self._explanation: Explanation | None = None
        self._naming = Naming(self.film, context.selection)
        self._is_explained = False  # the explanation is that of the newest picture and selection
        self._is_told = False  # and the page shows it
        self._is_awaited = False  # a hand points at another value: its explanation is painted before anything else
        self._enlarged = 0  # views that show the same larger
        self._frames: Beat[Picture] = Beat(self._explain_frame, FRAMES_MS, self)
        self._marks = PictureMarks()
        self._marker = PictureMarker(context.selection, self.film)
        self._build()
        selection = context.selection
        selection.view_changed.connect(self._refresh)
        selection.cursor_moving.connect(self._on_cursor)
        selection.pin_changed.connect(self._on_pin)
        selection.tap_changed.connect(self._on_tap)
        selection.overlays_changed.connect(self._refresh)
        selection.crop_changed.connect(self._refresh)
        theme.notifier().changed.connect(self._refresh)
        viewport.changed.connect(self._on_sight)
        self.film.moved.connect(self._on_film)
        self.film.changed.connect(self._on_film_changed)
        self.film.drifted.connect(self._on_drift)

    @property
    def explanation(self) -> Explanation | None:
        """What is explained now."""
        self._explain()
        return self._explanation

    @property
    def has_explanation(self) -> bool:
        """True if there is a value that can be explained."""
        picture = self._picture
        if picture is None or not self._value.has_layer(picture):
            return False
        return is_flat(picture) and shown_size(picture, self._value.layer(picture)) is not None

    @property
    def has_trace(self) -> bool:
        """True if the page shows a value that came about by steps."""
        return self.trace is not None if self._stack.study is not None and self._is_told else self.has_explanation

    @property
    def trace(self) -> Trace | None:
        """How the value that the page shows came about."""
        study = self._stack.study
        if study is not None:
            self._tell()
            return study.trace
        explanation = self.explanation
        return None if explanation is None else explanation.trace

    @property
    def channel_names(self) -> tuple[str, ...]:
        """What the channels of `trace` are called on screen."""
        study = self._stack.study
        if study is not None:
            self._tell()
            found = study.study
            return () if found is None else tuple(found.names[i] for i in found.sources)
        explanation = self.explanation
        return () if explanation is None else explanation.channel_names

    @property
    def place_text(self) -> str:
        """Which value is explained, in words."""
        self._tell()
        return self._naming.text

    @property
    def computation(self) -> Computation | None:
        """The same, as it is painted."""
        self._tell()
        return self._arithmetic.computation

    @property
    def reads_each_frame(self) -> bool:
        """True while numbers of each frame are read here: those of a film that runs, or of a marked region."""
        shows_region = self.page_name == "profile" and self.context.selection.region is not None
        return self.isVisible() and (self.film.is_playing or shows_region)

    def set_height(self, height: int) -> None:
        """Ask the layout for a height in pixels; the panel can become lower where there is no room."""
        if height != self._height:
            self._height = height
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return the height that was set."""
        return QSize(super().sizeHint().width(), self._height)

    def show_picture(self, picture: Picture) -> None:
        """Explain the same place in a new result: after the pixels of an edit, or when the last frame was seen."""
        before, self._picture, self._naming.is_older = self._picture, picture, False
        if before is None or (before.project is picture.project and before.view == picture.view):
            # Beside a hand, captions and statistics change with every frame: two frames would contradict each other.
            self._frames.put(picture, at_once=self.context.selection.cursor is not None)
        else:
            self._frames.drop()
            self._show_newest(is_seen=False)
            QCoreApplication.postEvent(self, QEvent(_PIXELS_PAINTED), _AFTER_PAINTING)

    def show_survey(self, picture: Picture) -> None:
        """Explain the same place with the numbers that all panels show from now on."""
        self._picture = picture
        self._frames.put(picture, at_once=True)

    def show_glance(self, glance: Glance) -> None:
        """Name the explained frame, if another one is on screen from now on."""
        naming = self._naming
        if not naming.is_older and self._picture is not None and self._picture.frame is not glance.job.frame:
            naming.is_older = True
            if not naming.is_flowing:
                self._refresh()

    def mark_before(self, is_before: bool) -> None:
        """Say whether the value is that before an edit."""
        self._naming.is_before = is_before
        self._refresh()

    def show_status(self, status: PlayerStatus) -> None:
        """Name the explained frame while frames come by themselves."""
        is_flowing = status.state == "playing"
        if is_flowing != self._naming.is_flowing:
            self._naming.is_flowing = is_flowing
            self._refresh()

    def customEvent(self, event: QEvent) -> None:
        """Explain an edit whose pixels have been painted."""
        if event.type() == _PIXELS_PAINTED and self._is_seen:
            self._tell()

    def showEvent(self, event: QShowEvent) -> None:
        """Explain what has not been explained while nobody saw it."""
        super().showEvent(event)
        self._tell()
        self.sight_changed.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with the explained value."""
        event.accept()
        open_menu(self.context.actions, MENU, self, event.globalPos(), "Explanation")

    def hideEvent(self, event: QHideEvent) -> None:
        """Say that nobody sees it any more."""
        super().hideEvent(event)
        self.sight_changed.emit()

    def _build(self) -> None:
        theme.set_role(self, "card")
        self._header = ExplanationHeader(self.context, self.film, self)
        self._header.page_chosen.connect(self.show_page)
        self._film_bar = self._header.film_bar
        self._film_bar.span_chosen.connect(self._refresh)
        self._stack = PageStack(self.context, self)
        self._stack.stepped.connect(self.step)
        self._stack.touched.connect(self.film.let_go)
        arithmetic = self._stack.called("arithmetic")
        assert isinstance(arithmetic, ArithmeticPage)
        self._arithmetic = arithmetic
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*_MARGINS)
        layout.setSpacing(2)
        layout.addWidget(self._header)
        layout.addWidget(self._stack, 1)
        self._guide = FilmGuide(
            self.film, self._film_bar, self._stack, self._value, self.context.selection, self._viewport
        )

    def set_width(self, width: int) -> None:
        """Show in the header what has room; the width is known while the panel is hidden, so it opens as it stays."""
        left, _, right, _ = _MARGINS
        self._header.set_width(width - left - right)

    @property
    def page_name(self) -> str:
        """The name of the page that is shown, a key of `PAGES`."""
        return self._stack.name

    @property
    def page(self) -> Page:
        """The page that is shown, told of what is explained now."""
        self._tell()
        return self._current

    @property
    def _current(self) -> Page:
        """The page that is shown; while nobody sees it, it may show what was explained before."""
        return self._stack.current

    def show_page(self, name: str) -> None:
        """Show another page; the film of the last one ends."""
        self.film.let_go()
        self._stack.show_page(name)
        self._header.show_page(name)
        self._film_bar.show_spans(self._stack.study is None)
        self._header.fit()  # the choice and the film bar are as wide as what they show
        self.page_changed.emit()
        self._refresh()

    def study_here(self) -> None:
        """Study the part of the input around the explained place."""
        from convexplorer.gui.panels.explanation_panel.study_page import middle_of

        self.show_page("study")
        self._tell()
        study = self._stack.study
        if self._explanation is not None and study is not None:
            study.study_around(middle_of(self._explanation))

    def show_matrix(self, form: str) -> None:
        """Show the layer as matrices, in a form of the page of these."""
        self.show_page("matrix")
        cast("MatrixPage", self._stack.called("matrix")).show_form(form)

    def drag_picture(self, first: Place | None, last: Place | None) -> None:
        """Shift the picture from where a drag began to where it is, on the page of shifts; None ends the drag."""
        if self.page_name != "shift":
            self.show_page("shift")
        cast("ShiftPage", self._stack.called("shift")).drag(first, last)

    @Slot(object)
    def frame_crop(self, rect: QRectF) -> None:
        """Study the part of the input in a frame on the picture."""
        grid = None if self._picture is None else read_grid(self._picture, self._value.layer(self._picture))
        if grid is not None:
            self.context.selection.set_crop(crop_of(grid, rect))

    def toggle_film(self) -> None:
        """Let the window slide, from the pinned output if there is one; or pause it."""
        if self._picture is not None:
            self._tell()
            self._guide.toggle(self._explanation)

    def step_film(self, by: int) -> None:
        """Move the sliding window by some outputs."""
        if self._picture is not None:
            self._tell()
            self.film.step(by)

    def close_film(self) -> None:
        """Stop whatever moves by itself."""
        self.film.let_go()
        self.film.set_drifting(False)

    def set_span(self, key: str) -> None:
        """Choose what the window slides over, a key of `SPANS`."""
        self._film_bar.set_span(key)

    def scene(self, span: str, *, is_dark: bool) -> FilmScene | None:
        """Return the film as it can be drawn apart from the window; None if there is nothing to show.

        Parameters
        ----------
        span : what it goes over, a key of `SPANS`; a page with outputs of its own goes over these.
        """
        self._tell()
        return self._guide.scene(self._picture, span, is_dark=is_dark)

    @property
    def has_film(self) -> bool:
        """True if there are outputs that the window can slide over."""
        return self._guide.has_film(self._picture)

    @property
    def spans(self) -> tuple[str, ...]:
        """What the film can go over on this page, keys of `SPANS`, the one chosen now first."""
        return self._guide.spans

    def step(self, rows: int, columns: int) -> None:
        """Move the explained value by some outputs, and pin it there; the film stands still on it."""
        if self.page.film_shape is not None and not self.film.is_shown:
            self.page.move_cell(rows, columns)
            return
        if self.film.is_shown:
            self.film.stand_at(_moved(self.film.cell, rows, columns))
            return
        picture, explanation = self._picture, self.explanation
        size = None if picture is None else shown_size(picture, self._value.layer(picture))
        if picture is None or explanation is None or size is None:
            return
        self.context.selection.select(filter=explanation.trace.place[0])
        self._value.pin_cell(picture, nearest_cell(_moved(explanation.cell, rows, columns), size))

    @Slot()
    def _refresh(self, _what: object = None) -> None:
        """Explain what is pinned or pointed at now: a hand has changed it."""
        self._frames.drop()
        self._show_newest(is_seen=self._is_seen or self._stack.study is not None)  # whose crop is marked on the input

    def _explain_frame(self, _picture: Picture) -> None:
        """Explain the same place in the newest frame."""
        self._show_newest(is_seen=self._is_seen)

    def _show_newest(self, *, is_seen: bool) -> None:
        """Explain the newest picture and selection; if nobody sees it, only arrange what does not need the numbers."""
        picture = self._sound_picture()
        self._is_explained = self._is_told = False
        if picture is not None and is_seen:
            self._tell()
        elif picture is not None:
            self._guide.arrange(picture)
            self._mark(picture)

    def _sound_picture(self) -> Picture | None:
        """Return the picture; None without one, or if the selected layer is not in it: the right one is on its way."""
        picture = self._picture
        return picture if picture is not None and self._value.has_layer(picture) else None

    @property
    def _is_seen(self) -> bool:
        """Whether anyone looks at the explanation, or at what it moves."""
        has_ghost = "ghost" in self.context.selection.overlays
        return self.isVisible() or self._enlarged > 0 or self.film.is_shown or has_ghost

    def _explain(self) -> None:
        """Find out how the value came about, unless that is known."""
        self._frames.settle()
        picture = self._sound_picture()
        if picture is not None and not self._is_explained:
            self._is_explained = True
            self._explanation = self._value.explained(picture)

    def _tell(self) -> None:
        """Show the explanation on the page, unless it does, and mark what it is made of."""
        self._explain()
        picture, explanation = self._sound_picture(), self._explanation
        if picture is None or self._is_told:
            return
        self._is_told = True
        is_held = self._value.is_held(picture)
        self._arithmetic.show_explanation(picture, explanation, is_held=is_held)
        if self._current is not self._arithmetic:
            self._current.show_explanation(picture, explanation, is_held=is_held)
        self._guide.arrange(picture)
        self._header.place.set_texts(self._naming.name(picture, explanation, self._stack.study))
        if self._current.design_height != self._designed:
            self._designed = self._current.design_height
            self.page_changed.emit()
        if self._is_awaited:
            paint_now(self)
        self._mark(picture)
        self.explained.emit(self._arithmetic.computation)

    def make_large(self, parent: QWidget) -> QWidget | None:
        """Return what the shown page has for a projector; it is kept up to date as long as the parent exists."""
        self._enlarged += 1
        parent.destroyed.connect(self._on_large_closed)
        return self.page.make_large(parent)

    @Slot()
    def _on_large_closed(self) -> None:
        self._enlarged -= 1

    def _mark(self, picture: Picture) -> None:
        """Mark on the pictures what belongs to the explanation; where nobody points, there is nothing to explain."""
        is_held = self._value.is_held(picture)
        if is_held:
            self._explain()
        explanation = self._explanation if self._is_explained else None
        page = self._stack.study
        study = None if page is None else page.study
        marks = self._marker.marks(picture, explanation, study, is_held=is_held, is_ghost=self._guide.is_idle)
        if marks != self._marks:
            self._marks = marks
            self.marked.emit(marks)

    # The film

    @Slot(object)
    def _on_film(self, cell: Cell) -> None:
        if self._guide.show(self._picture, cell):
            self._refresh()

    @Slot()
    def _on_film_changed(self) -> None:
        if not self.film.is_shown:
            self._current.show_film(None)
        picture = self._sound_picture()
        if picture is not None:
            self._mark(picture)

    @Slot(float)
    def _on_drift(self, elapsed_s: float) -> None:
        self._guide.drift(self._picture, elapsed_s)
        self._refresh()

    @Slot()
    def _on_sight(self) -> None:
        if self._film_bar.span == "sight":
            self._refresh()
        elif self._picture is not None:
            self._guide.arrange(self._picture)  # which says how long a film of what is in sight would last

    @Slot(object)
    def _on_cursor(self, cursor: Place | None) -> None:
        """Let a hand on the mouse take over from the film."""
        if cursor is not None:
            self._guide.give_way_to_hand()
        self._is_awaited = cursor is not None and self.context.selection.pin is None and self.isVisible()
        self._refresh()
        self._is_awaited = False

    @Slot(object)
    def _on_pin(self, pin: Place | None) -> None:
        """Let a pin elsewhere take over from the film."""
        self._guide.give_way_to_pin(self._picture, pin)
        self._refresh()

    @Slot(object)
    def _on_tap(self, _tap: Tap | None) -> None:
        picture = self._sound_picture()
        if picture is not None:
            self._mark(picture)


def _moved(cell: Cell, rows: int, columns: int) -> Cell:
    """Return a cell (row, column) some rows and columns further."""
    row, column = cell
    return row + rows, column + columns
