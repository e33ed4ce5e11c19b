"""The status line at the bottom of the window: source, shapes, times and rates."""

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from convexplorer.gui.look import theme
from convexplorer.gui.session.panel import Context, Panel
from convexplorer.gui.widgets.elided_label import ElidedLabel
from convexplorer.gui.widgets.icon_button import ActionButton
from convexplorer.gui.widgets.steady_label import SteadyLabel
from convexplorer.live.meter import Meter
from convexplorer.live.player import PlayerStatus
from convexplorer.model.project import Project
from convexplorer.results.glance import Glance
from convexplorer.results.picture import Picture
from convexplorer.results.tile_words import map_texts
from convexplorer.sources.frame import Frame
from convexplorer.words import SENTENCE_LIMIT, bytes_text, percent, plain, shape_text

BUSY_AFTER_MS = 400
COMPUTING = "computing …"
COMPACT_BELOW = 1100  # design pixels; a narrower line says less of the zoom
_LEAST = "#8888: −88.88 … 88.88"  # has room in every window: the range of a map, and the frame that it is of
NAME_SHARE = 0.2  # of the width, at most, for the name of the source


class StatusPanel(Panel):
    """The status line: source, shapes and cursor on the left, times and rates on the right."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._meter = Meter()
        self._is_running = False
        self._has_time = False
        self._picture: Picture | None = None
        self._under_cursor = ""
        self._zoom = ("", "")  # in words, and short
        self._dropped = 0
        self._is_older = False  # the numbers are of a frame that is no longer on screen
        self._is_before = False  # they are of the settings before an edit that is seen already
        self._seen: Frame | None = None  # the frame on screen
        self._source_shown: object = None
        self._dropped_before = 0
        self._busy = QTimer(self, singleShot=True, interval=BUSY_AFTER_MS)
        self._build()
        self._busy.timeout.connect(lambda: self._speed.setText(COMPUTING))

    def apply(self, new: Project, old: Project | None) -> None:
        """Show that a result is being computed, after a delay."""
        if old is not None and new is not old:
            self._busy.start()

    def show_picture(self, picture: Picture) -> None:
        """Show the shapes and the time of a result."""
        self._meter.tick()
        self._is_older, self._seen = False, picture.frame
        self._show_result(picture)

    def show_survey(self, picture: Picture) -> None:
        """Show the same of a frame whose pixels are not the newest, and say which it is."""
        self._is_older = self._is_running or picture.frame is not self._seen
        self._show_result(picture, is_survey=True)

    def show_glance(self, glance: Glance) -> None:
        """Count a frame that is on screen; its rate is shown with the next numbers."""
        self._meter.tick()
        self._seen = glance.job.frame
        if not self._is_older and self._picture is not None and self._picture.frame is not self._seen:
            self._is_older = True
            self._show_map()
        if glance.job.project is self.context.store.state:
            self._busy.stop()
        self._note_dropped(glance.job.project, glance.job.dropped_frames)

    def mark_before(self, is_before: bool) -> None:
        """Say whether the shape and the numbers are those before an edit."""
        self._is_before = is_before
        self._show_source()
        self._show_map()
        if is_before:
            self._speed.setText(COMPUTING)
        else:
            self._show_speed()

    def _show_result(self, picture: Picture, *, is_survey: bool = False) -> None:
        if picture.project is self.context.store.state:
            self._busy.stop()
        self._picture = picture
        if not is_survey:  # glances count further than the job of a survey
            self._note_dropped(picture.project, picture.dropped_frames)
        self._show_source()
        self._show_map()
        self._show_speed()

    def _note_dropped(self, project: Project, count: int) -> None:
        """Take how many frames have been dropped, all sources together."""
        if project.source is not self._source_shown:
            self._source_shown, self._dropped_before = project.source, count
            self._speed.forget_width()
        self._dropped = count - self._dropped_before

    def show_status(self, status: PlayerStatus) -> None:
        """Store whether the source is playing, in which case rate and dropped frames are meaningful."""
        has_time = status.info is not None and status.info.has_time
        is_running = status.state == "playing" and status.info is not None and status.info.frame_count != 1
        if (is_running, has_time) != (self._is_running, self._has_time):
            self._is_running, self._has_time = is_running, has_time
            self._show_speed()

    def show_zoom(self, given: float, made: float | None) -> None:
        """Show how many pixels of the screen a pixel of the input takes, in its own pane and in the maps, if any."""
        of_input = percent(given, ".3g")
        if made is None:
            self._zoom = f"zoom: input {of_input}", f"zoom {of_input}"
        else:
            of_maps = percent(made, ".3g")
            self._zoom = f"zoom: input {of_input}, maps {of_maps}", f"zoom {of_input} · {of_maps}"
        self._show_zoom()

    def show_values(self, text: str) -> None:
        """Show the values under the cursor."""
        self._under_cursor = text
        self._show_map()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the name its share of the new width, and the zoom the words that have room."""
        super().resizeEvent(event)
        self._show_zoom()
        self._show_source()

    def _show_zoom(self) -> None:
        if self._zoom[0]:
            self.context.actions["zoom-to"].setIconText(self._zoom[self.width() < theme.px(COMPACT_BELOW)])
            self._zoom_button.show()

    def _show_source(self) -> None:
        """Name the source and its shapes; the middle of a long name gives way, so that shapes and values stay."""
        picture = self._picture
        if picture is None:
            return
        output = _output_shape(picture)  # () if the last layer could not be computed
        made = "…" if self._is_before else shape_text(output) if output else ""
        shapes = " → ".join(filter(None, (shape_text(picture.input.shape), made)))
        # A frame's name adds nothing if all frames are named after their source.
        title = plain(picture.frame.title or picture.project.source.address, SENTENCE_LIMIT)
        room = int(self.width() * NAME_SHARE)
        shown = self._source.fontMetrics().elidedText(title, Qt.TextElideMode.ElideMiddle, room)
        self._source.setText(f"{shown}  ·  {shapes}")
        self._source.set_tip(title if shown != title else "")

    def _show_map(self) -> None:
        """Describe the selected map while the cursor is on no picture."""
        picture = self._picture
        if self._under_cursor or picture is None:
            self._values.setText(self._under_cursor)
        else:
            frame = picture.frame.index + 1 if self._is_older else None
            self._values.set_texts(map_texts(picture, frame, is_before=self._is_before))

    def _show_speed(self) -> None:
        picture = self._picture
        if picture is None:
            return
        rate = f"  ·  {self._meter.rate_hz:.0f} fps" if self._is_running else ""
        # Pages skipped because the user turned them faster than they were computed do not count as dropped.
        is_told = self._has_time and (self._is_running or self._dropped)
        dropped = f"  ·  {self._dropped} dropped" if is_told else ""
        # A layer whose maps were reused still reports the time of their computation.
        computing = sum(report.seconds for report in picture.layers)
        self._speed.setText(f"computed in {_time_text(computing)}{rate}{dropped}")
        self._speed.set_tip(
            f"Computing the layers took {_time_text(computing)}; making the newest picture of them "
            f"{_time_text(picture.total_seconds)}. Dropped: frames that were replaced by newer ones before their turn."
            f"{_memory_text(picture)}"
        )

    def _build(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 0, 10, 3)
        layout.setSpacing(16)
        self._source, self._values = ElidedLabel("", self), SteadyLabel("", self)
        self._speed = SteadyLabel("", self, keeps_widest=True)
        for label in (self._source, self._values, self._speed):
            theme.set_role(label, "muted")
            layout.addWidget(label)
        theme.notifier().changed.connect(self._on_theme)
        self._on_theme()
        layout.setStretchFactor(self._values, 1)
        self._zoom_button = ActionButton(self.context.actions["zoom-to"], self, text="zoom")
        self._zoom_button.hide()  # until there is a picture to zoom
        layout.insertWidget(2, self._zoom_button)
        self._source.setAccessibleName("Source and shapes")
        self._values.setAccessibleName("Values under the cursor")
        self._speed.setAccessibleName("Time and rate")

    @Slot()
    def _on_theme(self) -> None:
        """Write as large as the rest of the interface; a font of one's own does not follow the scale."""
        for label in (self._source, self._values, self._speed):
            label.setFont(theme.digits_font(12))
        self._values.keep_room(_LEAST)
        self._show_zoom()
        self._show_source()


def _output_shape(picture: Picture) -> tuple[int, ...]:
    """Return the shape of the last layer's maps; () if it has none, whatever the layers before it have."""
    return (picture.layers[-1].output_shape or ()) if picture.layers else ()


def _memory_text(picture: Picture) -> str:
    """Return how much memory the frame takes; "" where that is unknown."""
    if not picture.memory:
        return ""
    return f" All maps of a frame take at most {bytes_text(picture.memory)} of memory, twice while frames follow."


def _time_text(seconds: float) -> str:
    return f"{seconds * 1e3:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"
