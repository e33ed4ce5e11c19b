"""Presets of preprocessing are what model zoos say, and another order of channels keeps what each channel gets."""

from dataclasses import replace

import numpy as np
import pytest

from convexplorer.model.preprocessing import ORDERS, Preprocessing
from convexplorer.model.preprocessing_presets import PRESETS, preset_of, with_order, with_preset


def made_of(given: Preprocessing, pixel: tuple[float, float, float]) -> list[float]:
    """Return what each channel of a pixel (red, green, blue in 0…1) becomes, by the formula, in the order given."""
    ordered = {"rgb": pixel, "bgr": pixel[::-1], "grey": (float(np.dot((0.2126, 0.7152, 0.0722), pixel)),)}[given.order]
    count = len(ordered)
    mean, deviation = (np.resize(numbers, count) for numbers in (given.mean, given.deviation))
    return [
        ((value * (given.high - given.low) + given.low) - mean[i]) / deviation[i] for i, value in enumerate(ordered)
    ]


@pytest.mark.parametrize(
    ("name", "black", "white"),
    [
        ("unit", [0, 0, 0], [1, 1, 1]),
        ("bytes", [0, 0, 0], [255, 255, 255]),
        ("signed", [-1, -1, -1], [1, 1, 1]),
        ("torch", [-2.1179, -2.0357, -1.8044], [2.2489, 2.4286, 2.6400]),
        ("caffe", [-103.939, -116.779, -123.68], [151.061, 138.221, 131.32]),
    ],
)
def test_a_preset_makes_of_black_and_white_what_its_zoo_does(name, black, white):
    given = PRESETS[name][1]

    assert made_of(given, (0, 0, 0)) == pytest.approx(black, abs=1e-4)
    assert made_of(given, (1, 1, 1)) == pytest.approx(white, abs=1e-4)


def test_every_preset_is_known_by_its_numbers_and_keeps_size_and_fit():
    for order in ORDERS:
        own = Preprocessing((28, 20), fit="letterbox", order=order, mean=(0.3,))
        for name in PRESETS:
            given = with_preset(own, name)
            assert (given.size, given.fit) == ((28, 20), "letterbox")
            assert preset_of(given) == name
            assert (given.order == "grey") == (order == "grey")
        assert preset_of(own) == ""


@pytest.mark.parametrize("order", ["rgb", "bgr"])
@pytest.mark.parametrize("name", PRESETS)
def test_another_order_gives_each_channel_the_same_number(name, order):
    given = PRESETS[name][1]
    pixel = (0.9, 0.5, 0.1)

    made = made_of(with_order(given, order), pixel)

    expected = made_of(given, pixel)
    assert made == pytest.approx(expected if order == given.order else expected[::-1])


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("order", ORDERS)
def test_every_order_can_be_had_of_every_preset(name, order):
    made = with_order(PRESETS[name][1], order)

    assert made.order == order
    assert replace(made) == made
