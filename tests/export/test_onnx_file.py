"""Networks as ONNX: a whole file by the checker's rules, and in ONNX Runtime the numbers of the core in every layer."""

import re
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest

from convexplorer import core
from convexplorer.export.files import ExportError
from convexplorer.export.network.plan import INPUT, Plan, plan_of
from convexplorer.export.onnx_file import onnx_bytes, save_onnx
from convexplorer.export.onnx_graph.kinds import WRITERS
from convexplorer.model.build import build
from convexplorer.model.layer import make_layer
from convexplorer.model.opening.network_file import open_network
from convexplorer.model.opening.opened import OpenedNetwork
from convexplorer.model.project import Project
from convexplorer.sources.frame import Source
from tests.networks.leaving import SHAPES, Network, bank, networks, of_kind

REFUSED = {
    "combine-orientation": "Layer “combine_maps” cannot leave in this form: ONNX has no orientation of two maps",
    "average_pool-dilated": "Layer “average_pool” cannot leave in this form: ONNX has no dilated mean of windows",
}


def plan(network: Network) -> Plan:
    return plan_of(network.layers, network.shape)


def run(content: bytes, image: np.ndarray) -> dict[str, np.ndarray]:
    """Return each output of a file by its name, for a batch of two pictures, of which the second is returned."""
    onnx.checker.check_model(onnx.load_from_string(content), full_check=True)
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    names = [one.name for one in session.get_outputs()]
    results = session.run(names, {INPUT: np.stack([np.zeros_like(image), image])})
    return {name: values[1] for name, values in zip(names, results, strict=True)}


@pytest.mark.parametrize("name", [name for name in networks() if name not in REFUSED])
def test_every_layer_has_the_numbers_of_the_core(name: str):
    network = networks()[name]
    exported = plan(network)
    if unsaid := [step.id for step in exported.steps if type(step.layer) not in WRITERS]:
        with pytest.raises(ExportError, match=f"Layer “{re.escape(unsaid[0])}” cannot leave in this form: ONNX"):
            onnx_bytes(exported)
        return

    found = run(onnx_bytes(exported, has_all_layers=True), network.image)

    enabled = [layer.id for layer in network.layers if layer.is_enabled]
    expected = core.evaluate(build(network.layers, network.shape).graph, network.image)
    by_id = {layer.id: maps for layer, maps in zip(network.layers, expected, strict=True)}
    assert [step.id for step in exported.steps] == enabled
    for step in exported.steps:
        maps = by_id[step.id]
        np.testing.assert_allclose(found[step.name], maps, rtol=1e-5, atol=2e-6 * max(1.0, float(np.abs(maps).max())))


@pytest.mark.parametrize("name", REFUSED)
def test_what_onnx_cannot_say_is_refused_by_the_layers_name(name: str):
    with pytest.raises(ExportError, match=re.escape(REFUSED[name])):
        onnx_bytes(plan(networks()[name]))


def test_the_file_has_the_last_layer_alone_unless_all_are_asked_for():
    network = networks()["residual"]

    assert list(run(onnx_bytes(plan(network)), network.image)) == ["fc"]


def test_names_are_those_of_the_layers_with_plain_letters():
    model = onnx.load_from_string(onnx_bytes(plan(networks()["residual"])))

    weights = {one.name for one in model.graph.initializer}
    assert {"stem_0.kernel", "stem_0.bias", "stem_1.gamma", "fc.kernel"} <= weights
    assert "layer_class" in {name for node in model.graph.node for name in node.output}


def test_a_layer_that_is_off_is_passed_over():
    found = plan(networks()["residual"])

    assert found.left_out == ("off",)
    assert {step.id: step.inputs for step in found.steps}["pool"] == ("layer_class",)


def test_a_layer_that_does_not_fit_is_named():
    layers = [make_layer("conv", bank(2, (3, 3)), id="small"), make_layer("crop", cropping=9, id="too much")]

    with pytest.raises(ExportError, match="Layer “too much” has no maps: cropping must leave a cell"):
        plan_of(layers, (3, 7, 8))


def test_no_layer_is_no_network():
    with pytest.raises(ExportError, match="no layer to export"):
        plan_of([], (3, 7, 8))


def test_an_unknown_kind_is_refused_by_the_layers_name():
    from convexplorer.core.layers import Identity
    from convexplorer.export.network.plan import Step

    strange = Step("odd.1", "odd_1", Identity(), (INPUT,), ((1, 2, 2),), (1, 2, 2))

    with pytest.raises(ExportError, match=r"Layer “odd\.1” cannot leave in this form: ONNX has no form of Identity"):
        onnx_bytes(Plan((1, 2, 2), (strange,)))


def test_weights_beyond_a_file_are_refused_before_they_are_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr("convexplorer.export.onnx_file._MOST_BYTES", 1000)
    network = Network(of_kind("conv", 3), SHAPES[3])

    with pytest.raises(ExportError, match="an ONNX file holds at most"):
        save_onnx(tmp_path / "net.onnx", plan(network))

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["lenet", "residual", "mobile", "u-net", "trained-gate", "border-edge-same-2"])
def test_the_program_opens_its_own_files_with_the_same_numbers(name: str, tmp_path: Path):
    network, path = networks()[name], tmp_path / "net.onnx"
    save_onnx(path, plan(network))

    opened = open_network(path)

    assert isinstance(opened, OpenedNetwork)
    project = Project(Source("sample", "cat"), opened.layers)
    again = core.evaluate(build(project.layers, network.shape).graph, network.image)
    by_name = {step.name: step.id for step in plan(network).steps}
    expected = core.evaluate(build(network.layers, network.shape).graph, network.image)
    by_id = {layer.id: maps for layer, maps in zip(network.layers, expected, strict=True)}
    ends = [by_id[by_name[step.name]] for step in plan(network).ends]
    for end in ends:
        assert any(one.shape == end.shape and np.allclose(one, end, atol=1e-5) for one in again), name


def test_the_file_says_what_its_picture_is():
    network = networks()["lenet"]
    noted = plan_of(network.layers, network.shape, ["Its channel is luminance."])

    model = onnx.load_from_string(onnx_bytes(noted))

    assert {one.key: one.value for one in model.metadata_props} == {"picture": "Its channel is luminance."}
