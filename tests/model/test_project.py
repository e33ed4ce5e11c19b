"""The frozen values: what they accept, and that nothing in them can be written."""

from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from convexplorer.core.layers import Activation
from convexplorer.kernels.filter import MAX_NUMBERS, Filter
from convexplorer.model.layer import MAX_WEIGHTS, Layer
from convexplorer.model.project import Display, Project
from tests.model.examples import PHOTO, conv_layer, pool_layer

# A thousand of them share one array.
HUGE = Filter("huge", np.ones((16, 255, 255)))


def test_planes_are_a_read_only_copy_in_double_precision():
    mine = np.ones((3, 3), np.float32)

    one = Filter("mine", mine)
    mine[:] = 7

    assert one.planes.shape == (1, 3, 3)
    assert one.planes.dtype == np.float64
    assert (one.planes == 1).all()
    with pytest.raises(ValueError, match="read-only"):
        one.planes[0, 0, 0] = 2


def test_a_read_only_view_of_someones_array_is_copied_too():
    mine = np.ones((1, 3, 3))
    view = mine[:]
    view.flags.writeable = False

    one = Filter("mine", view)
    mine[:] = 7

    assert (one.planes == 1).all()


def test_planes_already_frozen_are_shared():
    one = Filter("one", np.ones((1, 3, 3)))

    assert Filter("two", one.planes).planes is one.planes


def test_parameters_cannot_be_written():
    one = Filter("one", np.ones((1, 1)), preset="gaussian", parameters={"sigma": 1.0})

    with pytest.raises(TypeError):
        one.parameters["sigma"] = 2.0


def test_fields_cannot_be_written():
    with pytest.raises(FrozenInstanceError):
        Filter("one", np.ones((1, 1))).bias = 1.0


def test_size_is_rows_and_columns():
    assert conv_layer((Filter("wide", np.zeros((2, 5))),)).kernel_size == (2, 5)


def test_a_name_is_trimmed_to_one_line():
    assert Filter("  two\nlines ", np.ones((1, 1))).name == "two lines"


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Filter("", np.ones((1, 1))), "name must have 1 to 200 characters; got 0"),
        (lambda: Filter("x" * 201, np.ones((1, 1))), "got 201"),
        (lambda: Filter("a", np.ones(3)), "planes must have 2 or 3 axes: ([planes,] rows, columns); got shape (3,)"),
        (lambda: Filter("a", np.ones((0, 3))), f"1 to {MAX_NUMBERS} weights; got 1×0×3"),
        (lambda: Filter("a", np.ones((20000, 3))), "a kernel has at most 255 × 255 cells; this one has 20000 × 3"),
        (lambda: Filter("a", np.ones((1, 256)), rank=1), "a kernel has at most 255 cells; this one has 256"),
        (lambda: Filter("a", np.ones((1, 1)), rank=4), "rank must be 1, 2 or 3; got 4"),
        (lambda: conv_layer(()), "a layer holds 1 filter or more; got 0"),
        (
            lambda: conv_layer((HUGE,) * (MAX_WEIGHTS // HUGE.planes.size + 1)),
            f"at most {MAX_WEIGHTS} weights",
        ),
        (lambda: conv_layer((Filter("a", np.ones((1, 1))), Filter("b", np.ones((3, 3))))), "one size; got 1×1, 3×3"),
        (lambda: one_layer(strides=0), "strides must lie in 1…1024; got 0"),
        (lambda: one_layer(strides=1.5), "strides must be a whole number or 2 of them (rows, columns)"),
        (lambda: one_layer(strides=True), "strides must be a whole number or 2 of them (rows, columns)"),
        (lambda: one_layer(strides=(1, 2, 3)), "strides must be a whole number or 2 of them (rows, columns)"),
        (lambda: one_layer(dilation_rate=(1, 5000)), "dilation_rate must lie in 1…1024; got 5000"),
        (lambda: one_layer(padding="full"), 'padding must be "valid", "same" or'),
        (lambda: one_layer(padding=((1, 2),)), 'padding must be "valid", "same" or'),
        (lambda: one_layer(padding=((1, 2), (3, -1))), "padding must lie in 0…1024 on each side; got -1"),
        (lambda: one_layer(border="black"), "border must be one of zeros, edge"),
        (lambda: one_layer(activation=7), "activation must be an Activation"),
        (lambda: one_layer(activation=Activation("glu")), "activation must keep the number of maps; glu does not"),
        (lambda: pool_layer(kind="median"), "kind must be one of conv, depthwise_conv,"),
        (lambda: pool_layer(pool_size=0), "pool_size must lie in 1…1024; got 0"),
        (lambda: pool_layer(padding=((2, 0), (0, 0))), "smaller than its window of 2"),
        (lambda: Display(palette="rainbow"), "palette must be one of"),
        (lambda: Display(scope="all"), "scope must be one of"),
        (lambda: Display(coverage=0), "coverage must be above 0"),
        (lambda: Display(coverage=float("nan")), "coverage must be above 0"),
        (lambda: Display(locked=(1, 1)), "the lower first"),
        (lambda: Display(locked=(0, float("inf"))), "finite"),
        (lambda: Project(PHOTO, (), channels="red"), "channels must be"),
        (lambda: Project(PHOTO, (), channels="-1"), "channels must be"),
        (lambda: Project(PHOTO, (), numbers="raw"), "numbers must be one of unit, stored; got 'raw'"),
    ],
)
def test_impossible_values_are_refused_in_words(make, sentence):
    with pytest.raises(ValueError) as caught:
        make()

    assert sentence in str(caught.value)


def test_one_number_stands_for_both_axes():
    assert one_layer(strides=2, dilation_rate=np.int64(3))["strides"] == (2, 2)


def one_layer(**settings) -> Layer:
    return conv_layer((Filter("a", np.ones((1, 1))),), **settings)
