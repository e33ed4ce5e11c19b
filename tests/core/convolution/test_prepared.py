"""`PreparedConv` against plain loops, and call after call."""

import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convexplorer.core.convolution.conv import conv
from convexplorer.core.convolution.plans import ALGORITHMS, plan
from convexplorer.core.convolution.prepared import PreparedConv
from tests.core import oracle
from tests.core.cases import LARGE, Expected, algorithms_of, cases

THOROUGH = settings(max_examples=50, deadline=None)  # one drawn case and one oracle serve all algorithms
EVERY_RANK = pytest.mark.parametrize("rank", [1, 2, 3])


def other_input(x, share_not_finite=0.0):
    rng = np.random.default_rng(5)
    other = rng.normal(size=x.shape).astype(x.dtype)
    other[rng.random(x.shape) < share_not_finite] = np.nan
    return other


@EVERY_RANK
@THOROUGH
@given(data=st.data())
def test_every_call_agrees_with_plain_loops(rank, data):
    case = data.draw(cases(ranks=(rank,)))
    first, second = Expected.of(case), Expected.of(case.with_input(other_input(case.x)))

    for algorithm in algorithms_of(rank):
        prepared = PreparedConv(case.x.shape, case.kernel, case.bias, **case.settings, algorithm=algorithm)
        for expected in (first, second, first):
            y = prepared(expected.case.x)

            assert y.shape == prepared.output_shape
            expected.assert_equals(y, algorithm)


@EVERY_RANK
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_larger_input_gives_the_numbers_of_conv(rank, data):
    case = data.draw(cases(ranks=(rank,), limits=LARGE))

    for algorithm in algorithms_of(rank):
        prepared = PreparedConv(case.x.shape, case.kernel, case.bias, **case.settings, algorithm=algorithm)
        for x in (case.x, other_input(case.x)):
            expected = conv(x, case.kernel, case.bias, **case.settings, algorithm=algorithm)
            assert np.array_equal(prepared(x), expected), algorithm


