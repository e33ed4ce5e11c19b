"""Operations on whole kernels."""

import numpy as np
import pytest
from hypothesis import assume, given

from convexplorer.kernels.transforms import TRANSFORMS
from tests.model.examples import finite_weights, planes_of, sizes

ANY = sizes.flatmap(planes_of)
FINITE = sizes.flatmap(lambda size: planes_of(size, finite_weights))


def apply(name, planes):
    return TRANSFORMS[name].function(planes)


@pytest.mark.parametrize("name", TRANSFORMS)
@given(planes=ANY)
def test_no_transform_writes_to_its_argument(name, planes):
    before = planes.copy()

    try:
        with np.errstate(all="ignore"):
            apply(name, planes)
    except ValueError:
        pass

    assert np.array_equal(planes, before, equal_nan=True)


@pytest.mark.parametrize("name", TRANSFORMS)
def test_every_transform_says_what_it_does(name):
    transform = TRANSFORMS[name]

    assert transform.label
    assert transform.explanation.endswith(".")


@pytest.mark.parametrize(
    ("name", "times"), [("rotate", 4), ("flip-horizontal", 2), ("flip-vertical", 2), ("transpose", 2), ("negate", 2)]
)
@given(planes=ANY)
def test_repeating_a_turn_leads_back(name, times, planes):
    result = planes
    for _ in range(times):
        result = apply(name, result)

    assert np.array_equal(result, planes, equal_nan=True)


def test_rotation_is_clockwise():
    assert apply("rotate", np.array([[[1, 2], [3, 4]]])).tolist() == [[[3, 1], [4, 2]]]


def test_flips_mirror_their_own_axis():
    planes = np.array([[[1, 2], [3, 4]]])

    assert apply("flip-horizontal", planes).tolist() == [[[2, 1], [4, 3]]]
    assert apply("flip-vertical", planes).tolist() == [[[3, 4], [1, 2]]]


@given(FINITE)
def test_normalised_weights_add_up_to_one(planes):
    assume(abs(planes.sum()) > 1e-3 * np.abs(planes).sum() > 0)

    assert apply("normalize-sum", planes).sum() == pytest.approx(1)


@given(FINITE)
def test_zero_sum_weights_add_up_to_zero(planes):
    assert apply("zero-sum", planes).sum() == pytest.approx(0, abs=1e-6)


@given(FINITE)
def test_unit_norm_weights_have_norm_one(planes):
    assume(planes.any())

    assert np.linalg.norm(apply("unit-norm", planes)) == pytest.approx(1)


@pytest.mark.parametrize("scale", [1e-300, 1e300])
def test_unit_norm_neither_overflows_nor_vanishes(scale):
    assert np.linalg.norm(apply("unit-norm", np.full((1, 3, 3), scale))) == pytest.approx(1)


def test_double_and_halve_scale_exactly():
    planes = np.array([[[0.1, -3.0]]])

    assert apply("double", planes).tolist() == [[[0.2, -6.0]]]
    assert apply("halve", planes).tolist() == [[[0.05, -1.5]]]


def test_clear_leaves_zeros_even_of_nan():
    assert apply("clear", np.array([[[np.nan, 1.0]]])).tolist() == [[[0, 0]]]


@pytest.mark.parametrize(
    ("name", "values", "sentence"),
    [
        ("normalize-sum", [1, -1], "add up to 0"),
        ("normalize-sum", [0.1, 0.2, -0.3], "add up to 0"),
        ("normalize-sum", [np.nan], "no finite number"),
        ("zero-sum", [np.inf], "not finite"),
        ("unit-norm", [0, 0], "all weights are 0"),
        ("unit-norm", [np.inf, 1], "not finite"),
    ],
)
def test_what_has_no_meaning_is_refused_in_words(name, values, sentence):
    with pytest.raises(ValueError, match=sentence):
        apply(name, np.array([[values]], dtype=float))
