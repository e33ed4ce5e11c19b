"""A bias for each map of a depthwise convolution: it is computed with, kept, and follows its filter."""

import numpy as np
import pytest

from convexplorer import core
from convexplorer.kernels.filter import Filter
from convexplorer.kernels.presets import make_filter
from convexplorer.model import edits
from convexplorer.model.build import build
from convexplorer.model.edits.exchange import exchange
from convexplorer.model.layer import Layer, make_layer
from convexplorer.model.limits import parameter_formula
from convexplorer.model.project import Project
from convexplorer.model.storage.files import from_json, to_json
from convexplorer.results.differences.weights_difference import weights_difference
from tests.core import oracle
from tests.model.examples import PHOTO

RNG = np.random.default_rng(11)
CHANNELS, FILTERS = 3, 2
KERNEL = RNG.normal(size=(CHANNELS, FILTERS, 3, 3)).astype(np.float32)
BIASES = RNG.normal(size=(CHANNELS, FILTERS)).astype(np.float32)
PICTURE = RNG.normal(size=(CHANNELS, 6, 7)).astype(np.float32)
VALID = {"strides": (1, 1), "padding": "valid", "dilation_rate": (1, 1)}


def layer_of(filters: int = FILTERS, **settings) -> Layer:
    bank = [Filter(f"f{i}", KERNEL[:, i].astype(float), bias=float(i + 1)) for i in range(filters)]
    return make_layer("depthwise_conv", bank, weights={"bias": BIASES[:, :filters]}, padding="valid", **settings)


PROJECT = Project(PHOTO, (layer_of(id="each"),))


def maps(layer: Layer, picture: np.ndarray = PICTURE) -> np.ndarray:
    return core.evaluate(build((layer,), picture.shape).graph, picture)[0]


def biases(project: Project) -> np.ndarray:
    """Return (channels, filters): what the first layer adds to its maps, which is what a black picture shows."""
    return maps(project.layers[0], np.zeros_like(PICTURE))[:, 0, 0].reshape(CHANNELS, -1)


def test_each_map_is_its_sum_and_its_own_bias():
    expected = oracle.depthwise_conv(PICTURE.astype(float), KERNEL.astype(float), BIASES.reshape(-1), **VALID)

    np.testing.assert_allclose(maps(layer_of()), expected, rtol=1e-5, atol=1e-5)


def test_without_biases_of_their_own_maps_get_those_of_their_filters():
    shared = edits.set_weight_array(PROJECT, 0, "bias", None)

    np.testing.assert_array_equal(biases(shared), [[1, 2]] * CHANNELS)


def test_without_bias_nothing_is_added():
    np.testing.assert_array_equal(biases(edits.set_layer(PROJECT, 0, use_bias=False)), np.zeros((CHANNELS, FILTERS)))


def test_the_arithmetic_of_a_value_ends_in_the_bias_of_its_map():
    built = build((layer_of(),), PICTURE.shape)
    evaluation = core.evaluate(built.graph, PICTURE)
    for index in range(CHANNELS * FILTERS):
        trace = built.layers[0].trace((index, 1, 2), PICTURE)

        assert trace.bias == BIASES.reshape(-1)[index] == np.float32(PROJECT.layers[0].bias_of(index))
        assert trace.linear == pytest.approx(evaluation[0][index, 1, 2], rel=1e-5, abs=1e-5)


def test_parameters_are_counted_as_keras_counts_them():
    core_layer = build((layer_of(),), PICTURE.shape).layers[0]

    assert core_layer.parameter_count == CHANNELS * FILTERS * (9 + 1)
    assert parameter_formula(layer_of(), CHANNELS).endswith(f"= {core_layer.parameter_count}")


@pytest.mark.parametrize("channels", [1, 4])
def test_another_number_of_channels_is_refused_with_both_sizes(channels: int):
    layer = edits.merge_planes(edits.merge_planes(PROJECT, 0, 0), 0, 1).layers[0]  # filters that fit all channels

    graph = build((layer,), (channels, 6, 7)).graph

    (result,) = core.evaluate(graph, np.zeros((channels, 6, 7), np.float32)).results

    assert f"bias has 3×2 numbers, the layer needs {channels}×2" in result.error


