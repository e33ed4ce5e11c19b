"""The rows of bars: every value has one, they never overlap, and each can be scrolled into sight."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF

from convexplorer.gui.canvas.scores.score_layout import TOP, ScoreLayout, arranged


def layout_of(count: int, height: float, *, is_sorted: bool = False) -> ScoreLayout:
    order = np.random.default_rng(count).permutation(count)
    sizes = {"head": 26, "rows": (22, 34), "gap": 9, "bar": 12}
    return arranged(order, (400, height), **sizes, is_sorted=is_sorted)


LAYOUTS = st.builds(layout_of, st.integers(1, 1200), st.integers(60, 1500), is_sorted=st.booleans())


@given(LAYOUTS, st.data())
def test_every_value_can_be_scrolled_into_sight_and_is_met_there(layout: ScoreLayout, data: st.DataObject):
    index = data.draw(st.integers(0, len(layout.order) - 1))
    scrolled = layout.scroll_to(index, data.draw(st.integers(0, layout.hidden)))

    assert 0 <= scrolled <= layout.hidden + layout.row
    (row,) = [rect for number, rect in layout.rows(scrolled) if number == index]
    if layout.list_height >= layout.row:
        assert layout.index_at(row.center(), scrolled) == index
        assert row.top() >= layout.list_top - 1e-6
        assert row.bottom() <= layout.height + 1e-6


@given(LAYOUTS)
def test_rows_follow_each_other_without_gap_or_overlap(layout: ScoreLayout):
    rows = [rect for _, rect in layout.rows(0)]

    assert all(one.bottom() == other.top() for one, other in pairwise(rows))
    assert all(rect.width() == layout.width for rect in rows)


@given(LAYOUTS)
def test_the_list_is_as_narrow_as_its_scroll_bar_demands(layout: ScoreLayout):
    assert layout.width == (388 if layout.hidden else 400)


def test_the_highest_stand_above_a_list_in_order_and_not_above_a_sorted_one():
    in_order, ranked = layout_of(1000, 600), layout_of(1000, 600, is_sorted=True)
    order = np.random.default_rng(1000).permutation(1000)

    assert in_order.highest == tuple(order[:TOP])
    assert [number for number, _ in in_order.rows(0)][:3] == [0, 1, 2]
    assert ranked.highest == ()
    assert [number for number, _ in ranked.rows(0)][:TOP] == list(order[:TOP])


def test_five_values_need_no_five_above_them():
    assert layout_of(TOP, 600).highest == ()


def test_beside_the_rows_is_no_value():
    layout = layout_of(7, 900)

    assert layout.index_at(QPointF(20, 10), 0) is None
    assert layout.index_at(QPointF(20, 899), 0) is None
    assert layout.index_at(QPointF(20, layout.list_top - layout.gap / 2), 0) is None
