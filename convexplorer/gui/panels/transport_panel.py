"""The transport controls below the input: play, step and seek videos and pages; freeze and mirror live sources."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from convexplorer.gui.look import theme
from convexplorer.gui.session.panel import Context, Panel
from convexplorer.gui.widgets.icon_button import ActionButton
from convexplorer.gui.widgets.jump_slider import JumpSlider
from convexplorer.gui.widgets.note import Note
from convexplorer.live.status import PlayerStatus, place_text
from convexplorer.model import edits
from convexplorer.model.project import Project
from convexplorer.results.glance import Glance
from convexplorer.results.picture import Picture
from convexplorer.sources.camera_options import CAMERA_SIZES, DEFAULT
from convexplorer.sources.frame import Frame, Source, SourceInfo
from convexplorer.words import times

SPEEDS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0)
MOST_MESSAGE_LINES = 5  # in a narrow pane; the reason for a failure must be fully readable
SPACING = 2


class TransportPanel(Panel):
    """The controls that apply to the current source; hidden if none apply."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._time_s = 0.0
        self._title = ""
        self._subtitle = ""
        self._shape: tuple[int, ...] = ()
        self._frame_index: int | None = None  # index of the frame on screen
        self._status = PlayerStatus()
        self._default_of, self._default = "", ""  # address and size of the camera that gave its default last
        self._build()
        self.setVisible(False)

    @property
    def passing_height(self) -> int:
        """The height of the message: that a camera is awaited or a stream silent."""
        if self.isHidden() or self._message.isHidden():
            return 0
        return self._message.sizeHint().height() + theme.px(SPACING)

    def apply(self, new: Project, old: Project | None) -> None:
        """Show the options of a camera."""
        if old is None or new.source != old.source:
            self._frame_index = None
            self._show_options(new.source)

    def show_picture(self, picture: Picture) -> None:
        """Show the position and time of the frame on screen."""
        if self._take(picture.frame):
            self._show_place(self._status)

    def show_survey(self, picture: Picture) -> None:
        """Show nothing: the frame on screen is newer."""

    def show_glance(self, glance: Glance) -> None:
        """Take the position of the frame on screen, which the next status shows: no one reads it with every frame."""
        self._take(glance.job.frame)

    def show_status(self, status: PlayerStatus) -> None:
        """Show the controls for the source, and its position."""
        self._status = status
        info = status.info
        has_controls = info is not None and needs_controls(info)
        self.setVisible(has_controls or bool(self._told(status)))
        self._show_kind(info if has_controls else None)
        self._show_default(status)
        self._show_state(status)
        self._show_place(status)

    def _take(self, frame: Frame) -> bool:
        """Take position and time of the frame on screen; return False if they are the same as before."""
        before = self._time_s, self._title, self._subtitle
        self._time_s, self._title, self._subtitle = frame.time_s, frame.title, frame.subtitle
        if before == (self._time_s, self._title, self._subtitle):
            return False
        self._frame_index, self._shape = frame.index, frame.spatial
        return True

    @Slot(int)
    def _on_slider_moved(self, index: int) -> None:
        self.context.player.seek(index)

    @Slot(int)
    def _on_speed_chosen(self, row: int) -> None:
        self.context.player.set_speed(SPEEDS[row])

    @Slot(int)
    def _on_size_chosen(self, row: int) -> None:
        self.context.commit(edits.set_source_option, "size", self._size.itemData(row))

    def _build(self) -> None:
        actions = self.context.actions
        self._back = ActionButton(actions["previous"], self)
        self._play = ActionButton(actions["play"], self)
        self._forward = ActionButton(actions["next"], self)
        self._slider = JumpSlider(Qt.Orientation.Horizontal, self)
        self._slider.setAccessibleName("Place in the source")
        self._slider.setToolTip("Drag to go to another place; arrow keys go by one")
        self._slider.setPageStep(10)
        self._slider.valueChanged.connect(self._on_slider_moved)
        self._loop = ActionButton(actions["loop"], self)
        self._speed = QComboBox(self)
        self._speed.addItems([f"{factor:g}×" for factor in SPEEDS])
        self._speed.setCurrentIndex(SPEEDS.index(1.0))
        self._speed.setAccessibleName("Speed")
        self._speed.setToolTip("How fast it plays")
        self._speed.activated.connect(self._on_speed_chosen)
        self._mirror = ActionButton(actions["mirror"], self)
        self._size = QComboBox(self)
        self._size.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._size.setAccessibleName("Camera size")
        self._size.setToolTip("Size of the picture that the camera is asked for")
        self._size.activated.connect(self._on_size_chosen)
        self._settings = ActionButton(actions["camera-settings"], self)
        self._place = Note(1, self)
        self._message = Note(2, self, most_lines=MOST_MESSAGE_LINES)

        controls = QHBoxLayout()
        controls.setSpacing(theme.px(4))
        for button in (self._back, self._play, self._forward):
            controls.addWidget(button)
        controls.addWidget(self._slider, 1)
        self._spacer = QWidget(self)
        self._spacer.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        controls.addWidget(self._spacer, 1)
        for widget in (self._mirror, self._size, self._settings, self._loop, self._speed):
            controls.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(SPACING))
        layout.addLayout(controls)
        layout.addWidget(self._place)
        layout.addWidget(self._message)

    def _show_kind(self, info: SourceInfo | None) -> None:
        """Show the controls that apply to this source."""
        is_timed = info is not None and info.rate_hz is not None and not info.is_live
        is_many = info is not None and not info.is_live and info.frame_count != 1
        is_live = info is not None and info.is_live
        can_seek = info is not None and info.is_seekable and (info.frame_count or 0) > 1
        is_camera = is_live and self.context.store.state.source.kind == "camera"
        self._play.setVisible(is_timed or is_live)
        self._back.setVisible(is_many and info is not None and info.is_seekable)
        self._forward.setVisible(is_many)
        self._slider.setVisible(can_seek)
        self._spacer.setVisible(info is not None and not can_seek)
        self._loop.setVisible(is_many)
        self._speed.setVisible(is_timed)
        self._mirror.setVisible(is_camera)
        self._size.setVisible(is_camera)
        self._settings.setVisible(is_camera)
        self._place.setVisible(info is not None)

    def _show_state(self, status: PlayerStatus) -> None:
        if status.speed in SPEEDS:
            self._speed.setCurrentIndex(SPEEDS.index(status.speed))
        told = self._told(status)
        self._message.setVisible(bool(told))
        if status.state == "failed":
            self._message.refuse(told)
        else:
            self._message.accept()
            self._message.set_text(told)

    def _told(self, status: PlayerStatus) -> str:
        """Return what stands below the picture; below none, a failure stands once, in the window's message."""
        return "" if status.state == "failed" and self._frame_index is None else status.message

    def _show_place(self, status: PlayerStatus) -> None:
        info = status.info
        if info is None:
            return
        if info.frame_count is not None and not self._slider.isSliderDown():
            with QSignalBlocker(self._slider):
                self._slider.setRange(0, max(info.frame_count - 1, 0))
                self._slider.setValue(status.index)
        if status.state == "playing" and self._frame_index is not None:
            status = replace(status, index=self._frame_index)  # the player is ahead of the shown frame
        live = live_words(info, self._shape) if self._frame_index is not None else ""
        place = place_text(status, self._time_s, self._title)
        self._place.set_text(" · ".join(filter(None, (place, live, self._subtitle))))

    def _show_options(self, source: Source) -> None:
        if source.kind != "camera":
            return
        chosen = str(source.options.get("size", ""))
        self._size.clear()
        self._size.addItem(DEFAULT, "")
        for size in dict.fromkeys([*CAMERA_SIZES, chosen]):
            if size:
                self._size.addItem(size.replace("x", " × "), size)
        self._size.setCurrentIndex(max(self._size.findData(chosen), 0))
        self._name_default()

    def _show_default(self, status: PlayerStatus) -> None:
        """Say what the camera gives if no size is asked for, as soon as it has given it."""
        source, info = status.source, status.info
        if source is not None and info is not None and info.size and not source.options.get("size"):
            self._default_of, self._default = source.address, times(reversed(info.size))
        self._name_default()

    def _name_default(self) -> None:
        is_known = self._default_of == self.context.store.state.source.address
        name = f"{DEFAULT} · {self._default}" if is_known else DEFAULT
        if name != self._size.itemText(0):  # Qt would ask for a new layout
            self._size.setItemText(0, name)


def live_words(info: SourceInfo, shape: Sequence[int]) -> str:
    """Say what a live source really gives: "1280 × 720 · mirrored"; "" for others."""
    if not info.is_live:
        return ""
    size = times(reversed(shape))
    return f"{size} · mirrored" if info.is_mirrored else size


def needs_controls(info: SourceInfo) -> bool:
    """Return True if a source is a video, has pages or is live."""
    return info.is_live or info.rate_hz is not None or info.frame_count != 1
