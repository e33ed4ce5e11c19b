"""Networks that leave as ONNX and are opened again: every kind of layer on every number of axes, the same numbers."""

from pathlib import Path

import numpy as np
import pytest

from convexplorer import core
from convexplorer.export.files import ExportError
from convexplorer.export.network.plan import plan_of
from convexplorer.export.onnx_file import onnx_bytes
from convexplorer.formats.onnx.reader import read_model
from convexplorer.model.build import build
from convexplorer.model.opening.onnx_layers import translate
from tests.model.opening.onnx_oracle import evaluated, tensor_of
from tests.networks.leaving import networks

# Operators that a kind of layer is taken apart into, and that are no layers by themselves.
STAY_APART = {
    "Where": ("activations",),
}
# Nothing is computed in them.
WITHOUT_LAYERS = {"rescaling-1", "rescaling-2", "rescaling-3"}
APART = {name: operator for operator, names in STAY_APART.items() for name in names}


@pytest.mark.parametrize("name", [name for name in networks() if name not in WITHOUT_LAYERS])
def test_a_network_comes_back_with_the_same_numbers(name):
    network = networks()[name]
    plan = plan_of(network.layers, network.shape)
    try:
        content = onnx_bytes(plan)
    except ExportError:  # that is said when it is exported
        return
    translated = translate(read_model(content, Path("/nowhere")), name)
    if name in APART:
        unknown = [layer for layer in translated.opened.layers if layer.kind == "unknown"]
        assert APART[name] in {layer["operator"] for layer in unknown}
        return

    found = evaluated(translated, network.image)

    ids = [layer.id for layer in translated.opened.layers]
    expected = core.evaluate(build(network.layers, network.shape).graph, network.image)
    by_id = {layer.id: maps for layer, maps in zip(network.layers, expected, strict=True)}
    assert set(translated.outputs) == {step.name for step in plan.ends}
    for step in plan.ends:
        view = translated.outputs[step.name]
        (maps,) = tensor_of(found[ids.index(view.layer)], view)
        # In another order of the terms, and a normalisation as one factor and one offset.
        np.testing.assert_allclose(maps, by_id[step.id], rtol=0, atol=1e-5 * max(np.abs(by_id[step.id]).max(), 1))
