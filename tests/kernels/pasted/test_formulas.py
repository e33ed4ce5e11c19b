"""Functions that a pasted text may name give what the libraries give."""

import cv2
import numpy as np
import pytest
from scipy.signal import windows

from convexplorer.kernels.pasted.reading import read_pasted


@pytest.mark.parametrize(("size", "sigma"), [(3, 0), (5, 0), (7, -1), (11, 0), (5, 1), (9, 2.5)])
def test_gaussians_are_those_of_opencv(size: int, sigma: float) -> None:
    read = read_pasted(f"g = cv2.getGaussianKernel({size}, {sigma})\nk = g @ g.T")

    g = cv2.getGaussianKernel(size, sigma)
    assert read.array == pytest.approx(g @ g.T, abs=1e-12)


@pytest.mark.parametrize("shape", ["MORPH_RECT", "MORPH_CROSS", "MORPH_ELLIPSE"])
@pytest.mark.parametrize("size", [(3, 3), (5, 5), (9, 5), (5, 9)])
def test_structuring_elements_are_those_of_opencv(shape: str, size: tuple[int, int]) -> None:
    read = read_pasted(f"cv2.getStructuringElement(cv2.{shape}, {size})")

    assert np.array_equal(read.array, cv2.getStructuringElement(getattr(cv2, shape), size))


def test_gabor_kernels_are_those_of_opencv() -> None:
    read = read_pasted("k = cv2.getGaborKernel((21, 15), 4.0, np.pi / 3, 10.0, 0.5, 0.3, ktype=cv2.CV_64F)")

    expected = cv2.getGaborKernel((21, 15), 4.0, np.pi / 3, 10.0, 0.5, 0.3, cv2.CV_64F)
    assert read.array == pytest.approx(expected, abs=1e-12)


def test_windows_are_those_of_scipy() -> None:
    read = read_pasted("w = signal.windows.gaussian(7, std=1.5)\nk = np.outer(w, w)")

    assert read.array == pytest.approx(np.outer(windows.gaussian(7, 1.5), windows.gaussian(7, 1.5)), rel=1e-12)


def test_fspecial_gives_the_values_of_its_documentation() -> None:
    gaussian = read_pasted("fspecial('gaussian')").array  # 3 × 3, sigma 0.5
    assert gaussian == pytest.approx(
        np.array([[0.0113, 0.0838, 0.0113], [0.0838, 0.6193, 0.0838], [0.0113, 0.0838, 0.0113]]), abs=5e-5
    )
    log = read_pasted("fspecial('log')").array  # 5 × 5, sigma 0.5
    assert np.array_equal(log, log.T)
    assert log.argmin() == 12
    assert log.sum() == pytest.approx(0, abs=1e-12)
    unsharp = read_pasted("fspecial('unsharp')").array  # alpha 0.2
    assert unsharp * 6 == pytest.approx(np.array([[-1, -4, -1], [-4, 26, -4], [-1, -4, -1]]))
    laplacian = read_pasted("fspecial('laplacian')").array
    assert laplacian * 6 == pytest.approx(np.array([[1, 4, 1], [4, -20, 4], [1, 4, 1]]))
