"""Commands that export an explanation: as a drawing, as LaTeX, as a film."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from convexplorer.core.geometry.places import Region
from convexplorer.export.files import dialog_filters
from convexplorer.gui.commands.exporting import ask_export, ask_path, file_stem, save_and_tell, tell_saved
from convexplorer.gui.commands.shell import Shell
from convexplorer.gui.film.bar import SPANS
from convexplorer.gui.look import theme

if TYPE_CHECKING:
    from convexplorer.gui.film.card import FilmWish
    from convexplorer.gui.film.paper import Drawing

NOTHING = "No value is explained yet: point at a map first."


def export_drawing(window: Shell) -> None:
    """Save the explanation as a drawing or picture with the shape of a slide."""
    drawing = drawing_of(window)
    if drawing is None:
        return
    from convexplorer.gui.film.paper import FORMATS, PNG_SCALES, save_drawing

    path = ask_path(window, "Export the explanation", f"{file_stem(drawing.title)}.svg", dialog_filters(FORMATS))
    if path is not None:
        save_and_tell(window, path, lambda: save_drawing(path, drawing, scale=PNG_SCALES[-1]), 0)


def why_not_drawing(window: Shell) -> str:
    """Return the reason why there is no explanation to export, or ""."""
    return "" if window.explanation_panel.has_explanation else NOTHING


def why_not_latex(window: Shell) -> str:
    """Return the reason why there is no computation to export, or ""."""
    return "" if window.explanation_panel.has_trace else NOTHING


def why_not_film(window: Shell) -> str:
    """Return the reason why there is no film to export, or ""."""
    return "" if window.film_export is not None or window.explanation_panel.has_film else NOTHING


def copy_drawing(window: Shell) -> None:
    """Copy the explanation as a picture."""
    drawing = drawing_of(window)
    if drawing is None:
        return
    from convexplorer.gui.film.paper import PNG_SCALES, image_of

    QGuiApplication.clipboard().setImage(image_of(drawing, scale=PNG_SCALES[0]))
    window.say("Copied the picture of the explanation.")


def toggle_light_paper(window: Shell) -> None:
    """Switch exports between a light background and the colours of the screen."""
    window.settings.write("light_paper", not has_light_paper(window))


def has_light_paper(window: Shell) -> bool:
    """Return True if exports have a light background."""
    return bool(window.settings.read("light_paper", True))


def copy_latex(window: Shell) -> None:
    """Copy the computation of the explained value as LaTeX."""
    panel = window.explanation_panel
    if panel.trace is None:
        return
    from convexplorer.export.latex import to_latex  # here, as all that follows: no start needs it

    QGuiApplication.clipboard().setText(to_latex(panel.trace, names=panel.channel_names))
    window.say("Copied the computation as LaTeX; it needs amsmath.")


def export_latex(window: Shell) -> None:
    """Save the computation of the explained value as a LaTeX document."""
    panel = window.explanation_panel
    if panel.trace is None:
        return
    from convexplorer.export.latex import save_latex, to_latex

    formula = to_latex(panel.trace, names=panel.channel_names)
    path = ask_export(window, "latex", "computation")
    if path is not None:
        save_and_tell(window, path, lambda: save_latex(path, formula), 0)


def export_film(window: Shell) -> None:
    """Ask for the settings of a film of the sliding window and write the film, or cancel a running export."""
    if window.film_export is not None:
        running = window.film_export
        if running.cancel():
            window.film_export = None
            window.say(f"{running.path.name} was not written: it was cancelled.", replaces=running.progress_text)
        return  # otherwise the file is there already, and its message on its way
    from convexplorer.gui.film.card import FilmCard

    panel = window.explanation_panel

    def region_of(span: str) -> Region | None:
        scene = panel.scene(span, is_dark=False)
        return None if scene is None else scene.region

    card = FilmCard(window, tuple((key, SPANS[key][0]) for key in panel.spans), region_of)
    card.wished.connect(lambda wish: write_film(window, wish))
    card.open()


def write_film(window: Shell, wish: FilmWish) -> None:
    """Ask for a file and write the film in the background, with progress and a button to cancel."""
    from convexplorer.gui.film.export import FilmExport
    from convexplorer.gui.film.scene import positions

    is_dark = theme.is_dark() and not has_light_paper(window)
    scene = window.explanation_panel.scene(wish.span, is_dark=is_dark)
    path = ask_export(window, "film", "film")
    if scene is None or path is None:
        return

    def then(error: Exception | None) -> None:
        running, window.film_export = window.film_export, None
        tell_saved(window, path, error, replaces=running.progress_text if running is not None else "")

    def show_progress(before: str, text: str) -> None:
        window.say(text, actions=(("Cancel", lambda: export_film(window)),), replaces=before)

    try:
        window.film_export = FilmExport(
            path,
            scene,
            positions(scene.region, wish.step),
            width_px=wish.width_px,
            rate_hz=wish.rate_hz,
            errands=window.errands,
            then=then,
            parent=window,
        )
    except (ValueError, OSError) as error:
        tell_saved(window, path, error)
    else:
        window.film_export.progressed.connect(show_progress)


def drawing_of(window: Shell) -> Drawing | None:
    """Return the explanation as a drawing in the shape of a page or slide, whatever its size on screen; or None."""
    panel = window.explanation_panel
    if panel.explanation is None:
        return None
    from convexplorer.gui.film.paper import Drawing

    width, height = panel.page.print_size
    is_dark = theme.is_dark() and not has_light_paper(window)
    return Drawing(
        title=panel.place_text,
        width=theme.px(width),
        height=theme.px(height),
        paint=lambda painter, width, height: panel.page.paint_into(painter, width, height, is_dark=is_dark),
        is_dark=is_dark,
    )
