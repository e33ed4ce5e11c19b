"""`conv` against plain loops, by its properties, and with input that is not as it should be."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convexplorer.core.convolution.conv import contributions, conv
from convexplorer.core.convolution.plans import ALGORITHMS
from tests.core import oracle
from tests.core.cases import LARGE, Expected, algorithms_of, cases

QUICK = settings(max_examples=60, deadline=None)
THOROUGH = settings(max_examples=120, deadline=None)  # one drawn case and one oracle serve all algorithms
EVERY_RANK = pytest.mark.parametrize("rank", [1, 2, 3])
RANKS = [(name, rank) for name, row in ALGORITHMS.items() for rank in row.ranks]
PLANE_ALGORITHMS = pytest.mark.parametrize("algorithm", [name for name, row in ALGORITHMS.items() if 2 in row.ranks])
EVERY_ALGORITHM = pytest.mark.parametrize(("algorithm", "rank"), RANKS)


def slack(algorithm: str, largest: float) -> float:
    """Return how far a sum of one product may be off: not at all, unless the input's rows are combined before."""
    return 4 * np.finfo(np.float32).eps * largest if algorithm == "pairs" else 0


@EVERY_RANK
@THOROUGH
@given(data=st.data())
def test_every_algorithm_agrees_with_plain_loops(rank, data):
    case = data.draw(cases(ranks=(rank,)))
    expected = Expected.of(case)

    for algorithm in algorithms_of(rank):
        y = conv(case.x, case.kernel, case.bias, **case.settings, algorithm=algorithm)

        expected.assert_equals(y, algorithm)


@QUICK
@given(case=cases())
def test_both_oracles_agree(case):
    expected = oracle.conv(case.x, case.kernel, case.bias, **case.settings)

    by_taps = oracle.conv_by_taps(case.x, case.kernel, case.bias, **case.settings)

    np.testing.assert_allclose(by_taps, expected, atol=1e-12)


@EVERY_RANK
@settings(max_examples=50)
@given(data=st.data())
def test_every_algorithm_agrees_with_the_oracle_on_larger_input(rank, data):
    case = data.draw(cases(ranks=(rank,), limits=LARGE))
    expected = oracle.conv_by_taps(case.x, case.kernel, case.bias, **case.settings)
    # One rounding per term, of the largest product: a Fourier transform's error does not go with each window's own.
    largest = np.abs(case.kernel).max() * np.abs(case.x).max() + (0 if case.bias is None else np.abs(case.bias).max())
    allowed = 2 * (case.terms + 2) * np.finfo(np.float32).eps * largest

    for algorithm in algorithms_of(rank):
        y = conv(case.x, case.kernel, case.bias, **case.settings, algorithm=algorithm)

        assert y.shape == expected.shape, algorithm
        assert np.abs(y - expected).max() <= allowed, algorithm


@EVERY_RANK
@THOROUGH
@given(data=st.data())
def test_a_kernel_with_a_rim_of_zeros_agrees_with_plain_loops(rank, data):
    case = data.draw(cases(ranks=(rank,)))
    kernel, mask = case.kernel.copy(), np.ones(case.kernel.shape[2:], bool)
    begin = [data.draw(st.integers(0, n - 1)) for n in mask.shape]
    mask[tuple(slice(a, data.draw(st.integers(a + 1, n))) for a, n in zip(begin, mask.shape, strict=True))] = False
    kernel[:, :, mask] = 0
    x = case.x.copy()
    x[data.draw(st.booleans()) & (np.random.default_rng(0).random(x.shape) < 0.05)] = np.nan
    expected = oracle.conv(x, kernel, case.bias, **case.settings)
    allowed = 1e-4 * np.nanmax(np.abs(x), initial=1) * case.terms

    for algorithm in algorithms_of(rank):
        y = conv(x, kernel, case.bias, **case.settings, algorithm=algorithm)

        assert y.dtype == x.dtype, algorithm
        np.testing.assert_allclose(y, expected, rtol=1e-4, atol=allowed, err_msg=algorithm)


