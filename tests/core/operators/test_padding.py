"""Zero padding and cropping against plain loops, of any rank."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convexplorer.core.explain.sampling import sampling
from convexplorer.core.layers import Crop, ZeroPad
from convexplorer.core.operators.padding import crop, zero_pad
from tests.core import oracle

RIMS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=3)


def maps(rims, extra):
    """Return maps from which these rims can be cut."""
    shape = [before + after + extra for before, after in rims]
    return np.random.default_rng(len(rims)).normal(size=(2, *shape)).astype(np.float32)


@given(rims=RIMS, extra=st.integers(1, 3))
def test_zeros_stand_around_the_maps(rims, extra):
    x = maps(rims, extra)

    y = zero_pad(x, rims)

    assert np.array_equal(y, oracle.padded(x, rims))
    assert y.dtype == x.dtype
    assert ZeroPad(rims).output_shape(x.shape) == y.shape


@given(rims=RIMS, extra=st.integers(1, 3))
def test_cropping_undoes_padding_and_cuts_as_the_loops_do(rims, extra):
    x = maps(rims, extra)

    assert np.array_equal(crop(zero_pad(x, rims), rims), x)
    assert np.array_equal(crop(x, rims), oracle.padded(x, [(-before, -after) for before, after in rims]))
    assert not np.shares_memory(crop(x, 0), x)


def test_one_number_fits_any_rank_and_one_per_axis_is_on_both_sides():
    assert ZeroPad(2).output_shape((1, 5)) == (1, 9)
    assert ZeroPad(2).output_shape((1, 5, 5, 5)) == (1, 9, 9, 9)
    assert ZeroPad((1, 2)).padding == ((1, 1), (2, 2))
    assert Crop((1, 2)).output_shape((1, 5, 5)) == (1, 3, 1)
    assert (ZeroPad(1).rank, Crop((1, 2)).rank) == (None, 2)


def test_padding_then_valid_is_the_padding_of_a_convolution():
    from convexplorer.core.layers import Conv

    x = np.random.default_rng(0).normal(size=(2, 6, 7))
    kernel = np.random.default_rng(1).normal(size=(3, 2, 3, 3))

    assert np.array_equal(Conv(kernel)(ZeroPad(((1, 0), (2, 1)))(x)), Conv(kernel, padding=((1, 0), (2, 1)))(x))


def test_cells_that_are_cut_off_are_never_read():
    found = sampling(Crop(((1, 2), (0, 3))), (6, 5))

    assert found.reads[0].tolist() == [0, 1, 1, 1, 0, 0]
    assert found.unused == ((1, 2), (0, 3))
    assert [len(side) for pair in found.padding_reads for side in pair] == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: ZeroPad("same"), "padding must be numbers; got 'same'"),
        (lambda: ZeroPad(-1), r"padding must be a number ≥ 0, one per axis \(1\), .* got -1"),
        (lambda: ZeroPad(((1, 2, 3),)), "padding must be a number ≥ 0"),
        (lambda: Crop("valid"), "cropping must be numbers; got 'valid'"),
        (lambda: Crop(2).output_shape((1, 4)), r"cropping must leave a cell along each axis; got \(\(2, 2\),\)"),
        (lambda: zero_pad(np.ones((1, 3)), (1, 2)), r"padding must be a number ≥ 0, one per axis \(1\)"),
    ],
)
def test_what_cannot_be_says_so(make, message):
    with pytest.raises(ValueError, match=message):
        make()
