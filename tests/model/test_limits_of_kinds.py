"""Limits and formulas of cropping, padding, upsampling, groups and output padding: as far as computing goes."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from convexplorer.core.kinds import KINDS
from convexplorer.core.layers.impossible import Impossible
from convexplorer.kernels.filter import Filter
from convexplorer.model.build import build
from convexplorer.model.layer import Layer, make_layer
from convexplorer.model.limits import limits, parameter_formula, size_formula
from convexplorer.model.project import Project
from tests.model.examples import PHOTO

RANKS = st.integers(1, 3)


def computed(layer: Layer, shape: tuple[int, ...]) -> tuple[int, ...] | None:
    """Return the shape of the maps that are computed; None where there are none."""
    (built,) = build(Project(PHOTO, (layer,)).layers, shape).layers
    x = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    try:
        return built(x).shape
    except ValueError:
        return None


def shapes_of(rank: int) -> st.SearchStrategy[tuple[int, ...]]:
    return st.tuples(st.integers(1, 4), *[st.integers(1, 6)] * rank)


def sides_of(rank: int) -> st.SearchStrategy:
    return st.tuples(*[st.tuples(st.integers(0, 6), st.integers(0, 6))] * rank)


def with_side(sides, axis: int, side: int, amount: int):
    """Return the pairs with one number exchanged."""
    return tuple(
        tuple(amount if (i, j) == (axis, side) else old for j, old in enumerate(pair)) for i, pair in enumerate(sides)
    )


@given(data=st.data(), rank=RANKS)
def test_as_much_can_be_cut_off_as_leaves_one_cell(data, rank):
    shape, sides = data.draw(shapes_of(rank)), data.draw(sides_of(rank))
    layer = make_layer("crop", cropping=sides, rank=rank)
    found = limits(layer, shape)["cropping"]
    axis, side = data.draw(st.integers(0, rank - 1)), data.draw(st.integers(0, 1))
    limit = found[2 * axis + side]
    assume(all(n > sum(pair) for n, pair in list(zip(shape[1:], sides, strict=True))[:axis]))
    assume(all(n > sum(pair) for n, pair in list(zip(shape[1:], sides, strict=True))[axis + 1 :]))
    assume(sides[axis][1 - side] < shape[1 + axis])

    most = layer.with_settings(cropping=with_side(sides, axis, side, limit.maximum))
    more = layer.with_settings(cropping=with_side(sides, axis, side, limit.maximum + 1))

    assert len(found) == 2 * rank
    assert computed(most, shape)[1 + axis] == 1
    assert computed(more, shape) is None


@given(data=st.data(), rank=RANKS)
def test_a_whole_factor_within_its_limit_is_computed(data, rank):
    shape = data.draw(shapes_of(rank))
    layer = make_layer("upsample", rank=rank)
    limit = limits(layer, shape)["size"]
    sizes = tuple(data.draw(st.integers(one.minimum, min(one.maximum, 4))) for one in limit)

    new = layer.with_settings(size=sizes)

    assert len(limit) == rank
    assert computed(new, shape) == (shape[0], *(n * k for n, k in zip(shape[1:], sizes, strict=True)))


@pytest.mark.parametrize(("n", "most"), [(1, 64), (300, 54), (16384, 1), (20000, 1)])
def test_a_factor_ends_where_the_maps_would_get_too_large(n, most):
    rows, columns = limits(make_layer("upsample"), (3, n, 2))["size"]

    assert (rows.minimum, rows.maximum) == (1, most)
    assert columns.maximum == 64
    assert "at most 16384" in rows.reason


@pytest.mark.parametrize("kind", ["conv", "conv_transpose"])
@given(channels=st.integers(1, 12), count=st.integers(1, 12))
def test_the_groups_that_are_offered_are_those_that_can_be_computed(kind, channels, count):
    (limit,) = limits(bank_of(kind, count), (channels, 3, 3))["groups"]

    possible = [
        groups
        for groups in range(1, 14)
        if computed(bank_of(kind, count, groups=groups), (channels, 3, 3)) == (count, 3, 3)
    ]

    assert list(limit.values) == possible
    assert (limit.minimum, limit.maximum) == (1, possible[-1])
    assert str(channels) in limit.reason
    assert str(count) in limit.reason


def bank_of(kind: str, count: int, rank: int = 2, size: int = 3, **settings) -> Layer:
    rng = np.random.default_rng(count)
    filters = [Filter(f"{i}", rng.normal(size=(1, *(size,) * rank)), rank=rank) for i in range(count)]
    return make_layer(kind, filters, **settings)


@given(data=st.data(), rank=RANKS, size=st.integers(1, 4), n=st.integers(1, 5))
def test_as_much_is_added_behind_a_transposed_convolution_as_its_limit_says(data, rank, size, n):
    strides = tuple(data.draw(st.integers(1, 4)) for _ in range(rank))
    dilation = tuple(data.draw(st.integers(1, 3)) for _ in range(rank))
    layer = bank_of("conv_transpose", 1, rank, size, strides=strides, dilation_rate=dilation, padding="valid")
    shape = (1, *(n,) * rank)
    found = limits(layer, shape)["output_padding"]
    plain = computed(layer.with_settings(output_padding=0), shape)
    assume(plain is not None)

    most = layer.with_settings(output_padding=tuple(limit.maximum for limit in found))

    assert len(found) == rank
    assert computed(most, shape)[1:] == tuple(a + one.maximum for a, one in zip(plain[1:], found, strict=True))
    for axis, limit in enumerate(found):
        more = tuple(limit.maximum + 1 if i == axis else 0 for i in range(rank))
        assert computed(layer.with_settings(output_padding=more), shape) is None


@given(data=st.data(), rank=RANKS, kind=st.sampled_from(["crop", "zero_pad", "upsample", "max_pool", "average_pool"]))
def test_the_formula_of_every_axis_ends_in_what_is_computed(data, rank, kind):
    shape = data.draw(shapes_of(rank))
    settings = {
        "crop": {"cropping": data.draw(sides_of(rank))},
        "zero_pad": {"padding": data.draw(sides_of(rank))},
        "upsample": {"size": tuple(data.draw(st.integers(1, 4)) for _ in range(rank))},
    }.get(kind, {"pool_size": data.draw(st.integers(1, 5)), "strides": data.draw(st.integers(1, 5))})
    layer = make_layer(kind, rank=rank, **settings)

    found = size_formula(layer, shape)
    maps = computed(layer, shape)

    assert len(found) == rank
    if maps is None:
        assert any(one.problem for one in found)
    else:
        assert not any(one.problem for one in found)
        assert [int(one.text.rpartition(" = ")[2]) for one in found] == list(maps[1:])


@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize("kind", [kind for kind, row in KINDS.items() if row.input_count == 1])
def test_limits_and_formulas_are_defined_for_every_kind_at_every_rank(kind, rank):
    layer = bank_of(kind, 2, rank) if KINDS[kind].has_filters else make_layer(kind, rank=rank)
    shape = (4, *(9,) * rank)

    for found in limits(layer, shape).values():
        for limit in found:
            assert limit.reason
            assert limit.minimum <= limit.maximum
    assert all(one.text for one in size_formula(layer, shape))
    (built,) = build(Project(PHOTO, (layer,)).layers, shape).layers
    assert not isinstance(built, Impossible)
    numbers = parameter_formula(layer, 4).split(",")[0].rpartition("= ")[2].strip()
    # Of a normalisation the formula counts what was measured apart.
    assert int(numbers) == built.parameter_count or kind == "batch_norm"