@QUICK
@given(case=cases(dtype=np.float64))
def test_float64_is_computed_in_float64(case):
    y = conv(case.x, case.kernel, case.bias, **case.settings)

    Expected.of(case).assert_equals(y, "auto")


@EVERY_RANK
@THOROUGH
@given(data=st.data())
def test_nan_and_infinity_reach_exactly_the_windows_that_touch_them(rank, data):
    case = data.draw(cases(ranks=(rank,)))
    rng = np.random.default_rng(data.draw(st.integers(0, 999)))
    x, kernel = case.x.copy(), case.kernel.copy()
    kernel[rng.random(kernel.shape) < 0.4] = 0
    x[rng.random(x.shape) < 0.03] = data.draw(st.sampled_from([np.nan, np.inf, -np.inf]))
    with np.errstate(invalid="ignore"):
        expected = oracle.conv(x, kernel, case.bias, **case.settings)

    for algorithm in algorithms_of(rank):
        y = conv(x, kernel, case.bias, **case.settings, algorithm=algorithm)

        assert np.array_equal(np.isnan(y), np.isnan(expected)), algorithm
        assert np.array_equal(y[np.isinf(expected)], expected[np.isinf(expected)]), algorithm
        assert np.array_equal(np.isinf(y), np.isinf(expected)), algorithm


@EVERY_ALGORITHM
@pytest.mark.parametrize("filters", [1, 3])
def test_a_weight_of_zero_alone_lets_nan_through(algorithm, rank, filters):
    x = np.ones((1, *[6] * rank), np.float32)
    x.flat[3] = np.nan

    y = conv(x, np.zeros((filters, 1, *[1] * rank)), algorithm=algorithm)

    assert np.isnan(y).sum() == filters
    assert np.isnan(y.reshape(filters, -1)[:, 3]).all()


@PLANE_ALGORITHMS
@pytest.mark.parametrize("weight", [np.nan, np.inf])
def test_a_weight_that_is_not_finite_touches_every_output(algorithm, weight):
    kernel = np.ones((2, 1, 12, 12))
    kernel[1, 0, 3, 4] = weight

    y = conv(np.ones((1, 20, 20)), kernel, algorithm=algorithm)

    assert np.all(y[0] == 144)
    assert not np.isfinite(y[1]).any()


@PLANE_ALGORITHMS
@pytest.mark.parametrize("size", [(11, 11), (11, 12), (31, 31), (3, 63), (63, 1)])
def test_large_kernels_agree_whatever_the_size(algorithm, size):
    rng = np.random.default_rng(1)
    x, kernel = rng.normal(size=(2, 90, 80)), rng.normal(size=(3, 2, *size))

    y = conv(x.astype(np.float32), kernel, padding="same", algorithm=algorithm)

    expected = conv(x, kernel, padding="same", algorithm="windows")
    # A Fourier transform's error goes with the largest value, not with each window's own.
    allowed = 2 * math.prod(size) * np.finfo(np.float32).eps * np.abs(kernel).max() * np.abs(x).max()
    assert np.abs(y - expected).max() <= allowed


@PLANE_ALGORITHMS
def test_an_impulse_answers_with_the_kernel_turned_and_exact_zeros_elsewhere(algorithm):
    kernel = np.random.default_rng(2).normal(size=(31, 31)).astype(np.float32)
    x = np.zeros((1, 101, 101), np.float32)
    x[0, 50, 50] = 1

    y = conv(x, kernel[np.newaxis, np.newaxis], padding="same", algorithm=algorithm)[0]

    assert np.abs(y[35:66, 35:66] - kernel[::-1, ::-1]).max() <= slack(algorithm, np.abs(kernel).max())
    y[35:66, 35:66] = 0
    assert not y.any()


