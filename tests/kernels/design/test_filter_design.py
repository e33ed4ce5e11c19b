import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convexplorer.kernels.design.classical import frequency_sampling
from convexplorer.kernels.design.filter_design import METHODS, FilterDesign, read_design
from convexplorer.kernels.design.least_squares import least_squares
from convexplorer.kernels.design.shapes import Disc, Ring, Spots, Stroke, Wedge
from convexplorer.kernels.design.spectrum import responses_on
from convexplorer.kernels.design.target import Target, draw
from convexplorer.kernels.design.verdict import judge, larger, verdict_sentence, wave_words

RING = FilterDesign(Target((Ring(inner=0.1, outer=0.25),)), (15, 15))
TARGETS = {
    "ring": RING.target,
    "wedge": Target((Wedge(direction=25, width=40, inner=0.1, outer=0.4, weight=2),)),
    "notch": Target((Spots(row=0.1, column=0.25, level=0),), level=1.0),
    "brush": Target((Stroke(points=((0.1, 0.1), (0.2, 0.2))),)),
    "nothing": Target(),
    "all": Target(level=1.0),
}
SIZES = [(1, 1), (3, 3), (7, 7), (4, 4), (1, 9), (6, 3), (127, 5)]


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", TARGETS)
def test_every_method_makes_a_finite_kernel_that_is_its_own_half_turn(name, method, size):
    design = FilterDesign(TARGETS[name], size, method=method)
    if method == "mcclellan" and (size[0] != size[1] or size[0] % 2 == 0):
        with pytest.raises(ValueError, match="squares of an odd size"):
            design.kernel()
        return

    kernel = design.kernel()

    assert kernel.shape == size
    assert np.isfinite(kernel).all()
    np.testing.assert_allclose(kernel, kernel[::-1, ::-1], atol=1e-12)


@pytest.mark.parametrize("total", [0.0, 1.0])
@pytest.mark.parametrize("method", METHODS)
def test_every_method_keeps_the_sum(method, total):
    assert replace(RING, method=method, total=total).kernel().sum() == pytest.approx(total, abs=1e-12)


def test_all_pass_is_the_identity_and_all_stop_is_nothing():
    identity = np.zeros((5, 5))
    identity[2, 2] = 1
    for method in METHODS:
        kernel = FilterDesign(TARGETS["all"], (5, 5), method=method).kernel()
        np.testing.assert_allclose(kernel, identity, atol=1e-8)
        np.testing.assert_array_equal(FilterDesign(TARGETS["nothing"], (5, 5), method=method).kernel(), 0)


def test_methods_are_the_functions_of_their_name():
    np.testing.assert_array_equal(
        replace(RING, method="frequency-sampling").kernel(), frequency_sampling(draw(RING.target, 15, 15).wanted)
    )
    drawing = draw(RING.target, 256, 256)
    np.testing.assert_allclose(RING.kernel(), least_squares(drawing.wanted, (15, 15), drawing.weights), atol=1e-15)


def test_mcclellan_follows_the_cut_to_the_right():
    kernel = replace(RING, method="mcclellan", size=(21, 21)).kernel()

    along = responses_on(kernel, 64).real[32]
    assert along[32 + 11] == pytest.approx(1, abs=0.12)
    assert abs(along[[32, 32 + 28]]).max() < 0.12


def test_a_target_of_which_nothing_matters_is_refused():
    with pytest.raises(ValueError, match="no frequency matters"):
        FilterDesign(Target(weight=0)).kernel()


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("total", [None, 1.0])
def test_settings_in_a_file_bring_the_same_design_back(name, total):
    design = FilterDesign(TARGETS[name], (5, 7), method="window", window="kaiser", beta=4.5, total=total)

    assert read_design(json.loads(json.dumps(design.settings()))) == design


def test_settings_that_are_left_out_have_their_defaults():
    assert read_design({}) == FilterDesign(Target())


