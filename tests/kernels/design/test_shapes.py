import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convexplorer.kernels.design.settings import read_shape, shape_settings
from convexplorer.kernels.design.shape import wavelength
from convexplorer.kernels.design.shapes import MAX_POINTS, SHAPES, Band, Disc, Ring, Spots, Stroke, Wedge
from convexplorer.kernels.design.spectrum import frequencies

DOWN, ACROSS = frequencies(65)[:, None], frequencies(65)[None]
EXAMPLES = [
    Disc(radius=0.2),
    Ring(inner=0.1, outer=0.3),
    Wedge(direction=20, width=40, inner=0.05, outer=0.4),
    Band(direction=-30, inner=0.1, outer=0.2),
    Spots(row=0.1, column=-0.2, radius=0.05),
    Stroke(points=((0.1, 0.1), (0.15, 0.2)), radius=0.03),
]
number = st.floats(-1.0, 1.0)


def kinds(shape):
    return shape.kind


def test_every_kind_has_an_example_here():
    assert [kinds(shape) for shape in EXAMPLES] == list(SHAPES)


@pytest.mark.parametrize("shape", EXAMPLES, ids=kinds)
def test_an_area_lies_on_both_sides_of_the_middle(shape):
    distance = np.broadcast_to(shape.distance(DOWN, ACROSS), (65, 65))

    np.testing.assert_allclose(distance, distance[::-1, ::-1], atol=1e-12)
    assert (distance > 0).any()
    assert (distance < 0).any()


@pytest.mark.parametrize("shape", EXAMPLES, ids=kinds)
def test_a_form_begins_with_the_defaults_of_a_shape(shape):
    for row in shape.parameters:
        assert row.default == getattr(
            type(shape)(**({"points": ((0, 0),)} if shape.kind == "stroke" else {})), row.name
        )


@pytest.mark.parametrize("shape", EXAMPLES, ids=kinds)
def test_distances_change_no_faster_than_the_place(shape):
    distance = np.broadcast_to(shape.distance(DOWN, ACROSS), (65, 65))

    assert abs(np.diff(distance, axis=0)).max() <= 1 / 65 + 1e-9
    assert abs(np.diff(distance, axis=1)).max() <= 1 / 65 + 1e-9


@pytest.mark.parametrize("shape", EXAMPLES, ids=kinds)
def test_the_depth_is_the_largest_distance_inside(shape):
    fine = np.linspace(-0.5, 0.5, 501)

    assert shape.distance(fine[:, None], fine[None]).max() == pytest.approx(shape.depth, rel=0.02)


@pytest.mark.parametrize("shape", EXAMPLES, ids=kinds)
def test_a_hand_holds_an_area_exactly_where_it_is_or_ends(shape):
    reach = 0.01
    distance = np.broadcast_to(shape.distance(DOWN, ACROSS), (65, 65))

    for row, column in np.random.default_rng(0).integers(0, 65, (200, 2)):
        point = (float(DOWN[row, 0]), float(ACROSS[0, column]))
        away = distance[row, column]
        if abs(away) > reach or shape.kind == "stroke":
            assert bool(shape.grip(point, reach)) == (away > 0) or abs(away) <= reach


@pytest.mark.parametrize("shape", EXAMPLES, ids=kinds)
@given(start=st.tuples(number, number), end=st.tuples(number, number))
@settings(max_examples=60, deadline=None)
def test_a_shape_stays_a_shape_wherever_it_is_pulled(shape, start, end):
    start, end = ((row / 2, column / 2) for row, column in (start, end))
    for grip in ("radius", "inner", "outer", "width", "inside"):
        if grip == "inside" or any(row.name == grip for row in shape.parameters):
            pulled = shape.pulled(grip, start, end)

            assert read_shape(shape_settings(pulled)) == pulled
            if hasattr(pulled, "inner"):
                assert 0 <= pulled.inner <= pulled.outer