@PLANE_ALGORITHMS
def test_sums_beyond_float32_become_infinite_only_where_they_occur(algorithm):
    x = np.ones((1, 40, 40), np.float32)
    x[0, 20, 20] = 3e38

    y = conv(x, np.full((1, 1, 12, 12), 2.0), padding="same", algorithm=algorithm)

    assert np.isinf(y).sum() == 144
    assert not np.isnan(y).any()


@PLANE_ALGORITHMS
@pytest.mark.parametrize("shape", [(1, 700, 900), (40, 60, 300), (3, 1, 1), (1, 1, 2000), (1, 2000, 1)])
@pytest.mark.parametrize("changes", [{}, {"strides": (3, 2), "dilation_rate": (2, 3)}, {"border": "edge"}])
def test_pictures_larger_than_one_band_are_seamless(algorithm, shape, changes):
    rng = np.random.default_rng(3)
    x = rng.integers(-8, 9, shape).astype(np.float32)
    kernel = rng.integers(-8, 9, (2, shape[0], 3, 5))

    y = conv(x, kernel, [1, -2], padding=((3, 4), (6, 6)), algorithm=algorithm, **changes)

    # Small integers are exact in every order of summation.
    expected = conv(x.astype(np.float64), kernel, [1, -2], padding=((3, 4), (6, 6)), algorithm="windows", **changes)
    assert np.array_equal(y, expected)


@pytest.mark.parametrize("algorithm", ["rows", "pairs", "planes"])
@pytest.mark.parametrize("size", [(3, 3), (4, 5), (1, 7), (9, 2), (9, 9)])
@pytest.mark.parametrize("border", ["zeros", "edge", "reflect", "symmetric", "wrap"])
def test_a_large_plane_is_seamless_in_every_border(algorithm, size, border):
    rng = np.random.default_rng(9)
    x = rng.integers(-8, 9, (1, 500, 480)).astype(np.float32)
    column, row = rng.integers(-4, 5, (2, 1, size[0], 1)), rng.integers(-4, 5, (1, 1, 1, size[1]))
    kernel = np.concatenate([rng.integers(-8, 9, (1, 1, *size)), column * row])

    y = conv(x, kernel, [1, 0, 2], padding="same", border=border, algorithm=algorithm)

    expected = conv(x.astype(np.float64), kernel, [1, 0, 2], padding="same", border=border, algorithm="windows")
    assert np.array_equal(y, expected)


@QUICK
@given(case=cases(dtype=np.float64), factor=st.floats(-4, 4))
def test_convolution_is_linear(case, factor):
    other = np.random.default_rng(0).normal(size=case.x.shape)

    combined = conv(case.x + factor * other, case.kernel, **case.settings)

    apart = conv(case.x, case.kernel, **case.settings) + factor * conv(other, case.kernel, **case.settings)
    np.testing.assert_allclose(combined, apart, atol=1e-10)


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_shifting_the_input_shifts_the_output(rank):
    rng = np.random.default_rng(4)
    x, kernel = rng.normal(size=(2, *[9] * rank)), rng.normal(size=(3, 2, *[3] * rank))
    axes = tuple(range(1, rank + 1))

    shifted = conv(np.roll(x, 2, axes), kernel, padding="same", border="wrap")

    np.testing.assert_allclose(shifted, np.roll(conv(x, kernel, padding="same", border="wrap"), 2, axes), atol=1e-12)


@EVERY_ALGORITHM
def test_the_identity_kernel_returns_the_input_in_a_new_array(algorithm, rank):
    x = np.random.default_rng(5).normal(size=(1, *[7] * rank)).astype(np.float32)
    kernel = np.zeros((1, 1, *[3] * rank))
    kernel[(0, 0, *[1] * rank)] = 1

    y = conv(x, kernel, padding="same", algorithm=algorithm)

    assert np.abs(y - x).max() <= slack(algorithm, np.abs(x).max())
    assert not np.shares_memory(y, x)


