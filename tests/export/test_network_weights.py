"""Weights alone: names and order of axes are those of a framework, and files are read again with the same numbers."""

from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file

from convexplorer.export.files import ExportError
from convexplorer.export.network.plan import Plan, plan_of
from convexplorer.export.network_file import form_for
from convexplorer.export.network_weights import save_weights, weights_of
from convexplorer.formats.tensor_file import TensorFile
from convexplorer.model.layer import make_layer
from convexplorer.model.opening.network_file import open_network
from tests.networks.check_code import made
from tests.networks.leaving import networks

WHOLE = ("lenet", "residual", "mobile", "u-net")


def plan(name: str) -> Plan:
    return plan_of(networks()[name].layers, networks()[name].shape)


@pytest.mark.parametrize("framework", ["torch", "keras"])
@pytest.mark.parametrize("name", WHOLE)
def test_they_are_those_that_the_code_loads(name: str, framework: str):
    expected = made(framework, networks()[name]).arrays

    found = weights_of(plan(name), framework)

    assert list(found) == list(expected)
    for key, values in expected.items():
        np.testing.assert_array_equal(found[key], values)


@pytest.mark.parametrize(("framework", "word"), [("torch", "pt"), ("keras", "keras")])
@pytest.mark.parametrize("name", WHOLE)
def test_both_libraries_read_the_same_numbers(name: str, framework: str, word: str, tmp_path: Path):
    expected = weights_of(plan(name), framework)
    for suffix in (".safetensors", ".npz"):
        save_weights(tmp_path / f"net{suffix}", plan(name), framework)

    with np.load(tmp_path / "net.npz") as archive:
        arrays = dict(archive)
    tensors = load_file(tmp_path / "net.safetensors")
    with safe_open(tmp_path / "net.safetensors", "numpy") as file:
        assert file.metadata() == {"format": word}
    assert set(arrays) == set(tensors) == set(expected)
    for key, values in expected.items():
        np.testing.assert_array_equal(arrays[key], values)
        np.testing.assert_array_equal(tensors[key], values)


@pytest.mark.parametrize("framework", ["torch", "keras"])
def test_the_program_opens_them_again_and_knows_the_order_of_axes(framework: str, tmp_path: Path):
    save_weights(tmp_path / "net.safetensors", plan("lenet"), framework)

    opened = open_network(tmp_path / "net.safetensors")

    assert isinstance(opened, TensorFile)
    assert opened.writer == framework
    for key, values in weights_of(plan("lenet"), framework).items():
        np.testing.assert_array_equal(opened.tensors[key], values)


def test_a_layer_without_weights_may_be_one_that_the_framework_does_not_know():
    layers = [
        make_layer("max_pool", id="pool"),
        make_layer("unpool", inputs=("pool", "input"), id="back"),
        make_layer("batch_norm", id="norm"),
    ]

    found = weights_of(plan_of(layers, (3, 8, 8)), "keras")

    assert {name.partition(".")[0] for name in found} == {"norm"}


def test_no_weights_are_no_file(tmp_path: Path):
    with pytest.raises(ExportError, match="No layer of the network has weights"):
        save_weights(tmp_path / "net.npz", plan_of([make_layer("max_pool", id="pool")], (3, 8, 8)))

    assert list(tmp_path.iterdir()) == []


def test_the_suffix_and_the_framework_tell_the_form():
    assert form_for(Path("a.onnx")).framework == ""
    assert form_for(Path("a.NPZ")).framework == "torch"
    assert form_for(Path("a.npz"), framework="keras").framework == "keras"
    assert form_for(Path("a.py"), offered="Code of PyTorch (*.py)").framework == "torch"
    assert form_for(Path("a.onnx"), framework="torch").formats == {".onnx": "ONNX"}
    with pytest.raises(ExportError, match="must end with"):
        form_for(Path("a.txt"))
