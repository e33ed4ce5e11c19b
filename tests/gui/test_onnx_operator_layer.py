"""An operator that ONNX Runtime runs, in the window: its maps and all behind it are shown, and nothing is made up."""

from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from convexplorer.gui.panels.explanation_panel.pages import PAGES
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.model.layer import make_layer
from convexplorer.results.explanation import OPAQUE
from convexplorer.results.gradient_subject import choices
from tests.gui.conftest import newest_picture
from tests.model.examples import conv_layer


@pytest.fixture
def ids(window: MainWindow, qtbot: QtBot) -> tuple[str, ...]:
    """Return the ids of a convolution, an operator of ONNX, and layers behind it, of which one reads both."""
    state = window.store.state
    erf = make_layer("onnx_operator", operator="Erf", id="erf")
    rest = (
        make_layer("max_pool", id="pool", pool_size=3, strides=1, padding="same"),
        conv_layer(state.layers[0].filters, id="behind"),
        make_layer("add", id="sum", inputs=("behind", "erf")),
    )
    project = replace(state, layers=(state.layers[0], erf, *rest))
    window.store.commit(project)
    window.selection.select(layer="erf")
    newest_picture(window, qtbot)
    return project.ids


def test_it_and_all_behind_it_have_maps(window: MainWindow, qtbot: QtBot, ids: tuple[str, ...]) -> None:
    picture = newest_picture(window, qtbot)

    assert [one.error for one in picture.layers] == [""] * len(ids)
    assert len(picture.tiles) == picture.layers[1].output_shape[0]


def test_its_page_says_that_nothing_is_known(window: MainWindow, qtbot: QtBot, ids: tuple[str, ...]) -> None:
    window.selection.point_at((20.0, 20.0))
    newest_picture(window, qtbot)
    window.explanation_panel.show_page("arithmetic")

    assert window.explanation_panel.page.sentence == OPAQUE
    assert window.explanation_panel.explanation is None


@pytest.mark.parametrize("page", PAGES)
def test_every_page_lives_with_it(window: MainWindow, qtbot: QtBot, ids: tuple[str, ...], page: str) -> None:
    """For it and for each layer behind it: pointed at, pinned, and with the field and the reach on the picture."""
    window.explanation_panel.show_page(page)
    for overlay in ("field", "reads", "ghost"):
        window.selection.toggle_overlay(overlay)
    for layer in ids:
        window.selection.select(layer=layer)
        for is_on_input in (True, False):
            window.selection.point_at((20.0, 20.0), is_on_input=is_on_input)
            newest_picture(window, qtbot)
        window.selection.hold((30.0, 31.0))
        picture = newest_picture(window, qtbot)
        assert np.isfinite(picture.statistics.mean)
        window.grab()
        window.selection.hold(None)


@pytest.mark.parametrize("mode", ["channels", "compare", "network"])
def test_every_view_lives_with_it(window: MainWindow, qtbot: QtBot, ids: tuple[str, ...], mode: str) -> None:
    for layer in ids:
        window.selection.select(layer=layer, mode=mode)
        window.selection.point_at((20.0, 20.0))
        picture = newest_picture(window, qtbot)
        assert picture.view.mode == mode
        window.grab()


def test_the_gradient_ends_at_it(window: MainWindow, qtbot: QtBot, ids: tuple[str, ...]) -> None:
    window.selection.select(layer="pool")
    picture = newest_picture(window, qtbot)

    assert [ids[i] for i in choices(picture.evaluation, 2)] == ["erf"]
    assert choices(picture.evaluation, 0) == (-1,)
    assert window.explanation_panel.trace.value == picture.evaluation[2][window.explanation_panel.trace.place]
