"""The table of kinds: every row makes a layer that does what the row says, at every rank."""

import json
import re
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convexplorer.core.kinds import GROUP_ORDER, KINDS, ROWS, Given, Kind
from convexplorer.core.layers import LAYERS, Identity
from convexplorer.core.layers.impossible import Impossible
from convexplorer.core.layers.onnx_operator import OnnxOperator
from tests.core.kinds.test_settings import values_of

RANKS = (1, 2, 3)
# As they stand in Keras 3, and those of PyTorch that Keras has not.
KERAS = {
    "Activation", "Add", "AveragePooling{n}D", "Average", "BatchNormalization", "Concatenate", "Conv{n}D",
    "Conv{n}DTranspose", "Cropping{n}D", "Dense", "DepthwiseConv{n}D", "Flatten", "GlobalAveragePooling{n}D",
    "GlobalMaxPooling{n}D", "MaxPooling{n}D", "Maximum", "Minimum", "Multiply", "Rescaling", "SeparableConv{n}D",
    "Softmax", "Subtract", "UpSampling{n}D", "ZeroPadding{n}D", "GroupNormalization", "LayerNormalization",
    "Normalization", "PReLU", "Resizing", "Reshape", "Permute",
}  # fmt: skip
PYTORCH = {"LocalResponseNorm", "MaxUnpool{n}d", "PixelShuffle", "PixelUnshuffle"}
OUR_OWN = {"CombineMaps", "Pad", "ScaleShift", "SelectMaps"}  # no framework has one layer for it


def given_of(row: Kind, rank: int, settings: dict, *, channels: int = 3, n: int = 7, seed: int = 0) -> Given:
    """Return what a layer of the kind is made from, with two random filters where it has filters."""
    rng = np.random.default_rng(seed)
    kernel = bias = None
    if row.has_filters:
        planes = row.planes(settings, channels)
        kernel = rng.normal(size=(2, planes, *(3,) * rank)).astype(np.float32)
        bias = rng.normal(size=2).astype(np.float32) if settings["use_bias"] else None
    return Given(settings, shapes_of(row, rank, settings, channels, n), kernel, bias)


def shapes_of(row: Kind, rank: int, settings: dict, channels: int, n: int) -> tuple[tuple[int, ...], ...]:
    shape = (channels, *(n,) * rank)
    if row.geometry == "unpool":  # the values come from pooling the other input
        pooled = KINDS["max_pool"].make(Given(settings, (shape,))).output_shape(shape)
        return pooled, shape
    return (shape,) * (2 if row.input_count is None else row.input_count)


def random_inputs(shapes: tuple[tuple[int, ...], ...]) -> list[np.ndarray]:
    rng = np.random.default_rng(1)
    return [rng.normal(size=shape).astype(np.float32) for shape in shapes]


