"""Line icons from SVG files, drawn in the colours of the current palette.

In the files `currentColor` stands for the text colour. An icon is a set of pixmaps and not a custom `QIconEngine`:
Qt clones engines at will, and PySide6 6.11 then calls into deleted objects and crashes. Therefore `retint` replaces
all icons after a change of the palette.
"""

from difflib import get_close_matches
from functools import cache

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QAction, QColor, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QApplication

from convexplorer import assets

SIZE = 16  # design pixels at which the window shows icons
SMALLER = {"eye": 14, "eye-off": 14}  # where they are shown in another size
_NAME = "icon_name"  # the dynamic property by which `retint` finds buttons and actions with icons


def icon(name: str, scale: float = 1.0) -> QIcon:
    """Return the icon of this name in `resources/icons`, tinted for the current palette.

    Disabled icons take the palette's disabled colour, checked icons (state On) its accent.
    An unknown name raises a ValueError that suggests similar names.
    """
    if name not in names():
        near = get_close_matches(name, names(), n=3, cutoff=0.4)
        raise ValueError(f"there is no icon {name!r}; near it are {', '.join(near) or 'none'}")
    screens = QGuiApplication.screens()
    ratio = max((screen.devicePixelRatio() for screen in screens), default=1.0)
    return _icon(name, _tints(), round(SMALLER.get(name, SIZE) * scale), ratio)


def set_icon(target: QAbstractButton | QAction, name: str, scale: float = 1.0) -> None:
    """Set the icon of a button or action, and let `retint` update the icon."""
    # A button that gets an icon, also the same, asks for another layout.
    if target.property(_NAME) != name or target.icon().isNull():
        target.setProperty(_NAME, name)
        target.setIcon(icon(name, scale))


def retint(app: QApplication, scale: float = 1.0) -> None:
    """Redraw all icons set by `set_icon` in the current colours and sizes."""
    # A command is in the window, in menus and on buttons, and tells all of them of each icon that it gets.
    targets = {id(target): target for widget in app.allWidgets() for target in (widget, *widget.actions())}
    for target in targets.values():
        if isinstance(target, QAbstractButton | QAction) and (name := target.property(_NAME)):
            target.setIcon(icon(name, scale))


@cache
def names() -> frozenset[str]:
    """Return the names of all icons."""
    return frozenset(path.stem for path in assets.path("icons").glob("*.svg"))


def pixmap(name: str, size: int, color: QColor, pixel_ratio: float = 1.0) -> QPixmap:
    """Return an icon in a given colour, `size` logical pixels wide, for painters."""
    return _drawn(name, size, color.rgba(), pixel_ratio)


_Tints = tuple[int, int, int, int]


def _tints() -> _Tints:
    """Return the palette's colours for normal, checked, disabled and selected icons, as RGBA."""
    palette = QGuiApplication.palette()
    roles = QPalette.ColorRole
    return (
        palette.color(roles.ButtonText).rgba(),
        palette.color(roles.Accent).rgba(),
        palette.color(QPalette.ColorGroup.Disabled, roles.ButtonText).rgba(),
        palette.color(roles.HighlightedText).rgba(),
    )


@cache
def _icon(name: str, tints: _Tints, size: int, ratio: float) -> QIcon:
    """Draw an icon in all states."""
    modes, states = QIcon.Mode, QIcon.State
    looks = (
        (modes.Normal, states.Off),
        (modes.Normal, states.On),
        (modes.Disabled, states.Off),
        (modes.Selected, states.Off),
    )
    result = QIcon()
    for rgba, (mode, state) in zip(tints, looks, strict=True):
        result.addPixmap(_drawn(name, size, rgba, ratio), mode, state)
    return result


@cache
def _drawn(name: str, size: int, rgba: int, ratio: float) -> QPixmap:
    """Draw an icon in one colour."""
    result = QPixmap(_shape(name, size, ratio))
    painter = QPainter(result)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(0, 0, size + 1, size + 1, QColor.fromRgba(rgba))
    painter.end()
    return result


@cache
def _shape(name: str, size: int, ratio: float) -> QPixmap:
    """Draw an SVG in black on a transparent background, at the screen's resolution."""
    result = QPixmap(QSize(size, size) * ratio)
    result.setDevicePixelRatio(ratio)
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    _renderer(name).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return result


@cache
def _renderer(name: str) -> QSvgRenderer:
    """Read an SVG file once."""
    return QSvgRenderer(str(assets.path("icons", f"{name}.svg")))
