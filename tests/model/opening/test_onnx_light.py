"""Nine classical networks, as the `onnx` package brings them along, with random weights: every layer, every number."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from tests.model.opening.onnx_oracle import check_every_layer

LIGHT = Path(onnx.__file__).parent / "backend" / "test" / "data" / "light"
NETWORKS = {
    "bvlc_alexnet": 15,
    "densenet121": 547,
    "inception_v1": 85,
    "inception_v2": 302,
    "resnet50": 176,
    "shufflenet": 171,
    "squeezenet": 39,
    "vgg19": 26,
    "zfnet512": 15,
}


def with_random_weights(path):
    """Return a model in bytes whose weights, which the file makes of one number, are random.

    The widest dense layers get 64 units instead of 4096: half a gigabyte of random numbers would prove nothing more.
    """
    model, rng = onnx.load(path), np.random.default_rng(1)
    stored = {one.name: numpy_helper.to_array(one) for one in model.graph.initializer}
    nodes = list(model.graph.node)
    del model.graph.node[:]
    for node in nodes:
        if node.op_type != "ConstantOfShape":
            model.graph.node.append(node)
            continue
        shape = [64 if size == 4096 else size for size in stored[node.input[0]].tolist()]
        # As many terms as keep the values of each layer about as large as those of the one before.
        deviation = np.sqrt(2 / np.prod(shape[1:])) if len(shape) > 1 else None
        values = rng.uniform(0.5, 1.5, shape) if deviation is None else rng.normal(0, deviation, shape)
        model.graph.initializer.append(numpy_helper.from_array(values.astype(np.float32), node.output[0]))
    return model.SerializeToString()


@pytest.mark.parametrize("name", NETWORKS)
def test_every_layer_of_a_classical_network_gives_the_runtimes_numbers(name):
    translated = check_every_layer(with_random_weights(LIGHT / f"light_{name}.onnx"))

    layers = translated.opened.layers
    assert len(layers) == NETWORKS[name]
    assert "unknown" not in {layer.kind for layer in layers}
    assert translated.opened.preprocessing.size == (224, 224)
