"""Lines, crosses, ends and wedges answer their own figure most; the kernels of MATLAB are its published ones."""

import numpy as np
import pytest

from convexplorer.core.operators.initializers import INITIALIZERS
from convexplorer.kernels.families.initial import RANDOM
from convexplorer.kernels.presets import make_filter


def answers(name, parameter, values, figure):
    """Return which of the values of a parameter answers a figure most."""
    rated = {value: float((make_filter(name, **{parameter: value}).planes[0] * figure).sum()) for value in values}
    return max(rated, key=rated.__getitem__)


def test_parallel_lines_are_found_at_their_angle_and_spacing():
    size = make_filter("parallel-lines", angle=0, spacing=4).size[0]
    two = np.zeros((size, size))
    two[size // 2 - 2] = two[size // 2 + 2] = 1

    assert answers("parallel-lines", "angle", (0, 30, 60, 90, 120), two) == 0


def test_a_cross_is_found_at_its_opening():
    figure = np.maximum(np.eye(9), np.eye(9)[::-1])

    assert answers("cross", "angle", (0, 20, 45, 70), figure) == 45


@pytest.mark.parametrize(("angle", "row", "column"), [(0, 0, -1), (90, -1, 0), (180, 0, 1), (270, 1, 0)])
def test_a_line_ends_in_its_direction(angle, row, column):
    kernel = make_filter("line-end", angle=angle, length=9).planes[0]
    middle = kernel.shape[0] // 2

    on_the_line = kernel[middle + 2 * row, middle + 2 * column]
    beyond = kernel[middle - 2 * row, middle - 2 * column]

    assert on_the_line > 0 > beyond
    assert kernel[middle, middle] == pytest.approx(0, abs=1e-12)


def test_a_line_that_goes_on_and_an_edge_give_nothing_where_a_line_ends():
    kernel = make_filter("line-end", angle=0, length=9).planes[0]
    place = np.arange(9) <= 4
    through = (np.arange(9) == 4)[:, np.newaxis] * np.ones(9)

    assert (kernel * through * place).sum() == pytest.approx(0.5)
    assert (kernel * through).sum() == pytest.approx(0, abs=1e-12)
    assert (kernel * place).sum() == pytest.approx(0, abs=1e-12)


def test_a_wedge_of_a_half_turn_is_an_edge_and_of_a_quarter_a_corner():
    edge = make_filter("wedge", opening=180).planes[0]
    corner = make_filter("wedge", opening=90, angle=45).planes[0]

    np.testing.assert_allclose(edge, -edge[:, ::-1], atol=1e-12)
    np.testing.assert_allclose(corner, corner.T, atol=1e-12)
    assert corner[-3, -3] > 0 > corner[2, 2]


def test_kernels_of_matlab_are_the_published_ones():
    laplacian = [[0.1667, 0.6667, 0.1667], [0.6667, -3.3333, 0.6667], [0.1667, 0.6667, 0.1667]]
    unsharp = [[-0.1667, -0.6667, -0.1667], [-0.6667, 4.3333, -0.6667], [-0.1667, -0.6667, -0.1667]]

    np.testing.assert_allclose(make_filter("laplacian-by", alpha=0.2).planes[0], laplacian, atol=5e-5)
    np.testing.assert_allclose(make_filter("unsharp-by", alpha=0.2).planes[0], unsharp, atol=5e-5)
    np.testing.assert_array_equal(make_filter("rectangle", rows=2, columns=4).planes[0], np.full((2, 4), 1 / 8))


def test_a_bell_at_an_angle_is_longer_along_its_slope():
    flat = make_filter("gaussian-at-angle", angle=0, sigma=3, across=1, size=15).planes[0]
    rising = make_filter("gaussian-at-angle", angle=45, sigma=3, across=1, size=15).planes[0]

    assert flat[7, 11] > 10 * flat[11, 7]
    assert rising[3, 11] > 10 * rising[3, 3]
    round_one = make_filter("gaussian-at-angle", angle=30, sigma=2, across=2, size=15).planes[0]
    np.testing.assert_allclose(round_one, make_filter("gaussian", sigma=2, size=15).planes[0], atol=1e-15)


@pytest.mark.parametrize("name", RANDOM)
def test_every_random_initializer_of_keras_makes_a_kernel(name):
    preset = f"initial-{name.replace('_', '-')}"

    kernel = make_filter(preset, seed=7, size=5).planes[0]
    core = INITIALIZERS[name]((1, 1, 5, 5), seed=7)[0, 0]

    np.testing.assert_array_equal(kernel, core)
    assert not np.array_equal(kernel, make_filter(preset, seed=8, size=5).planes[0])


def test_no_random_initializer_is_left_out():
    constant = {"zeros", "ones", "constant", "identity"}

    assert set(RANDOM) == set(INITIALIZERS) - constant


def test_settings_of_an_initializer_scale_its_weights():
    narrow, wide = (make_filter("initial-random-uniform", limit=limit, size=31).planes for limit in (0.1, 1))

    np.testing.assert_allclose(wide, 10 * narrow, rtol=1e-6)
    assert np.linalg.norm(make_filter("initial-orthogonal", gain=2.5, size=7).planes) == pytest.approx(2.5, rel=1e-6)
