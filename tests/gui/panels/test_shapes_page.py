"""The page on shapes: true numbers for the setting of now, and what differs computed beside the window."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtTest import QTest

from convexplorer.gui.panels.explanation_panel.shapes_page import ShapesPage
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.model import edits
from convexplorer.model.default import default_project
from convexplorer.model.limits import size_formula
from convexplorer.results.shape_diagram import ConventionRow
from convexplorer.sources import parse
from tests.gui.conftest import COLUMNS, ROWS, make_photo, newest_picture
from tests.model.examples import add_pool


@pytest.fixture
def page(window: MainWindow, qtbot) -> ShapesPage:
    window.show_explanation(True)
    window.explanation_panel.show_page("shapes")
    newest_picture(window, qtbot)
    found = window.explanation_panel.page
    assert isinstance(found, ShapesPage)
    return found


def row(page: ShapesPage, name: str) -> ConventionRow:
    return next(one for one in page.view.diagram.rows if one.name.startswith(name))


def edit(window: MainWindow, qtbot, **settings: object) -> None:
    window.store.commit(edits.set_layer(window.store.state, 0, **settings))
    newest_picture(window, qtbot)


def test_the_formula_is_that_of_the_parameters(window, page):
    formulas = tuple(each.text for each in size_formula(window.store.state.layers[0], (3, ROWS, COLUMNS)))

    assert tuple(one.formula for one in page.view.diagram.axes) == formulas


def test_the_diagram_follows_every_setting(window, page, qtbot):
    edit(window, qtbot, strides=(2, 5), padding=((1, 0), (2, 3)), dilation_rate=(1, 3), border="reflect")

    rows, columns = (one.axis for one in page.view.diagram.axes)
    assert (rows.n, rows.stride, rows.before, rows.after) == (ROWS, 2, 1, 0)
    assert (columns.n, columns.stride, columns.dilation, columns.before) == (COLUMNS, 5, 3, 2)
    assert columns.output == window.bridge.picture.evaluation[0].shape[2]
    assert "reflect" in page.view.diagram.axes[0].notes[0]


def test_what_no_window_reads_is_named(window, page, qtbot):
    edit(window, qtbot, padding="valid", strides=(4, 4))

    # 24 rows: the last window begins at row 20 and ends at 22; of every four rows it reads three.
    assert page.view.diagram.axes[0].notes[1] == "✕ 6 never read"


def test_the_convention_of_now_is_marked_and_the_others_are_compared(window, page, qtbot):
    qtbot.waitUntil(lambda: page.comparison is not None, timeout=20_000)

    assert row(page, "Keras same").is_current
    assert row(page, "Keras same").pads == ("1 + 1", "1 + 1")
    assert row(page, "Keras valid").output == f"{ROWS - 2} × {COLUMNS - 2}"
    assert row(page, "Keras valid").difference == "same values"
    assert row(page, "PyTorch padding=1").difference == "the same padding"


def test_strides_make_a_difference_between_frameworks(window, page, qtbot):
    edit(window, qtbot, strides=(2, 2))

    qtbot.waitUntil(lambda: row(page, "PyTorch padding=1").difference != "…", timeout=20_000)

    assert "differ" in row(page, "PyTorch padding=1").difference
    assert "←1" in row(page, "PyTorch padding=1").difference
    assert not row(page, 'PyTorch padding="same"').output
    assert "strides of 1 only" in row(page, 'PyTorch padding="same"').difference


def test_an_explicit_padding_has_a_line_of_its_own(window, page, qtbot):
    edit(window, qtbot, padding=((3, 0), (0, 2)))

    assert page.view.diagram.rows[0].is_current
    assert page.view.diagram.rows[0].pads == ("3 + 0", "0 + 2")


def test_convolution_and_correlation_are_compared(window, page, qtbot):
    window.selection.select(filter=0)  # sobel-x
    qtbot.waitUntil(lambda: page.comparison is not None, timeout=20_000)
    assert row(page, "convolution (flipped)").difference.startswith("up to ")

    edit(window, qtbot, is_flipped=True)
    window.selection.select(filter=1)  # laplacian
    qtbot.waitUntil(lambda: page.comparison is not None, timeout=20_000)

    assert row(page, "correlation (no flip)").difference == "same map: the kernel is symmetric"


def test_the_page_follows_the_selected_map_while_nothing_is_pinned(window, page, qtbot):
    window.selection.select(filter=2)

    assert "sharpen" in page.view.diagram.caption


def test_pooling_has_its_own_diagram(window, page, qtbot):
    window.store.commit(add_pool(window.store.state, 0))
    window.selection.select(layer="max_pool")
    newest_picture(window, qtbot)

    assert [one.axis.size for one in page.view.diagram.axes] == [2, 2]
    assert not any("convolution" in one.name for one in page.view.diagram.rows)


def test_a_transposed_convolution_spreads_windows_over_its_output(window, page, qtbot):
    edit(window, qtbot, kind="conv_transpose", strides=(3, 2), padding="valid")

    rows, columns = page.view.diagram.axes
    output = window.bridge.picture.evaluation[0].shape
    assert (rows.axis.n, columns.axis.n) == output[1:]
    assert (rows.axis.output, columns.axis.output) == (ROWS, COLUMNS)
    assert "output above" in rows.name
    # The stop that is marked reaches the output that is explained.
    for diagram, cell in zip((rows, columns), page._explanation.cell, strict=True):
        assert cell in diagram.axis.positions(np.array([diagram.current]))[0]


@pytest.mark.parametrize("kind", ["depthwise_conv", "separable_conv"])
def test_other_kinds_are_compared_as_well(window, page, qtbot, kind):
    edit(window, qtbot, kind=kind, strides=(2, 2))

    qtbot.waitUntil(lambda: row(page, "PyTorch padding=1").difference != "…", timeout=20_000)

    assert "differ" in row(page, "PyTorch padding=1").difference


def test_a_layer_without_windows_says_so(window, page, qtbot):
    edit(window, qtbot, is_enabled=False)

    assert page.view.diagram is None
    assert "switched off" in page.view.sentence


def test_an_impossible_setting_says_why(window, page, qtbot):
    edit(window, qtbot, padding="valid", dilation_rate=(40, 40))

    assert page.view.diagram is None
    assert "spans 81" in page.view.sentence


def test_hovering_a_stop_marks_its_window_on_the_pictures(window, page):
    view = page.view
    stop = next(one for one in view.layout_now.axes[1].outputs if one.output == 3)

    QTest.mouseMove(view, stop.rect.center().toPoint())

    row_now = page._explanation.cell[0]
    assert window.selection.cursor == (row_now + 0.5, 3.5)
    assert page._explanation.cell == (row_now, 3)

    QTest.mouseMove(view, view.rect().bottomRight())
    assert window.selection.cursor is None


def test_an_extract_stays_where_it_is_while_the_mouse_is_in_it(open_window, tmp_path, qtbot):
    wide = make_photo(tmp_path / "wide.png", columns=900)
    window = open_window(default_project(parse(str(wide)), ("sobel-x",)))
    window.show_explanation(True)
    window.explanation_panel.show_page("shapes")
    newest_picture(window, qtbot)
    view = window.explanation_panel.page.view
    before = view.layout_now.axes[1]
    stop = before.outputs[len(before.outputs) // 2 + 4]

    for _ in range(2):
        QTest.mouseMove(view, stop.rect.center().toPoint())
        QTest.mouseMove(view, stop.rect.center().toPoint() + QPoint(1, 0))

    assert len(before.gaps) == 2
    assert view.layout_now.axes[1].cells == before.cells
    assert window.explanation_panel.explanation.cell[1] == stop.output


def test_a_page_that_is_left_computes_nothing_more(window, page, qtbot):
    window.explanation_panel.show_page("arithmetic")

    edit(window, qtbot, strides=(2, 2))

    assert not page._is_computing or not any(thread.is_alive() for thread in page._errands._threads)


def test_the_diagram_is_printed_as_drawings(page, tmp_path):
    svg, pdf = QSvgGenerator(), QPdfWriter(str(tmp_path / "shapes.pdf"))
    svg.setFileName(str(tmp_path / "shapes.svg"))
    svg.setViewBox(QRectF(0, 0, 1200, 150))
    for device in (svg, pdf):
        painter = QPainter(device)
        page.paint_into(painter, 1200, 150, is_dark=False)
        painter.end()

    text = (tmp_path / "shapes.svg").read_text()
    assert text.count("<rect") + text.count("<path") + text.count("<poly") > 50
    assert "<image" not in text
    assert (tmp_path / "shapes.pdf").read_bytes().startswith(b"%PDF")


def test_the_diagram_is_painted_in_both_themes(page):
    pictures = []
    for is_dark in (False, True):
        image = QImage(1000, 150, QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.gray)
        painter = QPainter(image)
        page.paint_into(painter, 1000, 150, is_dark=is_dark)
        painter.end()
        pictures.append(image)

    assert pictures[0] != pictures[1]
