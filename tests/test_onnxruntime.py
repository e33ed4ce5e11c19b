"""ONNX Runtime as one more algorithm: off unless wanted. Its numbers are tested with those of the others."""

import sys

import numpy as np
import onnx
import pytest

from convexplorer import _onnxruntime, core
from convexplorer.core.convolution.plans import resolve

SHAPES = ((16, 40, 50), (16, 16, 3, 3))


@pytest.fixture
def forget():
    """Return a function that lets all that was resolved be resolved again; called at the end as well."""
    yield resolve.cache_clear
    resolve.cache_clear()


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_the_model_is_one_that_onnx_accepts(rank):
    kernel = np.arange(6 * 3**rank, dtype=np.float32).reshape(2, 3, *(3,) * rank)
    attributes = [("strides", [2] * rank), ("dilations", [1] * rank), ("pads", [0, 300] * rank)]

    written = onnx.load_model_from_string(_onnxruntime.model(kernel.shape, kernel.tobytes(), attributes))

    onnx.checker.check_model(written)
    assert np.array_equal(onnx.numpy_helper.to_array(written.graph.initializer[0]), kernel)
    (node,) = written.graph.node
    assert node.op_type == "Conv"
    assert {one.name: list(one.ints) for one in node.attribute}["pads"] == [0, 300] * rank


def test_it_is_chosen_only_where_it_is_wanted(monkeypatch, forget):
    monkeypatch.setattr(_onnxruntime, "is_wanted", lambda: False)
    forget()
    before = core.plan(*SHAPES).algorithm
    forget()
    monkeypatch.setattr(_onnxruntime, "is_wanted", lambda: True)

    assert before != "onnxruntime"
    assert core.plan(*SHAPES).algorithm == "onnxruntime"
    assert core.plan((3, 40, 50), (16, 3, 3, 3)).algorithm != "onnxruntime"


def test_without_it_the_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    _onnxruntime._session.cache_clear()

    with pytest.raises(ValueError, match=r'pip install "convexplorer\[onnxruntime\]"'):
        core.conv(np.ones(SHAPES[0], np.float32), np.ones(SHAPES[1], np.float32), algorithm="onnxruntime")


@pytest.mark.parametrize(("switch", "is_wanted"), [("1", True), ("0", False), (None, False)])
def test_the_environment_switches_it_on(monkeypatch, switch, is_wanted):
    monkeypatch.delenv("CONVEXPLORER_ONNXRUNTIME", raising=False)
    if switch is not None:
        monkeypatch.setenv("CONVEXPLORER_ONNXRUNTIME", switch)

    assert _onnxruntime.is_wanted.__wrapped__() == is_wanted
