"""The current theme: colours, fonts and sizes, and functions that change them while the program runs.

Painters call `colors()` and `px()` on every paint, so a change only needs a repaint.
"""

from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QFont, QIcon
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from convexplorer.gui.look import fonts, icons
from convexplorer.gui.look.colors import DARK, LIGHT, Colors, contrast, mix
from convexplorer.gui.look.icons import pixmap
from convexplorer.gui.look.stylesheet import palette, stylesheet

__all__ = [
    "Colors", "Name", "Role", "apply_theme", "colors", "contrast", "digits_font", "dress", "icon", "is_dark", "mix",
    "name", "notifier", "pixmap", "px", "scale", "set_icon", "set_role", "text_font",
]  # fmt: skip

Name = Literal["light", "dark", "system"]
Role = Literal[
    "card", "popup", "menu", "chip", "segments", "segment",
    "title", "heading", "muted", "small", "key", "hint", "message", "good", "warning", "error",
    "primary", "flat", "quiet", "corner", "",
]  # fmt: skip
_SCHEMES = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark, "system": Qt.ColorScheme.Unknown}
SCALE_STEPS = (0.8, 0.9, 1.0, 1.15, 1.3, 1.5, 1.75, 2.0)
SCALES = (SCALE_STEPS[0], SCALE_STEPS[-1])  # the smallest and the largest interface scale
LEAST_WIDTH = 850  # of a window, in design pixels


class Notifier(QObject):
    """The sender of `changed`, emitted after colours or sizes have changed; custom-painted widgets then update.

    Before each of these `changing` is emitted: Qt then sends every widget of the program a dozen events.
    """

    changing = Signal()
    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.name: Name = "light"
        self.is_dark = False
        self.scale = 1.0
        self.is_dressed = True  # False while the stylesheet waits for `dress`
        self.dressed_scale = 0.0  # of the stylesheet that is on
        self.styled: QApplication | None = None  # the application that has the style
        self.is_following = False  # True if connected to the desktop's colour scheme


_notifier = Notifier()


def apply_theme(
    app: QApplication, name: Name = "system", *, scale: float | None = None, is_dressed: bool = True
) -> None:
    """Apply a theme to the program; may be called again at any time.

    Parameters
    ----------
    app : QApplication
    name : "light", "dark" or "system"
        "system" follows the desktop's colour scheme, and is light if the desktop reports none.
    scale : float in 0.8…2, optional
        Size of text and controls, for example for projectors; unchanged by default.
    is_dressed : bool
        False to leave the stylesheet to `dress`, when the first window is built: style, font and palette are enough to
        build its widgets, and the stylesheet takes twice the time on hundreds of widgets one by one as on all at once.

    """
    if name not in ("light", "dark", "system"):
        raise ValueError(f"theme must be light, dark or system; got {name!r}")
    hints = app.styleHints()
    # A request to the desktop, which may colour the title bar; if ignored, only the palette below applies.
    hints.setColorScheme(_SCHEMES[name])
    if not _notifier.is_following:
        hints.colorSchemeChanged.connect(_on_color_scheme_changed)
        _notifier.is_following = True
    _notifier.name = name
    if scale is not None:
        _notifier.scale = min(max(scale, SCALES[0]), SCALES[1])
    _notifier.is_dark = name == "dark" or (name == "system" and _system_is_dark(app))
    _notifier.changing.emit()
    if _notifier.styled is not app:  # the same style again would polish every widget once more, 50 ms
        app.setStyle("Fusion")
        _notifier.styled = app
    app.setFont(text_font())
    app.setPalette(palette(colors()))
    _notifier.is_dressed = False
    if is_dressed:
        dress(app)
        icons.retint(app, _notifier.scale)
        _notifier.changed.emit()


def dress(app: QApplication) -> None:
    """Put on the stylesheet of the applied theme, unless that is done."""
    if not _notifier.is_dressed:
        # WORKAROUND(Qt 6.11): where one sheet replaces another, Qt polishes each widget again for each widget around
        # it, seven times on average (130 ms). Without a sheet in between it does so once for each of the two (30 ms),
        # but widgets that have never been shown keep sizes of the sheet before: sizes are those of the scale.
        if _notifier.dressed_scale == _notifier.scale:
            _forget_sheet(app)
            app.setStyleSheet("")
        _notifier.is_dressed, _notifier.dressed_scale = True, _notifier.scale
        app.setStyleSheet(stylesheet(colors(), scale()))


def _forget_sheet(app: QApplication) -> None:
    """Let widgets that were never shown forget that a stylesheet knows them."""
    # WORKAROUND(Qt 6.11): the sheet takes the mark from those only that were polished. Marked, a widget whose size was
    # asked for does not tell the next sheet of its end, which then styles what has been deleted.
    for widget in app.allWidgets():
        if not widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
            widget.setAttribute(Qt.WidgetAttribute.WA_StyleSheet, False)


def notifier() -> Notifier:
    """Return the object whose `changed` signal is emitted after every change of theme or scale."""
    return _notifier


def name() -> Name:
    """Return the name of the last applied theme."""
    return _notifier.name


def is_dark() -> bool:
    """Return True if the current colours are dark."""
    return _notifier.is_dark


def scale() -> float:
    """Return the interface scale, 1 being normal."""
    return _notifier.scale


def colors(dark: bool | None = None) -> Colors:
    """Return the dark or the light colours; the current ones by default."""
    return DARK if (is_dark() if dark is None else dark) else LIGHT


def px(length: float) -> int:
    """Convert a design length (at scale 1) to pixels at the current scale; at least 1 for a positive length."""
    return max(1, round(length * _notifier.scale)) if length > 0 else 0


def text_font(size: float = fonts.BASE_SIZE, *, is_bold: bool = False) -> QFont:
    """Return the text font at a design size, scaled."""
    return fonts.text_font(size * _notifier.scale, is_bold=is_bold)


def digits_font(size: float = fonts.BASE_SIZE, *, is_bold: bool = False) -> QFont:
    """Return the font for changing numbers (digits of equal width) at a design size, scaled."""
    return fonts.digits_font(size * _notifier.scale, is_bold=is_bold)


def icon(name: str) -> QIcon:
    """Return an icon in the current colours and sizes; for buttons and actions prefer `set_icon`."""
    return icons.icon(name, _notifier.scale)


def set_icon(target: QAbstractButton | QAction, name: str) -> None:
    """Set the icon of a button or an action, and update the icon after every change of theme."""
    icons.set_icon(target, name, _notifier.scale)


def set_role(widget: QWidget, role: Role) -> None:
    """Assign a widget one of the stylesheet's roles: a card, a title, muted text, a primary button."""
    widget.setProperty("role", role)
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground, True)
    if widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):  # else Qt will, before it is measured or shown
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def _system_is_dark(app: QApplication) -> bool:
    """Return True if the desktop reports a dark colour scheme; many desktops report none."""
    return app.styleHints().colorScheme() == Qt.ColorScheme.Dark


def _on_color_scheme_changed() -> None:
    """Follow the desktop's colour scheme if the theme is "system"."""
    app = QApplication.instance()
    if isinstance(app, QApplication) and _notifier.name == "system":
        apply_theme(app, "system")
