"""Commands on the marked region: a rectangle of the input, dragged with Shift in any picture."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QGuiApplication

from convexplorer.core.geometry.places import Region
from convexplorer.export import arrays, images
from convexplorer.gui.commands.exporting import MOST_COPIED, ask_export, file_stem, save_and_tell
from convexplorer.gui.commands.shell import Shell
from convexplorer.gui.look import theme
from convexplorer.kernels.matrix import format_matrix
from convexplorer.results.region import numbers_text, region_between, region_numbers, region_text, values_in
from convexplorer.results.tiles import colored

NO_REGION = "No region is marked: drag with Shift on a picture, or mark what is in sight."
NO_VALUE = "No value of the map lies in the region."


def mark_in_sight(window: Shell) -> None:
    """Mark what the pane with the focus shows of the input."""
    pane = window.picture_pane()
    projection = pane.main_projection()
    first = projection.to_input(projection.pane.topLeft())
    last = projection.to_input(projection.pane.bottomRight())
    window.selection.set_region(region_between(first, last, window.viewport.extent))
    tell(window)


def why_not_mark(window: Shell) -> str:
    """Return the reason why there is no input to mark a region of, or ""."""
    picture = window.bridge.picture
    if picture is None:
        return "There is no picture yet."
    return "" if len(picture.look.axes) == 2 else "Regions are of rows and columns; this source has other axes."


def tell(window: Shell) -> None:
    """Say the numbers of the region, with what can be done with it."""
    region, picture = window.selection.region, window.exact_picture()
    if region is None or picture is None:
        return
    numbers = region_numbers(picture, window.selection.view.filter, region)
    # The sentence stays while the frames of a film go on.
    info = window.bridge.player.status.info
    frame = f" of frame {picture.frame.index + 1}" if info is not None and info.has_time else ""
    text = f"{region_text(region).capitalize()}{frame}. {numbers_text(numbers)}"
    names = {"region-zoom": "Zoom to it", "region-export": "Export values…", "region-forget": "Let go"}
    actions = tuple((label, window.actions_by_name[name].give) for name, label in names.items())
    window.say(text, actions=actions)


def zoom(window: Shell) -> None:
    """Show the region as large as it fits into every pane."""
    if (region := window.selection.region) is not None:
        window.viewport.show_part(*region.start, *region.stop)


def study(window: Shell) -> None:
    """Study the region, as far as a study reaches."""
    if (region := window.selection.region) is not None:
        window.show_explanation(True)
        window.explanation_panel.show_page("study")
        (top, left), (rows, columns) = region.start, region.size
        window.explanation_panel.frame_crop(QRectF(left, top, columns, rows))


def copy_values(window: Shell) -> None:
    """Copy the values of the selected map in the region as text."""
    region, tile = window.selection.region, window.exact_tile()
    if region is not None and tile is not None:
        values = values_in(tile.values, tile.grid, region)
        QGuiApplication.clipboard().setText(format_matrix(values.astype(np.float64)))
        window.say(f"Copied “{tile.title}” in {region_text(region)}: {len(values)} rows of {values.shape[1]} numbers.")


def why_not_copy(window: Shell) -> str:
    """Return the reason why no values of a map in the region can be copied, or ""."""
    values = _map_values(window)
    if values is None:
        return NO_REGION
    if not values.size:
        return NO_VALUE
    return "" if values.size <= MOST_COPIED else f"The region has {values.size} values; {MOST_COPIED} fit as text."


def export_picture(window: Shell) -> None:
    """Save the selected map in the region as shown."""
    region, tile = window.selection.region, window.exact_tile()
    path = None if region is None or tile is None else ask_export(window, "map", f"{file_stem(tile.title)}-region")
    if region is not None and tile is not None and path is not None:
        rgb = np.moveaxis(colored(tile, is_dark=theme.is_dark()), 2, 0)
        part = np.ascontiguousarray(np.moveaxis(values_in(rgb, tile.grid, region), 0, 2))
        save_and_tell(window, path, lambda: images.save_png(path, part), part.size // 3)


def why_not_picture(window: Shell) -> str:
    """Return the reason why there is no picture of the map in the region, or ""."""
    values = _map_values(window)
    if values is None:
        return NO_REGION
    return "" if values.size else NO_VALUE


def export_values(window: Shell) -> None:
    """Save the exact values of the input in the region, and of the map if it has as many."""
    region, picture, tile = window.selection.region, window.exact_picture(), window.exact_tile()
    if region is None or picture is None:
        return
    given = values_in(picture.seen_input, picture.input_tile.grid, region)
    names, maps = list(picture.input_names), list(given)
    made = None if tile is None else values_in(tile.values, tile.grid, region)
    if tile is not None and made is not None and made.shape == given.shape[1:]:
        names.append(tile.title)
        maps.append(made)
    path = ask_export(window, "maps", "region")
    if path is not None:
        stacked = np.stack(maps)
        save_and_tell(window, path, lambda: arrays.save_array(path, stacked, names), stacked.size)


def forget(window: Shell) -> None:
    """Remove the region's frame."""
    window.selection.set_region(None)


def why_not(window: Shell) -> str:
    """Return the reason why there is no region, or ""."""
    return NO_REGION if window.selection.region is None else ""


def drag(window: Shell, first: tuple[float, float], last: tuple[float, float]) -> None:
    """Mark the rectangle between two points."""
    if not why_not_mark(window):
        window.selection.set_region(region_between(first, last, window.viewport.extent))


def keep_inside(window: Shell) -> None:
    """Let go of a region that does not lie in the input that is shown."""
    region: Region | None = window.selection.region
    height, width = window.viewport.extent
    if region is not None and (bool(why_not_mark(window)) or region.stop[0] > height or region.stop[1] > width):
        window.selection.set_region(None)


def _map_values(window: Shell) -> np.ndarray | None:
    region, tile = window.selection.region, window.selected_tile()
    return None if region is None or tile is None else values_in(tile.values, tile.grid, region)
