"""An operator that ONNX Runtime runs as a layer: its numbers, its file, and what is refused before it is run."""

import json

import numpy as np
import pytest

from convexplorer import _onnxruntime
from convexplorer.core.explain.rounded_cells import Roundings
from convexplorer.core.layers.onnx_operator import OnnxOperator
from convexplorer.core.network import Graph, evaluate, input_gradient
from convexplorer.export.files import ExportError
from convexplorer.export.network.plan import plan_of
from convexplorer.export.onnx_file import onnx_bytes
from convexplorer.model.build import build
from convexplorer.model.layer import make_layer
from convexplorer.model.project import Project
from convexplorer.model.storage.files import from_json, to_json
from convexplorer.model.view import View
from convexplorer.results.job import Job
from convexplorer.results.render import render
from convexplorer.sources.frame import Frame, Source

X = np.random.default_rng(0).normal(size=(3, 4, 5)).astype(np.float32)


def node(*inputs: object, **attributes: object) -> str:
    return json.dumps({"inputs": inputs, "attributes": attributes})


def test_it_gives_the_numbers_of_the_operator():
    found = OnnxOperator("CumSum", 17, node(0, {"int": [2], "shape": [1]}))(X)

    np.testing.assert_allclose(found, X.cumsum(axis=1), rtol=1e-6)
    assert found.dtype == np.float32


def test_it_reads_several_layers():
    layer = OnnxOperator("MatMul", 17, node(0, 1))

    assert layer.output_shape((3, 4, 5), (3, 5, 2)) == (3, 4, 2)
    np.testing.assert_allclose(layer(X, X.swapaxes(1, 2)), X @ X.swapaxes(1, 2), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("operator", "opset", "text"),
    [
        ("Loop", 17, node(0)),
        ("Erf", 5, node(0)),
        ("Erf", 17, "{"),
        ("Erf", 17, "[]"),
        ("Erf", 17, node()),
        ("Max", 17, node(0, None)),  # which ends ONNX Runtime, and the program with it
        ("Erf", 17, node(0, {"float": [1], "shape": [1]})),
        ("Erf", 17, node(-1)),
        ("Erf", 17, node(0, axis=1)),
        ("Softmax", 17, node(0, axis="1")),
        ("Softmax", 17, node(0, axis=1 << 40)),
        ("Tile", 17, node(0, {"int": [1, 1, 1 << 40, 1], "shape": [4]})),
        ("Tile", 17, node(0, {"int": [1, 1], "shape": [9]})),
        ("Resize", 17, node(0, None, {"float": [float("nan")] * 4, "shape": [4]})),
        ("Resize", 17, node(0, None, {"float": [1, 1, 2, 2], "shape": [4]}, mode="anything")),
    ],
)
def test_what_is_no_such_operator_is_never_given_to_onnx_runtime(operator, opset, text, monkeypatch):
    monkeypatch.setattr(_onnxruntime, "session", lambda *_, **__: pytest.fail("it was"))

    with pytest.raises(ValueError):
        OnnxOperator(operator, opset, text)


def test_maps_that_are_too_large_are_refused_before_they_are_made():
    huge = OnnxOperator("Tile", 17, node(0, {"int": [1, 1, 60000, 60000], "shape": [4]}))

    with pytest.raises(ValueError, match="the output would have"):
        huge.output_shape(X.shape)


def test_what_onnx_runtime_refuses_is_one_sentence_at_the_layer():
    layer = make_layer("onnx_operator", operator="Softmax", node=node(0, axis=9))
    (result,) = evaluate(build((layer,), X.shape).graph, X).results

    assert result.error.startswith("ONNX Runtime does not compute Softmax: ")
    assert "\n" not in result.error


def test_without_onnx_runtime_the_layer_says_what_to_install(monkeypatch):
    monkeypatch.setattr(_onnxruntime, "load", lambda: False)

    with pytest.raises(ValueError, match=r"Sinh needs ONNX Runtime; pip install"):
        OnnxOperator("Sinh", 17, node(0)).output_shape((1, 2, 3))


def test_it_comes_back_from_a_project_file():
    layer = make_layer("onnx_operator", operator="ReduceL2", opset=13, node=node(0, axes=[1], keepdims=1))

    (opened,) = from_json(to_json(Project(Source("sample", "astronaut"), (layer,)))).layers

    assert opened.settings == layer.settings


def test_nothing_is_made_up_about_its_values():
    evaluation = evaluate(Graph([OnnxOperator("Erf", 17, node(0))]), X)

    assert not Roundings(evaluation).zeros(0, np.arange(X.size)).any()
    with pytest.raises(ValueError, match="nothing is known of the gradient of Erf"):
        input_gradient(evaluation, np.ones_like(X))


def test_its_tip_says_who_computes_it():
    project = Project(Source("sample", "astronaut"), (make_layer("onnx_operator", operator="Erf", id="erf"),))

    picture = render(Job(Frame(X, ("R", "G", "B")), project, View("erf"))).picture

    assert picture.layers[0].how == "Computed by ONNX Runtime; how is not known here."


def test_it_does_not_leave_as_another_operator():
    layers = (make_layer("onnx_operator", operator="Erf", id="erf"),)

    with pytest.raises(ExportError, match="“erf” cannot leave"):
        onnx_bytes(plan_of(layers, X.shape))