@given(n=st.integers(1, 40), size=st.integers(1, 9), stride=st.integers(1, 7), dilation=st.integers(1, 4))
def test_same_gives_the_input_divided_by_the_stride_rounded_up(n, size, stride, dilation):
    y = conv(np.ones((1, n)), np.ones((1, 1, size)), padding="same", strides=stride, dilation_rate=dilation)

    assert y.shape == (1, math.ceil(n / stride))


def test_causal_outputs_see_no_later_input():
    y = conv([[0, 0, 1, 0, 0]], [[[1, 2, 3]]], padding="causal")

    assert y.tolist() == [[0, 0, 3, 2, 1]]


def test_same_puts_the_surplus_at_the_end_as_keras_does():
    y = conv([[1, 2, 3, 4]], [[[1, 10]]], padding="same")

    assert y.tolist() == [[21, 32, 43, 4]]


def test_same_with_a_stride_looks_elsewhere_in_keras_than_pytorch_with_padding():
    x, kernel = np.arange(1.0, 9).reshape(1, 8), [[[1, 10, 100]]]

    keras = conv(x, kernel, strides=2, padding="same")
    pytorch = conv(x, kernel, strides=2, padding=1)

    assert keras.shape == pytorch.shape == (1, 4)
    assert keras.tolist() == [[321, 543, 765, 87]]  # one cell behind the end
    assert pytorch.tolist() == [[210, 432, 654, 876]]  # one cell before the start, and one that no window needs
    assert np.array_equal(conv(x, kernel, strides=2, padding=((0, 1),)), keras)


@pytest.mark.parametrize(
    ("dtype", "expected"),
    [
        (np.uint8, np.float32),
        (np.int64, np.float32),
        (bool, np.float32),
        (np.float16, np.float32),
        (np.float32, np.float32),
        (np.float64, np.float64),
        (">f4", np.float32),
        (">f8", np.float64),
    ],
)
@PLANE_ALGORITHMS
def test_the_input_decides_the_precision(dtype, expected, algorithm):
    y = conv(np.ones((1, 4, 4), dtype), np.ones((1, 1, 2, 2)), algorithm=algorithm)

    assert y.dtype == expected
    assert np.all(y == 4)


