"""Which places are read: counted window by window, and what is left over at the rim."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convexplorer.core.explain.sampling import sampling
from convexplorer.core.explain.trace import trace
from convexplorer.core.layers import Activation, AveragePool, Conv, ConvTranspose, MaxPool, Upsample
from tests.core.cases import cases, transposed_cases
from tests.core.operators.test_pool import poolings


def assert_counted(layer, x):
    """Compare with the windows of all traces, axis by axis."""
    found = sampling(layer, x.shape[1:])
    output = layer.output_shape(x.shape)[1:]
    for axis, n in enumerate(x.shape[1:]):
        reads, used = {}, set()
        for i in range(output[axis]):
            place = [0] * x.ndim
            place[axis + 1] = i
            window = trace(layer, x, place).window
            assert found.starts[axis][i] == window.positions[axis][0]
            for position in window.positions[axis].tolist():
                reads[position] = reads.get(position, 0) + 1
            used |= set(window.sources[axis].tolist()) - {-1}
        before, after = found.padding_reads[axis]
        counted = dict(zip(range(-len(before), 0), before.tolist(), strict=True))
        counted |= dict(enumerate([*found.reads[axis].tolist(), *after.tolist()]))
        assert {position: count for position, count in counted.items() if count} == reads
        assert len(found.reads[axis]) == n
        first, last = found.unused[axis]
        assert used.isdisjoint([*range(first), *range(n - last, n)])
        assert not used or {first, n - 1 - last} <= used


@given(case=cases())
def test_the_reads_of_a_convolution_are_those_of_its_windows(case):
    assert_counted(Conv(case.kernel, **case.settings), case.x)


@given(drawn=poolings(), kind=st.sampled_from([MaxPool, AveragePool]))
def test_the_reads_of_a_pooling_are_those_of_its_windows(drawn, kind):
    x, size, arguments = drawn

    assert_counted(kind(size, **arguments), x)


@given(case=transposed_cases())
def test_a_transposed_convolution_reads_each_input_as_often_as_it_spreads_it(case):
    case.settings["border"] = "zeros"
    layer = ConvTranspose(case.kernel, **case.settings)

    found = sampling(layer, case.x.shape[1:])

    alone = ConvTranspose(np.ones((1, 1, *case.kernel.shape[2:])), **case.settings | {"groups": 1})
    for cell in np.ndindex(*case.x.shape[1:]):
        touched = np.zeros((1, *case.x.shape[1:]))
        touched[(0, *cell)] = 1
        assert alone(touched).sum() == np.prod([reads[i] for reads, i in zip(found.reads, cell, strict=True)])
    assert all(before.size == after.size == 0 for before, after in found.padding_reads)


def test_upsampling_reads_every_value_about_as_often():
    assert sampling(Upsample(3), (4,)).reads[0].tolist() == [3, 3, 3, 3]
    assert sampling(Upsample(2, interpolation="bilinear"), (3,)).reads[0].tolist() == [3, 4, 3]


def test_a_stride_that_does_not_divide_leaves_a_rim():
    found = sampling(Conv(np.ones((1, 1, 3, 3)), strides=(4, 1)), (9, 9))

    assert found.starts[0].tolist() == [0, 4]
    assert found.unused == ((0, 2), (0, 0))
    assert found.reads[1].tolist() == [1, 2, 3, 3, 3, 3, 3, 2, 1]


def test_dilation_leaves_holes_but_no_rim():
    found = sampling(Conv(np.ones((1, 1, 2)), strides=4, dilation_rate=2), (7,))

    assert found.reads[0].tolist() == [1, 0, 1, 0, 1, 0, 1]
    assert found.unused == ((0, 0),)


def test_padding_that_is_read_is_counted_apart():
    found = sampling(Conv(np.ones((1, 1, 3)), padding=((2, 1),)), (2,))

    assert [side.tolist() for side in found.padding_reads[0]] == [[1, 2], [1]]
    assert found.reads[0].tolist() == [3, 2]


def test_a_value_on_its_own_is_read_once():
    found = sampling(Activation("relu"), (2, 3))

    assert [reads.tolist() for reads in found.reads] == [[1, 1], [1, 1, 1]]


@pytest.mark.parametrize("spatial", [(2, 8), (8, 2)])
def test_a_window_that_does_not_fit_is_an_error(spatial):
    with pytest.raises(ValueError, match="must fit the input"):
        sampling(MaxPool(3), spatial)
