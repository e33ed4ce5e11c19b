"""Which algorithm is chosen, and that its costs are told truly."""

import tracemalloc

import numpy as np
import pytest

from convexplorer.core.convolution.conv import conv
from convexplorer.core.convolution.plans import ALGORITHMS, RULES, plan
from convexplorer.core.geometry import memory


@pytest.mark.parametrize(
    ("x_shape", "kernel_shape", "arguments", "algorithm"),
    [
        ((1, 720, 1280), (1, 1, 3, 3), {}, "planes"),
        ((3, 720, 1280), (1, 3, 3, 3), {"dilation_rate": 2}, "planes"),
        ((3, 720, 1280), (1, 3, 3, 3), {"strides": 2}, "rows"),
        ((3, 720, 1280), (1, 3, 3, 3), {"dilation_rate": 16}, "rows"),
        ((3, 480, 640), (8, 3, 3, 3), {}, "rows"),
        ((3, 480, 640), (8, 3, 31, 31), {}, "planes"),
        ((3, 480, 640), (8, 3, 15, 15), {}, "rows"),
        ((3, 480, 640), (1, 3, 15, 15), {}, "planes"),
        ((3, 480, 640), (3, 3, 3, 3), {}, "rows"),
        ((3, 480, 640), (64, 3, 7, 7), {}, "pairs"),
        ((64, 224, 224), (64, 64, 3, 3), {}, "pairs"),
        ((64, 224, 224), (64, 64, 3, 3), {"dilation_rate": 2}, "rows"),
        ((64, 224, 224), (64, 8, 3, 3), {"groups": 8}, "rows"),
        ((64, 28, 28), (64, 64, 3, 3), {}, "rows"),
        ((32, 224, 224), (32, 32, 3, 3), {}, "rows"),
        ((3, 1080, 1920), (32, 3, 7, 7), {}, "rows"),
        ((16, 224, 224), (16, 16, 3, 3), {}, "rows"),
        ((1, 441_000), (32, 1, 512), {}, "fourier"),
        ((32, 224, 224), (32, 1, 3, 3), {"groups": 32}, "planes"),
        ((3, 28, 28), (8, 3, 3, 3), {}, "flat"),
        ((3, 64, 64), (16, 3, 3, 3), {}, "flat"),
        ((1, 300, 300), (1, 1, 3, 3), {"strides": 16}, "flat"),
        ((1, 1000, 1000), (1, 1, 3, 3), {"strides": 30}, "rows"),
        ((32, 64, 64), (32, 1, 3, 3), {"groups": 32}, "planes"),
        ((16, 40, 40), (16, 16, 1, 1), {}, "pointwise"),
        ((1, 1000), (4, 1, 9), {}, "flat"),
        ((1, 20_000), (4, 1, 9), {}, "flat"),
        ((1, 100_000), (4, 1, 9), {}, "signals"),
        ((1, 20, 20, 20), (4, 1, 3, 3, 3), {}, "flat"),
        ((1, 30, 30, 30), (4, 1, 3, 3, 3), {}, "volumes"),
        ((3, 480, 640), (8, 3, 1, 1), {}, "pointwise"),
        ((3, 480, 640), (8, 3, 1, 1), {"strides": 2}, "rows"),
    ],
)
def test_shapes_decide_the_algorithm(x_shape, kernel_shape, arguments, algorithm):
    chosen = plan(x_shape, kernel_shape, padding="same", **arguments)

    assert chosen.algorithm == algorithm
    assert chosen.why


def test_every_rule_names_an_algorithm_and_the_last_takes_all():
    assert {rule.algorithm for rule in RULES} == set(ALGORITHMS) - {"windows", "wide", "whole", "onnxruntime"}
    assert RULES[-1].applies(None)


def test_multiply_adds_are_those_of_the_definition():
    assert plan((4, 10, 12), (6, 2, 3, 5), groups=2).multiply_adds == 6 * 8 * 8 * (2 * 3 * 5)


def test_an_algorithm_can_be_asked_for():
    assert plan((1, 9, 9), (1, 1, 3, 3), algorithm="windows").algorithm == "windows"
    with pytest.raises(ValueError, match='algorithm "planes" computes 2 spatial axes; got 3'):
        plan((1, 9, 9, 9), (1, 1, 3, 3, 3), algorithm="planes")


def test_a_plan_refuses_what_conv_refuses():
    with pytest.raises(ValueError, match="x must have 3 channels"):
        plan((1, 9, 9), (1, 3, 3, 3))


LARGE = [
    ((3, 400, 600), (8, 3, 3, 3)),
    ((3, 400, 600), (2, 3, 9, 9)),
    ((60, 80, 600), (2, 60, 3, 3)),
    ((3, 400, 600), (8, 3, 1, 1)),
    ((3, 400, 600), (64, 3, 7, 7)),
    ((64, 100, 300), (64, 64, 3, 3)),
    ((2, 200_000), (4, 2, 16)),
    ((2, 40_000), (4, 2, 512)),
    ((2, 40, 40, 40), (4, 2, 3, 3, 3)),
]


@pytest.mark.parametrize(
    ("algorithm", "x_shape", "kernel_shape"),
    [(name, *shapes) for name, row in ALGORITHMS.items() for shapes in LARGE if len(shapes[0]) - 1 in row.ranks],
)
def test_memory_stays_near_the_output_and_the_promised_workspace(algorithm, x_shape, kernel_shape, monkeypatch):
    x, kernel = np.ones(x_shape, np.float32), np.ones(kernel_shape, np.float32)
    promised = plan(x.shape, kernel.shape, padding="same", algorithm=algorithm).workspace_bytes
    monkeypatch.setattr(memory, "empty", memory.Recycler(0).empty)  # what is used again would not be seen

    tracemalloc.start()
    y = conv(x, kernel, padding="same", algorithm=algorithm)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert promised <= 8 << 20
    assert peak <= y.nbytes + promised + (3 << 20)
