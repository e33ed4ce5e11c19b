"""Files of format 1 open as before: as they were written, with all that they said."""

import json

import numpy as np
import pytest

from convexplorer.core.layers import Activation
from convexplorer.model.storage.documents import ProjectError
from convexplorer.model.storage.files import FORMAT, from_json, to_json
from convexplorer.model.storage.migrations import MIGRATIONS

# What the program wrote for two convolutions with a pooling between them.
STACK = """{
  "format": 1,
  "source": {"kind": "image", "address": "photo.png", "options": {}},
  "channels": "luminance",
  "display": {
    "palette": "signed",
    "scope": "shared",
    "coverage": 0.95,
    "locked": [-1, 1],
    "as_opencv_8bit": false
  },
  "layers": [
    {
      "type": "conv",
      "strides": [1, 2],
      "padding": [[1, 2], [3, 4]],
      "dilation_rate": [1, 1],
      "border": "reflect",
      "activation": {"name": "leaky_relu", "parameters": {"negative_slope": 0.25}},
      "is_flipped": true,
      "is_enabled": true,
      "filters": [
        {
          "name": "sobel-x",
          "preset": "sobel-x",
          "parameters": {},
          "bias": 0.5,
          "planes": [[[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]]
        },
        {"name": "mine", "bias": 0, "planes": [[["NaN", 0, 0.1], [0, 1, 0], [0, 0, "-Infinity"]]]}
      ]
    },
    {
      "type": "pool",
      "kind": "average",
      "pool_size": [3, 2],
      "strides": [2, 2],
      "padding": "same",
      "is_enabled": false
    },
    {
      "type": "depthwise_conv",
      "strides": [1, 1],
      "padding": "same",
      "dilation_rate": [2, 2],
      "border": "wrap",
      "activation": {"name": "relu", "parameters": {}},
      "is_flipped": false,
      "is_enabled": true,
      "filters": [{"name": "one", "bias": 0, "planes": [[[1]]]}]
    }
  ]
}"""
# A transposed convolution had a border, which never had a meaning.
TRANSPOSED = """{"format": 1, "source": {"kind": "sample", "address": "cat"}, "layers": [
  {"type": "conv_transpose", "strides": [2, 2], "padding": "valid", "border": "edge",
   "filters": [{"name": "spread", "planes": [[[1, 2], [3, 4]]]}]}]}"""
# Written by hand: everything that may be missing is.
SHORT = """{"format": 1, "source": {"kind": "image", "address": "a.png"},
  "layers": [{"type": "separable_conv", "filters": [{"planes": [[[1, "Infinity"]]]}]}, {"type": "pool"}]}"""


def test_a_stack_opens_with_all_that_it_said():
    project = from_json(STACK)
    first, pool, second = project.layers

    assert project.channels == "luminance"
    assert (project.display.scope, project.display.coverage) == ("shared", 0.95)
    assert project.ids == ("conv", "average_pool", "depthwise_conv")
    assert [project.inputs_of(i) for i in range(3)] == [(-1,), (0,), (1,)]
    assert first["strides"] == (1, 2)
    assert first["padding"] == ((1, 2), (3, 4))
    assert first["border"] == "reflect"
    assert first.activation == Activation("leaky_relu", {"negative_slope": 0.25})
    assert first["is_flipped"]
    assert [(one.name, one.preset) for one in first.filters] == [("sobel-x", "sobel-x"), ("mine", None)]
    assert [one.bias for one in first.filters] == [0.5, 0]
    assert np.isnan(first.filters[1].planes[0, 0, 0])
    assert first.filters[1].planes[0, 2, 2] == -np.inf
    assert (pool["pool_size"], pool["strides"], pool["padding"]) == ((3, 2), (2, 2), "same")
    assert not pool.is_enabled
    assert (second["dilation_rate"], second["border"], second.activation.name) == ((2, 2), "wrap", "relu")


def test_what_format_1_did_not_know_has_the_value_it_had():
    first, *_ = from_json(STACK).layers

    assert first["use_bias"]
    assert first["groups"] == 1
    assert first.rank == 2
    assert first.inputs == ()


def test_the_border_of_a_transposed_convolution_is_left_out():
    (layer,) = from_json(TRANSPOSED).layers

    assert layer.kind == "conv_transpose"
    assert layer["strides"] == (2, 2)
    assert not layer.row.has("border")
    assert layer.filters[0].planes.tolist() == [[[1, 2], [3, 4]]]


def test_a_short_file_has_the_defaults_of_then():
    conv, pool = from_json(SHORT).layers

    assert (conv.kind, conv["padding"], conv["strides"], conv["border"]) == ("separable_conv", "same", (1, 1), "zeros")
    assert conv.activation == Activation("linear")
    assert (pool.kind, pool["pool_size"], pool["strides"], pool["padding"]) == ("max_pool", (2, 2), (2, 2), "valid")


@pytest.mark.parametrize("text", [STACK, TRANSPOSED, SHORT])
def test_an_old_file_that_is_saved_is_one_of_today(text):
    project = from_json(text)

    saved = json.loads(to_json(project))

    assert saved["format"] == FORMAT
    assert to_json(from_json(to_json(project))) == to_json(project)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('"type": "pool"', '"type": "sponge"', "layers[1].kind must be one of conv,"),
        ('"kind": "average"', '"kind": "median"', "layers[1].kind must be one of conv,"),
        ('"kind": "average"', '"kind": [1]', "layers[1].kind must be one of conv,"),
        ('"type": "pool"', '"type": 7', "layers[1].kind must be a text; got 7"),
        ('"type": "pool",', "", "layers[1] has an unknown field"),
        ('"type": "conv",', "", 'layers[0] has no "kind"'),
        ('"border": "reflect"', '"border": "black"', "layers[0].border must be one of zeros"),
        ('"pool_size": [3, 2]', '"pool_size": [3, 0]', "layers[1].pool_size must lie in"),
        ('"layers": [', '"layers": [5, ', "layers[0] must be an object; got 5"),
        ('"format": 1', '"format": 1, "colour": 2', 'it has an unknown field "colour"'),
    ],
)
def test_damage_in_an_old_file_is_named_with_its_place(old, new, sentence):
    assert old in STACK

    with pytest.raises(ProjectError) as caught:
        from_json(STACK.replace(old, new, 1))

    assert sentence in str(caught.value)


@pytest.mark.parametrize("layers", [None, 7, "text", {}, [None], [[]], [{}], [{"type": "pool", "kind": 1}]])
def test_a_migration_trusts_nothing(layers):
    migrated = MIGRATIONS[1]({"format": 1, "layers": layers})

    assert migrated["format"] == 2


def test_there_is_a_migration_from_every_older_format():
    assert set(MIGRATIONS) == set(range(1, FORMAT))


def test_a_migration_leaves_the_document_as_it_was():
    document = json.loads(STACK)

    MIGRATIONS[1](document)

    assert document == json.loads(STACK)
