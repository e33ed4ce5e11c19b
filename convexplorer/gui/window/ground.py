"""The colour of a window between the moment it is on screen and its first paint."""

import ctypes

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from convexplorer.gui.look import theme

_BACK_PIXEL = 2  # XCB_CW_BACK_PIXEL
_DEPTHS = (24, 32)  # of screens whose colours are 0xRRGGBB


def lay(window: QWidget) -> None:
    """Let the X server paint what Qt has not painted yet of a window in the theme's colour; elsewhere do nothing.

    Qt gives its X windows no background, so that they are black, or show what was there before, until they are painted
    for the first time: a tenth of a second after they are mapped, much more on a busy machine. Wayland shows a window
    with its first picture.
    """
    app = QGuiApplication.instance()
    if not isinstance(app, QGuiApplication) or app.platformName() != "xcb" or window.screen().depth() not in _DEPTHS:
        return
    connection = getattr(app.nativeInterface(), "connection", None)
    if connection is None:
        return
    try:
        change = ctypes.CDLL("libxcb.so.1").xcb_change_window_attributes
    except (OSError, AttributeError):
        return  # what is missing is only a colour
    change.argtypes = (ctypes.c_void_p, ctypes.c_uint32, ctypes.c_uint32, ctypes.POINTER(ctypes.c_uint32))
    change.restype = ctypes.c_uint64
    color = ctypes.c_uint32(theme.colors().window.rgb() & 0xFFFFFF)
    change(connection(), int(window.winId()), _BACK_PIXEL, ctypes.byref(color))
