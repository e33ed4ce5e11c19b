"""What is said of a kernel: every number against plain loops, every sentence against what the kernel does."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convexplorer.kernels import sentences
from convexplorer.kernels.analysis import analyze, factors, flip_distance, rank
from convexplorer.kernels.sentences import describe_flip, describe_kernel
from convexplorer.kernels.table import FORMULAS
from tests.core import oracle

SOBEL = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
WHOLE = st.integers(-3, 3)
COUNTS = st.integers(1, 3)


@st.composite
def kernels(draw, channels=COUNTS):
    """Small whole numbers: symmetric, odd, shared and separable ones come up often enough to be tested."""
    count, rows, columns = draw(channels), draw(st.integers(1, 4)), draw(st.integers(1, 4))
    cells = draw(st.lists(WHOLE, min_size=count * rows * columns, max_size=count * rows * columns))
    planes = np.array(cells, np.float64).reshape(count, rows, columns)
    if draw(st.booleans()):
        planes = np.broadcast_to(planes[:1], planes.shape).copy()
    shape = draw(st.sampled_from(["any", "odd columns", "odd rows", "odd turn", "even turn", "product", "positive"]))
    if shape == "odd columns":
        planes = planes - planes[:, :, ::-1]
    elif shape == "odd rows":
        planes = planes - planes[:, ::-1]
    elif shape == "odd turn":
        planes = planes - planes[:, ::-1, ::-1]
    elif shape == "even turn":
        planes = planes + planes[:, ::-1, ::-1]
    elif shape == "product":
        planes = planes[:, :, :1] * planes[:, :1]
    elif shape == "positive":
        planes = np.abs(planes)
    return planes


def answers(planes, picture):
    """Return the exact map of one filter, without padding."""
    count = len(planes)
    image = np.broadcast_to(picture, (count, *picture.shape))
    return oracle.conv(image, planes[np.newaxis], strides=(1, 1), padding="valid", dilation_rate=(1, 1))[0]


def vertical_edge(planes, at, low=0.0, high=1.0):
    rows, columns = planes.shape[1:]
    return np.broadcast_to(np.where(np.arange(2 * columns) < at, low, high), (rows, 2 * columns))


def said(text, planes):
    return [sentence for sentence in describe_kernel(analyze(planes)) if text in sentence]


@given(kernels())
def test_sums_are_the_answers_to_flat_pictures(planes):
    found = analyze(planes)

    flat = np.ones(planes.shape[1:])
    assert found.sum == answers(planes, flat)[0, 0]
    assert found.plane_sums == tuple(answers(plane[np.newaxis], flat)[0, 0] for plane in planes)
    assert found.absolute_sum == np.abs(planes).sum()


@given(kernels())
def test_the_lowest_and_the_highest_answer_are_reached_by_pictures(planes):
    found = analyze(planes)

    assert found.highest == (planes * (planes > 0)).sum()
    assert found.lowest == (planes * (planes < 0)).sum()


@given(kernels())
def test_the_norm_is_the_strength_of_noise(planes):
    assert analyze(planes).norm ** 2 == pytest.approx(sum(float(weight) ** 2 for weight in planes.flat))


@given(kernels())
def test_symmetries_are_those_of_the_weights(planes):
    found = analyze(planes)

    for parity, other in (
        (found.across_columns, planes[:, :, ::-1]),
        (found.across_rows, planes[:, ::-1]),
        (found.half_turn, planes[:, ::-1, ::-1]),
    ):
        assert (parity == "even") == (np.array_equal(planes, other) and planes.any())
        assert (parity == "odd") == (np.array_equal(planes, -other) and planes.any())
    assert found.is_isotropic == np.array_equal(planes, np.rot90(planes, axes=(1, 2)))


@given(kernels(channels=st.just(1)))
def test_the_direction_is_that_of_the_rise_with_the_largest_answer(planes):
    found = analyze(planes)

    rows, columns = (np.arange(n) - (n - 1) / 2 for n in planes.shape[1:])
    angles = np.radians(np.arange(0, 360, 5))
    rises = [answers(planes, np.sin(a) * rows[:, None] + np.cos(a) * columns)[0, 0] for a in angles]
    if found.direction is None:
        assert np.abs(rises).max() < 1e-9
    else:
        best = answers(
            planes,
            np.sin(np.radians(found.direction)) * rows[:, None] + np.cos(np.radians(found.direction)) * columns,
        )[0, 0]
        assert best >= max(rises) - 1e-9


@given(kernels(channels=st.just(1)))
def test_a_column_times_a_row_gives_the_plane_again(planes):
    found = factors(planes[0])

    assert (found is None) == (np.linalg.matrix_rank(planes[0]) != 1)
    if found is not None:
        assert found.factor > 0
        assert np.allclose(found.factor * np.outer(found.column, found.row), planes[0], rtol=1e-12, atol=0)


def test_factors_are_whole_numbers_where_there_are_any():
    found = factors(SOBEL / 8)

    assert found.column.tolist() == [1, 2, 1]
    assert found.row.tolist() == [-1, 0, 1]
    assert found.factor == 0.125


@pytest.mark.parametrize("name", ["gaussian", "box", "binomial", "gabor", "gaussian-derivative"])
def test_formulas_that_are_products_have_rank_one_but_for_rounding(name):
    assert rank(FORMULAS[name].kernel()) == 1


@pytest.mark.parametrize("weight", [1e-300, 1e300], ids=str)
def test_weights_of_any_size_are_analysed(weight):
    found = analyze(np.full((3, 3), weight))

    assert found.ranks == (1,)
    assert found.half_turn == "even"


@pytest.mark.parametrize("planes", [np.zeros((0, 3)), np.ones((1, 1, 3, 3)), [[np.nan]], [[np.inf]]], ids=str)
def test_what_is_no_kernel_is_refused(planes):
    with pytest.raises(ValueError, match="planes must"):
        analyze(planes)


# Sentences: said exactly where they are true


@given(kernels())
def test_flat_areas_vanish_exactly_where_it_is_said(planes):
    each = [answers(plane[np.newaxis], np.ones(plane.shape))[0, 0] for plane in planes]

    assert bool(said("flat areas vanish", planes)) == (planes.any() and not any(each))
    assert bool(said("flat grey vanishes", planes)) == (any(each) and sum(each) == 0)


@given(kernels())
def test_a_weighted_mean_is_one(planes):
    total = np.abs(planes).sum()
    scaled = planes / total if total else planes

    expected = total > 0 and (planes >= 0).all()
    is_shared = np.array_equal(planes, np.broadcast_to(planes[:1], planes.shape))
    is_single = np.count_nonzero(planes[0] if is_shared else planes) == 1
    assert bool(said("a weighted mean", scaled)) == (expected and not is_single)


@given(kernels())
def test_edges_answer_where_and_as_it_is_said(planes):
    columns = planes.shape[2]
    steps = np.array([answers(planes, vertical_edge(planes, at)) for at in range(1, 2 * columns)])

    text = " ".join(said("Odd across", planes))

    if "positive where brightness rises to the right" in text:
        assert steps.min() >= 0 < steps.max()
    elif "positive where brightness rises to the left" in text:
        assert steps.min() < 0 >= steps.max()
    elif "vertical edges answer with both signs" in text:
        assert steps.min() < 0 < steps.max()
    elif "straight vertical and horizontal edges vanish" in text:
        assert not steps.any()
    elif text:
        assert "rows" in text
        assert not steps.any()  # odd across the rows: vertical edges vanish


@given(kernels())
def test_turning_the_kernel_turns_what_is_said_of_edges(planes):
    turned = np.rot90(planes, axes=(1, 2))  # what was at the right is at the top
    there = {
        "vertical": "horizontal",
        "horizontal": "vertical",
        "columns": "rows",
        "rows": "columns",
        "to the right": "upwards",
        "to the left": "downwards",
        "downwards": "to the right",
        "upwards": "to the left",
    }

    text, found = "".join(said("Odd across the", planes)), "".join(said("Odd across the", turned))

    if "straight" not in text:
        for word, other in there.items():
            assert (word in text) == (other in found)


@given(kernels())
def test_steady_rises_vanish_exactly_where_it_is_said(planes):
    is_shared = np.array_equal(planes, np.broadcast_to(planes[:1], planes.shape))
    rows, columns = planes.shape[1:]
    down, right = np.mgrid[:rows, :columns].astype(np.float64)
    rises = [answers(planes, picture)[0, 0] for picture in (down + 7, right + 7)]

    expected = is_shared and planes.any() and planes.sum() == 0 and not any(rises)
    assert bool(said("Steady rises of brightness vanish", planes)) == expected


@given(kernels())
def test_rank_one_is_said_of_products_only(planes):
    is_shared = np.array_equal(planes, np.broadcast_to(planes[:1], planes.shape))
    is_product = is_shared and np.linalg.matrix_rank(planes[0]) == 1

    expected = is_product and min(planes.shape[1:]) > 1 and np.count_nonzero(planes[0]) > 1
    assert bool(said("Rank one", planes)) == expected


@given(kernels())
def test_quarter_turns_are_said_of_kernels_that_they_leave_alone(planes):
    expected = np.array_equal(planes, np.rot90(planes, axes=(1, 2))) and np.count_nonzero(planes[0]) > 1

    if said("quarter turns", planes):
        assert np.array_equal(planes, np.rot90(planes, axes=(1, 2)))
    elif expected:
        assert planes[0].size == 1


@given(st.integers(-3, 3), st.integers(-3, 3), st.sampled_from([1.0, -2.0, 0.5]))
def test_a_single_weight_moves_the_picture_as_it_is_said(down, right, weight):
    picture = np.zeros((7, 7))
    picture[3, 3] = 1
    kernel = np.zeros((1, 7, 7))
    kernel[0, 3 - down, 3 - right] = weight

    y = answers(kernel, np.pad(picture, 3))
    text = said("A single weight", kernel)[0]

    assert y[3 + down, 3 + right] == weight
    assert np.count_nonzero(y) == 1
    assert ("where it is" in text) == (down == right == 0)
    assert (f"{abs(down)} down" in text) == (down > 0)
    assert (f"{abs(down)} up" in text) == (down < 0)
    assert (f"{abs(right)} to the right" in text) == (right > 0)
    assert (f"{abs(right)} to the left" in text) == (right < 0)


def test_a_single_channel_is_called_by_its_number():
    assert said("A single weight", np.array([[[0.0]], [[1.0]], [[0.0]]])) == [
        "A single weight of 1 in the middle: channel 2 of 3, where it is."
    ]


def test_a_blur_beside_the_middle_moves_the_picture():
    assert said("moves", np.array([[0, 1, 1]])) == [
        "The weights lie beside the middle: the picture moves 0.5 to the left."
    ]


def test_zeros_have_one_sentence():
    assert describe_kernel(analyze(np.zeros((3, 3)))) == ("All weights are 0: the map is the bias everywhere.",)


def test_planes_that_are_shared_are_added():
    assert "3 weighted means" in sentences.weighted_mean(analyze(np.full((3, 2, 2), 0.25)))
    assert "up to 6, 2 in each channel" in sentences.plain_sum(analyze(np.full((3, 1, 2), 1.0)))


@given(kernels())
def test_a_flip_changes_what_is_said(planes):
    rng = np.random.default_rng(5)
    picture = rng.random((planes.shape[1] + 2, planes.shape[2] + 2))
    correlation, convolution = answers(planes, picture), answers(planes[:, ::-1, ::-1], picture)

    text = describe_flip(analyze(planes))

    if "give the same map" in text:
        assert np.allclose(convolution, correlation, atol=1e-12)
    elif "opposite sign" in text:
        assert np.allclose(convolution, -correlation, atol=1e-12)
    else:
        assert flip_distance(planes) > 0
        assert np.abs(convolution - correlation).max() <= flip_distance(planes) + 1e-12


def test_the_largest_difference_of_a_flip_is_reached():
    kernel = np.array([[[3.0, -1.0, 0.5]]])
    picture = (kernel > kernel[:, :, ::-1]).astype(float)[0]

    distance = answers(kernel, picture) - answers(kernel[:, :, ::-1], picture)

    assert distance[0, 0] == flip_distance(kernel) == 2.5


def test_weights_beyond_all_measure_are_left_without_words():
    assert describe_kernel(analyze(np.full((2, 2), 1e308))) == ()