@PLANE_ALGORITHMS
@pytest.mark.parametrize("groups", [1, 2])
def test_inputs_of_any_layout_work_and_stay_as_they_are(algorithm, groups):
    rng = np.random.default_rng(6)
    wide = rng.normal(size=(20, 30, 8)).astype(np.float32)
    layouts = [wide.transpose(2, 0, 1)[::2, ::-1, 3:], wide.transpose(2, 1, 0)[1::2, ::2, ::-1]]
    kernel = rng.normal(size=(5, 5, 4 // groups, 6))[::-1].transpose(3, 2, 0, 1).astype(np.float32)
    kernel.setflags(write=False)

    for x in layouts:
        before = x.copy()
        x.setflags(write=False)

        y = conv(x, kernel, padding="same", groups=groups, algorithm=algorithm)

        plain = conv(before, np.ascontiguousarray(kernel), padding="same", groups=groups, algorithm=algorithm)
        assert np.array_equal(y, plain)
        assert np.array_equal(x, before)


@pytest.mark.parametrize("multiplier", [1, 2])
@pytest.mark.parametrize(
    "changes", [{}, {"padding": "valid"}, {"border": "reflect"}, {"dilation_rate": 2}, {"strides": 2}]
)
def test_many_channels_of_their_own_are_convolved_as_one(multiplier, changes):
    rng = np.random.default_rng(11)
    x = rng.integers(-8, 9, (24, 80, 90)).astype(np.float32)
    x[3, 5, 6], x[7, 0, 0] = np.nan, np.inf
    kernel, bias = rng.integers(-2, 3, (24 * multiplier, 1, 3, 3)), np.arange(24 * multiplier)
    settings = {"padding": "same", **changes}

    y = conv(x, kernel, bias, groups=24, **settings)

    for i in range(24):
        own = slice(i * multiplier, (i + 1) * multiplier)
        alone = conv(x[i : i + 1], kernel[own], bias[own], algorithm="windows", **settings)
        np.testing.assert_array_equal(y[own], alone)


def test_contributions_sum_to_the_map():
    rng = np.random.default_rng(7)
    x, kernel = rng.normal(size=(3, 12, 11)), rng.normal(size=(3, 3, 4))
    settings = {"strides": (2, 1), "padding": "same", "dilation_rate": (1, 2), "border": "reflect"}

    parts = contributions(x, kernel, **settings)

    np.testing.assert_allclose(parts.sum(axis=0), conv(x, kernel[np.newaxis], **settings)[0], atol=1e-12)


X, KERNEL = np.ones((2, 8, 9)), np.ones((4, 2, 3, 3))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"x": np.ones((8, 9))}, r"x must have the shape \(channels, \*spatial\) with 2 spatial axes.*got \(8, 9\)"),
        ({"x": np.ones((3, 8, 9))}, r"x must have 2 channels, as the kernel has; got 3"),
        ({"x": np.ones((2, 0, 9))}, r"x must not be empty; got shape \(2, 0, 9\)"),
        ({"x": [[1, 2], [3]]}, r"x must be an array of numbers"),
        ({"x": np.ones((2, 8, 9), complex)}, r"x must hold real numbers; got an array of complex128"),
        ({"x": np.full((2, 8, 9), "a")}, r"x must hold real numbers"),
        ({"kernel": np.ones((3, 3))}, r"kernel must have the shape \(filters, channels, \*size\).*got \(3, 3\)"),
        ({"kernel": np.ones((0, 2, 3, 3))}, r"kernel must not be empty"),
        ({"bias": [1, 2]}, r"bias must have the shape \(4,\), one number a filter; got \(2,\)"),
        ({"strides": 0}, r"strides must be ≥ 1; got 0"),
        ({"strides": (1, 2, 3)}, r"strides must be a whole number or one per axis \(2\); got \(1, 2, 3\)"),
        ({"strides": 1.5}, r"strides must be a whole number or one per axis \(2\); got 1.5"),
        ({"strides": "2"}, r"strides must be a whole number"),
        ({"dilation_rate": -1}, r"dilation_rate must be ≥ 1; got -1"),
        ({"dilation_rate": 4}, r"kernel size 3 with dilation 4 spans 9 and must fit the input in rows; got 8 cells"),
        ({"kernel": np.ones((4, 2, 9, 3))}, r"kernel size 9 must fit the input in rows; got 8 cells"),
        (
            {"kernel": np.ones((4, 2, 3, 12)), "padding": 1},
            r"must fit the input in columns; got 9 cells with 2 padding",
        ),
        ({"padding": "full"}, r'padding must be "valid", "same", "causal", a number.*got \'full\''),
        ({"padding": "causal"}, r'padding "causal" is for one spatial axis; got 2'),
        ({"padding": -1}, r"padding must be ≥ 0; got -1"),
        ({"padding": ((1, 2, 3), (1, 2, 3))}, r"padding must be a whole number or one per axis"),
        ({"padding": (1, 2, 3)}, r"padding must be .* got \(1, 2, 3\)"),
        ({"padding": None}, r"padding must be .* got None"),
        ({"groups": 0}, r"groups must be ≥ 1 and divide 4 filters; got 0"),
        ({"groups": 3}, r"groups must be ≥ 1 and divide 4 filters; got 3"),
        ({"groups": 2}, r"x must have 4 channels in 2 groups, as the kernel has; got 2"),
        ({"groups": 1.5}, r"groups must be a whole number; got 1.5"),
        ({"border": "mirror"}, r"border must be one of zeros, edge, reflect, symmetric, wrap; got 'mirror'"),
        ({"border": "reflect", "padding": 8}, r'padding with border "reflect" must be ≤ 7 where the input has 8 cells'),
        ({"border": "wrap", "padding": 9}, r'padding with border "wrap" must be ≤ 8 where the input has 8 cells'),
        ({"strides": (1.0, 1.0)}, r"strides must be a whole number or one per axis"),
        ({"padding": [[1.0, 1], [1, 1]]}, r"padding must be"),
        ({"border": ["zeros"]}, r"border must be one of"),
        ({"groups": [1]}, r"groups must be a whole number"),
        ({"algorithm": ["rows"]}, r"algorithm must be auto or one of"),
        ({"algorithm": "magic"}, r"algorithm must be auto or one of flat, .*, onnxruntime; got 'magic'"),
    ],
)
def test_a_wrong_argument_is_named_with_what_was_expected_and_what_came(arguments, message):
    with pytest.raises(ValueError, match=message):
        conv(**{"x": X, "kernel": KERNEL, **arguments})


