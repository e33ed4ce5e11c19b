import numpy as np
import pytest

from convexplorer.kernels.design.least_squares import RIDGE, least_squares, solve
from convexplorer.kernels.design.spectrum import frequencies, positions, responses_on, weights_at
from convexplorer.kernels.formulas import gabor, gaussian, shift

COUNT = 32
ROWS, COLUMNS = np.meshgrid(frequencies(COUNT), frequencies(COUNT), indexing="ij")
RADIUS = np.hypot(ROWS, COLUMNS)
RNG = np.random.default_rng(3)

# Wanted responses that share all symmetries of the square, those of the rectangle, the half turn with a diagonal, the
# half turn alone, and none.
WANTED = {
    "ring": (RADIUS > 0.1) & (RADIUS < 0.3),
    "rectangle": (abs(ROWS) < 0.1) & (abs(COLUMNS) < 0.3),
    "diagonal": abs(ROWS - COLUMNS) < 0.1,
    "spots": np.hypot(ROWS - 0.1, COLUMNS - 0.3) * np.hypot(ROWS + 0.1, COLUMNS + 0.3) < 0.02,
    "uneven": responses_on(gabor(6, 20, 2, 40, 1, 9), COUNT),
}
SIZES = [(1, 1), (3, 3), (5, 5), (4, 4), (5, 3), (2, 7), (9, 9)]


def brute_force(wanted, weights, size, total=None):
    """Solve for every weight by a matrix of all waves, in float64, real and imaginary part of each."""
    places = [(r, c) for r in positions(size[0]) for c in positions(size[1])]
    waves = np.stack([np.exp(2j * np.pi * (ROWS * r + COLUMNS * c)).ravel() for r, c in places], axis=1)
    root = np.sqrt(weights / weights.size).ravel()
    system = np.concatenate([(waves * root[:, None]).real, (waves * root[:, None]).imag])
    aims = wanted.ravel() * root
    system = np.concatenate([system, np.sqrt(RIDGE * weights.mean()) * np.eye(len(places))])
    aims = np.concatenate([aims.real, aims.imag, np.zeros(len(places))])
    if total is None:
        return np.linalg.lstsq(system, aims)[0].reshape(size)
    # The last weight is what the others leave of the total.
    reduced = system[:, :-1] - system[:, -1:]
    free = np.linalg.lstsq(reduced, aims - system[:, -1] * total)[0]
    return np.append(free, total - free.sum()).reshape(size)


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", WANTED)
@pytest.mark.parametrize("total", [None, 0.0, 1.0])
def test_the_kernel_is_that_of_brute_force(name, size, total):
    wanted = WANTED[name].astype(complex if name == "uneven" else float)
    weights = np.where((RADIUS > 0.33) & (RADIUS < 0.36), 0.0, 1.0 + 2.0 * (RADIUS > 0.36))

    found = least_squares(wanted, size, weights, total=total)

    np.testing.assert_allclose(found, brute_force(wanted, weights, size, total), atol=1e-8)


@pytest.mark.parametrize("kernel", [shift(0, 1), shift(-2, 1), gaussian(1.0, 5), gabor(5, 30, 2, 90, 1, 9)], ids=len)
def test_the_response_of_a_kernel_comes_back_as_this_kernel(kernel):
    found = least_squares(responses_on(kernel, 64), kernel.shape)

    np.testing.assert_allclose(found, kernel, atol=1e-8)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_with_equal_weights_it_is_the_ideal_kernel_cropped(size):
    wanted = WANTED["ring"].astype(float)

    found = least_squares(wanted, size)

    np.testing.assert_allclose(found, weights_at(wanted, positions(size[0]), positions(size[1])), atol=1e-9)


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", ["ring", "rectangle", "diagonal", "spots"])
def test_a_kernel_has_the_symmetries_of_what_is_wanted(name, size):
    found = least_squares(WANTED[name].astype(float), size, 1 + RADIUS)

    np.testing.assert_array_equal(found, found[::-1, ::-1])
    if name in ("ring", "rectangle"):
        np.testing.assert_array_equal(found, found[::-1])
    if name in ("ring", "diagonal") and size[0] == size[1]:
        np.testing.assert_array_equal(found, found.T)


def test_no_other_kernel_is_nearer():
    wanted, weights = WANTED["spots"].astype(float), RNG.uniform(0, 2, (COUNT, COUNT))
    found = least_squares(wanted, (5, 7), weights)

    def distance(kernel):
        return np.sum(weights * abs(responses_on(kernel, COUNT) - wanted) ** 2)

    for _ in range(20):
        assert distance(found) <= distance(found + 1e-3 * RNG.normal(size=(5, 7)))


@pytest.mark.parametrize("total", [0.0, 1.0, -2.5])
def test_the_sum_is_kept_where_the_fit_alone_would_miss_it(total):
    wanted = WANTED["ring"].astype(float)

    assert abs(least_squares(wanted, (7, 7)).sum()) > 0.01
    assert least_squares(wanted, (7, 7), total=total).sum() == pytest.approx(total, abs=1e-12)


def test_products_given_are_the_inverse_of_a_blur():
    blur = gaussian(0.7, 5)
    gain = responses_on(blur, 64)
    spectrum = 1 / np.maximum(np.hypot(*np.meshgrid(frequencies(64), frequencies(64))), 1 / 64) ** 2

    inverse = solve(spectrum * abs(gain) ** 2 + 1e-4, spectrum * gain.conj(), (15, 15))

    both = responses_on(inverse, 64) * gain
    np.testing.assert_allclose(both[24:41, 24:41], 1, atol=0.02)  # up to a quarter of the rate of cells


@pytest.mark.parametrize(
    ("size", "weights", "message"),
    [
        ((17, 3), None, "at least twice the cells"),
        ((0, 3), None, "at least twice the cells"),
        ((3, 3), np.zeros((COUNT, COUNT)), "no frequency matters"),
        ((3, 3), np.ones((3, 3)), "weights must have the shape"),
    ],
)
def test_what_cannot_be_solved_is_refused(size, weights, message):
    with pytest.raises(ValueError, match=message):
        least_squares(np.ones((COUNT, COUNT)), size, weights)


def test_a_kernel_of_too_many_weights_is_refused_before_it_takes_memory():
    with pytest.raises(ValueError, match="at most; 255 × 255 has"):
        least_squares(np.ones((512, 512)), (255, 255))