@pytest.mark.parametrize(
    "settings",
    [
        {"shapes": "disc"},
        {"shapes": [3]},
        {"size": [3]},
        {"size": [3, 3.5]},
        {"size": [0, 3]},
        {"size": [3, 300]},
        {"method": "guess"},
        {"method": ["window"]},
        {"window": None},
        {"beta": "3"},
        {"beta": -1},
        {"margin": float("nan")},
        {"total": True},
        {"total": float("inf")},
        {"level": [1]},
    ],
    ids=str,
)
def test_settings_that_are_none_are_refused(settings):
    with pytest.raises(ValueError):
        read_design(settings)


def test_words_tell_all_that_makes_the_kernel():
    assert RING.words() == "wavelengths 4 … 10 px: 1; elsewhere 0 (least squares, 15 × 15)"
    kaiser = replace(RING, method="window", window="kaiser", beta=3, total=0)
    assert kaiser.words().endswith("(round Kaiser window β = 3, 15 × 15, sum 0)")


def test_a_verdict_is_the_largest_error_and_its_place():
    kernel = np.zeros((3, 3))
    kernel[1, 1] = 0.5

    verdict = judge(Target((Disc(radius=0.2),), margin=0), kernel)

    assert (verdict.largest, verdict.passing, verdict.stopping) == (0.5, 0.5, pytest.approx(-6.0206))
    assert verdict.typical == pytest.approx(0.5)


@given(seed=st.integers(0, 1000))
@settings(max_examples=20, deadline=None)
def test_the_worst_frequency_has_the_largest_error(seed):
    kernel = np.random.default_rng(seed).normal(size=(5, 5))
    target = TARGETS["wedge"]
    verdict = judge(target, kernel, 64)

    drawing = draw(target, 64, 64)
    errors = abs(responses_on(kernel, 64) - drawing.wanted) * (drawing.weights > 0)
    row, column = (round(64 * f) + 32 for f in verdict.worst)
    assert verdict.largest == errors.max()
    assert errors[row % 64, column % 64] == pytest.approx(errors.max(), rel=1e-12)
    assert verdict.worst[1] >= 0


def test_larger_kernels_are_tried_until_one_is_near():
    small = replace(RING, size=(5, 5))

    found = list(larger(small))

    sizes = [size for size, _ in found]
    assert sizes == [(k, k) for k in range(7, sizes[-1][0] + 1, 2)]
    assert found[-1][1].largest <= 0.1 < found[-2][1].largest


def test_after_an_even_size_odd_ones_are_tried():
    even = FilterDesign(Target((Disc(radius=0.2, level=0.0),), level=1.0), (14, 14))

    assert judge(even.target, even.kernel()).largest == pytest.approx(1)  # the finest waves
    size, verdict = next(larger(even))
    assert size == (15, 15)
    assert verdict.largest < 0.2


def test_a_sentence_says_what_this_size_cannot_do_and_the_next_would():
    small = replace(RING, size=(5, 5))
    verdict, others = judge(small.target, small.kernel()), list(larger(small))

    alone, whole = verdict_sentence(small, verdict), verdict_sentence(small, verdict, others)

    assert alone.startswith("5 × 5 misses what is wanted by up to ")
    assert whole.startswith(alone)
    assert "7 × 7 would miss it by " in whole
    last = others[-1][0][0]
    assert f"{last} × {last} is the first that comes as near as " in whole


def test_a_sentence_says_when_size_does_not_help():
    sharp = FilterDesign(Target((Disc(radius=0.2),), margin=0), (21, 21))
    others = [found for _, found in zip(range(4), larger(sharp), strict=False)]

    sentence = verdict_sentence(sharp, judge(sharp.target, sharp.kernel()), others)

    assert sentence.endswith("do hardly better: a wider free band would.")


def test_a_kernel_that_is_near_is_told_so():
    design = replace(RING, size=(31, 31))

    assert verdict_sentence(design, judge(design.target, design.kernel())).startswith("31 × 31 comes as near as 0.0")


def test_waves_are_told_by_length_and_direction():
    assert wave_words((0.1, 0.1)) == "waves of 7.07 px along 45°"
    assert wave_words((-0.25, 0.0)) == "waves of 4 px along −90°"
