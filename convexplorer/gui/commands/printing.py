"""Commands that put an explanation on paper: as a drawing, as LaTeX, as a film."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication

from convexplorer.export.files import replacing
from convexplorer.export.latex import to_document, to_latex
from convexplorer.gui import theme
from convexplorer.gui.commands.exporting import ask_path, file_stem, save_and_tell
from convexplorer.gui.paper import PNG_SCALES, Drawing, image_of, save_drawing
from convexplorer.gui.shell import Shell

_DRAWINGS = "SVG drawing (*.svg);;PDF page (*.pdf);;PNG picture (*.png)"
_NOTHING = "There is nothing to export yet: point at a value first."


def export_drawing(window: Shell) -> None:
    """Save the explanation as it is on screen: large, if it is shown large."""
    drawing = drawing_of(window)
    if drawing is None:
        window.say(_NOTHING, kind="warning")
        return
    path = ask_path(window, "Export the explanation", f"{file_stem(drawing.title)}.svg", _DRAWINGS)
    if path is not None:
        save_and_tell(window, path, lambda: save_drawing(path, drawing, scale=PNG_SCALES[-1]), 0)


def copy_drawing(window: Shell) -> None:
    """Copy the explanation as a picture."""
    drawing = drawing_of(window)
    if drawing is None:
        window.say(_NOTHING, kind="warning")
        return
    QGuiApplication.clipboard().setImage(image_of(drawing, scale=PNG_SCALES[0]))
    window.say("Copied the picture of the explanation.")


def toggle_light_paper(window: Shell) -> None:
    """Export with a light background, or in the colours of the screen."""
    window.settings.write("light_paper", not has_light_paper(window))


def has_light_paper(window: Shell) -> bool:
    """Tell whether exports have a light background."""
    return bool(window.settings.read("light_paper", True))


def copy_latex(window: Shell) -> None:
    """Copy the computation of the explained value as LaTeX."""
    trace = window.explanation_panel.trace
    if trace is None:
        window.say(_NOTHING, kind="warning")
        return
    QGuiApplication.clipboard().setText(to_latex(trace))
    window.say("Copied the computation as LaTeX; it needs amsmath.")


def export_latex(window: Shell) -> None:
    """Save the computation of the explained value as a LaTeX document."""
    trace = window.explanation_panel.trace
    if trace is None:
        window.say(_NOTHING, kind="warning")
        return
    path = ask_path(window, "Export as LaTeX", "computation.tex", "LaTeX (*.tex)")
    if path is None:
        return

    def save() -> None:
        with replacing(path, (".tex",)) as part:
            part.write_text(to_document(to_latex(trace)), encoding="utf-8")

    save_and_tell(window, path, save, 0)


def drawing_of(window: Shell) -> Drawing | None:
    """Return what is explained as a drawing of the size that it has on screen."""
    panel, large = window.explanation_panel, window.large_view()
    if panel.explanation is None:
        return None
    shown = panel.page if large is None else large
    is_dark = theme.is_dark() and not has_light_paper(window)
    return Drawing(
        title=panel.place_text,
        width=shown.width(),
        height=shown.height(),
        paint=lambda painter, width, height: panel.page.paint_into(painter, width, height, is_dark=is_dark),
        is_dark=is_dark,
    )