@EVERY_RANK
@THOROUGH
@given(data=st.data())
def test_what_is_not_finite_reaches_its_windows_and_no_later_call(rank, data):
    case = data.draw(cases(ranks=(rank,)))
    kernel, spoiling = case.kernel.copy(), other_input(case.x, 0.05)
    kernel[(slice(None), slice(None), *(slice(n // 2, None) for n in kernel.shape[2:]))] = 0  # also a rim of zeros
    expected = oracle.conv(spoiling, kernel, case.bias, **case.settings)

    for algorithm in algorithms_of(rank):
        prepared = PreparedConv(case.x.shape, kernel, case.bias, **case.settings, algorithm=algorithm)
        clean = prepared(case.x).copy()

        spoiled = prepared(spoiling).copy()

        assert np.array_equal(np.isnan(spoiled), np.isnan(expected)), algorithm
        assert np.array_equal(prepared(case.x), clean), algorithm


def test_float64_is_computed_in_float64():
    rng = np.random.default_rng(2)
    x, kernel = rng.normal(size=(2, 9, 8)), rng.normal(size=(3, 2, 3, 3))

    y = PreparedConv(x.shape, kernel, dtype="float64")(x)

    assert y.dtype == np.float64
    np.testing.assert_allclose(y, conv(x, kernel), rtol=1e-14)


@pytest.mark.parametrize("dtype", [np.uint8, np.int64, bool, np.float16, np.float64, ">f4"])
def test_inputs_are_converted(dtype):
    y = PreparedConv((1, 4, 4), np.ones((1, 1, 2, 2)))(np.ones((1, 4, 4), dtype))

    assert y.dtype == np.float32
    assert np.all(y == 4)


@pytest.mark.parametrize("algorithm", [name for name, row in ALGORITHMS.items() if 2 in row.ranks])
@pytest.mark.parametrize("groups", [1, 2])
def test_inputs_of_any_layout_work_and_stay_as_they_are(algorithm, groups):
    rng = np.random.default_rng(6)
    wide = rng.normal(size=(20, 30, 8)).astype(np.float32)
    x = wide.transpose(2, 0, 1)[::2, ::-1, 3:]
    kernel, before = rng.normal(size=(4, 4 // groups, 3, 3)), x.copy()
    x.setflags(write=False)

    y = PreparedConv(x.shape, kernel, padding="same", groups=groups, algorithm=algorithm)(x)

    assert np.array_equal(y, conv(before, kernel, padding="same", groups=groups, algorithm=algorithm))
    assert np.array_equal(x, before)


@pytest.mark.parametrize("algorithm", [name for name, row in ALGORITHMS.items() if 2 in row.ranks])
@pytest.mark.parametrize("border", ["zeros", "edge"])
@pytest.mark.parametrize("shape", [(2, 12, 12), (24, 40, 40), (4, 150, 160)])
def test_a_result_can_be_the_next_input(algorithm, border, shape):
    kernel = np.random.default_rng(7).integers(-1, 2, (shape[0], shape[0], 3, 1)).astype(np.float32)
    settings = {"padding": ((1, 1), (0, 0)), "border": border, "algorithm": algorithm}
    x = np.random.default_rng(8).integers(-2, 3, shape).astype(np.float32)
    prepared = PreparedConv(shape, kernel, **settings)

    twice = prepared(prepared(x))

    assert np.array_equal(twice, conv(conv(x, kernel, **settings), kernel, **settings))


def test_two_prepared_in_turns_do_not_disturb_each_other():
    x = np.ones((1, 8, 8), np.float32)
    ones, twos = (PreparedConv(x.shape, np.full((1, 1, 3, 3), weight, np.float32)) for weight in (1, 2))

    first, second = ones(x), twos(x)

    assert np.all(first == 9)
    assert np.all(second == 18)
    assert np.all(ones(2 * x) == 18)
    assert np.all(second == 18)


def test_the_result_of_the_last_call_is_overwritten():
    x = np.ones((1, 8, 8), np.float32)
    prepared = PreparedConv(x.shape, np.ones((1, 1, 3, 3)))

    first = prepared(x)

    assert prepared(2 * x) is first
    assert np.all(first == 18)


def test_kernel_and_bias_are_copied():
    kernel, bias = np.ones((1, 1, 3, 3), np.float32), np.ones(1, np.float32)
    prepared = PreparedConv((1, 8, 8), kernel, bias)

    kernel[:], bias[:] = 5, 5

    assert np.all(prepared(np.ones((1, 8, 8))) == 10)


def test_threads_with_one_each_do_not_disturb_each_other():
    start, wrong = threading.Barrier(4), []

    def convolve_many(value):
        prepared = PreparedConv((2, 30, 30), np.full((4, 2, 3, 3), value))
        x = np.ones((2, 30, 30), np.float32)
        start.wait()
        wrong.extend(value for _ in range(300) if not np.all(prepared(x) == 18 * value))

    threads = [threading.Thread(target=convolve_many, args=(value,)) for value in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not wrong


def test_the_algorithm_is_the_planned_one():
    assert PreparedConv((3, 480, 640), np.ones((8, 3, 3, 3))).algorithm == plan((3, 480, 640), (8, 3, 3, 3)).algorithm
    assert PreparedConv((1, 9, 9), np.ones((1, 1, 3, 3)), algorithm="rows").algorithm == "rows"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"x_shape": (3, 8, 9)}, r"x must have 2 channels, as the kernel has; got 3"),
        ({"x_shape": (2, 8)}, r"x must have the shape \(channels, \*spatial\) with 2 spatial axes.*got \(2, 8\)"),
        ({"x_shape": (2, 0, 9)}, r"input size must be ≥ 1; got \(0, 9\)"),
        ({"x_shape": (2, 8.0, 9)}, r"x_shape must be whole numbers \(channels, \*spatial\); got \(2, 8.0, 9\)"),
        ({"x_shape": 8}, r"x_shape must be whole numbers \(channels, \*spatial\); got 8"),
        ({"kernel": np.ones((3, 3))}, r"kernel must have the shape \(filters, channels, \*size\).*got \(3, 3\)"),
        ({"kernel": 3}, r"kernel must have the shape"),
        ({"kernel": [[1, 2], [3]]}, r"kernel must be an array of numbers"),
        ({"bias": [1, 2]}, r"bias must have the shape \(4,\), one number a filter; got \(2,\)"),
        ({"strides": 0}, r"strides must be ≥ 1; got 0"),
        ({"padding": "full"}, r"padding must be"),
        ({"dilation_rate": 4}, r"kernel size 3 with dilation 4 spans 9 and must fit the input in rows; got 8 cells"),
        ({"groups": 3}, r"groups must be ≥ 1 and divide 4 filters; got 3"),
        ({"border": "mirror"}, r"border must be one of"),
        ({"algorithm": "magic"}, r"algorithm must be auto or one of"),
        ({"dtype": np.int32}, r"dtype must be float32 or float64; got <class 'numpy.int32'>"),
        ({"dtype": "magic"}, r"dtype must be float32 or float64; got 'magic'"),
    ],
)
def test_a_wrong_argument_is_named_with_what_was_expected_and_what_came(arguments, message):
    with pytest.raises(ValueError, match=message):
        PreparedConv(**{"x_shape": (2, 8, 9), "kernel": np.ones((4, 2, 3, 3)), **arguments})


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (
            np.ones((2, 8, 8)),
            r"x must have the shape \(2, 8, 9\) that the convolution is prepared for; got \(2, 8, 8\)",
        ),
        (np.ones((8, 9)), r"x must have the shape \(2, 8, 9\)"),
        (np.ones((2, 8, 9), complex), r"x must hold real numbers; got an array of complex128"),
        ([[1, 2], [3]], r"x must be an array of numbers"),
    ],
)
def test_an_input_that_does_not_fit_is_refused(x, message):
    prepared = PreparedConv((2, 8, 9), np.ones((4, 2, 3, 3)))

    with pytest.raises(ValueError, match=message):
        prepared(x)
