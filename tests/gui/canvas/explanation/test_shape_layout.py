"""Where a diagram of an axis puts its cells: true to the windows of the layer, whatever the setting and the room."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF

from convexplorer.core.explain.sampling import sampling
from convexplorer.core.geometry.taps import WindowTaps
from convexplorer.core.layers import Conv, MaxPool
from convexplorer.gui.canvas.explanation.shape_layout import AxisLayout, arrange_axis
from convexplorer.results.shape_diagram import is_read
from tests.core import oracle

AREA = QRectF(10, 20, 700, 66)


def axis_of(n: int, size: int, **setting: object) -> WindowTaps:
    return Conv(np.ones((1, 1, size)), **setting).taps((n,))[0]


@st.composite
def axes(draw) -> WindowTaps:
    n, size = draw(st.sampled_from([1, 2, 5, 12, 40, 600])), draw(st.integers(1, 9))
    padding = draw(st.sampled_from(["valid", "same", ((1, 0),), ((4, 7),)]))
    border = draw(st.sampled_from(oracle.BORDERS))
    try:
        return axis_of(
            n,
            size,
            strides=draw(st.integers(1, 6)),
            dilation_rate=draw(st.integers(1, 4)),
            padding=padding,
            border=border,
        )
    except ValueError:
        assume(False)
        raise


def cell_at(layout: AxisLayout, x: float) -> int | None:
    """Return the position of the input cell that is drawn at x."""
    return next((cell.position for cell in layout.cells if cell.rect.left() <= x < cell.rect.right()), None)


@given(axes(), st.integers(0, 700), st.floats(120, 1500))
def test_every_tap_stands_below_the_cell_that_it_reads(axis, current, width):
    layout = arrange_axis(axis, QRectF(0, 0, width, 66), current=min(current, axis.output - 1))

    for stop in layout.stops:
        drawn = [cell_at(layout, tap.center().x()) for tap in stop.taps]
        true = axis.positions(np.array([stop.output]))[0].tolist()
        visible = {cell.position for cell in layout.cells}
        assert drawn == [place for place in true if place in visible]


@given(axes(), st.integers(0, 700))
def test_cells_say_what_is_padding_what_is_repeated_and_what_is_never_read(axis, current):
    layout = arrange_axis(axis, AREA, current=min(current, axis.output - 1))

    read = {int(i) for o in range(axis.output) for i in axis.positions(np.array([o]))[0]}
    repeated = {int(i) for o in range(axis.output) for i in axis.sources(np.array([o]))[0] if i >= 0}
    for cell in layout.cells:
        assert cell.is_padding == (not 0 <= cell.position < axis.n)
        if axis.border == "zeros":
            assert cell.source == (-1 if cell.is_padding else cell.position)
        else:
            assert cell.source == oracle.source_of(cell.position, axis.n, axis.border)
        assert cell.is_read == (cell.position in read or cell.position in repeated)


@given(axes())
def test_what_is_never_read_agrees_with_the_sampling_of_the_layer(axis):
    reads = is_read(axis)[axis.before : axis.before + axis.n]

    used = np.flatnonzero(reads)
    unused = (int(used[0]), axis.n - 1 - int(used[-1])) if used.size else (axis.n, 0)
    layer = Conv(
        np.ones((1, 1, axis.size)),
        strides=axis.stride,
        dilation_rate=axis.dilation,
        padding=((axis.before, axis.after),),
        border=axis.border,
    )
    assert sampling(layer, (axis.n,)).unused[0] == unused


@given(axes(), st.integers(0, 700), st.floats(120, 1500))
def test_nothing_overlaps_and_nothing_leaves_the_room(axis, current, width):
    current = min(current, axis.output - 1)
    layout = arrange_axis(axis, QRectF(0, 0, width, 66), current=current)

    cells = sorted(cell.rect.left() for cell in layout.cells)
    assert all(b - a > layout.cell - 1e-6 for a, b in pairwise(cells))
    for one, other in ((a.bracket, b.bracket) for a in layout.stops for b in layout.stops if a.output < b.output):
        assert not one.adjusted(1e-6, 0, -1e-6, 0).intersects(other)
    assert max(cell.rect.right() for cell in layout.cells) <= width + 1e-6
    assert current in {stop.output for stop in layout.stops}


@given(axes(), st.integers(0, 700))
def test_an_extract_holds_the_beginning_the_end_and_what_is_looked_at(axis, current):
    current = min(current, axis.output - 1)
    layout = arrange_axis(axis, AREA, current=current)

    positions = [cell.position for cell in layout.cells]
    assert positions[0] == -axis.before
    assert positions[-1] == axis.n + axis.after - 1
    assert current in {one.output for one in layout.outputs}
    assert len(layout.gaps) == sum(b - a > 1 for a, b in pairwise(positions))


def test_a_short_axis_is_shown_whole():
    layout = arrange_axis(axis_of(9, 3, padding="same"), AREA)

    assert [cell.position for cell in layout.cells] == list(range(-1, 10))
    assert [one.output for one in layout.outputs] == list(range(9))
    assert not layout.gaps


def test_outputs_stand_below_the_middle_of_their_windows():
    axis = axis_of(12, 4, strides=2)
    layout = arrange_axis(axis, AREA)

    for one in layout.outputs:
        taps = axis.positions(np.array([one.output]))[0]
        left, right = (next(c.rect for c in layout.cells if c.position == place) for place in (taps[0], taps[-1]))
        assert one.rect.center().x() == pytest.approx((left.left() + right.right()) / 2)


def test_a_stop_is_found_by_its_output_and_by_its_window():
    layout = arrange_axis(MaxPool(2).taps((10, 10))[1], AREA)

    for stop in layout.stops:
        assert layout.stop_at(stop.bracket.center()) == stop.output
    for one in layout.outputs:
        assert layout.stop_at(one.rect.center()) == one.output
    assert layout.stop_at(QPointF(-5, -5)) is None
