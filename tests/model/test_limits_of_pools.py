"""Limits and formulas of pools with gaps, with windows beyond the end, and with padding that counts."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from convexplorer.core.layers.impossible import Impossible
from convexplorer.model.build import build
from convexplorer.model.default import new_layer
from convexplorer.model.edits import add_layer, set_layer
from convexplorer.model.layer import Layer, make_layer
from convexplorer.model.limits import limits, size_formula
from convexplorer.model.project import Project
from convexplorer.model.storage.files import from_json, to_json
from tests.model.examples import PHOTO

POOLS = ("max_pool", "average_pool")
small = st.integers(1, 5)


def computed(layer: Layer, shape: tuple[int, ...]) -> np.ndarray | None:
    """Return the maps of a layer alone; None where there are none."""
    (built,) = build(Project(PHOTO, (layer,)).layers, shape).layers
    if isinstance(built, Impossible):
        return None
    try:
        return built(np.random.default_rng(0).normal(size=shape).astype(np.float32))
    except ValueError:
        return None


@st.composite
def pools(draw) -> Layer:
    size, dilation = draw(small), draw(st.integers(1, 4))
    side = st.integers(0, (size - 1) * dilation)
    padding = draw(st.sampled_from(["valid", "same"]) | st.tuples(side, side).map(lambda pair: (pair, pair)))
    return make_layer(
        draw(st.sampled_from(POOLS)),
        pool_size=size,
        strides=draw(small),
        padding=padding,
        dilation_rate=dilation,
        ceil_mode=draw(st.booleans()),
    )


@given(layer=pools(), rows=st.integers(1, 12), columns=st.integers(1, 12))
def test_the_formula_of_every_pool_ends_in_what_is_computed(layer, rows, columns):
    maps, found = computed(layer, (2, rows, columns)), size_formula(layer, (2, rows, columns))

    if maps is None:
        assert any(one.problem for one in found)
    else:
        assert not any(one.problem for one in found)
        assert tuple(int(one.text.rpartition(" = ")[2]) for one in found) == maps.shape[1:]


@given(layer=pools(), n=st.integers(1, 12), name=st.sampled_from(["pool_size", "strides", "dilation_rate"]))
def test_a_pool_is_computed_up_to_its_limits_and_no_further(layer, n, name):
    shape = (1, n, n)
    assume(computed(layer, shape) is not None)
    limit = limits(layer, shape)[name][0]

    for value in (limit.minimum, limit.maximum):
        assert computed(layer.with_settings(**{name: value}), shape) is not None

    if name == "strides":
        last = computed(layer.with_settings(strides=limit.maximum), shape)
        assert last.shape == computed(layer.with_settings(strides=limit.maximum + 1), shape).shape
    elif layer["padding"] != "same" and limit.maximum < 1024:
        assert computed(layer.with_settings(**{name: limit.maximum + 1}), shape) is None
    if limit.minimum > 1:
        with pytest.raises(ValueError, match="padding of a pool must be smaller than its window"):
            layer.with_settings(**{name: limit.minimum - 1})


def test_a_window_beyond_the_end_counts_unless_it_begins_there():
    texts = [
        size_formula(make_layer("max_pool", pool_size=size, strides=3, ceil_mode=True), (1, n, n))[0].text
        for size, n in ((2, 8), (2, 9), (1, 3))
    ]

    assert texts == [
        "⌈(8 + 0 + 0 − 1·(2−1) − 1) / 3⌉ + 1 = 3",
        "⌈(9 + 0 + 0 − 1·(2−1) − 1) / 3⌉ + 1 − 1 = 3",
        "⌈(3 + 0 + 0 − 1·(1−1) − 1) / 3⌉ + 1 − 1 = 1",
    ]


def test_zeros_around_the_picture_count_or_not():
    x = np.ones((1, 2, 2), np.float32)
    means = []
    for counts in (False, True):
        layer = make_layer("average_pool", pool_size=2, padding=((1, 1), (1, 1)), count_include_pad=counts)
        (built,) = build(Project(PHOTO, (layer,)).layers, x.shape).layers
        means.append(built(x)[0, 0, 0])

    assert means == [1, 0.25]


def test_the_settings_of_pools_stay_in_files_and_where_a_kind_is_changed():
    layer = make_layer("average_pool", dilation_rate=(2, 3), ceil_mode=True, count_include_pad=True)
    project = Project(PHOTO, (layer,))

    (opened,) = from_json(to_json(project)).layers
    changed = set_layer(project, 0, kind="max_pool").layers[0]

    assert opened.settings == layer.settings
    assert (changed["dilation_rate"], changed["ceil_mode"]) == ((2, 3), True)


def test_an_unpooling_takes_what_it_can_of_a_pooling_with_gaps():
    project = Project(PHOTO, (make_layer("max_pool", pool_size=3, dilation_rate=2, ceil_mode=True),))

    added = add_layer(project, new_layer("unpool", project, 1))

    assert added.layers[1]["pool_size"] == (3, 3)
