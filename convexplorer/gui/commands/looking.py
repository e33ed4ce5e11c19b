"""Commands that change the view; only the display settings among them are part of the project."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import Qt, qVersion
from PySide6.QtWidgets import QInputDialog, QMessageBox

from convexplorer import __version__
from convexplorer._cv import cv2
from convexplorer.gui.commands.editing import NO_FILTER
from convexplorer.gui.commands.shell import Shell
from convexplorer.gui.look import theme
from convexplorer.kernels.numbers import parse_number
from convexplorer.live.spare_time import SWITCH, is_fixed_by_environment
from convexplorer.model import edits
from convexplorer.model.build import leaves_alpha_out
from convexplorer.model.view import Mode
from convexplorer.words import as_sentence

_SCALES = theme.SCALE_STEPS
_ZOOM_STEP = 1.5


def show_mode(mode: Mode) -> Callable[[Shell], None]:
    """Return the command that switches the maps to one of the view modes."""
    return lambda window: window.selection.select(mode=mode)


def toggle_studio(window: Shell) -> None:
    """Design the selected kernel beside the pictures, or no longer."""
    window.selection.enter_studio(not window.selection.is_in_studio)


def is_in_studio(window: Shell) -> bool:
    """Return True while a kernel is designed."""
    return window.selection.is_in_studio


def leave_studio(window: Shell) -> None:
    """Show the pictures without the studio."""
    window.selection.enter_studio(False)


def why_not_leave_studio(window: Shell) -> str:
    """Return the reason why there is no studio to leave, or ""."""
    return "" if window.selection.is_in_studio else "The studio is not open."


def next_filter(window: Shell) -> None:
    """Select the next filter."""
    window.select_filter(window.selection.view.filter + 1)


def previous_filter(window: Shell) -> None:
    """Select the previous filter."""
    window.select_filter(window.selection.view.filter - 1)


def toggle_enlarged(window: Shell) -> None:
    """Show only the selected map, or all maps again."""
    window.maps_panel.toggle_enlarged()


def toggle_bars(window: Shell) -> None:
    """Show the values of a layer without places as bars, or as the cells of pictures."""
    window.maps_panel.toggle_bars()


def shows_bars(window: Shell) -> bool:
    """Return True if such values are shown as bars."""
    return window.maps_panel.shows_bars


def toggle_sorted(window: Shell) -> None:
    """Let bars stand from the highest score to the lowest, or in their order."""
    window.maps_panel.toggle_sorted()


def are_sorted(window: Shell) -> bool:
    """Return True if bars stand from the highest score to the lowest."""
    return window.maps_panel.are_sorted


def why_no_bars(window: Shell) -> str:
    """Return the reason why there are no scores, or ""."""
    return "" if window.maps_panel.has_scores else "The values of this layer have places: they are seen as maps."


def zoom_in(window: Shell) -> None:
    """Zoom in all pictures around the middle of the pane."""
    window.viewport.zoom_at(_ZOOM_STEP, window.viewport.center)


def zoom_out(window: Shell) -> None:
    """Zoom out all pictures."""
    window.viewport.zoom_at(1 / _ZOOM_STEP, window.viewport.center)


def zoom_fit(window: Shell) -> None:
    """Show the whole picture in every pane."""
    window.viewport.fit()


def zoom_actual(window: Shell) -> None:
    """Show one pixel of the picture on one pixel of the screen, in the pane with the focus."""
    window.picture_pane().magnify(1.0)


def zoom_to(window: Shell) -> None:
    """Ask for the size of a picture's pixels in percent, 100 being one to one, for the pane with the focus."""
    pane = window.picture_pane()
    name = "input" if pane is window.input_panel.pane else "maps"
    question = f"Zoom of the {name} in percent: at 100, one pixel of the picture is one pixel of the screen."
    text, accepted = QInputDialog.getText(window, "Zoom to", question, text=f"{100 * pane.magnification:.4g}")
    if not accepted:
        return
    try:
        percent = parse_number(text.strip().rstrip("%").strip())
    except ValueError as error:
        window.refuse(as_sentence(str(error)))
        return
    if percent > 0:
        pane.magnify(percent / 100)
    else:
        window.refuse(f"The zoom must be more than 0 %; got {text.strip()}.")


