"""The column of controls has a fixed width: whatever is set, nothing may ask for more."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QScrollBar
from pytestqt.qtbot import QtBot

from convexplorer.core.geometry.windows import BORDERS
from convexplorer.core.kinds import KINDS
from convexplorer.core.layers import Activation
from convexplorer.core.operators.activations import MENU_ACTIVATIONS
from convexplorer.gui.look import theme
from convexplorer.gui.panels.filter_panel import FilterPanel
from convexplorer.gui.panels.parameters_panel import ParametersPanel
from convexplorer.gui.panels.parameters_panel.layer_form import LayerForm
from convexplorer.gui.panels.statistics_panel import StatisticsPanel
from convexplorer.gui.session.panel import Panel
from convexplorer.gui.window.divider import CONTROLS_WIDTH
from convexplorer.model import edits
from tests.gui.panels.conftest import Bench
from tests.model.examples import add_pool


@pytest.fixture(params=[1.0, 1.5])
def panels(bench: Bench, qapp: QApplication, qtbot: QtBot, request: pytest.FixtureRequest) -> Iterator[list[Panel]]:
    """Return the panels of the column, shown, at one interface scale."""
    theme.apply_theme(qapp, "light", scale=request.param)
    found: list[Panel] = [kind(bench.context) for kind in (FilterPanel, ParametersPanel, StatisticsPanel)]
    for panel in found:
        qtbot.addWidget(panel)
        bench.put(panel)
        panel.resize(theme.px(CONTROLS_WIDTH), theme.px(300))
        panel.show()  # a layout asks its hidden widgets for nothing
    yield found
    theme.apply_theme(qapp, "light", scale=1.0)


def wide_panels(panels: list[Panel]) -> list[str]:
    """Return the panels that need more room than the column has beside a scroll bar."""
    QApplication.processEvents()
    room = theme.px(CONTROLS_WIDTH) - QScrollBar(panels[0]).sizeHint().width()
    wanted = [(type(panel).__name__, panel.minimumSizeHint().width()) for panel in panels]
    return [f"{name}: {width} of {room}" for name, width in wanted if width > room]


@pytest.mark.parametrize("padding", ["valid", "same", ((1, 1), (1, 1)), ((31, 30), (62, 1))], ids=str)
def test_every_padding_fits_with_every_border(bench: Bench, panels: list[Panel], padding: object) -> None:
    for border in BORDERS:
        bench.context.store.commit(edits.set_layer(bench.state, 0, padding=padding, border=border))

        assert not wide_panels(panels), border


def test_every_activation_fits(bench: Bench, panels: list[Panel]) -> None:
    for name in MENU_ACTIVATIONS:
        bench.context.store.commit(edits.set_layer(bench.state, 0, activation=Activation(name)))

        assert not wide_panels(panels), name


def test_large_kernels_with_split_planes_fit(bench: Bench, panels: list[Panel]) -> None:
    bench.context.store.commit(edits.set_kernel_size(bench.state, 0, (63, 63)))
    bench.context.store.commit(edits.split_planes(bench.state, 0, 0, 3))
    bench.compute()

    assert not wide_panels(panels)


@pytest.mark.parametrize("padding", ["valid", ((1, 0), (1, 0))], ids=str)
def test_pooling_fits(bench: Bench, panels: list[Panel], padding: object) -> None:
    bench.context.store.commit(edits.set_layer(add_pool(bench.state, 0), 1, padding=padding))
    bench.context.selection.select(layer="max_pool")
    bench.compute()

    assert not wide_panels(panels)


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_made_at_a_large_scale_becomes_as_narrow_as_one_made_at_the_usual(
    qapp: QApplication, qtbot: QtBot, kind: str
) -> None:
    theme.apply_theme(qapp, "light", scale=2.0)
    large = LayerForm(KINDS[kind])
    qtbot.addWidget(large)
    theme.apply_theme(qapp, "light", scale=1.0)
    usual = LayerForm(KINDS[kind])
    qtbot.addWidget(usual)

    widths = [form.layout().minimumSize().width() for form in (large, usual)]

    # Spacings within a row, and what a box that has never been shown keeps of its own.
    assert widths[0] <= widths[1] + 32
