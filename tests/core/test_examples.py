"""The worked examples that people learn from, with their published numbers."""

import numpy as np
import pytest

from convexplorer.core.convolution.conv import conv
from convexplorer.core.layers import Conv, Dense, Flatten, MaxPool
from convexplorer.core.network import evaluate, multiply_adds, parameter_counts, receptive_field, shapes


def filters(count, channels, size):
    """Return a layer's kernel and bias."""
    return np.zeros((count, channels, size, size)), np.zeros(count)


def test_five_filters_on_a_small_colour_picture():
    layers = [Conv(*filters(5, 3, 3)), MaxPool(2)]

    assert shapes(layers, (3, 32, 32)) == [(5, 30, 30), (5, 15, 15)]


def test_the_first_network_for_handwritten_digits():
    layers = [Conv(*filters(8, 1, 3)), MaxPool(2), Conv(*filters(16, 8, 3))]

    assert shapes(layers, (1, 28, 28)) == [(8, 26, 26), (8, 13, 13), (16, 11, 11)]
    assert parameter_counts(layers) == [80, 0, 1168]


def test_the_first_layer_of_resnet_50():
    layer = Conv(*filters(64, 3, 7), strides=2)

    assert shapes([layer], (3, 230, 230)) == [(64, 112, 112)]
    assert layer.parameter_count == 9472
    assert shapes([Conv(layer.kernel, strides=2, padding=3)], (3, 224, 224)) == [(64, 112, 112)]


def test_two_filters_with_stride_and_padding():
    """The animated example of Stanford's CS231n: 7×7×3 with its padding, two filters, 3×3×2."""
    layer = Conv(*filters(2, 3, 3), strides=2, padding=1)

    assert shapes([layer], (3, 5, 5)) == [(2, 3, 3)]
    assert shapes([layer], (3, 7, 7)) == [(2, 4, 4)]
    assert shapes([Conv(*filters(2, 3, 3), strides=2)], (3, 7, 7)) == [(2, 3, 3)]
    assert layer.parameter_count == 56


def test_a_bump_passes_an_identity():
    bump = [[0, 0, 0, 1, 1, 0, 0, 0]]

    assert conv(bump, [[[0, 1, 0]]]).tolist() == [[0, 0, 1, 1, 0, 0]]
    assert conv(bump, [[[0, 1, 0]]], padding="same").tolist() == bump


def test_a_vertical_line_answers_three():
    picture = np.zeros((1, 8, 8))
    picture[0, :, 3:5] = 1

    y = conv(picture, [[[[0, 1, 0]] * 3]])

    assert y[0].tolist() == [[0, 0, 3, 3, 0, 0]] * 6


@pytest.mark.parametrize(
    ("settings", "rows"),
    [
        ({}, [[0, 30, 30, 0]] * 4),
        ({"strides": 2}, [[0, 30]] * 2),
        (
            {"padding": "same"},
            [[-20, 0, 20, 20, 0, 0], *[[-30, 0, 30, 30, 0, 0]] * 4, [-20, 0, 20, 20, 0, 0]],
        ),
        ({"padding": "same", "strides": 2}, [[0, 30, 0], [0, 30, 0], [0, 20, 0]]),
    ],
)
def test_the_edge_between_bright_and_dark(settings, rows):
    """Andrew Ng's 6×6 picture: ten on the left, nothing on the right."""
    picture = np.zeros((1, 6, 6))
    picture[0, :, :3] = 10

    y = conv(picture, [[[[1, 0, -1]] * 3]], **settings)

    assert y[0].tolist() == rows


def test_lenet_5():
    layers = [
        Conv(*filters(6, 1, 5), activation="tanh"),
        MaxPool(2),
        Conv(*filters(16, 6, 5), activation="tanh"),
        MaxPool(2),
        Flatten(),
        Dense(np.zeros((120, 400)), np.zeros(120), activation="tanh"),
        Dense(np.zeros((84, 120)), np.zeros(84), activation="tanh"),
        Dense(np.zeros((10, 84)), np.zeros(10), activation="softmax"),
    ]

    assert shapes(layers, (1, 32, 32))[:5] == [(6, 28, 28), (6, 14, 14), (16, 10, 10), (16, 5, 5), (400,)]
    assert parameter_counts(layers) == [156, 0, 2416, 0, 0, 48120, 10164, 850]
    assert sum(multiply_adds(layers, (1, 32, 32))) == 416_520
    assert [field.size[0] for field in receptive_field(layers, (1, 32, 32))] == [5, 6, 14, 16, 32, 32, 32, 32]
    assert evaluate(layers, np.zeros((1, 32, 32)))[-1].tolist() == [0.1] * 10
