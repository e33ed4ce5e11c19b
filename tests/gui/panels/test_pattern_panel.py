import pytest

from convexplorer.gui.panels.pattern_panel import PatternPanel
from convexplorer.model import edits
from convexplorer.sources import parse
from convexplorer.sources.patterns import PATTERNS
from tests.gui.panels.conftest import Bench


@pytest.fixture
def panel(bench: Bench, qtbot) -> PatternPanel:
    found = PatternPanel(bench.context)
    qtbot.addWidget(found)
    bench.put(found)
    return found


def show(bench, text):
    bench.context.store.commit(edits.set_source(bench.state, parse(text)))


def test_other_sources_have_no_sliders(panel, bench):
    show(bench, "sample:coffee")

    assert panel.isHidden()


@pytest.mark.parametrize("name", PATTERNS)
def test_every_pattern_shows_its_parameters(panel, bench, name):
    show(bench, f"pattern:{name}")

    for parameter in PATTERNS[name].parameters:
        assert panel.slider(parameter.name).value == parameter.default


def test_a_drag_changes_the_pattern_in_one_step(panel, bench):
    show(bench, "pattern:grating?period=8")
    before = bench.state

    panel.slider("period").changed.emit(12.0)
    panel.slider("period").changed.emit(16.0)
    panel.slider("period").finished.emit()

    assert bench.state.source.options["period"] == 16.0
    assert panel.slider("period").value == 16.0
    bench.context.store.undo()
    assert bench.state is before
