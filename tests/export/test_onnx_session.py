"""What ONNX Runtime computes of a network in memory: every layer as `core` would of the very maps that are shown."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from convexplorer import _onnxruntime, core
from convexplorer.core.explain.rounding import differs_by_rounding
from convexplorer.core.explain.trace import trace_in
from convexplorer.core.network import Evaluation, Graph
from convexplorer.core.network.library import Given, asking
from convexplorer.export import onnx_session
from convexplorer.export.onnx_session import prepare
from convexplorer.model.build import build
from convexplorer.model.layer import Layer
from convexplorer.model.opening.network_file import open_network
from convexplorer.model.opening.opened import OpenedNetwork
from convexplorer.model.ready.table import READY, ready_project

NETWORKS = Path(__file__).parents[1] / "networks"
FILES = sorted(
    file
    for folder in ("onnx", "keras", "torch")
    for file in (NETWORKS / folder).iterdir()
    if file.suffix in (".onnx", ".keras", ".h5", ".pt") and file.name != "block.pt"  # weights alone
)
TRACED = 6  # values of each layer
SIDE = 64  # of pictures, where a network has no size of its own
OWN_SHAPES = {"signal": (2, 64), "norms": (3, 32, 32)}


class Library:
    """A session that is asked at once."""

    def __init__(self, graph: Graph, shape: tuple[int, ...]) -> None:
        self.session = prepare(graph, shape)

    def compute(self, graph: Graph, image: np.ndarray) -> Given:
        maps = {} if self.session is None else self.session.run(image)
        return Given(maps, dict.fromkeys(maps, 0.0), "the runtime")


def evaluated(graph: Graph, image: np.ndarray) -> Evaluation:
    with asking(Library(graph, image.shape)):
        return core.evaluate(graph, image)


def check(layers: Sequence[Layer], shape: tuple[int, ...]) -> None:
    """Compare each layer with what it makes of the maps below, as they are shown; none is left to `core`."""
    graph = build(layers, shape).graph
    image = np.random.default_rng(4).random(shape, dtype=np.float32)
    evaluation, own = evaluated(graph, image), core.evaluate(graph, image)
    for index, (result, expected) in enumerate(zip(evaluation.results, own.results, strict=True)):
        assert (result.error, result.shape) == (expected.error, expected.shape)
        if result.maps is not None:
            assert result.library or result.layer.is_identity
            check_maps(evaluation, index)
            check_traces(evaluation, index)


def check_maps(evaluation: Evaluation, index: int) -> None:
    layer, xs, maps = evaluation.layers[index], evaluation.given_to(index), evaluation[index]
    bound = np.max(layer.rounding(xs[0])) if layer.is_summing else 1e-6 * max(float(np.abs(x).max()) for x in xs)
    np.testing.assert_allclose(maps, layer(*xs), rtol=1e-4, atol=max(1e-6, float(bound)), err_msg=f"layer {index}")


def check_traces(evaluation: Evaluation, index: int) -> None:
    """A value that is explained is the one in the map, and differs from float64 by what is said to be rounding."""
    rng, maps = np.random.default_rng(index), evaluation[index]
    for _ in range(TRACED):
        place = tuple(int(rng.integers(n)) for n in maps.shape)
        traced = trace_in(evaluation, index, place)
        assert traced.value == float(maps[place])
        assert traced.value == traced.reference or differs_by_rounding(traced), (index, place)


@pytest.mark.parametrize("name", READY)
def test_a_ready_network_has_the_same_numbers(name: str):
    project = ready_project(READY[name])
    prepared = project.preprocessing
    channels = prepared.channels if prepared is not None else 1 if project.channels == "luminance" else 3
    size = (prepared.size if prepared is not None else None) or (SIDE, SIDE)

    check(project.layers, (channels, *(min(n, 2 * SIDE) for n in size)))


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_an_opened_network_has_the_same_numbers(file: Path):
    opened = open_network(file)
    assert isinstance(opened, OpenedNetwork)
    prepared = opened.preprocessing
    shape = (3, SIDE, SIDE) if prepared is None else (prepared.channels, *(prepared.size or (SIDE, SIDE)))

    check(opened.layers, OWN_SHAPES.get(file.stem, shape))


def chain() -> list[core.Layer]:
    rng = np.random.default_rng(1)
    return [
        core.Conv(rng.normal(size=(4, 3, 3, 3)), activation="relu"),
        core.Activation("glu"),  # ONNX has none
        core.Conv(rng.normal(size=(2, 2, 3, 3))),
    ]


def test_what_onnx_cannot_say_and_all_that_reads_it_is_left_to_core():
    image = np.random.default_rng(2).random((3, 16, 16), np.float32)
    evaluation = evaluated(Graph([*chain(), core.MaxPool(2)], [(-1,), (0,), (1,), (0,)]), image)

    assert [bool(result.library) for result in evaluation.results] == [True, False, False, True]
    assert not any(result.error for result in evaluation.results)


def test_sums_before_an_activation_are_those_of_the_maps_that_are_shown():
    image = np.random.default_rng(2).random((3, 16, 16), np.float32)
    evaluation = evaluated(Graph(chain()[:1]), image)

    linear = evaluation.linear_of(0)

    assert evaluation.results[0].linear is None
    assert linear is evaluation.linear_of(0)
    np.testing.assert_allclose(np.maximum(linear, 0), evaluation[0], atol=1e-5)


@pytest.mark.parametrize("layer", [core.GroupNorm(np.ones(4), np.zeros(4)), core.GlobalAveragePool()])
def test_means_of_large_maps_do_not_lose_digits(layer: core.Layer):
    """ONNX Runtime adds in float32: of a whole picture the fifth digit was wrong."""
    image = (np.random.default_rng(3).normal(size=(4, 400, 400)) * 0.1 + 5).astype(np.float32)

    evaluation = evaluated(Graph([layer]), image)

    np.testing.assert_allclose(evaluation[0], layer(image.astype(np.float64)), atol=5e-6)


@pytest.mark.parametrize("weight", [np.inf, np.nan])
def test_weights_that_are_no_numbers_are_left_to_core(weight: float):
    """ONNX Runtime skips the padding, where ∞ · 0 is NaN."""
    layer = core.Conv(np.full((1, 1, 3, 3), weight), padding="same")
    image = np.ones((1, 8, 8), np.float32)

    with np.errstate(invalid="ignore"):
        np.testing.assert_array_equal(evaluated(Graph([layer]), image)[0], layer(image))


def test_not_a_number_goes_through_as_in_core():
    image = np.random.default_rng(2).random((3, 16, 16), np.float32)
    image[0, 5, 5] = np.nan
    graph = Graph([*chain()[:1], core.MaxPool(2), core.Activation("sigmoid")])

    for maps, expected in zip(evaluated(graph, image), core.evaluate(graph, image), strict=True):
        np.testing.assert_array_equal(np.isnan(maps), np.isnan(expected))


def test_without_onnx_runtime_there_is_no_session(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(_onnxruntime, "is_installed", lambda: False)

    assert prepare(Graph(chain()), (3, 16, 16)) is None


@pytest.mark.parametrize("limit", ["MOST_WEIGHT_BYTES", "MOST_MAP_BYTES"])
def test_a_network_that_is_too_large_has_no_session(limit: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(onnx_session, limit, 100)

    assert prepare(Graph(chain()), (3, 16, 16)) is None


def test_a_session_counts_what_it_works_in_beside_its_weights():
    small, large = (prepare(Graph(chain()), (3, side, side)) for side in (16, 64))
    assert small is not None
    assert large is not None

    grown = sum(4 * (math.prod(large.shapes[i]) - math.prod(small.shapes[i])) for i in small.shapes)

    assert large.nbytes - small.nbytes >= 2 * grown > 0
