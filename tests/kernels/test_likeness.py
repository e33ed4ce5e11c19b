"""How alike kernels are: against sums in float64, and by what must hold of every cosine."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from convexplorer.kernels.likeness import TURNS, laid, likeness, likenesses, scaled_like
from convexplorer.kernels.planes import resized
from convexplorer.kernels.presets import make_filter, presets

WHOLE = st.integers(-5, 5).map(float)
SIZES = st.tuples(st.integers(1, 5), st.integers(1, 5))
FACTORS = st.sampled_from([1e-200, 1e-3, 0.5, 7.0, 1e200])
SOBEL = np.array([[[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]])


ONE = st.just(1)


def kernels(planes=ONE, sizes=SIZES):
    return st.tuples(planes, sizes).flatmap(lambda shape: arrays(np.float64, (shape[0], *shape[1]), elements=WHOLE))


def by_sums(one, other):
    """Return the cosine of two kernels of one size by plain sums; other numbers of planes repeat the single one."""
    count = max(len(one), len(other))
    a, b = (np.broadcast_to(each, (count, *each.shape[1:])) for each in (one, other))
    products = [float(x) * float(y) for x, y in zip(a.flat, b.flat, strict=True)]
    norms = [sum(float(x) ** 2 for x in each.flat) ** 0.5 for each in (a, b)]
    return sum(products) / (norms[0] * norms[1])


@given(kernels(planes=st.integers(1, 3)))
def test_a_kernel_is_like_itself_and_unlike_its_negative(planes):
    assume(planes.any())

    assert likeness(planes, planes).cosine == pytest.approx(1)
    assert likeness(planes, -planes).cosine == pytest.approx(-1)
    assert likeness(planes, -planes).is_negated


@given(kernels(), kernels(), FACTORS, FACTORS)
def test_no_factor_changes_how_alike_kernels_are(one, other, factor, other_factor):
    assume(one.any() and other.any())

    plain, scaled = likeness(one, other), likeness(one * factor, other * -other_factor)

    assert scaled.cosine == pytest.approx(-plain.cosine, abs=1e-9)


@given(kernels(planes=st.integers(1, 3), sizes=st.just((3, 4))), kernels(sizes=st.just((3, 4))))
def test_the_cosine_is_that_of_the_weights_as_they_meet_the_channels(one, other):
    assume(one.any() and other.any())

    assert likeness(one, other).cosine == pytest.approx(by_sums(one, other), abs=1e-9)
    assert likeness(other, one).cosine == pytest.approx(by_sums(one, other), abs=1e-9)


@given(kernels(), kernels())
def test_kernels_of_different_sizes_lie_on_their_centres_among_zeros(one, other):
    assume(one.any() and other.any())
    size = tuple(max(a, b) for a, b in zip(one.shape[1:], other.shape[1:], strict=True))

    assert likeness(one, other).cosine == pytest.approx(by_sums(resized(one, size), resized(other, size)), abs=1e-9)


@given(kernels(sizes=st.integers(1, 5).map(lambda n: (n, n))), st.sampled_from(sorted(TURNS)))
def test_a_turned_kernel_is_like_the_one_it_was(planes, turn):
    assume(planes.any())

    found = likeness(TURNS[turn](planes), planes, turns=True)

    assert abs(found.cosine) == pytest.approx(1)
    assert np.allclose(laid(planes, found, planes.shape[1:]), TURNS[turn](planes))


def test_a_small_kernel_is_found_in_a_large_one_wherever_it_lies_near_the_middle():
    large = np.zeros((1, 101, 41))
    large[0, 50 - 7 : 53 - 7, 20 + 4 : 23 + 4] = SOBEL[0]

    found = likeness(large, SOBEL, shifts=True)

    assert found.cosine == pytest.approx(1)
    assert found.shift == (-6, 5)
    assert np.array_equal(laid(SOBEL, found, large.shape[1:]), large)


def test_the_plainer_way_is_named_where_two_are_as_good():
    assert likeness(SOBEL, SOBEL[:, :, ::-1], turns=True).turn == ""  # negated, not flipped
    assert likeness(SOBEL, make_filter("sobel-y").planes, turns=True).turn == "turned by 90°"


@given(st.integers(-1, 1), st.integers(-1, 1))
def test_a_moved_kernel_is_found_where_it_is(down, right):
    room = resized(SOBEL, (5, 5))

    found = likeness(np.roll(room, (down, right), (1, 2)), SOBEL, shifts=True)

    assert found.cosine == pytest.approx(1)
    assert found.shift == (down, right)
    assert np.array_equal(laid(SOBEL, found, (5, 5)), np.roll(room, (down, right), (1, 2)))


@given(kernels(), kernels(), st.floats(-3, 3), st.floats(-3, 3))
def test_without_the_mean_a_constant_changes_nothing(one, other, more, other_more):
    centred = [each - each.mean() for each in (one, other)]
    assume(all(np.abs(each).max() > 1e-3 for each in centred))

    found = likeness(one + more, other + other_more, without_mean=True)

    assert found.cosine == pytest.approx(by_sums(*(resized(each, _common(one, other)) for each in centred)), abs=1e-6)


@pytest.mark.parametrize("options", [{}, {"turns": True, "shifts": True}, {"without_mean": True}])
@pytest.mark.parametrize("nothing", [np.zeros((1, 3, 3)), np.full((1, 3, 3), np.nan), np.array([[[1.0, np.inf]]])])
def test_a_kernel_without_a_direction_is_like_none(nothing, options):
    assert likeness(nothing, SOBEL, **options) is None
    assert likeness(SOBEL, nothing, **options) is None


def test_a_flat_kernel_without_its_mean_has_no_direction():
    flat = np.full((1, 3, 3), 0.1)

    assert likeness(flat, flat).cosine == pytest.approx(1)
    assert likeness(flat, flat, without_mean=True) is None


def test_filters_on_different_channels_have_nothing_in_common():
    assert likeness(np.ones((3, 3, 3)), np.ones((8, 3, 3))) is None


def test_what_channels_do_not_share_counts_as_a_difference():
    shared, opposed = np.concatenate([SOBEL] * 3), np.concatenate([SOBEL, -SOBEL])

    assert likeness(shared, SOBEL).cosine == pytest.approx(1)
    assert likeness(opposed, SOBEL).cosine == pytest.approx(0)


@given(st.lists(kernels(sizes=st.just((3, 3))), min_size=1, max_size=5), st.booleans(), st.booleans())
def test_many_are_compared_as_one_by_one(others, turns, shifts):
    together = likenesses(SOBEL, np.stack(others), turns=turns, shifts=shifts)

    for found, other in zip(together, others, strict=True):
        alone = likeness(SOBEL, other, turns=turns, shifts=shifts)
        assert (found is None) is (alone is None) is not other.any()
        if alone is not None:
            assert found.cosine == pytest.approx(alone.cosine)
            assert (found.turn, found.shift) == (alone.turn, alone.shift)


@pytest.mark.parametrize("name", presets())
def test_every_preset_is_like_itself_wherever_it_is_laid(name):
    planes = make_filter(name).planes
    found = likeness(planes, planes, turns=True, shifts=True)

    if not planes.any():
        assert found is None
    else:
        assert (found.turn, found.shift) == ("", (0, 0))
        assert np.array_equal(laid(planes, found, planes.shape[1:]), planes)


@given(kernels(planes=st.integers(1, 3)), kernels(planes=st.integers(1, 3)))
def test_a_scaled_kernel_answers_noise_as_strongly(planes, model):
    assume(planes.any() and model.any())
    count = max(len(planes), len(model))

    scaled = scaled_like(planes, model)

    met = [np.broadcast_to(each, (count, *each.shape[1:])) if len(each) == 1 else each for each in (scaled, model)]
    assert np.linalg.norm(met[0]) == pytest.approx(np.linalg.norm(met[1]))


def test_nothing_is_scaled_by_a_kernel_of_zeros():
    assert np.array_equal(scaled_like(SOBEL, np.zeros((1, 3, 3))), SOBEL)


def _common(one, other):
    return tuple(max(a, b) for a, b in zip(one.shape[1:], other.shape[1:], strict=True))
