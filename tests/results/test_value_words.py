"""The sentence for a value: its numbers give the value, and what it says of places is so, for any kernel and patch."""

import itertools
import re

import numpy as np
import pytest

from convexplorer.core.explain.rounding import without_rounding
from convexplorer.core.explain.trace import Trace, trace
from convexplorer.core.layers import (
    AveragePool,
    Conv,
    ConvTranspose,
    Dense,
    DepthwiseConv,
    Flatten,
    GlobalAveragePool,
    Layer,
    MaxPool,
    SeparableConv,
    Upsample,
)
from convexplorer.core.network import evaluate
from convexplorer.kernels.presets import make_filter, presets
from convexplorer.results.regions import region_name
from convexplorer.results.value_words import value_sentence
from convexplorer.words import MINUS
from tests.model.examples import CONV_KINDS
from tests.results.every_kind import explained, picture_of

NUMBER = rf"\(?({MINUS}?\d+(?:\.\d+)?(?:e{MINUS}?\d+)?)\)?"
PRODUCT = re.compile(rf"{NUMBER} × {NUMBER} = {NUMBER}")
MORE = re.compile(rf"{NUMBER} ([{MINUS}+]) {NUMBER} = {NUMBER}")
SIDES = re.compile(rf"{NUMBER} × [^(]+ \((?:on average )?{NUMBER}\) is (more than|less than|as much as) "
                   rf"{NUMBER} × [^(]+ \((?:on average )?{NUMBER}\)")  # fmt: skip


def read(text: str) -> float:
    return float(text.replace(MINUS, "-"))


def step(text: str) -> float:
    """Return half a unit of the last digit that is written."""
    digits = text.strip(MINUS)
    mantissa, _, exponent = digits.replace(MINUS, "-").partition("e")
    decimals = len(mantissa.partition(".")[2])
    return 0.5 * 10.0 ** (int(exponent or 0) - decimals)


def about(text: str, exact: float) -> bool:
    return abs(read(text) - exact) <= step(text) * 1.001 + 1e-6 * abs(exact)


def check(sentence: str, traced: Trace) -> None:
    """Check all the arithmetic of a sentence, and that it ends in the value."""
    for a, b, c in PRODUCT.findall(sentence):
        room = step(a) * abs(read(b)) + step(b) * abs(read(a)) + step(c)
        assert abs(read(a) * read(b) - read(c)) <= room * 1.01, sentence
    for a, sign, b, c in MORE.findall(sentence):
        exact = read(a) + read(b) * (1 if sign == "+" else -1)
        assert abs(exact - read(c)) <= 1.01 * (step(a) + step(b) + step(c)), sentence
    for p, a, word, n, b in SIDES.findall(sentence):
        one, other = read(p) * read(a), read(n) * read(b)
        room = step(p) * abs(read(a)) + step(a) * read(p) + step(n) * abs(read(b)) + step(b) * read(n)
        sign = {"more than": 1, "less than": -1, "as much as": 0}[word]
        assert sign * (one - other) >= -room, sentence
        if sign == 0:
            assert abs(one - other) <= room, sentence
    sums = re.findall(rf"= {NUMBER}", sentence)
    made = re.search(rf"makes it {NUMBER}\.$", sentence)
    if made:
        assert about(made[1], traced.value), sentence
    elif sums:
        assert about(sums[-1], traced.linear), sentence
    elif re.match("(0|The sum is 0) because", sentence):
        assert traced.linear == traced.bias, sentence
    else:
        numbers = re.findall(rf"{NUMBER}(?!\d)", sentence)
        assert any(about(number.rstrip("."), traced.linear) for number in numbers), sentence


def kernels(rng: np.random.Generator, channels: int) -> list[np.ndarray]:
    found = []
    for rows, columns in itertools.product((1, 2, 3, 5), (1, 3, 4)):
        kernel = rng.normal(size=(2, channels, rows, columns))
        found += [
            kernel,
            np.round(kernel),
            np.abs(kernel),
            -np.abs(kernel),
            kernel - kernel.mean((1, 2, 3), keepdims=True),
        ]
    return found