@pytest.mark.parametrize("rank", RANKS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_layer_of_every_kind_gives_maps_of_the_shape_that_it_says(kind, rank):
    row = KINDS[kind]
    given = given_of(row, rank, row.complete({}, rank))
    layer = row.make(given)

    _, maps = layer.run(random_inputs(given.input_shapes))

    assert isinstance(layer, row.type)
    assert maps.shape == layer.output_shape(*given.input_shapes)
    assert maps.dtype == np.float32
    assert np.isfinite(maps).all()


@given(data=st.data(), kind=st.sampled_from(sorted(KINDS)), rank=st.sampled_from(RANKS))
def test_any_settings_give_maps_of_the_shape_that_is_said_or_a_reason(data, kind, rank):
    row = KINDS[kind]
    chosen = {}
    for setting in row.settings:
        values = values_of(setting, rank)
        small = values.filter(lambda value: _largest(value) <= 12) if setting.name != "seed" else values
        if data.draw(st.booleans(), label=setting.name):
            chosen[setting.name] = data.draw(small, label=setting.name)
    settings = row.complete(chosen, rank)

    shape = None
    try:
        given = given_of(row, rank, settings, n=5)
        layer = row.make(given)
        shape = layer.output_shape(*given.input_shapes)
    except ValueError as error:
        reason = str(error)

    if shape is None:
        assert len(reason) > 10
    else:
        with np.errstate(all="ignore"):
            _, maps = layer.run(random_inputs(given.input_shapes))
        assert maps.shape == shape


def _largest(value: object) -> float:
    if isinstance(value, list | tuple):
        return max(map(_largest, value))
    return abs(value) if isinstance(value, int | float) else 0


@pytest.mark.parametrize("rank", RANKS)
@pytest.mark.parametrize("kind", KINDS)
def test_the_settings_of_every_kind_come_back_from_json(kind, rank):
    row = KINDS[kind]
    settings = row.complete({}, rank)

    text = json.dumps({each.name: each.plain(settings[each.name]) for each in row.settings})

    assert row.complete(json.loads(text), rank) == settings


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_the_name_that_keras_gives_it(kind):
    row = KINDS[kind]

    assert row.keras in KERAS | PYTORCH | OUR_OWN
    for rank in RANKS:
        assert row.keras_name(rank) == row.keras.replace("{n}", str(rank))


def test_no_two_kinds_have_one_name():
    assert len({row.keras for row in KINDS.values()}) == len(KINDS)
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", kind) for kind in KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_words_for_menus_and_cards(kind):
    row = KINDS[kind]

    assert row.group in GROUP_ORDER
    assert row.summary.endswith(".")
    assert len(row.title) <= 12
    assert row.brief(row.complete({}, 2))
    assert row.shown == "" or row.has(row.shown)


def test_every_kind_of_layer_that_can_be_computed_has_a_row():
    # A layer that is switched off passes its input on; nobody adds one. What ONNX Runtime runs is computed by it alone.
    assert set(LAYERS.values()) - {Identity} == {row.type for row in ROWS.values()} - {Impossible, OnnxOperator}


@pytest.mark.parametrize("kind", KINDS)
def test_an_unknown_setting_is_refused_with_those_there_are(kind):
    row = KINDS[kind]

    with pytest.raises(ValueError, match="has no 'sponge'; it has ") as caught:
        row.complete({"sponge": 1}, 2)
    assert all(setting.name in str(caught.value) for setting in row.settings)


@pytest.mark.parametrize("rank", RANKS)
@pytest.mark.parametrize("kind", [kind for kind, row in KINDS.items() if row.weights])
def test_weights_that_were_not_learned_have_their_initial_values_in_the_shape_that_is_needed(kind, rank):
    row = KINDS[kind]
    given = given_of(row, rank, row.complete({}, rank))

    for weight in row.weights:
        values = weight.of(given)

        assert values.shape == weight.shape(given)
        assert len(values.shape) == len(weight.axes)
        assert values.dtype == np.float32


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, weight.name) for kind, row in KINDS.items() for weight in row.weights]
)
def test_weights_are_used_and_another_shape_is_refused(kind, name):
    row = KINDS[kind]
    given = given_of(row, 2, row.complete({}, 2))
    (weight,) = (each for each in row.weights if each.name == name)
    learned = np.random.default_rng(2).uniform(0.5, 2, size=weight.shape(given)).astype(np.float32)
    xs = random_inputs(given.input_shapes)

    def computed(weights):
        return row.make(Given(given.settings, given.input_shapes, given.kernel, given.bias, weights)).run(xs)[1]

    assert not np.allclose(computed({name: learned}), computed({}))
    assert np.array_equal(computed({name: weight.of(given)}), computed({}))
    with pytest.raises(ValueError, match=f"{name} has .* numbers, the layer needs "):
        computed({name: np.ones((1, 9), np.float32)})


def test_weights_that_would_not_fit_are_refused_in_numbers_before_any_memory_is_taken():
    shape = (8, 3000, 2000)
    flat = KINDS["flatten"].make(Given(KINDS["flatten"].complete({}, 2), (shape,))).output_shape(shape)
    given = Given(KINDS["dense"].complete({"units": 100}, 2), (flat,))
    tracemalloc.start()

    with pytest.raises(ValueError, match=r"kernel would have 100×48000000 = 4800000000 weights \(19\.2 GB\); at most"):
        KINDS["dense"].make(given)

    assert tracemalloc.get_traced_memory()[1] < 1e6
    tracemalloc.stop()
