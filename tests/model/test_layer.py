"""One layer as a value: checked when it is made, complete, and the impossible refused in words."""

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

from convexplorer.core.kinds import KINDS
from convexplorer.core.layers import Activation
from convexplorer.kernels.filter import Filter
from convexplorer.model.layer import Layer, make_layer
from convexplorer.model.project import Project
from tests.model.examples import PHOTO

ONE = Filter("one", np.ones((3, 3)))
INPUTS = {1: (), 2: ("input", "input"), None: ("input", "input")}


def of_kind(kind: str) -> Layer:
    """Return a layer as the menu adds it, with one filter if the kind has filters."""
    row = KINDS[kind]
    return make_layer(kind, (ONE,) if row.has_filters else (), inputs=INPUTS[row.input_count])


@pytest.mark.parametrize("kind", KINDS)
def test_a_layer_has_all_settings_of_its_kind(kind):
    layer = of_kind(kind)

    assert list(layer.settings) == [row.name for row in KINDS[kind].settings]
    for row in KINDS[kind].settings:
        assert layer[row.name] == row.checked(row.default, 2)


@pytest.mark.parametrize("kind", KINDS)
def test_a_setting_that_the_kind_has_not_is_neither_read_nor_written(kind):
    layer = of_kind(kind)

    with pytest.raises(ValueError, match="has no 'sponge'; it has "):
        layer["sponge"]
    with pytest.raises(ValueError, match="has no 'sponge'; it has "):
        layer.with_settings(sponge=1)


@pytest.mark.parametrize("kind", KINDS)
def test_settings_that_do_not_change_give_the_very_layer(kind):
    layer = of_kind(kind)

    assert layer.with_settings(**layer.settings) is layer


@pytest.mark.parametrize("kind", KINDS)
def test_a_layer_has_a_title_that_fits_a_card(kind):
    assert 1 <= len(of_kind(kind).title) <= 24


def test_nothing_in_a_layer_can_be_written():
    layer = make_layer("batch_norm", weights={"gamma": [1.0, 2.0]})

    with pytest.raises(FrozenInstanceError):
        layer.kind = "conv"
    with pytest.raises(TypeError):
        layer.settings["epsilon"] = 1.0
    with pytest.raises(TypeError):
        layer.weights["beta"] = np.zeros(2)
    with pytest.raises(ValueError, match="read-only"):
        layer.weights["gamma"][0] = 3


def test_another_setting_shares_the_weights():
    layer = make_layer("dense", weights={"kernel": np.ones((10, 4))})

    assert layer.with_settings(activation="relu").weights["kernel"] is layer.weights["kernel"]


def test_weights_are_a_copy_in_single_precision():
    mine = np.array([1.0, 1e300])

    layer = make_layer("batch_norm", weights={"gamma": mine})
    mine[:] = 7

    assert layer.weights["gamma"].dtype == np.float32
    assert layer.weights["gamma"].tolist() == [1.0, np.inf]


def test_a_kind_without_activation_is_linear():
    assert of_kind("max_pool").activation == Activation("linear")
    assert of_kind("activation").activation == Activation("relu")


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: make_layer("median"), "kind must be one of conv, depthwise_conv,"),
        (lambda: make_layer("max_pool", (ONE,)), "MaxPooling2D has no filters; got 1"),
        (lambda: make_layer("conv"), "a layer holds 1 filter or more; got 0"),
        (lambda: make_layer("flatten", rank=4), "rank must be 1, 2 or 3; got 4"),
        (lambda: make_layer("max_pool", rank=10**12), "rank must be 1, 2 or 3; got 1000000000000"),
        (lambda: make_layer("dense", weights={"gamma": [1.0]}), "Dense has no 'gamma'; it has bias, kernel"),
        (
            lambda: make_layer("conv", (ONE,), weights={"kernel": [1.0]}),
            "Conv2D has no 'kernel'; it has no weights beside its filters",
        ),
        (lambda: make_layer("batch_norm", weights={"gamma": []}), "gamma must hold 1 to "),
        (lambda: make_layer("add", inputs=("input",)), "Add joins two inputs or more; got 1"),
        (lambda: make_layer("subtract", inputs=("input",) * 3), "Subtract has 2 input(s); got 3"),
        (lambda: make_layer("flatten", inputs=("input", "input")), "Flatten has 1 input(s); got 2"),
        (lambda: make_layer("max_pool", padding=((2, 0), (0, 0))), "smaller than its window of 2"),
        (lambda: make_layer("conv", (ONE, replace(ONE, rank=1, planes=np.ones(3)))), "one size; got 3, 3×3"),
        (lambda: of_kind("max_pool").kernel_size, "MaxPooling2D has no filters"),
    ],
)
def test_impossible_layers_are_refused_in_words(make, sentence):
    with pytest.raises(ValueError) as caught:
        make()

    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("layers", "sentence"),
    [
        ((make_layer("flatten", id="a"), make_layer("flatten", id="a")), "an id of its own; 'a' comes twice"),
        ((make_layer("flatten", id="input"),), "an id of its own; 'input' comes twice"),
        ((make_layer("flatten", inputs=("b",)), make_layer("flatten", id="b")), "must be layers before it or 'input'"),
        ((make_layer("flatten", id="a", inputs=("a",)),), "must be layers before it or 'input'; got 'a'"),
        ((make_layer("add"),), "inputs of 'add' must name two or more layers; got none"),
        ((make_layer("subtract"),), "inputs of 'subtract' must name 2 layers; got none"),
    ],
)
def test_impossible_graphs_are_refused_in_words(layers, sentence):
    with pytest.raises(ValueError) as caught:
        Project(PHOTO, layers)

    assert sentence in str(caught.value)


def test_layers_without_an_id_get_one_that_nobody_has():
    layers = (make_layer("flatten"), make_layer("flatten", id="flatten_2"), make_layer("flatten"), of_kind("conv"))

    assert Project(PHOTO, layers).ids == ("flatten", "flatten_2", "flatten_3", "conv")


def test_inputs_are_found_by_name():
    skip = (
        make_layer("activation", id="a"),
        make_layer("activation", id="b", inputs=("input",)),
        make_layer("add", inputs=("a", "b", "input")),
        make_layer("flatten"),
    )

    project = Project(PHOTO, skip)

    assert [project.inputs_of(i) for i in range(4)] == [(-1,), (-1,), (0, 1, -1), (2,)]
    assert [project.index_of(name) for name in ("", "a", "b", "gone")] == [0, 0, 1, None]
    assert project.position("gone") == 0
