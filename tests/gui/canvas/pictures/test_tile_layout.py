"""Where tiles go."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF

from convexplorer.gui.canvas.pictures.tile_layout import TileLayout, arrange


def arranged(count: int, aspect: float, width: int, height: int, corner: tuple[int, int] = (0, 0)) -> TileLayout:
    return arrange(count, aspect, width, height, caption=40, gap=8, margin=3, smallest=110, bar=12, corner=corner)


sizes = st.integers(40, 2500)


@given(count=st.integers(1, 64), aspect=st.floats(0.1, 10), width=sizes, height=sizes)
def test_tiles_never_overlap_nor_leave_the_width(count, aspect, width, height):
    layout = arranged(count, aspect, width, height)
    rects = [layout.tile_rect(index) for index in range(count)]

    assert all(rect.left() >= 0 and rect.right() <= max(width, 110 + 6) for rect in rects)
    assert not any(a.intersects(b) for i, a in enumerate(rects) for b in rects[i + 1 :])
    assert max(rect.bottom() for rect in rects) <= layout.content_height


@given(
    count=st.integers(1, 40),
    aspect=st.floats(0.2, 5),
    width=st.integers(300, 2500),
    height=st.integers(200, 1500),
    across=st.floats(0.05, 0.6),
    down=st.floats(0.05, 1),
)
def test_tiles_around_a_corner_leave_it_free(count, aspect, width, height, across, down):
    corner = (round(across * width), round(down * height))
    layout = arranged(count, aspect, width, height, corner)
    rects = [layout.tile_rect(index) for index in range(count)]

    assert not any(rect.intersects(QRectF(0, 0, *corner)) for rect in rects)
    assert not any(a.intersects(b) for i, a in enumerate(rects) for b in rects[i + 1 :])
    assert all(layout.index_at(rect.center().x(), rect.center().y()) == i for i, rect in enumerate(rects))


@given(count=st.integers(1, 40), aspect=st.floats(0.2, 5), width=st.integers(300, 2500), height=st.integers(200, 1500))
def test_no_other_number_of_columns_makes_larger_pictures(count, aspect, width, height):
    layout = arranged(count, aspect, width, height)

    if layout.content_height <= height and layout.picture_width > 111:
        for columns in range(1, count + 1):
            rows = -(-count // columns)
            across = (width - 6 + 8) / columns - 8
            down = (height - 6 + 8) / rows - 8 - layout.caption_height
            assert min(across, down * aspect) < layout.picture_width + 2 + aspect  # whole pixels, across and down


@given(count=st.integers(1, 40), step=st.sampled_from([-3, -1, 1, 3]), index=st.integers(0, 39))
def test_a_step_up_or_down_stays_in_the_column_as_far_as_it_can(count, step, index):
    layout = arranged(count, 1.5, 900, 700, (400, 250))
    here, there = (layout.tile_rect(i).center() for i in (index % count, layout.neighbour(index % count, step)))

    assert (there.y() - here.y()) * step >= 0
    nearest = min(abs(layout.tile_rect(i).center().x() - here.x()) for i in range(count)
                  if layout.tile_rect(i).center().y() == there.y())  # fmt: skip
    assert abs(there.x() - here.x()) == nearest


@given(count=st.integers(1, 64), aspect=st.floats(0.2, 5), width=st.integers(150, 2500), height=sizes)
def test_tiles_shrink_only_as_far_as_they_can_be_read(count, aspect, width, height):
    assert arranged(count, aspect, width, height).picture_width >= 100


@given(count=st.integers(1, 64), aspect=st.floats(0.2, 5), width=sizes, height=sizes, index=st.integers(0, 63))
def test_the_tile_at_a_tile_s_middle_is_that_tile(count, aspect, width, height, index):
    layout = arranged(count, aspect, width, height)
    center = layout.tile_rect(index % count).center()

    assert layout.index_at(center.x(), center.y()) == index % count


@given(count=st.integers(1, 64), aspect=st.floats(0.1, 10), width=sizes, height=sizes, scale=st.sampled_from([1, 1.5]))
def test_a_scroll_bar_scrolls_whole_rows_and_covers_no_tile(count, aspect, width, height, scale):
    bar = round(12 * scale)
    layout = arrange(
        count,
        aspect,
        width,
        height,
        caption=round(40 * scale),
        gap=round(8 * scale),
        margin=3,
        smallest=round(110 * scale),
        bar=bar,
    )

    if layout.content_height > height:
        rows = -(-count // layout.columns)
        assert layout.tile_rect(layout.columns - 1).right() <= max(width - bar, layout.blocks[0].left + 1)
        assert layout.content_height == rows * layout.row_height - layout.gap + 6
        assert layout.picture_width >= min(round(110 * scale), width - 6) - bar


@pytest.mark.parametrize("size", [(559, 669), (569, 672), (892, 893), (1167, 909)])
@pytest.mark.parametrize("aspect", [1.0, 1.5, 451 / 300, 0.75])
@pytest.mark.parametrize("count", range(1, 13))
def test_a_few_tiles_fit_without_scrolling(size, aspect, count):
    assert arranged(count, aspect, *size).content_height <= size[1]


def test_eight_square_tiles_make_three_columns_in_a_square_pane():
    assert arranged(8, 1.0, 600, 580).columns == 3


def test_wide_pictures_get_their_captions_above_for_nothing():
    layout = arranged(2, 2.5, 600, 580)

    assert not layout.is_overlaid
    assert layout.picture_rect(0).top() - layout.caption_rect(0).top() == 40


def test_captions_lie_over_pictures_that_would_shrink_too_much():
    assert arranged(8, 1.0, 600, 580).is_overlaid


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_a_row_of_tiles_fills_a_flat_pane(count):
    assert arranged(count, 1.0, 2000, 250).columns == count


def test_many_tiles_scroll_instead_of_vanishing():
    layout = arranged(64, 1.0, 600, 580)

    assert layout.content_height > 580
    assert layout.picture_width >= 110
    assert layout.tile_rect(layout.columns - 1).right() <= 600 - 12


def test_only_tiles_in_sight_are_visited():
    layout = arranged(64, 1.0, 600, 580)

    visible = list(layout.visible(400, 700))

    assert 0 < len(visible) < 30
    assert all(layout.tile_rect(i).bottom() + layout.gap >= 400 for i in visible)
    assert all(layout.tile_rect(i).top() <= 700 for i in visible)
