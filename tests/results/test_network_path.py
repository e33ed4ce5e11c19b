"""What a value is made of, layer by layer: sums that hold, against loops in float64."""

from dataclasses import replace

import numpy as np
import pytest

from convexplorer import core
from convexplorer.core.network import Evaluation, input_gradient
from convexplorer.model.build import build
from convexplorer.model.layer import Layer, make_layer
from convexplorer.results import network_path as module
from convexplorer.results.network_path import network_path
from tests import stacks

SIZE = (20, 24)


def evaluation_of(layers: tuple[Layer, ...], size: tuple[int, int] = SIZE, seed: int = 0) -> Evaluation:
    image = np.random.default_rng(seed).random((3, *size), np.float32)
    return core.evaluate(build(layers, image.shape).graph, image)


def total(terms) -> float:
    return sum(term.value for term in terms.largest) + terms.rest


def index_of(layers: tuple[Layer, ...], name: str) -> int:
    return stacks.names_of(layers).index(name)


def test_the_terms_of_a_convolution_are_the_products_of_its_window_by_channel():
    rng = np.random.default_rng(1)
    layers = (stacks.conv(rng, 3, 8, "one", "relu"), stacks.conv(rng, 8, 5, "two", "relu"))
    evaluation = evaluation_of(layers)
    given, kernel = evaluation[0].astype(np.float64), evaluation.layers[1].kernel[2].astype(np.float64)
    window = np.pad(given, ((0, 0), (1, 1), (1, 1)))[:, 4:7, 9:12]
    parts = (window * kernel).sum(axis=(1, 2))

    path = network_path(evaluation, 1, 2, (4, 9))

    found = path.steps[0]
    assert [term.map for term in found.largest] == list(np.argsort(-np.abs(parts))[:3])
    np.testing.assert_allclose([term.value for term in found.largest], parts[[t.map for t in found.largest]], rtol=1e-5)
    assert total(found) == pytest.approx(parts.sum(), rel=1e-5)
    assert path.sum == pytest.approx(parts.sum(), rel=1e-4, abs=1e-6)


def test_a_value_that_its_relu_cuts_off_is_followed_all_the_same():
    rng = np.random.default_rng(1)
    layers = (stacks.conv(rng, 3, 4, "one"), make_layer("activation", activation=core.Activation("relu"), id="relu"))
    evaluation = evaluation_of(layers)
    channel, row, column = (int(i) for i in np.argwhere(evaluation[1] == 0)[0])

    path = network_path(evaluation, 1, channel, (row, column))

    assert path.value == 0
    assert path.steps[0].largest[0].map == channel
    assert total(path.steps[-1]) == pytest.approx(float(evaluation[0][channel, row, column]), rel=1e-4)


def test_where_all_maps_are_followed_the_terms_are_the_gradient_times_the_picture():
    rng = np.random.default_rng(2)
    layers = (
        stacks.conv(rng, 3, 3, "one", "relu"),
        make_layer("max_pool", id="pool"),
        stacks.conv(rng, 3, 2, "two"),
    )
    evaluation = evaluation_of(layers)
    one = np.zeros_like(evaluation[2])
    one[1, 3, 4] = 1
    expected = (input_gradient(evaluation, one) * evaluation.image).astype(np.float64).sum(axis=(1, 2))

    path = network_path(evaluation, 2, 1, (3, 4))

    found = {term.map: term.value for term in path.steps[-1].largest}
    assert path.steps[-1].rest == pytest.approx(0)
    np.testing.assert_allclose([found[i] for i in range(3)], expected, rtol=1e-4, atol=1e-6)


def test_the_sum_reaches_every_layer_where_nothing_is_left_behind():
    """Without biases, a net of ReLUs adds up to the same value in each layer, if all of it is followed."""
    rng = np.random.default_rng(3)
    layers = tuple(stacks.conv(rng, 3, 3, f"c{i}", "relu") for i in range(4))
    evaluation = evaluation_of(layers)
    channel, row, column = (int(i) for i in np.argwhere(evaluation[3] > 0)[0])

    path = network_path(evaluation, 3, channel, (row, column))

    for terms in path.steps.values():
        assert total(terms) == pytest.approx(path.value, rel=1e-4)


def test_both_branches_of_a_skip_connection_are_followed():
    layers = stacks.residual(blocks=2)
    evaluation = evaluation_of(layers)
    add = index_of(layers, "b1_add")
    value = evaluation[add][5, 7, 7]

    path = network_path(evaluation, add, 5, (7, 7))

    beside, skipped = path.steps[index_of(layers, "b1_b")], path.steps[index_of(layers, "stem")]
    assert beside.largest[0].map == 5
    assert beside.largest[0].value == pytest.approx(float(evaluation[index_of(layers, "b1_b")][5, 7, 7]), rel=1e-5)
    # The stem is read twice: by the skip connection, and by the convolutions beside it.
    assert len(skipped.largest) == 3
    assert path.sum == pytest.approx(float(value), rel=1e-6)


def test_the_score_of_a_class_is_followed_from_before_its_softmax_to_the_picture():
    layers = stacks.classifier((16, 24))
    evaluation = evaluation_of(layers, (16, 24))
    last = len(layers) - 1
    kernel, given = evaluation.layers[last].kernel[4].astype(np.float64), evaluation[last - 1].astype(np.float64)

    path = network_path(evaluation, last, 4, ())

    assert total(path.steps[last - 1]) == pytest.approx(float(kernel @ given), rel=1e-5)
    assert path.sum == pytest.approx(float(kernel @ given), rel=1e-4)
    assert 0 <= path.value <= 1
    assert set(path.steps) == set(range(-1, last))


def test_a_network_too_large_for_a_move_of_the_mouse_is_followed_as_far_as_it_goes(monkeypatch):
    layers = stacks.chain(12)
    evaluation = evaluation_of(layers)
    whole = network_path(evaluation, 11, 0, (8, 8))
    monkeypatch.setattr(module, "MOST_NUMBERS", 300)

    path = network_path(evaluation, 11, 0, (8, 8))

    assert not whole.ends_early
    assert -1 in whole.steps
    assert path.ends_early
    assert 0 < len(path.steps) < len(whole.steps)


@pytest.mark.parametrize(("layer", "channel", "cell"), [(0, 99, (0, 0)), (0, 0, (99, 0)), (0, 0, ()), (1, 0, (0, 0))])
def test_there_is_no_path_where_there_is_no_value(layer, channel, cell):
    assert network_path(evaluation_of(stacks.impossible()), layer, channel, cell) is None


def test_values_that_are_not_finite_end_nothing():
    rng = np.random.default_rng(1)
    layers = (stacks.conv(rng, 3, 4, "one"), stacks.conv(rng, 4, 4, "two"))
    evaluation = evaluation_of(layers)
    image = evaluation.image.copy()
    image[1, 5, 5] = np.nan

    spoilt = core.evaluate(evaluation.graph, image)
    path = network_path(spoilt, 1, 0, (5, 5))

    assert len(path.steps[-1].largest) == 3
    assert path.steps[-1].largest[0].map == 1  # what cannot be computed comes first


def test_every_layer_that_is_switched_off_passes_the_path_on():
    layers = stacks.classifier()[:4]
    off = (layers[0], replace(layers[1], is_enabled=False), *layers[2:])
    evaluation = evaluation_of(off)

    path = network_path(evaluation, 2, 3, (4, 4))

    assert path.steps[1].largest == path.steps[0].largest  # what is left behind, is so where it was
