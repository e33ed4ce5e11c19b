"""Why a value is what it is, below its arithmetic and enlarged; and the padding that it reads, on the input."""

import pytest
from PySide6.QtCore import QRectF

from convexplorer.gui.widgets.elided_label import ElidedLabel
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.model import edits
from tests.gui.conftest import newest_picture
from tests.results.test_value_words import check


def told(window: MainWindow) -> str:
    label = window.explanation_panel.page._sentence
    assert isinstance(label, ElidedLabel)
    return label.text()


@pytest.mark.parametrize("place", [(0.5, 0.5), (11.5, 17.5), (23.5, 35.5)])
def test_the_sentence_is_about_the_value_that_is_explained(window, qtbot, place):
    newest_picture(window, qtbot)

    window.selection.hold(place)

    explanation = window.explanation_panel.explanation
    assert explanation is not None
    assert told(window) == explanation.sentence
    assert told(window).startswith(("Positive because the right column", "Negative because the right column"))
    check(told(window), explanation.trace)
    assert ("padding" in told(window)) == bool(explanation.trace.window.is_padding.any())


def test_the_sentence_follows_another_filter_and_an_edit(window, qtbot):
    newest_picture(window, qtbot)
    window.selection.hold((11.5, 17.5))

    window.selection.select(filter=1)
    newest_picture(window, qtbot)
    assert "the four neighbours of the centre" in told(window)
    window.store.commit(edits.set_layer(window.store.state, 0, activation="relu"))
    newest_picture(window, qtbot)

    assert "ReLU" in told(window)
    check(told(window), window.explanation_panel.trace)


def test_what_has_no_room_is_in_the_tooltip(window, qtbot):
    newest_picture(window, qtbot)
    window.selection.hold((11.5, 17.5))
    label = window.explanation_panel.page._sentence

    label.resize(200, label.height())

    assert label.is_elided
    assert told(window) in label.toolTip()


def test_the_large_view_tells_it_too(window, qtbot):
    newest_picture(window, qtbot)
    window.selection.hold((11.5, 17.5))

    window.show_lens()

    assert window.lens is not None
    lens = window.lens
    for width, height in ((1920, 1080), (1280, 800), (700, 420)):
        window.resize(width, height)
        lens.place_card()
        lens.card.layout().activate()
        beside_the_title = [label.text() for label in lens.findChildren(ElidedLabel)]
        assert (told(window) in beside_the_title) == (not lens.view.tells_sentence)
        rect = lens.view._painter_of(lens.view.computation, lens.view.width() - 4, lens.view.height()).sentence_rect()
        assert rect is None or QRectF(lens.view.rect()).contains(rect)
    lens.close()


def seen_rect(window: MainWindow, rect: QRectF) -> QRectF:
    projection = window.input_panel._canvas.main_projection()
    return projection.rect_of(rect.top(), rect.left(), rect.bottom(), rect.right())


@pytest.mark.parametrize("place", [(0.5, 0.5), (23.5, 35.5), (0.5, 20.5)])
@pytest.mark.parametrize("size", [3, 9, 15])
def test_the_window_of_a_pinned_value_is_seen_whole_with_its_padding(window, qtbot, size, place):
    window.store.commit(edits.set_kernel_size(window.store.state, 0, (size, size)))
    newest_picture(window, qtbot)

    window.selection.hold(place)

    canvas = window.input_panel._canvas
    marks = canvas.marks_of(0).marks
    assert any(mark.is_hatched for mark in marks) or size * size > 121
    shown = QRectF(canvas.rect()).adjusted(-1, -1, 1, 1)
    assert all(shown.contains(seen_rect(window, mark.rect)) for mark in marks)


def test_a_wide_rim_goes_with_the_pin(window, qtbot):
    window.store.commit(edits.set_kernel_size(window.store.state, 0, (17, 17)))
    newest_picture(window, qtbot)
    canvas = window.input_panel._canvas
    alone = canvas.main_projection().scale

    window.selection.hold((0.5, 0.5))
    assert canvas.main_projection().scale < alone
    window.selection.hold(None)

    assert canvas.main_projection().scale == alone
