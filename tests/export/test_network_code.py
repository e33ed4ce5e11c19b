"""Code of Keras and PyTorch: what is written is what both frameworks have run, with the numbers of the core."""

import ast
import re
from pathlib import Path

import numpy as np
import pytest

from convexplorer.export.files import ExportError
from convexplorer.export.network.plan import plan_of
from convexplorer.export.network_code.keras_code import keras_code, save_keras_code
from convexplorer.export.network_code.torch_code import save_torch_code, torch_code
from convexplorer.model.layer import make_layer
from tests.networks.check_code import LARGEST_DISTANCE, MAKERS, core_outputs, hash_of, made, stored
from tests.networks.leaving import bank, networks

AGAIN = "the generator writes other code than the frameworks have run: python -m tests.networks.check_code"
EVERY = [(framework, name) for framework in MAKERS for name in networks()]


@pytest.mark.parametrize(("framework", "name"), EVERY)
def test_the_framework_computed_what_the_core_computes_from_this_very_code(framework: str, name: str):
    network, checked = networks()[name], stored(framework)
    if name not in checked.hashes:
        with pytest.raises(ExportError, match=r"Layer “.*” cannot leave in this form: "):
            made(framework, network)
        return

    code = made(framework, network)

    assert checked.hashes[name] == hash_of(code), AGAIN
    expected = core_outputs(network)
    assert list(checked.outputs[name]) == list(expected)
    for step, maps in expected.items():
        limit = LARGEST_DISTANCE * max(1.0, float(np.abs(maps).max()))
        np.testing.assert_allclose(checked.outputs[name][step], maps, rtol=0, atol=limit)


@pytest.mark.parametrize("framework", MAKERS)
def test_the_code_is_python_that_uses_all_it_imports_and_defines(framework: str):
    for name, network in networks().items():
        try:
            text = made(framework, network).text
        except ExportError:
            continue
        tree = ast.parse(text)
        imported = {
            (alias.asname or alias.name).partition(".")[0]
            for node in tree.body
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        }
        defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        assert imported | defined - {"load_model"} <= used, name
        compile(text, name, "exec")


@pytest.mark.parametrize("name", ["lenet", "residual"])
def test_a_chain_is_sequential_and_branches_have_a_forward(name: str):
    network = networks()[name]
    plan = plan_of(network.layers, network.shape)

    texts = {make: make(plan, "w.npz").text for make in (torch_code, keras_code)}

    assert ("nn.Sequential(" in texts[torch_code]) == ("keras.Sequential(" in texts[keras_code]) == (name == "lenet")
    assert ("def forward(self, image):" in texts[torch_code]) == (name == "residual")


def test_what_no_layer_reads_is_given_back():
    network = networks()["u-net"]
    plan = plan_of(network.layers, network.shape)

    assert "        return gate, mask\n" in torch_code(plan, "w.npz").text
    assert "keras.Model(image, [gate, mask])" in keras_code(plan, "w.npz").text


def test_weights_have_the_frameworks_names_and_order_of_axes():
    layers = [make_layer("conv", bank(6, (3, 5), planes=3), id="conv"), make_layer("batch_norm", id="norm")]
    plan = plan_of(layers, (3, 9, 9))

    in_torch, in_keras = torch_code(plan, "w.npz").arrays, keras_code(plan, "w.npz").arrays

    assert {name: one.shape for name, one in in_torch.items() if name.startswith("conv")} == {
        "conv.weight": (6, 3, 3, 5),
        "conv.bias": (6,),
    }
    assert in_keras["conv.kernel"].shape == (3, 5, 3, 6)
    np.testing.assert_array_equal(np.transpose(in_keras["conv.kernel"], (3, 2, 0, 1)), in_torch["conv.weight"])
    assert set(in_torch) - {"conv.weight", "conv.bias"} == {
        f"norm.{name}" for name in ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")
    }
    assert {"norm.gamma", "norm.beta", "norm.moving_mean", "norm.moving_variance"} < set(in_keras)


@pytest.mark.parametrize("save", [save_keras_code, save_torch_code])
def test_code_and_weights_are_written_beside_each_other(tmp_path: Path, save):
    network = networks()["lenet"]

    save(tmp_path / "digits.py", plan_of(network.layers, network.shape))

    assert sorted(path.name for path in tmp_path.iterdir()) == ["digits.py", "digits.weights.npz"]
    assert 'with_name("digits.weights.npz")' in (tmp_path / "digits.py").read_text()
    with np.load(tmp_path / "digits.weights.npz") as arrays:
        assert "c1.bias" in arrays


@pytest.mark.parametrize("save", [save_keras_code, save_torch_code])
def test_a_network_that_cannot_be_said_writes_nothing(tmp_path: Path, save):
    layers = [make_layer("average_pool", dilation_rate=2, id="wide mean")]

    with pytest.raises(ExportError, match=re.escape("Layer “wide mean” cannot leave in this form: ")):
        save(tmp_path / "net.py", plan_of(layers, (3, 9, 9)))

    assert list(tmp_path.iterdir()) == []


def test_names_that_only_differ_in_signs_or_mean_something_else_stay_apart():
    ids = ["a.b", "a b", "a_b", "1", "class", "forward", "ü", "conv_pad", "conv"]
    layers = [make_layer("conv", bank(2, (3, 3)), border="edge", id=one) for one in ids]
    plan = plan_of(layers, (3, 9, 9))

    names = [step.name for step in plan.steps]
    code = torch_code(plan, "w.npz")

    assert len(set(names)) == len(names)
    assert all(name.isidentifier() and name.isascii() for name in names)
    parts = re.findall(r'^ +\("(\w+)", nn', code.text, re.MULTILINE)
    assert len(set(parts)) == len(parts) == 2 * len(ids)
