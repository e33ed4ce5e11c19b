"""A layer as a line of text: read as it is written, refused in words."""

import pytest

from convexplorer.core.kinds import KINDS
from convexplorer.model import edits
from convexplorer.model.default import default_project
from convexplorer.model.layer import Layer, make_layer
from convexplorer.model.layer_text import layer_text, parse_layer


def read(text: str) -> Layer:
    return parse_layer(text, default_project())


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_known_by_its_name(kind: str):
    layer = read(kind.replace("_", "-"))

    assert layer.kind == kind
    assert layer_text(layer) == kind
    assert edits.add_layer(default_project(), layer).layers[-1].kind == kind


@pytest.mark.parametrize(
    "layer",
    [
        make_layer("max_pool", pool_size=(3, 2), strides=1, padding=((1, 0), (0, 1))),
        make_layer("zero_pad", padding=((1, 2), (3, 4))),
        make_layer("dense", units=7, use_bias=False, activation="relu", seed=3),
        make_layer("upsample", size=(1, 3), interpolation="bilinear"),
        make_layer("batch_norm", epsilon=0.5),
        make_layer("activation", activation="tanh"),
    ],
)
def test_what_is_written_is_read_again(layer: Layer):
    again = read(layer_text(layer))

    assert dict(again.settings) == dict(layer.settings)


def test_an_activation_is_a_layer_by_its_own_name():
    assert read("relu")["activation"].name == "relu"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("pool", "there is no kind of layer 'pool'"),
        ("max_pool:size=2", "MaxPooling2D has no 'size'; it has pool_size, strides, padding"),
        ("max_pool:pool_size", "a setting is written name=value"),
        ("max_pool:pool_size=0", "pool_size must lie in 1…1024; got 0"),
        ("max_pool:pool_size=2x2x2", "pool_size must be a whole number or 2 of them"),
        ("dense:use_bias=maybe", "use_bias must be true or false; got 'maybe'"),
    ],
)
def test_what_is_wrong_is_said(text: str, sentence: str):
    with pytest.raises(ValueError) as failure:
        read(text)

    assert sentence in str(failure.value)
