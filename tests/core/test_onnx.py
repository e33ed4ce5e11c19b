"""Independent references: the ONNX operator cases that `onnx` generates, and results of PyTorch that it carries.

The expected outputs come with the cases; nothing of ours computes them.
"""

import warnings
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper
from onnx.backend.test.loader import load_model_tests

from tests.core.onnx_operators import ACTIVATIONS, OPERATORS, run

# How many cases of each operator `core` can say, by onnx 1.23: fewer would mean that one was lost.
NODE_CASES = {
    "Add": 1,
    "Concat": 12,
    "LRN": 2,
    "Max": 4,
    "Mean": 2,
    "Min": 4,
    "Mul": 2,
    "Sub": 2,
    "Sum": 2,
    "AveragePool": 20,
    "BatchNormalization": 2,
    "Conv": 6,
    "ConvTranspose": 11,
    "Flatten": 2,
    "Gelu": 4,
    "Gemm": 5,
    "GlobalAveragePool": 2,
    "GlobalMaxPool": 2,
    "LogSoftmax": 7,
    "MaxPool": 19,
    "MaxUnpool": 2,
    "Resize": 11,
    "DepthToSpace": 2,
    "GroupNormalization": 2,
    "InstanceNormalization": 2,
    "SpaceToDepth": 1,
    "Shrink": 2,
    "Softmax": 7,
    "Abs": 1,
    "Celu": 1,
    "Elu": 3,
    "Exp": 2,
    "Log": 2,
    "Neg": 2,
    "Sqrt": 2,
    "HardSwish": 1,
    "LeakyRelu": 3,
    "Mish": 1,
    "Relu": 1,
    "Selu": 1,
    "Sigmoid": 2,
    "Softplus": 2,
    "Softsign": 2,
    "Swish": 1,
    "Tanh": 2,
    "ThresholdedRelu": 3,
}
PYTORCH_CASES = 72
FOUR_DIGITS = ("test_averagepool_2d_ceil_last_window_starts_on_pad",)  # so its numbers are written down
KNOWN_TYPES = (np.float32, np.float64, np.uint8, np.int64)


@pytest.fixture(scope="module")
def node_cases():
    """Return the generated cases by operator; making them overflows where they mean to."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from onnx.backend.test.case.node import collect_testcases

        cases = collect_testcases()
    by_operator = {}
    for case in cases:
        if len(case.model.graph.node) == 1:
            by_operator.setdefault(case.model.graph.node[0].op_type, []).append(case)
    return by_operator


@pytest.mark.parametrize("operator", NODE_CASES)
def test_the_cases_of_onnx_come_out_as_expected(operator, node_cases):
    count = 0
    for case in node_cases[operator]:
        for inputs, expected in case.data_sets:
            if any(array is not None and array.dtype not in KNOWN_TYPES for array in inputs):
                continue  # halves: computed here in float32, there with the rounding of halves
            try:
                outputs = run(case.model, inputs)
            except NotImplementedError:
                continue
            count += 1
            for ours, theirs in zip(outputs, expected, strict=False):
                rtol = 1e-3 if case.name in FOUR_DIGITS else 1e-5
                np.testing.assert_allclose(ours, theirs, rtol=rtol, atol=1e-6, err_msg=case.name)

    assert count >= NODE_CASES[operator]


def test_the_results_of_pytorch_come_out_as_expected():
    count = 0
    for case in load_model_tests(kind="pytorch-converted") + load_model_tests(kind="pytorch-operator"):
        folder = Path(case.model_dir)
        data = folder / "test_data_set_0"
        inputs, expected = (
            [numpy_helper.to_array(onnx.load_tensor(file)) for file in sorted(data.glob(f"{kind}_*.pb"))]
            for kind in ("input", "output")
        )
        try:
            outputs = run(onnx.load(folder / "model.onnx"), inputs)
        except NotImplementedError:
            continue
        count += 1
        for ours, theirs in zip(outputs, expected, strict=False):
            np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5, err_msg=case.name)

    assert count >= PYTORCH_CASES


def test_every_operator_is_met_by_a_case():
    assert set(NODE_CASES) | {"Pad", "Upsample"} == set(ACTIVATIONS) | set(OPERATORS)