@pytest.mark.parametrize("name", ["strides", "dilation_rate", "padding"])
def test_what_equals_an_argument_used_before_is_refused_all_the_same(name):
    conv(X, KERNEL, **{name: (1, 1)})

    with pytest.raises(ValueError, match=f"{name} must be"):
        conv(X, KERNEL, **{name: (1.0, 1)})


def test_an_algorithm_for_images_refuses_signals():
    with pytest.raises(ValueError, match='algorithm "rows" computes 2 spatial axes; got 1'):
        conv([[1, 2, 3]], [[[1]]], algorithm="rows")


@pytest.mark.parametrize("algorithm", [name for name, row in ALGORITHMS.items() if 1 in row.ranks])
@pytest.mark.parametrize(("length", "size"), [(5000, 64), (5000, 128), (9000, 200), (20_001, 512), (1300, 1201)])
def test_long_signals_and_kernels_agree_whatever_the_size(algorithm, length, size):
    rng = np.random.default_rng(10)
    x, kernel = rng.normal(size=(2, length)), rng.normal(size=(3, 2, size))

    y = conv(x.astype(np.float32), kernel, [1, 2, 3], padding="same", algorithm=algorithm)

    expected = conv(x, kernel, [1, 2, 3], padding="same", algorithm="windows")
    allowed = 2 * size * np.finfo(np.float32).eps * np.abs(kernel).max() * np.abs(x).max()
    assert np.abs(y - expected).max() <= allowed


@pytest.mark.parametrize("algorithm", [name for name, row in ALGORITHMS.items() if 1 in row.ranks])
def test_one_infinite_sample_reaches_its_own_windows_only(algorithm):
    x = np.ones((1, 3000), np.float32)
    x[0, 1500] = np.inf

    y = conv(x, np.ones((1, 1, 300)), algorithm=algorithm)

    assert np.isinf(y).sum() == 300
    assert np.all(y[np.isfinite(y)] == 300)


@pytest.mark.parametrize("shape", [(1, 1), (1, 2), (2, 1), (1, 7)])
@pytest.mark.parametrize("filters", [1, 3])
def test_a_weight_of_zero_does_not_hide_what_is_no_number(shape, filters):
    x = np.full(shape, np.nan, np.float32)

    assert np.isnan(conv(x, np.zeros((filters, shape[0], 1)))).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [7, 8, 11, 12])
def test_one_cell_of_a_picture_touches_only_the_windows_it_lies_in(dtype, size):
    """OpenCV transforms large kernels, and those of doubles sooner: what sticks out would be everywhere."""
    rng = np.random.default_rng(1)
    kernel = rng.uniform(0.5, 1.5, (1, 1, size, size)).astype(dtype)
    x = rng.random((1, 64, 64)).astype(dtype)
    plain = conv(x, kernel, algorithm="windows")

    for odd in (np.nan, 1e12):
        x[0, 3, 3] = odd
        y = conv(x, kernel, algorithm="planes")

        assert np.allclose(y[:, 4:, 4:], plain[:, 4:, 4:], rtol=size * size * np.finfo(dtype).eps)
