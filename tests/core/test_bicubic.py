"""Cubic interpolation against what ONNX Runtime 1.32 and PyTorch 2 gave, and what holds of it always."""

import numpy as np
import pytest

from convexplorer.core import Resize

MAPS = (np.arange(12, dtype=np.float32).reshape(1, 3, 4)) ** 2 / 7
# Resize of opset 13 in the mode "cubic", by 1.5; and torch.nn.functional.interpolate(mode="bicubic") to 5 × 6.
GIVEN = [
    (
        {"scale": 1.5},
        [
            [-0.2022, -0.20747, -0.11438, 0.0747, 0.51302, 0.84308],
            [0.4473, 0.71987, 1.26753, 1.78009, 2.67299, 3.28088],
            [3.3338, 4.07073, 5.37816, 6.43138, 8.08404, 9.15629],
            [8.00012, 9.09966, 11.00039, 12.47582, 14.72177, 16.15664],
        ],
    ),
    (
        {"scale": 1.5, "coordinates": "asymmetric", "cubic": -0.5},
        [
            [0.0, 0.06878, 0.25397, 0.57143, 1.08995, 1.33862],
            [1.10053, 1.62238, 2.31394, 3.11111, 4.16265, 4.65119],
            [4.48678, 5.54165, 6.82893, 8.19048, 9.86911, 10.63983],
            [9.14286, 10.6508, 12.44445, 14.28571, 16.49736, 17.50794],
        ],
    ),
    (
        {"size": (5, 6), "coordinates": "pytorch_half_pixel"},
        [
            [-0.22231, -0.23275, -0.14814, 0.03491, 0.46475, 0.78962],
            [0.34939, 0.57111, 1.03556, 1.48892, 2.29861, 2.85564],
            [2.17411, 2.78125, 3.87632, 4.77844, 6.21875, 7.16121],
            [6.4674, 7.45996, 9.18566, 10.53654, 12.60747, 13.93536],
            [9.58081, 10.80554, 12.91108, 14.53226, 16.98304, 18.54309],
        ],
    ),
    (
        {"size": (5, 6), "coordinates": "align_corners"},
        [
            [0.0, 0.04114, 0.21486, 0.43086, 0.89486, 1.28571],
            [0.5, 0.77514, 1.29429, 1.74429, 2.55372, 3.17857],
            [2.28571, 2.90286, 3.92686, 4.71886, 6.03314, 7.0],
            [5.92857, 6.88771, 8.41657, 9.55057, 11.36972, 12.67857],
            [9.14286, 10.336, 12.21029, 13.57829, 15.74286, 17.28572],
        ],
    ),
]


@pytest.mark.parametrize(("settings", "expected"), GIVEN)
def test_values_are_those_of_the_other_libraries(settings, expected):
    np.testing.assert_allclose(Resize(interpolation="bicubic", **settings)(MAPS)[0], expected, atol=3e-5)


@pytest.mark.parametrize("cubic", [-1.0, -0.75, -0.5, 0.0])
@pytest.mark.parametrize("coordinates", ["half_pixel", "align_corners", "asymmetric"])
def test_the_weights_of_a_value_add_up_to_1_and_a_cell_is_read_once(cubic, coordinates):
    for n in (1, 2, 3, 7):
        (taps,) = Resize(13, interpolation="bicubic", coordinates=coordinates, cubic=cubic).taps((n,))
        outputs = np.arange(13)

        np.testing.assert_allclose(taps.weights(outputs).sum(axis=1), 1.0, atol=1e-12)
        for sources in taps.sources(outputs):
            read = sources[sources >= 0]
            assert len(set(read.tolist())) == len(read) > 0


def test_a_value_on_a_cell_is_that_cell():
    bent = Resize(scale=2.0, interpolation="bicubic", coordinates="asymmetric")(MAPS)

    np.testing.assert_array_equal(bent[:, ::2, ::2], MAPS)


def test_the_coefficient_of_keys_keeps_parabolas_and_others_do_not():
    x = np.arange(9.0)[np.newaxis] ** 2
    places = (np.arange(18) / 2)[2:14]

    keys, other = (
        Resize(scale=2.0, interpolation="bicubic", coordinates="asymmetric", cubic=a)(x)[0, 2:14] for a in (-0.5, -0.75)
    )

    np.testing.assert_allclose(keys, places**2, atol=1e-9)
    assert np.abs(other - places**2).max() > 0.05


def test_a_coefficient_that_is_none_is_refused():
    with pytest.raises(ValueError, match=r"cubic must lie in −1…0; got 0\.5"):
        Resize(interpolation="bicubic", cubic=0.5)
