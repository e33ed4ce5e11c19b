"""Commands that export or copy maps, values and kernels."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
from PySide6.QtCore import QBuffer
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog

from convexplorer.export import arrays, composition, images
from convexplorer.export.files import free_path, reason_of
from convexplorer.gui.commands.editing import NO_FILTER
from convexplorer.gui.commands.shell import Shell
from convexplorer.gui.look import theme
from convexplorer.gui.session import pasted
from convexplorer.gui.session.recording import Recording, open_journal
from convexplorer.kernels.matrix import format_matrix
from convexplorer.results.picture import Picture, Tile
from convexplorer.results.render import by_fixed_plan
from convexplorer.results.stage import value_names
from convexplorer.results.tile_words import tile_under
from convexplorer.results.tiles import colored
from convexplorer.words import failure

NO_MAP = "There is no map yet: open a picture first."
NO_PICTURE = "A single value makes no picture; “Export values…” writes it with all others of its layer."
MOST_COPIED = 1_000_000  # values as text: about ten megabytes
BESIDE_FROM_CELLS = 8_000_000  # files that take longer than about half a second are written in the background

_LONGEST_STEM = 60


def export_map(window: Shell) -> None:
    """Save the selected map as shown."""
    picture, index = window.exact_picture(), window.selection.view.filter  # what is seen now, not after the dialog
    tile = tile_under(picture, index)
    if picture is None or tile is None:
        return
    path = ask_export(window, "map", file_stem(tile.title))
    if path is not None:
        tile, is_dark = tile_under(by_fixed_plan(picture), index) or tile, theme.is_dark()
        save_and_tell(window, path, lambda: images.save_png(path, colored(tile, is_dark=is_dark)), _cells([tile]))


def why_no_map(window: Shell) -> str:
    """Return the reason why there is no map to export, or ""."""
    return NO_MAP if window.selected_tile() is None else ""


def why_no_picture(window: Shell) -> str:
    """Return the reason why the selected map makes no picture, or ""."""
    tile = window.selected_tile()
    return NO_PICTURE if tile is not None and tile.values.size == 1 else why_no_map(window)


def export_grid(window: Shell) -> None:
    """Save all tiles as one picture, with their names."""
    picture = window.exact_picture()
    if picture is None:
        return
    path = ask_export(window, "grid", "maps")
    if path is not None:
        is_dark, tiles = theme.is_dark(), by_fixed_plan(picture).tiles
        save_and_tell(
            window, path, lambda: images.save_grid_png(path, _titled(tiles, is_dark), is_dark=is_dark), _cells(tiles)
        )


def export_values(window: Shell) -> None:
    """Save the exact values of all maps."""
    picture = window.exact_picture()
    if picture is None or not picture.tiles:
        return
    path = ask_export(window, "maps", "maps")
    if path is not None:
        maps, names = _values_of(by_fixed_plan(picture))
        save_and_tell(window, path, lambda: arrays.save_array(path, maps, names), maps.size)


def _values_of(picture: Picture) -> tuple[np.ndarray, Sequence[str]]:
    """Return all maps with their names; of a layer without places its values, (F,)."""
    tiles, evaluation, layer = picture.tiles, picture.evaluation, picture.position
    shape = evaluation.shape_of(layer) if evaluation is not None and layer < len(evaluation) else None
    if evaluation is not None and shape is not None and len(shape) == 1 and picture.view.mode in ("bank", "network"):
        project = picture.project
        names = value_names(project.layers, picture.input_names, evaluation, layer, project.class_names)
        return evaluation[layer], names
    # All pages of an array have one size: with strides, the input has another size.
    tiles = tuple(tile for tile in tiles if tile.values.shape == tiles[-1].values.shape)
    return np.stack([tile.values for tile in tiles]), [tile.title for tile in tiles]


def export_bank(window: Shell) -> None:
    """Save the filters of the selected layer."""
    chosen = window.choice()
    if chosen is None:
        return
    path = ask_export(window, "bank", "kernels")
    if path is not None:
        from convexplorer.export.kernels import save_bank

        save_and_tell(window, path, lambda: save_bank(path, chosen.layer), 0)


def export_response(window: Shell) -> None:
    """Save the frequency response of the chosen planes as they are applied; of several that of their mean."""
    planes, what = window.filter_panel.chosen_planes()
    choice = window.choice()
    if not what or choice is None:
        return
    path = ask_export(window, "response", "response")
    if path is not None:
        from convexplorer.export.response import save_response
        from convexplorer.kernels.planes import merged
        from convexplorer.results.effects import as_applied

        panel = window.studio.panel
        plane, _ = as_applied(merged(planes)[0], choice.layer)
        kind = "magnitude" if panel is None else panel.effects.response.kind
        save_and_tell(window, path, lambda: save_response(path, plane, kind=kind), 0)


def copy_map(window: Shell) -> None:
    """Copy the selected map as shown."""
    tile = window.exact_tile()
    if tile is None:
        return
    rgb = np.ascontiguousarray(colored(tile, is_dark=theme.is_dark()))
    height, width = rgb.shape[:2]
    # The clipboard outlives the array, so it gets a copy.
    QGuiApplication.clipboard().setImage(QImage(rgb.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy())
    window.say(f"Copied the picture of “{tile.title}”, {width} × {height}.", kind="info")


def copy_map_values(window: Shell) -> None:
    """Copy the values of the selected map as text, one row per line, separated by tabs."""
    tile = window.exact_tile()
    if tile is not None:
        QGuiApplication.clipboard().setText(format_matrix(tile.values.astype(np.float64)))
        rows, columns = tile.values.shape
        window.say(f"Copied the values of “{tile.title}”: {rows} rows of {columns} numbers.")


def why_not_values(window: Shell) -> str:
    """Return the reason why the values of the map are not copied as text, or ""."""
    tile = window.selected_tile()
    if tile is None:
        return NO_MAP
    size = tile.values.size
    return "" if size <= MOST_COPIED else f"The map has {size} values; export them instead: {MOST_COPIED} fit as text."


def copy_input(window: Shell) -> None:
    """Copy the input as shown."""
    picture = window.exact_picture()
    if picture is not None:
        rgb = np.ascontiguousarray(input_rgb(picture, is_dark=theme.is_dark()))
        height, width = rgb.shape[:2]
        image = QImage(rgb.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
        QGuiApplication.clipboard().setImage(image)
        window.say(f"Copied the picture of the input, {width} × {height}.")


def export_input(window: Shell) -> None:
    """Save the input as shown."""
    picture = window.exact_picture()
    path = None if picture is None else ask_export(window, "map", "input")
    if picture is not None and path is not None:
        rgb = input_rgb(picture, is_dark=theme.is_dark())
        save_and_tell(window, path, lambda: images.save_png(path, rgb), rgb.size // 3)


def why_no_input(window: Shell) -> str:
    """Return the reason why there is no input yet, or ""."""
    return NO_MAP if window.bridge.picture is None else ""


def why_no_response(window: Shell) -> str:
    """Return the reason why no kernel of rows and columns is selected, or ""."""
    choice = window.choice()
    if choice is None:
        return NO_FILTER
    return "" if choice.layer.rank == 2 else "Only kernels of rows and columns have a response in two dimensions."


def why_no_kernels(window: Shell) -> str:
    """Return the reason why there are no kernels, or ""."""
    return NO_FILTER if window.choice() is None else ""


def snapshot(window: Shell) -> None:
    """Save input and maps side by side into the last used folder, without asking."""
    picture = window.exact_picture()
    if picture is None:
        return
    name = f"convexplorer-{datetime.now().astimezone():%Y%m%d-%H%M%S-%f}.png"
    path = free_path(Path(window.settings.last_folder) / name)
    is_dark, fixed = theme.is_dark(), by_fixed_plan(picture)
    save_and_tell(
        window, path, lambda: images.save_png(path, side_by_side(fixed, is_dark=is_dark)), _cells(fixed.tiles)
    )


def save_session_picture(window: Shell) -> None:
    """Save a picture of the window that opens as this session."""
    from convexplorer.gui.commands.sessions import session_now  # here, as below: no start saves one
    from convexplorer.model.storage.documents import ProjectError
    from convexplorer.model.storage.session import SessionError, save_session

    content = QBuffer()
    content.open(QBuffer.OpenModeFlag.WriteOnly)
    window.grab().save(content, "PNG")  # what is seen now, not after the dialog
    session = session_now(window)
    name = f"convexplorer-{datetime.now().astimezone():%Y%m%d-%H%M%S}.png"
    path = ask_path(window, "Save picture with session", name, "Picture with session (*.png)")
    if path is None:
        return
    try:
        save_session(path, bytes(content.data().data()), session)
    except (SessionError, ProjectError, OSError) as error:
        tell_saved(window, path, error)
    else:
        pasted.note_use(session.project.source.address, path)
        tell_saved(window, path, None)


def toggle_recording(window: Shell) -> None:
    """Start recording, or end the recording and show where the video is."""
    if window.recording is not None:
        window.stop_recording()
        return
    path = ask_export(window, "video", f"convexplorer-{datetime.now().astimezone():%Y%m%d-%H%M%S}")
    if path is None:
        return
    try:
        window.start_recording(Recording(path, journal=open_journal()))
    except (ValueError, OSError) as error:
        window.say(failure(path.name, "cannot be recorded", str(error)), kind="error")


def is_recording(window: Shell) -> bool:
    """Return True while recording."""
    return window.recording is not None


def side_by_side(picture: Picture, *, is_dark: bool, max_width: float = math.inf) -> np.ndarray:
    """Return the input beside the maps as one picture, (H, W, 3) uint8."""
    source = input_rgb(picture, is_dark=is_dark)
    return composition.beside(source, _titled(picture.tiles, is_dark), is_dark=is_dark, max_width=max_width)


def input_rgb(picture: Picture, *, is_dark: bool) -> np.ndarray:
    """Return the input as shown, (H, W, 3) uint8."""
    tile = picture.input_tile
    return tile.indexed if tile.indexed.ndim == 3 else colored(tile, is_dark=is_dark)


def _titled(tiles: Sequence[Tile], is_dark: bool) -> list[tuple[str, np.ndarray]]:
    return [(tile.title, colored(tile, is_dark=is_dark)) for tile in tiles]


def ask_export(window: Shell, name: str, stem: str) -> Path | None:
    """Ask for the file of an export, given by its key in `EXPORTS`, as in `ask_path`."""
    from convexplorer.export.table import EXPORTS  # here, because it loads every writer

    export = EXPORTS[name]
    return ask_path(window, export.title, f"{stem}{next(iter(export.formats))}", export.filters)


def ask_path(window: Shell, title: str, name: str, filters: str) -> Path | None:
    """Ask for a file to write; None if cancelled. A name without a suffix gets that of the chosen filter."""
    asked = ask_file(window, title, name, filters)
    return None if asked is None else asked[0]


def ask_file(window: Shell, title: str, name: str, filters: str) -> tuple[Path, str] | None:
    """Ask as `ask_path`; return the filter that was chosen as well, where a suffix alone does not tell the format."""
    start = str(Path(window.settings.last_folder) / name)
    text, chosen = QFileDialog.getSaveFileName(window, title, start, filters)
    if not text:
        return None
    path = Path(text)
    if not path.suffix:
        path = path.with_suffix(chosen.rpartition("*")[2].rstrip(")"))
    window.settings.remember_folder(path)
    return path, chosen


def save_and_tell(
    window: Shell, path: Path, save: Callable[[], None], cells: int, *, beside: Sequence[str] = ()
) -> None:
    """Write a file, in the background if `cells` is large, and show the outcome; `beside` names what is written too."""
    if cells > BESIDE_FROM_CELLS:
        window.say(f"Saving {path.name} …")
        window.errands.run(save, lambda error: tell_saved(window, path, error, beside=beside))
        return
    try:
        save()
    except (ValueError, OSError, MemoryError) as error:
        tell_saved(window, path, error)
    else:
        tell_saved(window, path, None, beside=beside)


def tell_saved(
    window: Shell, path: Path, error: Exception | None, *, replaces: str = "", beside: Sequence[str] = ()
) -> None:
    """Show where a file was saved, or the reason for the failure, in place of the sentence that said it is written."""
    if error is None:
        also = f", and beside it {', '.join(beside)}" if beside else ""
        window.say(f"Saved {path}{also}", kind="good", replaces=replaces)
    else:
        window.say(failure(path.name, "was not saved", reason_of(error)), kind="error", replaces=replaces)


def _cells(tiles: Sequence[Tile]) -> int:
    return sum(tile.values.size for tile in tiles)


def file_stem(title: str) -> str:
    """Return a title as a valid file name of a length that every disk takes."""
    safe = "".join(character if character.isalnum() or character in "-_" else "-" for character in title)
    return safe[:_LONGEST_STEM].strip("-") or "map"
