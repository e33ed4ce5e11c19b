"""ONNX Runtime as one more algorithm, of races only. Its numbers are tested with those of the others."""

import os
import subprocess
import sys

import numpy as np
import onnx
import pytest

from convexplorer import _onnxruntime, core
from convexplorer.core.convolution.plans import RULES

SHAPES = ((16, 40, 50), (16, 16, 3, 3))


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_the_model_is_one_that_onnx_accepts(rank):
    kernel = np.arange(6 * 3**rank, dtype=np.float32).reshape(2, 3, *(3,) * rank)
    attributes = [("strides", [2] * rank), ("dilations", [1] * rank), ("pads", [0, 300] * rank)]
    bias = np.array([5, 6], np.float32)

    model = _onnxruntime.model(kernel.shape, kernel.tobytes(), attributes, group=2, bias=bias.tobytes())
    written = onnx.load_model_from_string(model)

    onnx.checker.check_model(written)
    assert np.array_equal(onnx.numpy_helper.to_array(written.graph.initializer[0]), kernel)
    assert np.array_equal(onnx.numpy_helper.to_array(written.graph.initializer[1]), bias)
    (node,) = written.graph.node
    assert node.op_type == "Conv"
    assert {one.name: one.i for one in node.attribute}["group"] == 2
    assert {one.name: list(one.ints) for one in node.attribute}["pads"] == [0, 300] * rank


def test_the_fixed_plan_never_chooses_it():
    """Numbers by the fixed plan depend on no installation."""
    assert "onnxruntime" not in {rule.algorithm for rule in RULES}


def test_without_it_the_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    _onnxruntime._session.cache_clear()

    with pytest.raises(ValueError, match=r'pip install "convexplorer\[onnxruntime\]"'):
        core.conv(np.ones(SHAPES[0], np.float32), np.ones(SHAPES[1], np.float32), algorithm="onnxruntime")


def test_it_reports_to_nobody(tmp_path):
    """By default, release 1.32 writes a device id into the cache folder and sends what it computes to its makers."""
    code = (
        "import numpy as np; from convexplorer import core;"
        "core.conv(np.ones((4, 40, 50)), np.ones((8, 4, 3, 3)), algorithm='onnxruntime')"
    )
    environment = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    homes = {name: str(tmp_path) for name in ("HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")}

    subprocess.run([sys.executable, "-c", code], check=True, env={**environment, **homes}, timeout=60)

    assert list(tmp_path.iterdir()) == []
