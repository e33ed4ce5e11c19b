"""The input pane: the picture, the choice of its channels, and what lies under the cursor."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from convexplorer.gui.canvas.pictures.image_canvas import ImageCanvas
from convexplorer.gui.canvas.pictures.viewport import Viewport
from convexplorer.gui.panels.input_panel import InputPanel
from convexplorer.gui.widgets.elided_label import ElidedLabel
from convexplorer.gui.widgets.segmented import Segmented
from convexplorer.model import edits
from convexplorer.sources.frame import Frame, Samples
from convexplorer.words import number
from tests.gui.panels.conftest import Bench, frame


@pytest.fixture
def panel(bench: Bench, qtbot: QtBot) -> InputPanel:
    viewport = Viewport()
    viewport.set_extent(*bench.frame.image.shape[-2:])
    found = InputPanel(bench.context, viewport)
    found.test_viewport = viewport
    qtbot.addWidget(found)
    found.resize(400, 400)
    bench.put(found)
    found.show()
    return found


def choice_of(panel: InputPanel) -> Segmented:
    return panel.findChild(Segmented)


def canvas_of(panel: InputPanel) -> ImageCanvas:
    return panel.findChild(ImageCanvas)


def facts_of(panel: InputPanel) -> str:
    """Return the line below the picture that says what the source stores."""
    return panel.findChildren(ElidedLabel)[1].text()


def test_the_choice_of_a_channel_is_an_edit_that_can_be_undone(panel, bench, qtbot):
    choice = choice_of(panel)
    assert choice.value == "color"

    qtbot.keyClick(choice, Qt.Key.Key_Right)
    assert bench.state.channels == "luminance"
    qtbot.keyClick(choice, Qt.Key.Key_Right)
    assert bench.state.channels == "0"

    assert bench.undo_steps() == 2
    assert choice.value == "color"


def test_a_grey_picture_leaves_no_choice(panel, bench):
    bench.frame = frame(("Y",))
    bench.compute()

    assert choice_of(panel).isHidden()

    bench.frame = frame()
    bench.compute()
    assert not choice_of(panel).isHidden()


def test_a_chosen_channel_is_shown_alone(panel, bench):
    bench.context.store.commit(edits.set_channels(bench.state, "1"))
    picture = bench.compute()

    assert choice_of(panel).value == "1"
    assert picture.input_names == ("G",)
    assert np.array_equal(picture.input[0], bench.frame.image[1])


def test_the_readout_gives_place_and_exact_values_of_all_channels(panel, bench, qtbot):
    picture = bench.compute()

    with qtbot.waitSignal(panel.reported) as reported:
        bench.context.selection.point_at((7.25, 11.9))

    r, g, b = picture.input[:, 7, 11]
    assert reported.args[0].split() == ["row", "7,", "column", "11", "R", number(r), "G", number(g), "B", number(b)]


def test_the_readout_names_what_is_computed_on(panel, bench, qtbot):
    bench.context.store.commit(edits.set_channels(bench.state, "luminance"))
    picture = bench.compute()

    with qtbot.waitSignal(panel.reported) as reported:
        bench.context.selection.point_at((0.0, 0.0))

    red, green, blue = (float(value) for value in bench.frame.image[:, 0, 0])
    assert number(float(picture.input[0, 0, 0])) in reported.args[0]
    assert picture.input[0, 0, 0] == pytest.approx(0.2126 * red + 0.7152 * green + 0.0722 * blue, abs=1e-5)


@pytest.mark.parametrize("cursor", [None, (-0.5, 3.0), (16.5, 3.0), (3.0, 20.5)], ids=str)
def test_outside_of_the_picture_nothing_is_read(panel, bench, qtbot, cursor):
    bench.context.selection.point_at((1.0, 1.0))

    with qtbot.waitSignal(panel.reported) as reported:
        bench.context.selection.point_at(cursor)

    assert reported.args[0] == ""


def test_the_readout_follows_a_changing_picture_under_a_resting_cursor(panel, bench, qtbot):
    bench.context.selection.point_at((2.5, 3.5))
    bench.frame = replace(bench.frame, content=bench.frame.image * np.float32(0.5))

    with qtbot.waitSignal(panel.reported) as reported:
        bench.compute()

    assert number(float(bench.frame.image[0, 2, 3])) in reported.args[0]


def test_the_mouse_over_the_picture_moves_the_cursor_of_all_panes(panel, bench, qtbot):
    canvas = canvas_of(panel)

    qtbot.mouseMove(canvas, canvas.rect().center())

    row, column = bench.context.selection.cursor
    assert (row, column) == pytest.approx((8.0, 10.0), abs=0.6)
    assert canvas.cursor_place == (row, column)


def test_a_double_click_shows_the_whole_picture_again(panel, qtbot):
    canvas = canvas_of(panel)
    panel.test_viewport.zoom_at(3.0, (4.0, 4.0))

    qtbot.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=canvas.rect().center())

    assert panel.test_viewport.zoom == 1


def test_what_should_be_known_of_a_frame_stands_below_it(panel, bench):
    def shown() -> list[str]:
        return [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]

    bench.frame = replace(bench.frame, note="The picture has 16 bits a channel.")
    bench.compute()
    assert "The picture has 16 bits a channel." in shown()

    bench.frame = frame()
    bench.compute()
    assert shown() == ["Input", "computed"]


@pytest.mark.parametrize(
    ("samples", "text"),
    [
        (Samples("uint8", 8, 255.0), "uint8, 0…255"),
        (Samples("uint16", 12, 4095.0), "uint16, 12 bits, 0…4095"),
        (Samples("int16", 16, 32767.0), "int16, −32768…32767"),
        (Samples("bool", 1), "1 bit, 0 or 1"),
        (Samples("float32", 32), "float32, −0.5…0.5"),
        (None, "computed"),
    ],
)
def test_type_bits_and_range_of_the_source_stand_below_the_picture(panel, bench, samples, text):
    values = np.linspace(-0.5, 0.5, 12, dtype=np.float32).reshape(1, 3, 4)
    bench.frame = Frame(values, ("Y",), samples=samples)
    bench.compute()

    assert facts_of(panel) == text


def test_alpha_that_is_left_out_is_said_and_can_be_included(panel, bench, qtbot):
    bench.frame = frame(("R", "G", "B", "A"))
    bench.compute()
    assert facts_of(panel).startswith("alpha is left out")

    bench.context.store.commit(edits.set_channels(bench.state, "all"))
    picture = bench.compute()

    assert choice_of(panel).value == "all"
    assert picture.input_names == ("R", "G", "B", "A")
    assert "alpha" not in facts_of(panel)