def layers(seed: int, channels: int) -> list[Layer]:
    rng = np.random.default_rng(seed)
    made: list[Layer] = []
    for i, kernel in enumerate(kernels(rng, channels)):
        bias = rng.normal(size=2) if i % 3 == 0 else None
        made.append(Conv(kernel, bias, padding="same", activation="relu" if i % 4 == 0 else "linear"))
    size = (channels, 1, 3, 3)
    return [
        *made,
        DepthwiseConv(rng.normal(size=size), padding="same"),
        SeparableConv(rng.normal(size=size), rng.normal(size=(2, channels, 1, 1)), [0.5, -0.5], padding="same"),
        ConvTranspose(rng.normal(size=(channels, 2, 3, 3)), strides=2),
        MaxPool(2),
        AveragePool(3, strides=1, padding="same"),
        Upsample(2, interpolation="bilinear"),
    ]


@pytest.mark.parametrize("channels", [1, 3, 6])
@pytest.mark.parametrize("patch", ["noise", "negative", "steps", "flat", "zero"])
def test_the_numbers_of_a_sentence_give_the_value(channels: int, patch: str):
    rng = np.random.default_rng(channels)
    x = {
        "noise": rng.random((channels, 12, 12)),
        "negative": rng.normal(size=(channels, 12, 12)),
        "steps": np.broadcast_to(np.arange(12) // 4 / 2, (channels, 12, 12)),
        "flat": np.full((channels, 12, 12), 0.3),
        "zero": np.zeros((channels, 12, 12)),
    }[patch].astype(np.float32)
    names = ("R", "G", "B", "4", "5", "6")[:channels]
    told = 0
    for layer in layers(7, channels):
        shape = layer.output_shape(x.shape)
        for cell in ((0, 0), (shape[1] // 2, shape[2] // 3)):
            traced = without_rounding(trace(layer, x, (min(1, shape[0] - 1), *cell)))

            sentence = value_sentence(traced, names, is_picture=True)

            if sentence:
                told += 1
                check(sentence, traced)
    assert told > 60


@pytest.mark.parametrize("name", presets())
def test_every_preset_is_told(name: str):
    planes = make_filter(name).planes
    kernel = np.broadcast_to(planes, (3, *planes.shape[1:])) if len(planes) == 1 else planes
    x = np.random.default_rng(3).random((3, 30, 30), np.float32)
    for place in ((0, 0, 0), (0, 14, 15)):
        traced = without_rounding(trace(Conv(kernel[np.newaxis], padding="same"), x, place))

        sentence = value_sentence(traced, ("R", "G", "B"), is_picture=True)

        assert sentence
        check(sentence, traced)


@pytest.mark.parametrize(
    "name", ["sobel-x", "sobel-y", "prewitt-x", "laplacian", "vertical-line", "kirsch-n", "outline"]
)
def test_what_is_said_to_be_brighter_is_brighter(name: str):
    plane = make_filter(name).planes[0]
    x = np.random.default_rng(5).random((1, 20, 20), np.float32)
    for row, column in itertools.product(range(1, 18, 3), repeat=2):
        traced = without_rounding(trace(Conv(plane[np.newaxis, np.newaxis], padding="same"), x, (0, row, column)))

        sentence = value_sentence(traced, ("Y",), is_picture=True)

        patch, weights = traced.values[0].astype(float), traced.weights[0]
        means = [np.average(patch, weights=np.maximum(sign * weights, 0)) for sign in (1, -1)]
        found = re.search(rf"(brighter|darker) than .* by {NUMBER} on average", sentence)
        assert found, sentence
        assert (found[1] == "brighter") == (means[0] > means[1])
        assert about(found[2], abs(means[0] - means[1]))
        assert sentence.startswith("Positive" if traced.value > 0 else "Negative")


def test_channels_that_go_the_other_way_are_named():
    layer = Conv(np.array([[[[-1.0, 0.0, 1.0]]] * 3]).astype(np.float32))
    x = np.array([[[0, 0, 1]], [[0, 0, 0.5]], [[0.25, 0, 0]]], np.float32)

    sentence = value_sentence(trace(layer, x, (0, 0, 0)), ("R", "G", "B"), is_picture=True)

    assert "brighter than the left column by 0.4167 on average in R and G, the other way in B: 3 × 0.4167" in sentence


def test_a_region_of_whole_lines_diagonals_or_the_centre_has_a_name_of_its_own():
    for rows, columns in ((3, 3), (1, 3), (2, 2), (4, 4), (5, 3)):
        seen: dict[str, np.ndarray] = {}
        for bits in range(1, min(2 ** (rows * columns), 1 << 9)):
            mask = np.array([bits >> i & 1 for i in range(rows * columns)], bool).reshape(rows, columns)
            name = region_name(mask)
            if not name or name.endswith(("half", "corner")):
                continue
            assert name not in seen, (name, mask, seen.get(name))
            seen[name] = mask
        assert seen


@pytest.mark.parametrize(
    ("word", "axis", "last"), [("top", 0, False), ("bottom", 0, True), ("left", 1, False), ("right", 1, True)]
)
def test_a_half_holds_all_of_its_cells(word: str, axis: int, last: bool):
    for bits in range(1, 512):
        mask = np.array([bits >> i & 1 for i in range(9)], bool).reshape(3, 3)
        if region_name(mask) == f"the {word} half":
            used = np.flatnonzero(mask.any(axis=1 - axis))
            assert used.tolist() == [2 if last else 0]


def test_a_dense_layer_is_told_by_its_numbers():
    rng = np.random.default_rng(2)
    x = rng.random((2, 3, 4), np.float32)
    evaluation = evaluate([Flatten(), Dense(rng.normal(size=(3, 24)))], x)
    traced = trace(evaluation.layers[1], evaluation[0], (1,))

    sentence = value_sentence(traced, (), is_picture=False)

    assert "the cells with positive weights" in sentence
    check(sentence, traced)


@pytest.mark.parametrize("kind", [*CONV_KINDS, "max_pool", "average_pool"])
def test_every_kind_with_windows_is_explained_with_a_sentence(kind: str):
    assert explained(picture_of(kind)).sentence


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_of_what_is_not_finite_nothing_is_said(bad: float):
    x = np.full((1, 3, 3), bad, np.float32)

    assert value_sentence(trace(Conv(np.ones((1, 1, 3, 3))), x, (0, 0, 0)), ("Y",), is_picture=True) == ""


def test_a_channel_whose_weights_have_one_sign_has_no_difference_of_its_own():
    kernel = np.concatenate([np.ones((1, 1, 3, 3)), -np.ones((1, 1, 3, 3)), np.zeros((1, 1, 3, 3))], axis=1)
    x = np.random.default_rng(0).random((3, 3, 3)).astype(np.float32)

    sentence = value_sentence(trace(Conv(kernel), x, (0, 0, 0)), ("R", "G", "B"), is_picture=True)

    assert " in R" not in sentence
    assert " in G" not in sentence
    assert "on average:" in sentence


@pytest.mark.parametrize("activation", ["tanh", "softplus", "relu", "sigmoid"])
def test_only_what_an_activation_leaves_as_it_is_is_kept(activation: str):
    for value in (1e-4, 0.5, 12.0):
        traced = trace(Conv(np.ones((1, 1, 1, 2)), activation=activation), np.full((1, 1, 2), value / 2), (0, 0, 0))

        sentence = value_sentence(traced, ("Y",), is_picture=True)

        assert ("keeps it" in sentence) == (traced.value == traced.linear), sentence


def test_a_cell_that_is_only_repeated_needs_no_reason():
    x = np.random.default_rng(1).random((1, 4, 4)).astype(np.float32)

    assert value_sentence(trace(Upsample(2), x, (0, 3, 3)), ("Y",), is_picture=True) == ""


def test_large_counts_are_written_with_their_thousands_apart():
    x = np.random.default_rng(1).random((1, 40, 50)).astype(np.float32)

    assert "of 2 000 cells" in value_sentence(trace(GlobalAveragePool(), x, (0,)), ("Y",), is_picture=True)
