"""What holds for every operator, run over one table: inputs stay, outputs are new, NaN keeps to its windows."""

import tracemalloc

import numpy as np
import pytest

from convexplorer import core

RNG = np.random.default_rng(0)


def positive(*shape):
    """Return weights of which none hides what it touches."""
    return RNG.uniform(0.5, 1.5, shape).astype(np.float32)


# Each row takes maps of shape (4, 9, 8); the arrays beside the input are listed, so that they can be watched.
OPERATORS = {
    "conv": (core.conv, (positive(6, 2, 3, 3), positive(6)), {"groups": 2, "strides": (2, 1), "padding": "same"}),
    "conv, dilated": (core.conv, (positive(2, 4, 3, 2),), {"dilation_rate": (2, 3), "padding": 2, "border": "reflect"}),
    "conv_transpose": (core.conv_transpose, (positive(4, 3, 3, 2), positive(3)), {"strides": 2, "padding": "same"}),
    "conv_transpose, folded": (
        core.conv_transpose,
        (positive(4, 2, 3, 3), positive(4)),
        {"groups": 2, "strides": (1, 3), "padding": 1, "output_padding": (0, 2), "border": "wrap"},
    ),
    "depthwise_conv": (core.depthwise_conv, (positive(4, 2, 3, 3), positive(8)), {"padding": ((1, 0), (0, 2))}),
    "separable_conv": (
        core.separable_conv,
        (positive(4, 2, 3, 3), positive(5, 8, 1, 1), positive(5)),
        {"strides": 2, "padding": "same", "border": "edge"},
    ),
    "max_pool": (core.max_pool, (), {"pool_size": (3, 2), "strides": 2, "padding": "same"}),
    "average_pool": (core.average_pool, (), {"pool_size": 2, "dilation_rate": 2, "strides": 1, "ceil_mode": True}),
    "global_max_pool": (core.global_max_pool, (), {}),
    "global_average_pool": (core.global_average_pool, (), {"keepdims": True}),
    "upsample": (core.upsample, (), {"size": (1, 2)}),
    "upsample, bilinear": (core.upsample, (), {"size": (3, 2), "interpolation": "bilinear"}),
    "upsample, aligned": (core.upsample, (), {"interpolation": "bilinear", "align_corners": True}),
    "batch_norm": (core.batch_norm, (positive(4), positive(4), np.zeros(4, np.float32), positive(4)), {}),
    "flatten": (core.flatten, (), {"channels_last": True}),
    "dense": (core.dense, (positive(5, 4), positive(5)), {}),
    "pad": (core.pad, (), {"amounts": ((1, 0), (2, 3)), "border": "symmetric"}),
} | {name: (function, (), {}) for name, function in core.ACTIVATIONS.items()}
EVERY = pytest.mark.parametrize("name", OPERATORS)
LINEAR = pytest.mark.parametrize("name", [name for name in OPERATORS if name not in core.ACTIVATIONS])


def maps(dtype=np.float32):
    return np.random.default_rng(1).normal(size=(4, 9, 8)).astype(dtype)


def apply(name, x, *arrays):
    function, usual, settings = OPERATORS[name]
    return function(x, *(arrays or usual), **settings)


@EVERY
def test_inputs_stay_and_outputs_are_new(name):
    arrays = [maps(), *(array.copy() for array in OPERATORS[name][1])]
    before = [array.copy() for array in arrays]
    for array in arrays:
        array.setflags(write=False)

    y = apply(name, *arrays)

    assert all(np.array_equal(array, old) for array, old in zip(arrays, before, strict=True))
    assert not any(np.shares_memory(y, array) for array in arrays)
    assert y.flags.writeable


@EVERY
@pytest.mark.parametrize(
    ("given", "expected"),
    [(np.float32, np.float32), (np.float64, np.float64), (np.int16, np.float32), (">f8", np.float64)],
)
def test_the_input_decides_the_precision(name, given, expected):
    assert apply(name, (8 * maps()).astype(given)).dtype == expected


@EVERY
def test_any_layout_gives_the_same(name):
    wide = np.random.default_rng(2).normal(size=(16, 18, 8)).astype(np.float32)

    for x in (wide.transpose(2, 1, 0)[::2, ::-2, 8:], wide.transpose(2, 1, 0)[::-2, 9:, ::2]):
        np.testing.assert_allclose(apply(name, x), apply(name, np.ascontiguousarray(x)), rtol=1e-6)


@EVERY
def test_lists_of_numbers_are_taken(name):
    x = np.arange(4 * 9 * 8).reshape(4, 9, 8) - 100

    assert np.array_equal(apply(name, x.tolist()), apply(name, x), equal_nan=True)


@LINEAR
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("place", [(0, 0, 0), (1, 4, 3), (3, 8, 7), (2, 0, 5)])
def test_what_is_not_finite_reaches_exactly_the_outputs_whose_windows_touch_it(name, value, place):
    zeros, impulse, x = np.zeros((4, 9, 8), np.float32), np.zeros((4, 9, 8), np.float32), maps()
    impulse[place] = 1
    x[place] = value

    y = apply(name, x)

    is_touched = apply(name, impulse) != apply(name, zeros)
    if name.endswith("max_pool") and value == -np.inf:
        assert np.isfinite(y).all()  # the largest value of a window is another one
    else:
        assert np.array_equal(~np.isfinite(y), is_touched)


@LINEAR
@pytest.mark.parametrize(
    "x", [np.zeros((4, 0, 8)), np.full((4, 9, 8), "a"), [[1, 2], [3]], np.ones((4, 9, 8), complex)]
)
def test_what_are_no_maps_is_refused_by_name(name, x):
    with pytest.raises(ValueError, match="x must"):
        apply(name, x)


@pytest.mark.parametrize(
    ("function", "x_shape", "kernel_shape", "settings"),
    [
        (core.conv, (1, 400_000), (16, 1, 31), {}),
        (core.conv, (3, 480, 640), (16, 3, 5, 5), {"padding": "same"}),
        (core.conv, (3, 480, 640), (16, 3, 3, 3), {"strides": 2, "dilation_rate": 3}),
        (core.conv, (1, 60, 100, 100), (8, 1, 3, 3, 3), {"padding": "same", "border": "edge"}),
        (core.depthwise_conv, (16, 300, 400), (16, 2, 3, 3), {"padding": "same"}),
        (core.conv_transpose, (4, 300, 400), (4, 8, 3, 3), {"padding": "same"}),
        (core.conv_transpose, (4, 240, 320), (4, 8, 4, 4), {"strides": 2, "padding": "same"}),
        (core.upsample, (8, 240, 320), (), {"size": 3, "interpolation": "bilinear"}),
        (core.max_pool, (16, 480, 640), (), {"pool_size": 3, "strides": 1, "padding": "same"}),
        (core.average_pool, (16, 480, 640), (), {"pool_size": 2}),
    ],
)
def test_memory_stays_near_the_output(function, x_shape, kernel_shape, settings):
    arrays = [np.ones(shape, np.float32) for shape in (x_shape, kernel_shape) if shape]

    tracemalloc.start()
    y = function(*arrays, **settings)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak <= y.nbytes + (12 << 20)
