"""The table of pages: the panel's choice, menus and export read it."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from convexplorer._dataclass import dataclass
from convexplorer.gui.panels.explanation_panel.arithmetic_page import ArithmeticPage
from convexplorer.gui.panels.explanation_panel.page import Page
from convexplorer.gui.session.panel import Context


@dataclass(frozen=True)
class PageInfo:
    """One row: what a page is called, what it is for, and how it is made."""

    label: str
    tip: str
    make: Callable[[Context, QWidget], Page]


# Pages but the first are made when they are asked for the first time: what they need would be loaded at every start.


def _make_study(context: Context, parent: QWidget) -> Page:
    from convexplorer.gui.panels.explanation_panel.study_page import StudyPage

    return StudyPage(context, parent)


def _make_profile(context: Context, parent: QWidget) -> Page:
    from convexplorer.gui.panels.explanation_panel.profile_page import ProfilePage

    return ProfilePage(context, parent)


def _make_gradient(context: Context, parent: QWidget) -> Page:
    from convexplorer.gui.panels.explanation_panel.gradient_page import GradientPage

    return GradientPage(context, parent)


def _make_shapes(context: Context, parent: QWidget) -> Page:
    from convexplorer.gui.panels.explanation_panel.shapes_page import ShapesPage

    return ShapesPage(context, parent)


def _make_matrix(context: Context, parent: QWidget) -> Page:
    from convexplorer.gui.panels.explanation_panel.matrix_page import MatrixPage

    return MatrixPage(context, parent)


def _make_shift(context: Context, parent: QWidget) -> Page:
    from convexplorer.gui.panels.explanation_panel.shift_page import ShiftPage

    return ShiftPage(context, parent)


PAGES: dict[str, PageInfo] = {
    "arithmetic": PageInfo("Arithmetic", "Patch × kernel, product by product, to the value", ArithmeticPage),
    "study": PageInfo("Study", "A small part of the input beside its output, in numbers", _make_study),
    "profile": PageInfo("Profile", "Input and map along the row and the column through the place", _make_profile),
    "gradient": PageInfo(
        "Gradient", "What changes this value: in the picture, or in the maps of any layer", _make_gradient
    ),
    "shift": PageInfo("Shift", "Shift the picture by hand: does the map move with it (equivariance)?", _make_shift),
    "matrix": PageInfo("Matrix", "The layer as one product of matrices: windows as columns (im2col)", _make_matrix),
    "shapes": PageInfo("Shapes", "Where windows stop, what padding adds, and how frameworks differ", _make_shapes),
}
