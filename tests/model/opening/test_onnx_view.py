"""Views: any chain of reshapes and transpositions moves the values as NumPy does, without computing any."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convexplorer.model.opening.onnx_view import plain_view
from tests.model.opening.onnx_oracle import tensor_of

SIZES = st.lists(st.sampled_from([1, 2, 3, 4, 6, 12]), min_size=1, max_size=3)


@settings(max_examples=150, deadline=None)
@given(SIZES, st.data())
def test_a_view_moves_values_as_numpy_does(sizes, data):
    maps = np.arange(math.prod(sizes)).reshape(sizes)
    view, expected = plain_view("layer", sizes), maps[np.newaxis]

    for _ in range(data.draw(st.integers(0, 5))):
        if data.draw(st.booleans()):
            order = data.draw(st.permutations(range(expected.ndim)))
            view, expected = view.transposed(order), expected.transpose(order)
        else:
            shape = data.draw(factorizations(expected.size))
            found = view.reshaped(shape)
            if found is None:  # it would tear parts: seldom, and said, but never wrong
                continue
            view, expected = found, expected.reshape(shape)

        assert view.shape == expected.shape
        np.testing.assert_array_equal(tensor_of(maps, view), expected)


@st.composite
def factorizations(draw, count):
    shape = []
    while count > 1 and len(shape) < 4:
        divisor = draw(st.sampled_from([n for n in range(1, count + 1) if count % n == 0]))
        shape.append(divisor)
        count //= divisor
    return (*shape, count)


def test_there_and_back_is_the_plain_view():
    view = plain_view("layer", (12, 5, 7))

    assert view.transposed((0, 2, 3, 1)).transposed((0, 3, 1, 2)) == view
    assert view.reshaped((1, 3, 4, 35)).reshaped((1, 12, 5, 7)) == view
    assert view.reshaped((420,)).reshaped((1, 12, 5, 7)).is_plain


def test_a_channel_shuffle_is_an_order_of_channels():
    view = plain_view("layer", (12, 5, 7)).reshaped((1, 3, 4, 5, 7)).transposed((0, 2, 1, 3, 4)).reshaped((1, 12, 5, 7))

    assert view.channel_order().tolist() == np.arange(12).reshape(3, 4).T.reshape(-1).tolist()
    assert plain_view("layer", (12, 5, 7)).transposed((0, 2, 3, 1)).channel_order() is None


def test_parts_are_not_torn():
    assert plain_view("layer", (6, 5)).reshaped((1, 5, 6)) is None


def test_other_numbers_of_values_are_refused():
    with pytest.raises(ValueError, match="cannot be reshaped"):
        plain_view("layer", (6, 5)).reshaped((7,))
    with pytest.raises(ValueError, match="order of 3 axes"):
        plain_view("layer", (6, 5)).transposed((0, 1))
