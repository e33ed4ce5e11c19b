"""How input and maps share an area: as many painted pixels as any other division gives."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convexplorer.gui.canvas.pictures.mosaic import (
    LARGEST_INPUT,
    Division,
    Frames,
    divide,
    input_area,
    room_for_tiles,
    worth,
)
from convexplorer.gui.canvas.pictures.tile_layout import TileLayout, arrange

FRAMES = Frames(
    input=(10, 38), maps=(8, 38), least_input=(260, 90), least_maps=(270, 170), gap=4, strip=40, tile_gap=5,
    tile_margin=2, smallest=110,
)  # fmt: skip
aspects = st.sampled_from([0.5, 0.7, 1.0, 4 / 3, 1.5, 16 / 9, 3.0])
areas = st.tuples(st.integers(700, 1700), st.integers(420, 950))


def tiles(count: int, aspect: float, width: int, height: int, corner: tuple[int, int]) -> TileLayout:
    return arrange(count, aspect, width, height, caption=40, gap=5, margin=2, smallest=110, bar=12, corner=corner)


def painted(division: Division, area: tuple[int, int], aspect: float, count: int) -> float:
    return worth(division, area, aspect, FRAMES, lambda *room: tiles(count, aspect, *room))


def divided(area: tuple[int, int], aspect: float, count: int, **options: object) -> Division:
    return divide(area, aspect, count, FRAMES, lambda *room: tiles(count, aspect, *room), **options)


@settings(max_examples=40, deadline=None)
@given(area=areas, aspect=aspects, count=st.integers(1, 12))
def test_no_other_place_of_the_edges_paints_noticeably_more(area, aspect, count):
    best = painted(divided(area, aspect, count), area, aspect, count)
    width, height = area
    steps = [i / 12 for i in range(1, 13)]
    others = [
        *(Division(round(width * i), height) for i in steps),
        *(Division(width, round(height * i)) for i in steps),
        *(Division(round(width * i), round(height * j), is_shared=True) for i, j in product(steps, steps)),
    ]

    assert all(painted(other, area, aspect, count) <= best * 1.02 for other in others)


@settings(max_examples=60, deadline=None)
@given(area=areas, aspect=aspects, count=st.integers(1, 40))
def test_all_pictures_are_in_sight_and_the_input_is_neither_a_stamp_nor_all_there_is(area, aspect, count):
    division = divided(area, aspect, count)
    room, corner = room_for_tiles(division, area, FRAMES)
    layout, own = tiles(count, aspect, *room, corner), input_area(division, aspect, FRAMES)

    if painted(division, area, aspect, count) > 0 and layout.content_height <= room[1]:
        assert own >= 0.9 * layout.picture_area / count
        assert own <= 1.1 * LARGEST_INPUT * (own + layout.picture_area)
        assert not any(layout.picture_rect(i).right() > room[0] for i in range(count))
        assert not any(layout.picture_rect(i).bottom() > room[1] for i in range(count))


@settings(max_examples=40, deadline=None)
@given(spare=st.integers(0, 40), height=st.integers(300, 600), aspect=aspects, count=st.integers(1, 12))
def test_panels_that_barely_have_room_beside_each_other_may_lie_there(spare, height, aspect, count):
    least = FRAMES.least_input[0]
    area = (least + FRAMES.gap + FRAMES.least_maps[0] + spare, height)

    best = painted(divided(area, aspect, count), area, aspect, count)

    assert all(painted(Division(least + more, height), area, aspect, count) <= best * 1.01 for more in (0, spare))


@pytest.mark.parametrize("aspect", [4 / 3, 1.5, 16 / 9])
def test_wide_pictures_lie_around_the_input(aspect):
    assert divided((1140, 680), aspect, 8).is_shared


@settings(max_examples=30, deadline=None)
@given(area=areas, aspect=aspects, count=st.integers(1, 12))
def test_what_needs_a_rectangle_gets_one(area, aspect, count):
    assert not divided(area, aspect, count, can_share=False).is_shared


@settings(max_examples=30, deadline=None)
@given(area=areas, aspect=aspects, count=st.integers(1, 12), share=st.floats(0.4, 0.6))
def test_a_width_set_by_hand_is_kept(area, aspect, count, share):
    width = round(area[0] * share)

    assert divided(area, aspect, count, input_width=width).width == width
