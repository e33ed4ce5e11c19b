"""What can be set on the camera below its picture: its rate, and by hand what it answers to, such as its exposure."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from convexplorer.core.parameter import Parameter
from convexplorer.gui.look import theme
from convexplorer.gui.session.panel import Context, Panel
from convexplorer.gui.widgets.capped_area import CappedArea
from convexplorer.gui.widgets.note import Note
from convexplorer.gui.widgets.parameter_slider import ParameterSlider
from convexplorer.live.player import PlayerStatus
from convexplorer.model import edits
from convexplorer.model.project import Project
from convexplorer.sources.camera_options import CAMERA_CONTROLS, CAMERA_RATES, DEFAULT
from convexplorer.sources.frame import Adjustment

NOTHING = "This camera lets nothing else be set."
WHOLE_FROM = 700  # height of the window in design pixels
LEAST_HEIGHT = 70  # design pixels: two rows and a half, so that it is seen that there are more
_RATE_TIP = "Pictures a second that the camera is asked for; below stands how many come"


class CameraPanel(Panel):
    """A form for the open camera; hidden until it is asked for, and for other sources."""

    shown = Signal(bool)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._address: str | None = None  # of the camera that the form was asked for
        self._names: tuple[str, ...] = ()
        self._rows: dict[str, _Row] = {}
        self._default_of, self._default = "", ""  # address and rate of the camera that gave its default last
        self._build()
        self.hide()

    @property
    def is_asked_for(self) -> bool:
        """True if the form is shown while its camera is open."""
        return self._address is not None

    def ask_for(self, is_wanted: bool) -> None:
        """Show or hide the form of the current camera."""
        source = self.context.store.state.source
        self._address = source.address if is_wanted and source.kind == "camera" else None
        self.show_status(self.context.player.status)
        self.shown.emit(self.is_asked_for)

    def apply(self, new: Project, old: Project | None) -> None:
        """Show the rate that is asked for; another source closes the form."""
        if old is not None and new.source == old.source:
            return
        source = new.source
        if self._address is not None and (source.kind, source.address) != ("camera", self._address):
            self._address = None
            self.hide()
            self.shown.emit(False)
        if source.kind == "camera":
            self._show_rates(float(source.options.get("rate", 0)))

    def show_status(self, status: PlayerStatus) -> None:
        """Show what the open camera answers to."""
        info = status.info
        is_open = info is not None and info.is_live and self._address is not None
        if is_open and info is not None:
            self._show_default(status)
            self._show_adjustments(info.adjustments)
        self.setVisible(is_open)

    def row(self, name: str) -> "_Row":
        """Return the row of a control."""
        return self._rows[name]

    def _show_rates(self, chosen: float) -> None:
        self._rate.clear()
        self._rate.addItem(DEFAULT, "")
        for rate in sorted({*CAMERA_RATES, *([chosen] if chosen else [])}):
            self._rate.addItem(f"{rate:g} fps", rate)
        self._rate.setCurrentIndex(max(self._rate.findData(chosen), 0) if chosen else 0)
        self._name_default()

    def _show_default(self, status: PlayerStatus) -> None:
        """Say what the camera gives if no rate is asked for, as soon as it has given it."""
        source, info = status.source, status.info
        if source is not None and info is not None and info.rate_hz and not source.options.get("rate"):
            self._default_of, self._default = source.address, f"{info.rate_hz:.4g} fps"
        self._name_default()

    def _name_default(self) -> None:
        is_known = self._default_of == self.context.store.state.source.address
        name = f"{DEFAULT} · {self._default}" if is_known else DEFAULT
        if name != self._rate.itemText(0):  # Qt would ask for a new layout
            self._rate.setItemText(0, name)

    def _show_adjustments(self, adjustments: tuple[Adjustment, ...]) -> None:
        names = tuple(one.name for one in adjustments)
        if names != self._names:
            self._rebuild(names)
        self._nothing.setVisible(not names)
        self._reset.setVisible(bool(names))
        self._reset.setEnabled(any(not one.is_automatic for one in adjustments))
        for one in adjustments:
            self._rows[one.name].show_adjustment(one)

    def _rebuild(self, names: tuple[str, ...]) -> None:
        for row in self._rows.values():
            row.hide()
            row.deleteLater()
        self._names = names
        self._rows = {name: _Row(CAMERA_CONTROLS[name], self._form) for name in names}
        for row in self._rows.values():
            row.changed.connect(self._on_changed)
            row.finished.connect(self.context.store.settle)
            self._list.addWidget(row)
            row.show()  # at once: the layout would do it later, when the form has been measured without

    @Slot(int)
    def _on_rate_chosen(self, index: int) -> None:
        self.context.commit(edits.set_source_option, "rate", self._rate.itemData(index))

    @Slot(str, object)
    def _on_changed(self, name: str, value: float | None) -> None:
        """Set a control, or give it back to the camera with None."""
        option = "" if value is None else value
        self.context.commit(
            edits.set_source_option, name, option, merge=f"camera {name}" if value is not None else None
        )

    @Slot()
    def _on_reset(self) -> None:
        self.context.commit(edits.clear_source_options, tuple(CAMERA_CONTROLS))

    def _build(self) -> None:
        self._rate = QComboBox(self)
        self._rate.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._rate.setAccessibleName("Camera rate")
        self._rate.setToolTip(_RATE_TIP)
        self._rate.activated.connect(self._on_rate_chosen)
        self._reset = QToolButton(self)
        self._reset.setText("All automatic")
        self._reset.setToolTip("Let the camera decide everything again")
        self._reset.clicked.connect(self._on_reset)
        self._nothing = Note(2, self)
        self._nothing.set_text(NOTHING)
        first = QHBoxLayout()
        first.setSpacing(theme.px(6))
        label = QLabel("Rate", self)
        theme.set_role(label, "muted")
        first.addWidget(label)
        first.addWidget(self._rate)
        first.addStretch(1)
        first.addWidget(self._reset)
        self._list = QVBoxLayout()
        self._list.setSpacing(theme.px(2))
        self._form = QWidget(self)
        rows = QVBoxLayout(self._form)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(theme.px(2))
        rows.addLayout(first)
        rows.addLayout(self._list)
        rows.addWidget(self._nothing)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        # What is set by hand is judged by the picture above, which must keep its room.
        layout.addWidget(CappedArea(self._form, self, whole_from=WHOLE_FROM, height=LEAST_HEIGHT))


class _Row(QWidget):
    """A slider of one control, and the switch that gives it back to the camera."""

    changed = Signal(str, object)  # name, and the new value or None
    finished = Signal()

    def __init__(self, control: Parameter, parent: QWidget) -> None:
        super().__init__(parent)
        self._control = control
        self.slider = ParameterSlider.of(control, self)
        self.automatic = QToolButton(self)
        self.automatic.setText("Auto")
        self.automatic.setCheckable(True)
        self.automatic.setAccessibleName(f"{control.label} automatic")
        self.slider.changed.connect(lambda value: self.changed.emit(control.name, value))
        self.slider.finished.connect(self.finished)
        self.automatic.clicked.connect(self._on_automatic)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(4))
        layout.addWidget(self.slider, 1)
        layout.addWidget(self.automatic)

    def show_adjustment(self, one: Adjustment) -> None:
        """Show what the camera says; a slider that is moved by hand keeps its own value."""
        self.automatic.setChecked(one.is_automatic)
        if one.has_automatic:
            tip = "The camera decides. A click takes it by hand." if one.is_automatic else "Let the camera decide again"
        else:
            tip = "As the camera came. The slider changes it." if one.is_automatic else "Back to how the camera came"
        self.automatic.setToolTip(tip)
        if one.is_automatic or abs(one.value - self.slider.value) > self._control.step:
            self.slider.set_value(one.value)

    @Slot(bool)
    def _on_automatic(self, is_automatic: bool) -> None:
        self.changed.emit(self._control.name, None if is_automatic else self.slider.value)
        self.finished.emit()
