"""Signals and volumes: layers of one and three spatial axes pass through project, file, and computing."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from convexplorer.core.kinds import KINDS
from convexplorer.core.network import evaluate
from convexplorer.kernels.filter import Filter
from convexplorer.model import edits
from convexplorer.model.build import build
from convexplorer.model.default import new_layer
from convexplorer.model.layer import make_layer
from convexplorer.model.project import INPUT, Project
from convexplorer.model.storage.files import from_bytes, from_json, to_bytes, to_json
from tests.core import oracle
from tests.model.examples import PHOTO


def filters_of(rank: int, count: int = 2, size: int = 3, planes: int = 1) -> tuple[Filter, ...]:
    rng = np.random.default_rng(rank)
    return tuple(Filter(f"f{i}", rng.normal(size=(planes, *(size,) * rank)), 0.5 * i, rank=rank) for i in range(count))


def every_kind(rank: int) -> Project:
    """Return a project with a layer of every kind that keeps its axes, and the rest as branches of the picture."""
    layers = []
    for kind, row in KINDS.items():
        inputs = {1: (INPUT,), 2: (INPUT, INPUT), None: (INPUT, INPUT)}[row.input_count]
        filters = filters_of(rank) if row.has_filters else ()
        layers.append(make_layer(kind, filters, inputs=inputs, rank=rank))
    return Project(PHOTO, tuple(layers))


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_every_kind_comes_back_from_its_file(rank):
    project = every_kind(rank)

    back = from_json(to_json(project))

    assert to_json(back) == to_json(project)
    assert [layer.rank for layer in back.layers] == [rank] * len(KINDS)
    for old, new in zip(project.layers, back.layers, strict=True):
        assert dict(old.settings) == dict(new.settings)
        for one, other in zip(old.filters, new.filters, strict=True):
            assert one.planes.tobytes() == other.planes.tobytes()
            assert other.rank == rank


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_every_kind_is_computed_or_says_why_not(rank):
    project = every_kind(rank)
    shape = (2, *(6,) * rank)
    x = np.random.default_rng(0).normal(size=shape).astype(np.float32)

    evaluation = evaluate(build(project.layers, shape).graph, x)

    failed = {layer.kind for layer, result in zip(project.layers, evaluation.results, strict=True) if result.error}
    assert failed == {"unpool"}  # it wants what a pooling gave


@pytest.mark.parametrize("rank", [1, 3])
def test_the_rank_stands_in_the_file_where_it_is_not_that_of_pictures(rank):
    document = json.loads(to_json(every_kind(rank)))

    assert all(layer["rank"] == rank for layer in document["layers"])
    assert all("rank" not in layer for layer in json.loads(to_json(every_kind(2)))["layers"])


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_a_convolution_is_that_of_the_oracle(rank):
    layer = make_layer("conv", filters_of(rank, planes=2), strides=2, padding="same", is_flipped=True)
    x = np.random.default_rng(1).normal(size=(2, *(7,) * rank)).astype(np.float32)
    kernel = np.stack([one.planes for one in layer.filters])
    turned = np.flip(kernel, axis=tuple(range(2, kernel.ndim)))

    (built,) = build(Project(PHOTO, (layer,)).layers, x.shape).layers

    ones, twos = (1,) * rank, (2,) * rank
    expected = oracle.conv(x, turned, [0.0, 0.5], strides=twos, padding="same", dilation_rate=ones)
    np.testing.assert_allclose(built(x), expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_titles_and_names_say_the_rank(rank):
    layer = make_layer("conv", filters_of(rank))

    assert layer.title == f"Conv{rank}D 2 @ {'×'.join(['3'] * rank)}"
    assert len(layer["strides"]) == len(layer.kernel_size) == rank


@given(data=st.data(), rank=st.sampled_from([1, 3]), count=st.integers(1, 3))
def test_any_weights_of_any_rank_come_back_bit_for_bit(data, rank, count):
    shape = (data.draw(st.integers(1, 3)), *(data.draw(st.integers(1, 4)) for _ in range(rank)))
    planes = [data.draw(arrays(np.float64, shape, elements=st.floats(width=64, allow_nan=False))) for _ in range(count)]
    layer = make_layer("conv", [Filter(f"f{i}", one, rank=rank) for i, one in enumerate(planes)])

    (back,) = from_json(to_json(Project(PHOTO, (layer,)))).layers

    assert [one.planes.tobytes() for one in back.filters] == [one.tobytes() for one in planes]
    assert back.kernel_size == shape[1:]


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_large_kernels_of_any_rank_stand_in_a_container(rank):
    size, planes = {1: (250, 20), 2: (70, 1), 3: (17, 1)}[rank]
    project = Project(PHOTO, (make_layer("conv", filters_of(rank, 2, size, planes)),))

    content = to_bytes(project)

    assert content.startswith(b"PK")
    for one, other in zip(project.layers[0].filters, from_bytes(content).layers[0].filters, strict=True):
        assert one.planes.tobytes() == other.planes.tobytes()


@pytest.mark.parametrize("rank", [1, 3])
def test_edits_of_layers_and_banks_know_the_rank(rank):
    project = Project(PHOTO, (make_layer("conv", filters_of(rank)),))

    strided = edits.set_layer(project, 0, strides=2, kind="conv_transpose")
    grown = edits.set_kernel_size(project, 0, 5)
    drawn = edits.initialize_layer(project, 0, "he_normal", channels=3)
    copied = edits.duplicate_filter(edits.duplicate_layer(project, 0), 1, 0)

    assert strided.layers[0]["strides"] == (2,) * rank
    assert grown.layers[0].kernel_size == (5,) * rank
    assert np.count_nonzero(grown.layers[0].filters[0].planes) == 3**rank
    assert drawn.layers[0].filters[0].planes.shape == (3, *(3,) * rank)
    assert [len(layer.filters) for layer in copied.layers] == [2, 3]
    for new in (strided, grown, drawn, copied):
        assert to_json(from_json(to_json(new))) == to_json(new)


def test_a_layer_of_another_rank_than_its_input_says_so_in_its_place():
    project = Project(PHOTO, (make_layer("conv", filters_of(3)), make_layer("activation", inputs=(INPUT,))))
    x = np.zeros((1, 8, 8), np.float32)

    evaluation = evaluate(build(project.layers, x.shape).graph, x)

    assert evaluation.results[0].error
    assert not evaluation.results[1].error


@pytest.mark.parametrize("kind", KINDS)
def test_the_menu_adds_layers_for_pictures(kind):
    project = Project(PHOTO, (make_layer("activation"),))

    assert new_layer(kind, project, 1).rank == 2
