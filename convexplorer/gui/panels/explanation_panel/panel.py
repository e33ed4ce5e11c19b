"""Explains the value under the cursor, or a pinned one, and marks what it is made of on all pictures."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QCoreApplication, QEvent, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from convexplorer.core.explain.trace import Trace, not_finite_origin
from convexplorer.core.geometry.axes import COLUMNS, ROWS
from convexplorer.core.geometry.places import Cell, Place, Region, is_inside, nearest_cell
from convexplorer.gui.canvas.explanation.computation import Computation
from convexplorer.gui.canvas.pictures.viewport import Viewport
from convexplorer.gui.film.bar import SPANS, FilmBar
from convexplorer.gui.film.player import FilmPlayer
from convexplorer.gui.look import theme
from convexplorer.gui.panels.explanation_panel.arithmetic_page import ArithmeticPage
from convexplorer.gui.panels.explanation_panel.film_region import map_region, map_shape
from convexplorer.gui.panels.explanation_panel.marking import PictureMarks, crop_of, read_grid
from convexplorer.gui.panels.explanation_panel.page import Page, is_flat
from convexplorer.gui.panels.explanation_panel.pages import PAGES
from convexplorer.gui.panels.explanation_panel.picture_marker import PictureMarker
from convexplorer.gui.session.beat import Beat
from convexplorer.gui.session.panel import Context, Panel
from convexplorer.gui.session.selection import Tap
from convexplorer.gui.widgets.elided_label import ElidedLabel
from convexplorer.gui.widgets.icon_button import ActionButton
from convexplorer.gui.widgets.paint_now import paint_now
from convexplorer.gui.widgets.segmented import Segmented
from convexplorer.gui.widgets.steady_label import SteadyLabel
from convexplorer.live.status import PlayerStatus
from convexplorer.results.explanation import (
    Explanation,
    cell_near,
    cell_under,
    explain,
    pixel_under,
    place_of_cell,
    shown_size,
)
from convexplorer.results.film import ghost_cell
from convexplorer.results.frame_words import place_words
from convexplorer.results.glance import Glance
from convexplorer.results.picture import Picture
from convexplorer.results.tile_words import BEFORE_EDIT
from convexplorer.words import cell_words, times

if TYPE_CHECKING:
    from convexplorer.gui.film.scene import FilmScene
    from convexplorer.gui.panels.explanation_panel.study_page import StudyPage

WIDEST = 10_000
FRAMES_MS = 100  # between two frames that are explained without a hand: faster, nobody reads numbers
_PIXELS_PAINTED = QEvent.Type(QEvent.registerEventType())
_AFTER_PAINTING = -2  # what is to be painted waits as an event of priority −1
_HEADER_GAP = 10
PLACE_WIDTH = 225  # design pixels in the header for the words that say which value is explained


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
        self._width = WIDEST  # until it is known
        self._designed = 0
        self.film = FilmPlayer(self)
        self._picture: Picture | None = None
        self._place_shown: Place | None = None  # kept when the mouse leaves, so that nothing goes blank
        self._film_around: Place | None = None  # what was pinned when the film began, which moves the pin
        self._explanation: Explanation | None = None
        self._is_explained = False  # the explanation is that of the newest picture and selection
        self._is_told = False  # and the page shows it
        self._is_awaited = False  # a hand points at another value: its explanation is painted before anything else
        self._is_flowing = False  # frames come by themselves
        self._is_older = False  # another frame than the explained one is on screen
        self._is_before = False  # maps of newer settings than the explained ones are on screen
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
        theme.notifier().changed.connect(self._fit_header)
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
        if picture is None or picture.project.index_of(self.context.selection.view.layer) is None:
            return False
        return is_flat(picture) and shown_size(picture, self._layer(picture)) is not None

    @property
    def has_trace(self) -> bool:
        """True if the page shows a value that came about by steps."""
        return self.trace is not None if self._shows_study and self._is_told else self.has_explanation

    @property
    def trace(self) -> Trace | None:
        """How the value that the page shows came about."""
        if self._shows_study:
            self._tell()
            return self._study.trace
        explanation = self.explanation
        return None if explanation is None else explanation.trace

    @property
    def channel_names(self) -> tuple[str, ...]:
        """What the channels of `trace` are called on screen."""
        if self._shows_study:
            self._tell()
            found = self._study.study
            return () if found is None else tuple(found.names[i] for i in found.sources)
        explanation = self.explanation
        return () if explanation is None else explanation.channel_names

    @property
    def place_text(self) -> str:
        """Which value is explained, in words."""
        self._tell()
        return self._place.text()

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
        before, self._picture, self._is_older = self._picture, picture, False
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
        if not self._is_older and self._picture is not None and self._picture.frame is not glance.job.frame:
            self._is_older = True
            if not self._is_flowing:
                self._refresh()

    def mark_before(self, is_before: bool) -> None:
        """Say whether the value is that before an edit."""
        self._is_before = is_before
        self._refresh()

    def show_status(self, status: PlayerStatus) -> None:
        """Name the explained frame while frames come by themselves."""
        is_flowing = status.state == "playing"
        if is_flowing != self._is_flowing:
            self._is_flowing = is_flowing
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

    def hideEvent(self, event: QHideEvent) -> None:
        """Say that nobody sees it any more."""
        super().hideEvent(event)
        self.sight_changed.emit()

    def _build(self) -> None:
        theme.set_role(self, "card")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 3, 8, 4)
        layout.setSpacing(2)
        header = QHBoxLayout()
        header.setSpacing(_HEADER_GAP)
        self._title = ElidedLabel("How this value is computed", self)
        theme.set_role(self._title, "title")
        header.addWidget(self._title)
        self._place = SteadyLabel("", self)
        theme.set_role(self._place, "muted")
        header.addWidget(self._place, 3)
        actions = self.context.actions
        self._film_bar = FilmBar(self.film, actions, self)
        self._film_bar.span_chosen.connect(self._refresh)
        header.addWidget(self._film_bar, 2)
        options = [(name, info.label, info.tip) for name, info in PAGES.items()]
        self._choice = Segmented(options, self, name="What the explanation shows")
        self._choice.chosen.connect(self.show_page)
        header.addWidget(self._choice)
        self._list = QComboBox(self)  # the same where there is no room to show all pages
        self._list.setAccessibleName("What the explanation shows")
        for name, label, tip in options:
            self._list.addItem(label, name)
            self._list.setItemData(self._list.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        self._list.activated.connect(lambda index: self.show_page(self._list.itemData(index)))
        self._list.hide()
        header.addWidget(self._list)
        self._buttons = [ActionButton(actions[name], self) for name in ("unpin", "reads", "lens")]
        for button in self._buttons:
            header.addWidget(button)
        layout.addLayout(header)
        self._stack = _Pages(self)
        self._pages: dict[str, Page] = {}
        arithmetic = self._page_called("arithmetic")
        assert isinstance(arithmetic, ArithmeticPage)
        self._arithmetic = arithmetic
        layout.addWidget(self._stack, 1)

    def set_width(self, width: int) -> None:
        """Show in the header what has room; the width is known while the panel is hidden, so it opens as it stays."""
        self._width = width
        self._fit_header()

    @Slot()
    def _fit_header(self) -> None:
        """Leave room for the place: first the loop of the film gives way, then the title, then other controls.

        Where the pages do not fit beside it, a list of them does.
        """
        place, title = theme.px(PLACE_WIDTH), self._title.sizeHint().width() + _HEADER_GAP
        is_wide = self._header_room(self._choice) >= place + self._film_bar.minimumSizeHint().width()
        self._choice.setVisible(is_wide)
        self._list.setVisible(not is_wide)
        room = self._header_room(self._choice if is_wide else self._list)
        has_title = room >= title + place + self._film_bar.ample_width()
        self._title.setVisible(has_title)
        room -= title if has_title else 0
        self._place.setMaximumWidth(max(room - self._film_bar.fit(room - place), 0))

    def _header_room(self, choice: QWidget) -> int:
        """Return the width that a choice of the page and the buttons leave."""
        layout = self.layout()
        assert layout is not None
        margins = layout.contentsMargins()
        taken = sum(other.sizeHint().width() + _HEADER_GAP for other in (choice, *self._buttons))
        return self._width - margins.left() - margins.right() - _HEADER_GAP - taken

    @property
    def page_name(self) -> str:
        """The name of the page that is shown, a key of `PAGES`."""
        return next(name for name, page in self._pages.items() if page is self._current)

    @property
    def page(self) -> Page:
        """The page that is shown, told of what is explained now."""
        self._tell()
        return self._current

    @property
    def _current(self) -> Page:
        """The page that is shown; while nobody sees it, it may show what was explained before."""
        page = self._stack.currentWidget()
        assert isinstance(page, Page)
        return page

    @property
    def _shows_study(self) -> bool:
        return self._current is self._pages.get("study")

    @property
    def _study(self) -> StudyPage:
        page = self._page_called("study")
        return cast("StudyPage", page)

    def show_page(self, name: str) -> None:
        """Show another page; the film of the last one ends."""
        self.film.let_go()
        page = self._page_called(name)
        if self._current is not page:
            self._current.forget()
        self._choice.set_value(name)
        self._list.setCurrentIndex(self._list.findData(name))
        self._stack.setCurrentWidget(page)
        self._film_bar.show_spans(not self._shows_study)
        self._fit_header()  # the choice and the film bar are as wide as what they show
        self.page_changed.emit()
        self._refresh()

    def _page_called(self, name: str) -> Page:
        """Return a page of the table, made when it is asked for the first time."""
        if name not in self._pages:
            page = self._pages[name] = PAGES[name].make(self.context, self)
            page.stepped.connect(self.step)
            page.touched.connect(self.film.let_go)
            self._stack.addWidget(page)
        return self._pages[name]

    def study_here(self) -> None:
        """Study the part of the input around the explained place."""
        from convexplorer.gui.panels.explanation_panel.study_page import middle_of

        self.show_page("study")
        self._tell()
        if self._explanation is not None:
            self._study.study_around(middle_of(self._explanation))

    @Slot(object)
    def frame_crop(self, rect: QRectF) -> None:
        """Study the part of the input in a frame on the picture."""
        grid = None if self._picture is None else read_grid(self._picture, self._layer(self._picture))
        if grid is not None:
            self.context.selection.set_crop(crop_of(grid, rect))

    def toggle_film(self) -> None:
        """Let the window slide, from the pinned output if there is one; or pause it."""
        if self._picture is None:
            return
        self._tell()
        is_pinned = self.context.selection.pin is not None and not self._shows_study
        start = self._explanation.cell if self._explanation is not None and is_pinned else None
        self.film.toggle(None if self.film.is_shown else start)

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
        picture = self._picture
        if self._shows_study:
            return self._study.scene(is_dark=is_dark)
        if picture is None:
            return None
        layer = self._layer(picture)
        shape = map_shape(picture, layer)
        if shape is None:
            return None
        region = map_region(picture, layer, shape, span, self._viewport, self._film_around)
        from convexplorer.gui.panels.explanation_panel.picture_scene import picture_scene  # for a film that is written

        return picture_scene(
            picture, layer, self.context.selection.view.filter, region, self._viewport, is_dark=is_dark
        )

    @property
    def has_film(self) -> bool:
        """True if there are outputs that the window can slide over."""
        picture = self._picture
        if self._current.film_shape is not None:
            return True
        return picture is not None and map_shape(picture, self._layer(picture)) is not None

    @property
    def spans(self) -> tuple[str, ...]:
        """What the film can go over on this page, keys of `SPANS`, the one chosen now first."""
        if self._shows_study:
            return ()
        now = self._film_bar.span
        return (now, *(key for key in SPANS if key != now))

    def step(self, rows: int, columns: int) -> None:
        """Move the explained value by some outputs, and pin it there; the film stands still on it."""
        if self.page.film_shape is not None and not self.film.is_shown:
            self.page.move_cell(rows, columns)
            return
        if self.film.is_shown:
            self.film.stand_at(_moved(self.film.cell, rows, columns))
            return
        picture, explanation = self._picture, self.explanation
        size = None if picture is None else shown_size(picture, self._layer(picture))
        if picture is None or explanation is None or size is None:
            return
        self.context.selection.select(filter=explanation.trace.place[0])
        self._pin_cell(picture, nearest_cell(_moved(explanation.cell, rows, columns), size))

    def _pin_cell(self, picture: Picture, cell: Cell) -> None:
        """Pin the place of a cell of the selected layer's maps, which has rows and columns."""
        if is_flat(picture):
            self.context.selection.hold(place_of_cell(picture, self._layer(picture), cell))

    @Slot()
    def _refresh(self, _what: object = None) -> None:
        """Explain what is pinned or pointed at now: a hand has changed it."""
        self._frames.drop()
        self._show_newest(is_seen=self._is_seen or self._shows_study)  # whose crop is marked on the input

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
            self._arrange_film(picture)
            self._mark(picture)

    def _sound_picture(self) -> Picture | None:
        """Return the picture; None without one, or if the selected layer is not in it: the right one is on its way."""
        picture = self._picture
        return picture if picture and picture.project.index_of(self.context.selection.view.layer) is not None else None

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
            pointed = self._pointed(picture) if self.context.selection.pin is None else None
            self._explanation = self._explained(picture, pointed)

    def _tell(self) -> None:
        """Show the explanation on the page, unless it does, and mark what it is made of."""
        self._explain()
        picture, explanation = self._sound_picture(), self._explanation
        if picture is None or self._is_told:
            return
        self._is_told = True
        is_held = self._is_held(picture)
        self._arithmetic.show_explanation(picture, explanation, is_held=is_held)
        if self._current is not self._arithmetic:
            self._current.show_explanation(picture, explanation, is_held=is_held)
        self._arrange_film(picture)
        self._place.setText("" if explanation is None else self._sentence(explanation))
        if self._current.design_height != self._designed:
            self._designed = self._current.design_height
            self.page_changed.emit()
        if self._is_awaited:
            paint_now(self)
        self._mark(picture)
        self.explained.emit(self._arithmetic.computation)

    def _is_held(self, picture: Picture) -> bool:
        """Whether somebody points at the explained value, or has pinned it."""
        return self.context.selection.pin is not None or self._pointed(picture) is not None

    def _explained(self, picture: Picture, pointed: tuple[Place, int] | None) -> Explanation | None:
        """Return how a value came about: the pinned or pointed one, or that of the selected map at the last place.

        None where the selected layer has no maps, or the picture other axes than rows and columns.
        """
        selection, layer = self.context.selection, self._layer(picture)
        middle = tuple(n / 2 for n in picture.look.spatial)
        place, channel = pointed or (selection.pin or self._place_shown or middle, selection.view.filter)
        self._place_shown = place
        cell = cell_near(picture, layer, place) if is_flat(picture) else None
        return None if cell is None else explain(picture, layer, channel, cell)

    def _layer(self, picture: Picture) -> int:
        """Return the position of the selected layer in a picture's project."""
        return picture.project.position(self.context.selection.view.layer)

    def _pointed(self, picture: Picture) -> tuple[Place, int] | None:
        """Return the place under the mouse, and the map: the one that it is in, or the selected one; None outside."""
        selection = self.context.selection
        if selection.cursor is None:
            return None
        place = pixel_under(picture, selection.cursor) if selection.is_on_input else selection.cursor
        if cell_under(picture, self._layer(picture), place) is None:
            return None
        return place, selection.view.filter if selection.pointed_filter is None else selection.pointed_filter

    def _sentence(self, explanation: Explanation) -> str:
        """Return which value is explained; what it is of comes first, because the end of a long line is not seen."""
        is_named = self._is_flowing or self._is_older
        frame = [f"frame {self._picture.frame.index + 1}"] if is_named and self._picture is not None else []
        before = [BEFORE_EDIT] if self._is_before else []
        return "  ·  ".join([*frame, *before, self._value_words(explanation)])

    def _value_words(self, explanation: Explanation) -> str:
        if self._shows_study and self._study.study is not None:
            crop = self._study.study.crop
            return f"{explanation.title} on {times(crop.size)} from {cell_words(crop.start)}"
        text = self._named(explanation)
        if self.film.is_shown:
            text += f"  ·  {(self.film.position + 1) / max(self.film.film.region.count, 1):.0%}"
        elif self.context.selection.pin is not None:
            text += f"  ·  pinned{self._moved_words(explanation)}"
        origin = not_finite_origin(explanation.trace)
        return f"{text}  ·  {origin}" if origin else text

    def _moved_words(self, explanation: Explanation) -> str:
        """Return why the explained value is not at the pinned place, or ""."""
        pin, picture = self.context.selection.pin, self._picture
        if not explanation.was_moved or len(explanation.trace.place) == 1 or pin is None or picture is None:
            return ""
        axes, spatial = picture.look.axes, picture.look.spatial
        if len(pin) != len(axes):
            return "; the pinned place has other axes than this picture, so this is the middle"
        is_in_picture = is_inside([math.floor(at) for at in pin], spatial)
        outside = "the map" if is_in_picture else "this picture"
        return f"; the pinned place, {place_words(pin, axes)}, lies outside {outside} now, so this is the nearest in it"

    def _named(self, explanation: Explanation) -> str:
        """Return which value is explained; with its layer, where that has no kernel of its own."""
        has_place = len(explanation.trace.place) > 1
        where = place_words(explanation.cell, (ROWS, COLUMNS))
        text = f"{explanation.title} at {where}" if has_place else explanation.title
        if self._picture is None:
            return text
        layer = self._picture.project.layers[explanation.layer]
        return text if layer.has_filters else f"{layer.title} · {text}"

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
        is_held = self._is_held(picture)
        if is_held:
            self._explain()
        explanation = self._explanation if self._is_explained else None
        study = self._study.study if self._shows_study else None
        marks = self._marker.marks(picture, explanation, study, is_held=is_held, is_ghost=self._is_idle)
        if marks != self._marks:
            self._marks = marks
            self.marked.emit(marks)

    # The film

    @property
    def _is_idle(self) -> bool:
        """Whether the pale window sweeps: nobody points, nothing is pinned, and the person wants it."""
        selection = self.context.selection
        is_free = selection.cursor is None and selection.pin is None and not self.film.is_shown
        return is_free and "ghost" in selection.overlays

    def _arrange_film(self, picture: Picture) -> None:
        """Let the film go through the maps as they are now."""
        layer, own = self._layer(picture), self._current.film_shape
        shape = map_shape(picture, layer)
        if not self.film.is_shown:
            self._film_around = self.context.selection.pin
        if own is not None:
            self.film.set_region(Region.of(own))
        elif shape is not None:
            regions = {
                span: map_region(picture, layer, shape, span, self._viewport, self._film_around) for span in SPANS
            }
            self.film.set_region(regions[self._film_bar.span])
            self._film_bar.show_counts({span: region.count for span, region in regions.items()})
        self.film.set_drifting(self._is_idle and shape is not None)

    @Slot(object)
    def _on_film(self, cell: Cell) -> None:
        if self._shows_study:
            self._study.show_film(cell)
            return
        picture, before = self._picture, self.context.selection.pin
        if picture is not None:
            self._pin_cell(picture, cell)
            if self.context.selection.pin == before:
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
        picture = self._picture
        shape = None if picture is None else map_shape(picture, self._layer(picture))
        if picture is not None and shape is not None:
            self._place_shown = place_of_cell(picture, self._layer(picture), ghost_cell(elapsed_s, shape))
        self._refresh()

    @Slot()
    def _on_sight(self) -> None:
        if self._film_bar.span == "sight":
            self._refresh()
        elif self._picture is not None:
            self._arrange_film(self._picture)  # which says how long a film of what is in sight would last

    @Slot(object)
    def _on_cursor(self, cursor: Place | None) -> None:
        """Let a hand on the mouse take over from the film."""
        if cursor is not None and self.film.is_shown:
            self.film.let_go()
            if not self._shows_study:
                self.context.selection.hold(None)
        self._is_awaited = cursor is not None and self.context.selection.pin is None and self.isVisible()
        self._refresh()
        self._is_awaited = False

    @Slot(object)
    def _on_pin(self, pin: Place | None) -> None:
        """Let a pin elsewhere take over from the film."""
        if self.film.is_shown and not self._shows_study and (pin is None or not self._is_filmed(pin)):
            self.film.let_go()
        self._refresh()

    def _is_filmed(self, pin: Place) -> bool:
        """Whether a pinned place is that of the film's current output."""
        picture = self._picture
        return picture is not None and cell_near(picture, self._layer(picture), pin) == self.film.cell

    @Slot(object)
    def _on_tap(self, _tap: Tap | None) -> None:
        picture = self._sound_picture()
        if picture is not None:
            self._mark(picture)


class _Pages(QStackedWidget):
    """Pages of which only the one that is shown asks for room."""

    def minimumSizeHint(self) -> QSize:
        """Return the least size of the page that is shown."""
        page = self.currentWidget()
        return super().minimumSizeHint() if page is None else page.minimumSizeHint()


def _moved(cell: Cell, rows: int, columns: int) -> Cell:
    """Return a cell (row, column) some rows and columns further."""
    row, column = cell
    return row + rows, column + columns
