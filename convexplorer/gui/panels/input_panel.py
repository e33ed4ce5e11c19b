"""The left pane: the input picture, and the readout at the cursor."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Signal, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from convexplorer.core.geometry.places import Place, is_inside
from convexplorer.gui.canvas.pictures.image_canvas import MARGIN_PX, ImageCanvas
from convexplorer.gui.canvas.pictures.marks import Marks
from convexplorer.gui.canvas.pictures.pane import PicturePane
from convexplorer.gui.canvas.pictures.sampling_overlay import SamplingOverlay
from convexplorer.gui.canvas.pictures.tile import PlacedImage
from convexplorer.gui.canvas.pictures.tile_views import sight_image, tile_image
from convexplorer.gui.canvas.pictures.viewport import Viewport
from convexplorer.gui.look import theme
from convexplorer.gui.session.panel import Context, Panel
from convexplorer.gui.widgets.action_menu import REGION, open_menu
from convexplorer.gui.widgets.cover import Cover
from convexplorer.gui.widgets.elided_label import ElidedLabel
from convexplorer.gui.widgets.segmented import Segmented
from convexplorer.model import edits
from convexplorer.model.build import leaves_alpha_out
from convexplorer.model.project import Project
from convexplorer.results.explanation import middle_under, pixel_under
from convexplorer.results.frame_words import place_words, stored_range, stored_text
from convexplorer.results.glance import Glance, input_settings
from convexplorer.results.look import ResolvedLook
from convexplorer.results.picture import Picture, Tile
from convexplorer.results.tile_words import tile_under
from convexplorer.words import SENTENCE_LIMIT, number, plain

USUAL_RANGE = "0…255"
STORED_TIP = "The numbers of the source: their type, their significant bits, and their range"
CHOICES = (
    ("color", "All", "All colour channels: the kernel's planes meet R, G and B, and the results are summed"),
    ("luminance", "Y", "Luminance: one channel, 0.2126 R + 0.7152 G + 0.0722 B"),
)
WITH_ALPHA = ("all", "All+A", "All channels, and alpha is one of them: the convolution sums over it as well")
PREPARED = "The preprocessing decides about the channels: click the card of the picture at the top to change it"
ALPHA_NOTE = "alpha is left out"
ALPHA_TIP = (
    "The convolution reads the colours, also where the picture is transparent. “All+A” makes alpha one of its channels."
)

# The context menu of the picture: names of commands, None for a separator, submenus.
MENU = (
    *("pin", "unpin", "profile", "study", "field", "reads", None),
    *("copy-input", "export-input", "snapshot", None),
    *("zoom-in", "zoom-out", "zoom-fit", "zoom-actual", "loupe", REGION, None),
    *("stored-numbers", "checkerboard", "reopen", "open"),
)


class InputPanel(Panel):
    """The panel of the input picture, the choice of its channels, and the values under the cursor.

    Parameters
    ----------
    footers : panels of the source, shown below the picture.
    """

    reported = Signal(str)
    pinned = Signal(object)  # the clicked point of the input
    stepped = Signal(int, int)
    framed = Signal(object)  # the rectangle to which the user dragged the crop's frame

    def __init__(
        self, context: Context, viewport: Viewport, footers: Sequence[Panel] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(context, parent)
        self._picture: Picture | None = None
        self._glance: Glance | None = None  # what is on screen; None if that is the picture
        self._shown: QImage | None = None  # of the full picture that is on screen
        self._channels: tuple[str, ...] = ()
        self._offered: set[str] = set()
        self._footers = tuple(footers)
        self._build(viewport)
        context.selection.cursor_moved.connect(self._on_cursor)

    def apply(self, new: Project, old: Project | None) -> None:
        """Show the chosen channels."""
        if old is None or new.channels != old.channels:
            self._show_choice(new.channels)
        if old is None or (new.preprocessing is None) != (old.preprocessing is None):
            self._show_available(new)

    def show_picture(self, picture: Picture) -> None:
        """Show the input of a result."""
        self._picture, self._glance = picture, None
        tile = picture.input_tile
        image = tile_image(tile)
        if image is not self._shown:  # else it is an edit of a still
            self._canvas.set_image(
                image,
                grid=tile.grid,
                reduction=tile.reduction,
                values=picture.seen_input if len(picture.input) > 1 else picture.seen_input[0],
            )
            self._shown = image
        self._show_frame(picture)
        self._on_cursor(self.context.selection.cursor)

    def show_survey(self, picture: Picture) -> None:
        """Show what is said of a frame; the one on screen is newer."""
        self._picture = picture
        self._show_frame(picture)

    def show_glance(self, glance: Glance) -> None:
        """Show the image of a frame, whose numbers are not known."""
        before = self._glance
        if before is None and self._is_of(glance):
            return  # an edit of a still, whose input is there with its numbers
        self._glance = glance
        if before is not None and before.input is glance.input:
            return  # likewise, without
        self._shown = None
        sight, image = glance.input, sight_image(glance.input)
        if before is not None and (sight.grid, sight.cells) == (before.input.grid, before.input.cells):
            self._canvas.exchange(image)
            return
        self._canvas.set_picture(
            PlacedImage(image=image, grid=sight.grid, reduction=sight.reduction, cells=sight.cells)
        )
        self._on_cursor(self.context.selection.cursor)

    def _is_of(self, glance: Glance) -> bool:
        """Return True if the newest full picture has the same input as a glance."""
        picture = self._picture
        return (
            picture is not None and picture.frame is glance.frame and input_settings(picture) == input_settings(glance)
        )

    def set_marks(self, marks: Marks) -> None:
        """Mark cells of the picture."""
        self._canvas.set_marks((marks,))

    def set_crop(self, crop: QRectF | None) -> None:
        """Show the frame of the studied part; None removes the frame."""
        self._canvas.set_crop(crop)

    def set_padded(self, padded: QRectF | None) -> None:
        """Show the padding around the picture, up to this rectangle; None shows the picture alone."""
        self._canvas.set_padded(padded)

    def set_sampling(self, sampling: SamplingOverlay | None) -> None:
        """Show an overlay of the cells that are read; None removes the overlay."""
        self._canvas.set_sampling(sampling)

    def cover_with(self, cover: Cover) -> None:
        """Let a widget lie over the picture whenever it is shown."""
        cover.lie_over(self._canvas)

    @property
    def pane(self) -> PicturePane:
        """The pane of the picture."""
        return self._canvas

    @property
    def frame_size(self) -> QSize:
        """The size needed around the picture, apart from passing sentences: those take their room from the picture."""
        passing = sum(footer.passing_height for footer in self._footers)
        return self.room_beside(self._canvas) + QSize(2 * MARGIN_PX, 2 * MARGIN_PX - passing)

    @property
    def _look(self) -> ResolvedLook | None:
        """Which part of the data is on screen; None before anything is."""
        shown = self._glance or self._picture
        return None if shown is None else shown.look

    def _build(self, viewport: Viewport) -> None:
        theme.set_role(self, "card")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 3, 4, 4)
        layout.setSpacing(4)
        header = QHBoxLayout()
        title = ElidedLabel("Input", self, may_vanish=True)
        theme.set_role(title, "title")
        header.addWidget(title)
        self._build_facts(header)
        self._choice = Segmented(CHOICES, self, name="Channels of the input")
        self._choice.chosen.connect(self._on_choice)
        policy = self._choice.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._choice.setSizePolicy(policy)
        self._choice.hide()  # until a picture defines the channels
        header.addWidget(self._choice)
        layout.addLayout(header)
        self._canvas = ImageCanvas(viewport, self)
        self._canvas.setAccessibleName("Input picture")
        self._canvas.pointed.connect(self._on_pointed)
        self._canvas.clicked.connect(self._on_clicked)
        self._canvas.stepped.connect(self.stepped)
        self._canvas.framed.connect(self.framed)
        self._canvas.menu_asked.connect(lambda at: open_menu(self.context.actions, MENU, self, at, "Input"))
        self.context.selection.pin_changed.connect(lambda pin: self._canvas.set_pinned(pin is not None))
        self._canvas.double_clicked.connect(lambda *_: viewport.fit())
        layout.addWidget(self._canvas, 1)
        self._note = QLabel(self)
        self._note.setWordWrap(True)
        theme.set_role(self._note, "warning")
        self._note.hide()
        layout.addWidget(self._note)
        for footer in self._footers:
            layout.addWidget(footer)

    def _build_facts(self, row: QHBoxLayout) -> None:
        """Say what the source stores, with the switches that show it."""
        self._facts = ElidedLabel("", self, may_vanish=True)
        theme.set_role(self._facts, "muted")
        self._checkerboard = self._button("checkerboard", "Alpha")
        self._checkerboard.hide()
        row.addWidget(self._facts, 1)
        row.addWidget(self._checkerboard)
        row.addWidget(self._button("stored-numbers", USUAL_RANGE))

    def _button(self, name: str, text: str) -> QToolButton:
        action = self.context.actions[name]
        action.setIconText(text)
        button = QToolButton(self)
        button.setDefaultAction(action)
        button.setAccessibleName(action.text())
        return button

    def _show_frame(self, picture: Picture) -> None:
        """Offer the channels of a frame, and say what it holds."""
        if picture.frame.channels != self._channels:
            self._offer_channels(picture.frame.channels)
        self._show_facts(picture)
        self._note.setText(plain(picture.frame.note, SENTENCE_LIMIT))
        self._note.setVisible(bool(picture.frame.note))

    def _show_facts(self, picture: Picture) -> None:
        """Say what the source stores, and what is not computed with."""
        frame = picture.frame
        prepared = picture.project.preprocessing
        is_alpha_out = leaves_alpha_out(frame, picture.project.channels, prepared)
        self._choice.setEnabled(prepared is None)  # else the network decides
        stored = stored_text(frame, picture.input_tile) or "computed"
        self._facts.setText(f"{ALPHA_NOTE}  ·  {stored}" if is_alpha_out else stored)
        self._facts.set_tip(ALPHA_TIP if is_alpha_out else STORED_TIP)
        self._checkerboard.setVisible(is_alpha_out)
        self.context.actions["stored-numbers"].setIconText(stored_range(frame) or USUAL_RANGE)

    def _offer_channels(self, channels: tuple[str, ...]) -> None:
        """Set the options: all channels, luminance, and each channel alone; hidden for a single channel."""
        self._channels = channels
        options = (
            [
                *CHOICES,
                *([WITH_ALPHA] if "A" in channels else []),
                *((str(i), name, f"Only channel {name}") for i, name in enumerate(channels)),
            ]
            if len(channels) > 1
            else []
        )
        self._offered = {option[0] for option in options}
        self._choice.set_options(options)
        self._choice.setVisible(bool(options))
        self._show_choice(self.context.store.state.channels)
        self._show_available(self.context.store.state)

    def _show_available(self, project: Project) -> None:
        """Let channels be chosen only where they decide: a preprocessing has channels of its own."""
        for key in self._offered:
            self._choice.set_available(key, project.preprocessing is None, PREPARED)

    def _show_choice(self, choice: str) -> None:
        if choice in self._offered:
            self._choice.set_value(choice)

    @Slot(str)
    def _on_choice(self, choice: str) -> None:
        self.context.commit(edits.set_channels, choice)

    @Slot(object)
    def _on_pointed(self, seen: tuple[float, float] | None) -> None:
        look = self._look
        place = None if look is None or seen is None else look.place_of(seen)
        self.context.selection.point_at(place, is_on_input=True)

    @Slot(float, float)
    def _on_clicked(self, row: float, column: float) -> None:
        look = self._look
        if look is not None:
            self.pinned.emit(look.place_of((row, column)))

    @Slot(object)
    def _on_cursor(self, cursor: Place | None) -> None:
        picture, selection = self._picture, self.context.selection
        if picture is None or cursor is None or len(cursor) != len(picture.look.axes):
            self._canvas.set_cursor(None)
            self._canvas.set_window(None)
            self.reported.emit("")
            return
        tile = tile_under(picture, selection.view.filter)
        if not selection.is_on_input and tile is not None and _has_no_places(picture):
            self._canvas.set_cursor(None)  # no pixel is meant by a value that sees all of them
            self._canvas.set_window(_window(picture, tile, cursor))
            self.reported.emit("")
            return
        # A pixel of this picture has one window; a value of a map is found in its window's middle.
        meant = pixel_under(picture, cursor) if selection.is_on_input else cursor
        marked = cursor if selection.is_on_input else middle_under(picture, picture.position, cursor)
        seen = picture.look.seen(marked)
        self._canvas.set_cursor(seen)
        if tile is not None:
            self._canvas.set_window(_window(picture, tile, meant))
        # The frame on screen is newer than the numbers that are known; its own come with the next result.
        self.reported.emit(_report(picture, seen) if self._glance is None else "")


def _has_no_places(picture: Picture) -> bool:
    """Return True if the values of the selected layer see all of the picture, and lie nowhere on it."""
    return bool(picture.layers) and len(picture.layers[picture.position].output_shape or ()) == 1


def _window(picture: Picture, tile: Tile, at: Place) -> tuple[float, float, float, float]:
    """Return the part of the picture that the value at a place sees, (top, left, height, width)."""
    height, width = tile.grid.window
    if _has_no_places(picture):
        return 0.0, 0.0, height, width
    row, column = tile.grid.place_of(tile.grid.cell_at(picture.look.seen(at)))
    return row - height / 2, column - width / 2, height, width


def _report(picture: Picture, seen: tuple[float, float]) -> str:
    """Return place, input values and outputs under the cursor in one line."""
    shown, cell = picture.seen_input, picture.input_tile.grid.cell_at(seen)
    if not is_inside(cell, shown.shape[1:]):
        return ""
    place = place_words(picture.look.place_of(seen), picture.look.axes)
    row, column = cell
    names = zip(picture.input_names, shown[:, row, column], strict=True)
    return f"{place}   " + "   ".join(f"{name} {number(float(value))}" for name, value in names)
