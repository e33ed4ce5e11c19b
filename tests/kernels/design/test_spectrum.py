import numpy as np
import pytest
from scipy import signal

from convexplorer.kernels.design.spectrum import (
    flipped,
    frequencies,
    mirrored,
    positions,
    response,
    responses_on,
    weights_at,
)
from convexplorer.kernels.formulas import shift

RNG = np.random.default_rng(5)
SIZES = [(1, 1), (3, 3), (5, 3), (4, 4), (2, 7), (8, 5)]


@pytest.mark.parametrize("size", SIZES)
def test_response_is_the_factor_by_which_a_wave_is_multiplied(size):
    kernel, f = RNG.normal(size=size), np.array([0.13, -0.31])
    rows, columns = np.indices((20, 20))
    wave = np.exp(2j * np.pi * (f[0] * rows + f[1] * columns))

    window = wave[4 : 4 + size[0], 7 : 7 + size[1]]  # what one output of a correlation reads
    middle = np.exp(2j * np.pi * (f[0] * (4 + (size[0] - 1) / 2) + f[1] * (7 + (size[1] - 1) / 2)))

    assert np.sum(window * kernel) == pytest.approx(response(kernel, f[:1], f[1:])[0, 0] * middle, rel=1e-12)


def test_response_is_the_conjugate_of_the_transform_of_textbooks():
    kernel = RNG.normal(size=(5, 7))
    padded = np.zeros((32, 32))
    padded[:5, :7] = kernel
    padded = np.roll(padded, (-2, -3), (0, 1))

    found = responses_on(kernel, 32)

    np.testing.assert_allclose(found, np.fft.fftshift(np.fft.fft2(padded)).conj(), atol=1e-13)


def test_response_of_an_outer_product_is_that_of_freqz():
    column, row = RNG.normal(size=5), RNG.normal(size=9)
    cycles = frequencies(31)
    along = [signal.freqz(taps, worN=2 * np.pi * cycles)[1] for taps in (column, row)]

    found = np.abs(response(np.outer(column, row), cycles, cycles))

    np.testing.assert_allclose(found, np.abs(np.outer(*along)), atol=1e-13)


@pytest.mark.parametrize(("rows", "columns"), [(0, 1), (2, -1), (-1, 0)])
def test_the_response_of_a_shift_comes_back_as_that_shift_and_not_as_its_opposite(rows, columns):
    kernel = shift(rows, columns)

    found = weights_at(responses_on(kernel, 16), positions(len(kernel)), positions(len(kernel)))

    np.testing.assert_allclose(found, kernel, atol=1e-14)


@pytest.mark.parametrize("count", [8, 9])
def test_mirrored_grids_hold_the_opposite_frequencies(count):
    rows, columns = np.meshgrid(frequencies(count), frequencies(count), indexing="ij")

    for grid, opposite in ((rows, mirrored(rows)), (columns, flipped(columns, 1)), (rows, flipped(rows, 0))):
        assert np.all((opposite == -grid) | ((grid == -0.5) & (opposite == -0.5)))