def toggle_opencv(window: Shell) -> None:
    """Switch between the result of an 8-bit filter and the signed values."""
    is_on = is_opencv(window)
    window.context.commit(lambda state: edits.set_display(state, as_opencv_8bit=not is_on))


def is_opencv(window: Shell) -> bool:
    """Return True if the 8-bit view is on."""
    return window.store.state.display.as_opencv_8bit


def toggle_checkerboard(window: Shell) -> None:
    """Show the input over a checkerboard where it is transparent, or its colours alone."""
    is_on = has_checkerboard(window)
    window.context.commit(lambda state: edits.set_display(state, has_checkerboard=not is_on))


def has_checkerboard(window: Shell) -> bool:
    """Return True if the input is shown over a checkerboard."""
    return window.store.state.display.has_checkerboard


def why_not_checkerboard(window: Shell) -> str:
    """Return the reason why there is no alpha to show, or ""."""
    picture, state = window.bridge.picture, window.store.state
    if picture is None or leaves_alpha_out(picture.frame, state.channels, state.preprocessing):
        return ""
    return "Alpha is one of the channels." if "A" in picture.frame.channels else "This picture has no alpha."


def toggle_races(window: Shell) -> None:
    """Let algorithms race on this machine, or fix the plan of convolutions; remembered for the next start."""
    races = not has_races(window)
    window.settings.write("races", races)
    window.bridge.allow(races=races)
    how = "the algorithm that is fastest on this machine" if races else "the fixed plan, the same on every machine"
    window.say(f"From the next picture on, convolutions are computed by {how}.", kind="info")


def has_races(window: Shell) -> bool:
    """Return True if algorithms race on this machine."""
    return window.bridge.spare_time.records.is_on


def why_not_races(_window: Shell) -> str:
    """Return the reason why the plan cannot be changed, or ""."""
    return f"The environment has {SWITCH}=1, which fixes the plan." if is_fixed_by_environment() else ""


def toggle_controls(window: Shell) -> None:
    """Hide or show the column of controls."""
    window.show_controls(not has_controls(window), is_chosen=True)


def has_controls(window: Shell) -> bool:
    """Return True if the column of controls is shown."""
    return window.controls.isVisibleTo(window)


def switch_theme(window: Shell) -> None:
    """Switch between light and dark."""
    window.set_theme("light" if theme.is_dark() else "dark")


def follow_system(window: Shell) -> None:
    """Follow the system's theme."""
    window.set_theme("system")


def larger(window: Shell) -> None:
    """Make the interface larger."""
    window.set_scale(next((scale for scale in _SCALES if scale > window.scale + 0.01), _SCALES[-1]))


def smaller(window: Shell) -> None:
    """Make the interface smaller."""
    window.set_scale(next((scale for scale in reversed(_SCALES) if scale < window.scale - 0.01), _SCALES[0]))


def why_not_larger(window: Shell) -> str:
    """Return the reason why the interface cannot grow, or ""."""
    return "" if window.scale < _SCALES[-1] - 0.01 else "The interface is as large as it gets."


def why_not_smaller(window: Shell) -> str:
    """Return the reason why the interface cannot shrink, or ""."""
    return "" if window.scale > _SCALES[0] + 0.01 else "The interface is as small as it gets."


def why_not_filter(by: int) -> Callable[[Shell], str]:
    """Return the function that gives the reason why there is no filter to select `by` places on, or ""."""

    def ask(window: Shell) -> str:
        chosen = window.choice()
        if chosen is None:
            return NO_FILTER
        is_inside = 0 <= window.selection.view.filter + by < len(chosen.layer.filters)
        return "" if is_inside else f"This is the {'first' if by < 0 else 'last'} filter."

    return ask


def toggle_full_screen(window: Shell) -> None:
    """Switch between full screen and window."""
    window.setWindowState(window.windowState() ^ window.windowState().WindowFullScreen)


def show_about(window: Shell) -> None:
    """Show the program's name, version and licence."""
    box = QMessageBox(window)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle("About ConvExplorer")
    box.setText(f"ConvExplorer {__version__}\nSee what a convolution sees.")
    box.setInformativeText(
        "MIT licence. The pictures, icons and fonts that come with it have their authors and licences beside them. "
        f"Qt {qVersion()}, NumPy {np.__version__}, OpenCV {cv2.__version__}."
    )
    box.open()