def test_a_project_keeps_them():
    again = from_json(to_json(PROJECT))

    np.testing.assert_array_equal(again.layers[0].weights["bias"], BIASES)
    np.testing.assert_array_equal(maps(again.layers[0]), maps(PROJECT.layers[0]))


NEW = make_filter("identity")


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (lambda p: edits.remove_filter(p, 0, 0), BIASES[:, 1:]),
        (lambda p: edits.duplicate_filter(p, 0, 0), BIASES[:, [0, 0, 1]]),
        (lambda p: edits.move_filter(p, 0, 0, 1), BIASES[:, [1, 0]]),
        (lambda p: exchange(p, (0, 0), (0, 1)), BIASES[:, [1, 0]]),
        (lambda p: edits.add_filter(p, 0, NEW, 1), np.insert(BIASES, 1, 0, axis=1)),
        (lambda p: edits.replace_filter(p, 0, 1, NEW), np.stack([BIASES[:, 0], np.zeros(CHANNELS)], 1)),
        (lambda p: edits.set_filters(p, 0, [NEW]), np.zeros((CHANNELS, 1))),
        (lambda p: edits.set_filters(p, 0, [NEW, NEW]), np.zeros((CHANNELS, 2))),
        (lambda p: edits.initialize_layer(p, 0, "he_normal", channels=3), np.zeros((CHANNELS, 2))),
        (lambda p: edits.set_bias(p, 0, 1, 2.0), np.stack([BIASES[:, 0], np.full(CHANNELS, 2.0)], 1)),
        (lambda p: edits.rename_filter(p, 0, 0, "other"), BIASES),
        (lambda p: edits.set_weight(p, 0, 0, 1, 2, 2, 9.0), BIASES),
        (lambda p: edits.set_kernel_size(p, 0, 5), BIASES),
        (lambda p: edits.merge_planes(p, 0, 0), BIASES),
    ],
)
def test_biases_follow_their_filters_and_new_filters_bring_their_own(edit, expected):
    np.testing.assert_array_equal(biases(edit(PROJECT)), expected)


@pytest.mark.parametrize("index", range(CHANNELS * FILTERS))
def test_the_bias_of_one_map_is_set_alone(index: int):
    changed = edits.set_map_bias(PROJECT, 0, index, 0.1)

    expected = BIASES.copy().reshape(-1)
    expected[index] = 0.1
    np.testing.assert_array_equal(biases(changed).reshape(-1), expected)
    assert changed.layers[0].bias_of(index) == 0.1
    assert edits.set_map_bias(changed, 0, index, 0.1) is changed


def test_a_map_without_one_of_its_own_shares_that_of_its_filter():
    shared = edits.set_map_bias(edits.set_weight_array(PROJECT, 0, "bias", None), 0, 3, 0.25)

    np.testing.assert_array_equal(biases(shared), [[1, 0.25]] * CHANNELS)
    assert [shared.layers[0].bias_of(i) for i in range(6)] == [1, 0.25] * CHANNELS


def test_a_filter_with_a_bias_for_each_channel_does_not_leave_its_layer():
    two = edits.add_layer(PROJECT, make_layer("depthwise_conv", [NEW]))

    with pytest.raises(ValueError, match="“f0” has a bias for each channel"):
        exchange(two, (1, 0), (0, 0))


def test_a_difference_of_weights_counts_each_map():
    own, shared = PROJECT.layers[0], edits.set_weight_array(PROJECT, 0, "bias", None).layers[0]
    one = edits.set_map_bias(PROJECT, 0, 4, 9.0).layers[0]

    assert weights_difference(own, one).differing == 1
    assert weights_difference(own, shared).differing == weights_difference(shared, own).differing == 6
    assert not weights_difference(own, shared).reason