@pytest.mark.parametrize(
    ("shape", "start", "end", "pulled"),
    [
        (Disc(radius=0.2), (0, 0.2), (0, 0.3), Disc(radius=0.3)),
        (Disc(radius=0.2), (0, 0.2), (0.12, 0.16), Disc(radius=0.2)),
        (Ring(inner=0.1, outer=0.3), (0.1, 0), (0.05, 0), Ring(inner=0.05, outer=0.3)),
        (Ring(inner=0.1, outer=0.3), (0, -0.3), (0, -0.4), Ring(inner=0.1, outer=0.4)),
        (Ring(inner=0.1, outer=0.3), (0, 0.2), (0, 0.25), Ring(inner=0.15, outer=0.35)),
        (Ring(inner=0.1, outer=0.3), (0, 0.1), (0, 0.5), Ring(inner=0.295, outer=0.3)),
        (Wedge(width=40), (0, 0.2), (0.2, 0.2), Wedge(width=40, direction=45)),
        (Wedge(width=40), (0, -0.2), (-0.2, -0.2), Wedge(width=40, direction=45)),
        (Band(direction=0), (0, 0.25), (0.3, 0.3), Band(direction=0, outer=0.3)),
        (Spots(row=0, column=0.25), (0, 0.25), (0.1, 0.3), Spots(row=0.1, column=0.3)),
        (Spots(row=0, column=0.25), (0, -0.25), (0.1, -0.2), Spots(row=-0.1, column=0.2)),
        (Stroke(points=((0, 0.2),)), (0, 0.2), (0.1, 0.2), Stroke(points=((0.1, 0.2),))),
    ],
)
def test_what_is_held_follows_the_hand(shape, start, end, pulled):
    assert shape.pulled(shape.grip(start, 0.01), start, end) == pulled


def test_a_wedge_opens_by_what_its_edge_is_pulled():
    wedge = Wedge(direction=30, width=40)
    edge = math.radians(50)

    assert wedge.grip((0.3 * math.sin(edge), 0.3 * math.cos(edge)), 0.01) == "width"
    farther = math.radians(60)
    opened = wedge.pulled(
        "width",
        (0.3 * math.sin(edge), 0.3 * math.cos(edge)),
        (0.2 * math.sin(farther), 0.2 * math.cos(farther)),
    )
    assert opened.width == pytest.approx(60)


def test_a_ring_from_zero_has_no_hole():
    assert Ring(inner=0, outer=0.2).distance(np.array(0.0), np.array(0.0)) == 0.2


@pytest.mark.parametrize("shape", EXAMPLES, ids=kinds)
def test_settings_bring_the_same_shape_back(shape):
    assert read_shape(json.loads(json.dumps(shape_settings(shape)))) == shape


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({}, "an area must be one of"),
        ({"shape": "circle"}, "an area must be one of"),
        ({"shape": ["disc"]}, "an area must be one of"),
        ({"shape": "disc", "radius": "x"}, "radius must be a number"),
        ({"shape": "disc", "radius": True}, "radius must be a number"),
        ({"shape": "disc", "size": 0.1}, "has no 'size'"),
        ({"shape": "disc", "radius": math.nan}, "radius must lie in"),
        ({"shape": "disc", "radius": 2}, "radius must lie in"),
        ({"shape": "disc", "weight": -1}, "weight ≥ 0"),
        ({"shape": "disc", "level": math.inf}, "level must be finite"),
        ({"shape": "stroke", "radius": 0.1}, "must have 1 to"),
        ({"shape": "stroke", "points": 0.1}, "a list of pairs"),
        ({"shape": "stroke", "points": [[0.1]]}, "a list of pairs"),
        ({"shape": "stroke", "points": [[0.1, None]]}, "column must be a number"),
        ({"shape": "stroke", "points": [[0.1, math.nan]]}, "must lie in the frequency plane"),
        ({"shape": "stroke", "points": [[0.1, 0.9]]}, "must lie in the frequency plane"),
        ({"shape": "stroke", "points": [[0, 0]] * (MAX_POINTS + 1)}, "must have 1 to"),
        ({"shape": "ring", "points": [[0, 0]]}, "has no 'points'"),
        ("disc", "must be a mapping"),
        (None, "must be a mapping"),
    ],
    ids=str,
)
def test_what_is_no_shape_is_refused_with_a_sentence(settings, message):
    with pytest.raises(ValueError, match=message):
        read_shape(settings)


def test_words_are_in_wavelengths():
    assert Ring(inner=0.1, outer=0.25).words() == "wavelengths 4 … 10 px"
    assert Ring(inner=0.0, outer=0.25).words() == "wavelengths 4 … ∞ px"
    assert Spots(row=0, column=0.125).words() == "the wave of 8 px along 0°"
    assert wavelength(0.5) == "2 px"
