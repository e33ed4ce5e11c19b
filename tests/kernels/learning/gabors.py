"""How much of a kernel the best Gabor explains: the measure of what learned filters are expected to look like."""

from functools import cache

import numpy as np


@cache
def _pairs(size: int) -> np.ndarray:
    """Return orthonormal pairs of a cosine and a sine under a bell, (n, 2, cells), without their means."""
    rows, columns = np.indices((size, size)) - (size - 1) / 2
    pairs = []
    for angle in np.deg2rad(np.arange(0, 180, 15)):
        across = columns * np.cos(angle) + rows * np.sin(angle)
        along = rows * np.cos(angle) - columns * np.sin(angle)
        for wavelength in (3, 4, 6, 9, 14):
            for width in (1.2, 2, 3.2):
                for length in (width, 2 * width):
                    for middle_across in np.arange(-size // 2 + 1, size // 2 + 1):
                        for middle_along in (-2, 0, 2):
                            u, v = across - middle_across, along - middle_along
                            bell = np.exp(-0.5 * ((u / width) ** 2 + (v / length) ** 2))
                            wave = 2 * np.pi * u / wavelength
                            pair = np.stack([(bell * np.cos(wave)).ravel(), (bell * np.sin(wave)).ravel()])
                            pair -= pair.mean(axis=1, keepdims=True)
                            pairs.append(np.linalg.qr(pair.T)[0].T)
    return np.array(pairs)


def gabor_share(plane: np.ndarray) -> float:
    """Return the share of the energy of a square plane, without its mean, that the best Gabor explains, 0…1."""
    vector = (plane - plane.mean()).ravel()
    explained = np.square(_pairs(len(plane)) @ vector).sum(axis=1).max()
    return float(explained / np.square(vector).sum())
