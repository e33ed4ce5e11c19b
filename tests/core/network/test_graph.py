"""Networks that branch: against finite differences, against touching, and against the chain that they may be."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convexplorer.core.explain.influence import effective_field, field_of
from convexplorer.core.explain.reach import reach_through
from convexplorer.core.explain.trace import trace_in
from convexplorer.core.geometry.field import Field
from convexplorer.core.layers import (
    Activation,
    Add,
    AveragePool,
    Concatenate,
    Conv,
    ConvTranspose,
    Flatten,
    GlobalAveragePool,
    Identity,
    MaxPool,
    Subtract,
    Upsample,
)
from convexplorer.core.network import (
    Graph,
    evaluate,
    input_gradient,
    multiply_adds,
    parameter_counts,
    receptive_field,
    shapes,
)
from tests.core.network.examples import NETWORKS, SHAPE, residual

EVERY = pytest.mark.parametrize("make", NETWORKS.values(), ids=NETWORKS)
IMAGE = np.random.default_rng(0).normal(size=SHAPE)
STEP = 1e-6


def moved_by(graph, cell, index):
    """Return by how much a layer's maps move with one number of the image, by finite differences."""
    values = []
    for step in (STEP, -STEP):
        image = IMAGE.copy()
        image[cell] += step
        values.append(evaluate(graph, image)[index])
    return (values[0] - values[1]) / (2 * STEP)


@EVERY
def test_shapes_are_those_of_the_maps(make):
    graph = make()

    assert shapes(graph, SHAPE) == [maps.shape for maps in evaluate(graph, IMAGE)]


def test_layers_get_what_the_graph_names():
    graph = residual()
    first, norm, second, add, last = graph.layers

    evaluation = evaluate(graph, IMAGE)

    branch = second(norm(first(IMAGE)))
    assert np.array_equal(evaluation[4], last(add(branch, IMAGE)))
    assert evaluation.inputs_of(3)[1] is IMAGE
    assert evaluation.input_of(3) is evaluation.inputs_of(3)[0] is evaluation[2]
    assert evaluation.input_of(0) is IMAGE


@EVERY
def test_gradients_are_those_of_finite_differences(make):
    graph = make()
    evaluation = evaluate(graph, IMAGE)
    gradient = np.random.default_rng(1).normal(size=evaluation[-1].shape)

    computed = input_gradient(evaluation, gradient)

    for cell in [(0, 0, 0), (1, 7, 8), (0, 3, 4), (1, 2, 6), (0, 6, 1)]:
        expected = (moved_by(graph, cell, len(graph) - 1) * gradient).sum()
        assert computed[cell] == pytest.approx(expected, rel=1e-5, abs=1e-7)


@EVERY
def test_the_influence_on_a_value_is_its_whole_gradient(make):
    graph = make()
    evaluation = evaluate(graph, IMAGE)
    rng = np.random.default_rng(2)

    for index in range(len(graph)):
        place = tuple(rng.integers(0, evaluation[index].shape).tolist())
        one = np.zeros(evaluation[index].shape)
        one[place] = 1

        field = effective_field(evaluation, index, place)

        whole = np.zeros(SHAPE[1:])
        box = tuple(slice(a, a + n) for a, n in zip(field.origin, field.influence.shape, strict=True))
        whole[box] = field.influence
        expected = np.abs(input_gradient(evaluation, one, index)).sum(axis=0)
        np.testing.assert_allclose(whole, expected, rtol=1e-5, atol=1e-6)


@EVERY
def test_fields_hold_everything_that_moves_a_value(make):
    graph = make()
    evaluation = evaluate(graph, IMAGE)
    fields = receptive_field(graph, SHAPE)
    rng = np.random.default_rng(3)

    for index, (maps, known) in enumerate(zip(evaluation, fields, strict=True)):
        for _ in range(3):
            place = tuple(rng.integers(0, maps.shape).tolist())
            one = np.zeros(maps.shape)
            one[place] = 1
            moved = np.argwhere(np.abs(input_gradient(evaluation, one, index)).sum(axis=0))
            box = field_of(graph, SHAPE, index, place[1:])

            for axis, (first, stop) in enumerate(box):
                start = known.start[axis] + known.jump[axis] * place[1 + axis]
                assert start <= first
                assert stop <= start + known.size[axis]
                if len(moved):
                    assert first <= moved[:, axis].min()
                    assert moved[:, axis].max() < stop


@EVERY
def test_a_place_reaches_all_that_it_moves(make):
    graph = make()

    for cell in [(0, 0), (3, 4), (7, 8)]:
        reached = reach_through(graph, SHAPE, cell)

        for index, outputs in enumerate(reached):
            moved = (np.abs(moved_by(graph, (slice(None), *cell), index)) > 1e-9).any(axis=0)
            allowed = np.zeros(moved.shape, bool)
            allowed[np.ix_(*outputs)] = True
            assert not moved[~allowed].any()


@EVERY
def test_traces_repeat_the_maps_to_the_last_bit(make):
    graph = make()
    evaluation = evaluate(graph, IMAGE.astype(np.float32))
    rng = np.random.default_rng(4)

    for index, maps in enumerate(evaluation):
        for _ in range(5):
            place = tuple(rng.integers(0, maps.shape).tolist())
            traced = trace_in(evaluation, index, place)

            assert traced.value == maps[place]
            assert traced.reference == pytest.approx(maps[place], rel=1e-4, abs=1e-5)


CHAIN_LAYERS = [
    Identity(),
    Activation("tanh"),
    MaxPool(2, strides=1, padding="same"),
    AveragePool((2, 1), strides=1),
    Upsample((1, 2), interpolation="bilinear"),
    Conv(np.random.default_rng(5).normal(size=(2, 2, 3, 2)), padding="same", border="edge", activation="relu"),
    ConvTranspose(np.random.default_rng(6).normal(size=(2, 2, 2, 2)), strides=2, padding="same"),
]


@settings(max_examples=25)
@given(layers=st.lists(st.sampled_from(CHAIN_LAYERS), min_size=1, max_size=4))
def test_a_chain_written_as_a_graph_gives_the_same_everywhere(layers):
    graph = Graph(layers, [(i - 1,) for i in range(len(layers))])
    chain, branched = evaluate(layers, IMAGE), evaluate(graph, IMAGE)
    last = len(layers) - 1
    cell = tuple(n // 2 for n in chain[last].shape[1:])
    gradient = np.ones(chain[last].shape)

    assert Graph(layers) == graph
    assert all(map(np.array_equal, chain, branched))
    assert shapes(graph, SHAPE) == shapes(layers, SHAPE)
    assert parameter_counts(graph) == parameter_counts(layers)
    assert multiply_adds(graph, SHAPE) == multiply_adds(layers, SHAPE)
    assert receptive_field(graph, SHAPE) == receptive_field(layers, SHAPE)
    assert field_of(graph, SHAPE, last, cell) == field_of(layers, SHAPE, last, cell)
    assert np.array_equal(input_gradient(chain, gradient), input_gradient(branched, gradient))


def test_one_layer_read_twice_counts_twice():
    graph = Graph([Activation("tanh"), Add()], [(-1,), (0, 0)])
    evaluation = evaluate(graph, IMAGE)

    assert np.array_equal(evaluation[1], 2 * np.tanh(IMAGE))
    np.testing.assert_allclose(input_gradient(evaluation, np.ones(SHAPE)), 2 * (1 - np.tanh(IMAGE) ** 2))
    assert effective_field(evaluation, 1, (0, 2, 2)).influence.item() == pytest.approx(
        2 * (1 - np.tanh(IMAGE[0, 2, 2]) ** 2), rel=1e-6
    )


def test_the_field_at_a_join_is_the_hull_of_its_branches():
    wide, narrow = Conv(np.ones((2, 2, 5, 1)), padding="same"), Conv(np.ones((2, 2, 1, 3)), padding=((0, 0), (2, 0)))
    graph = Graph([wide, narrow, Add()], [(-1,), (-1,), (0, 1)])

    assert receptive_field(graph)[2] == Field((5, 3), (1, 1), (-2, -2))
    assert field_of(graph, SHAPE, 2, (4, 4)) == ((2, 7), (2, 5))


def test_branches_that_move_differently_are_held_along_the_whole_axis():
    mean = GlobalAveragePool(keepdims=True)
    graph = Graph([mean, Upsample((8, 9)), Add()], [(-1,), (0,), (1, -1)])

    field = receptive_field(graph, SHAPE)[2]

    for i in range(8):
        assert field.start[0] + field.jump[0] * i <= 0
        assert field.start[0] + field.jump[0] * i + field.size[0] >= 8


def test_different_strides_need_the_size_of_the_input():
    graph = Graph(
        [MaxPool(2), MaxPool(2, strides=1, padding=((0, 0), (0, 0))), Add()],
        [(-1,), (-1,), (0, 1)],
    )

    with pytest.raises(ValueError, match="input_shape must be given where joined branches have different strides"):
        receptive_field(graph)
    with pytest.raises(ValueError, match="inputs must have the same shape; got 4 × 4 × 2 and 7 × 8 × 2"):
        receptive_field(graph, SHAPE)


def test_fractional_fields_join():
    up = ConvTranspose(np.ones((2, 2, 3, 3)), strides=2, padding="same")
    graph = Graph([AveragePool(2), up, AveragePool(2), Upsample(2), Add()], [(-1,), (0,), (-1,), (2,), (1, 3)])

    field = receptive_field(graph, (2, 8, 8))[4]

    assert field.jump == (1, 1)
    assert all(isinstance(size, int | Fraction) for size in field.size)


def test_a_failure_reaches_only_what_depends_on_it():
    broken = Conv(np.ones((1, 7, 3, 3)))
    graph = Graph(
        [broken, MaxPool(2), Activation("relu"), Activation("tanh"), Add(), Concatenate()],
        [(-1,), (0,), (-1,), (2,), (1, 3), (2, 3)],
    )

    evaluation = evaluate(graph, IMAGE)

    assert [bool(result.error) for result in evaluation.results] == [True, True, False, False, True, False]
    assert evaluation.results[1].error == evaluation.results[4].error == "not computed, because layer 1 failed"
    assert evaluation[5].shape == (4, 8, 9)
    assert trace_in(evaluation, 5, (3, 0, 0)).value == evaluation[3][1, 0, 0]


def test_a_layer_with_too_few_inputs_says_so():
    lonely = evaluate(Graph([Add(), Identity()], [(-1,), (-1,)]), IMAGE)
    crowded = evaluate(Graph([Flatten()], [(-1, -1)]), IMAGE)

    assert lonely.results[0].error == "Add must have two or more inputs; got 1"
    assert lonely.maps_of(1) is IMAGE
    assert crowded.results[0].error == "Flatten must have 1 input; got 2"
    with pytest.raises(ValueError, match="Subtract must have 2 inputs; got 3"):
        shapes(Graph([Subtract()], [(-1, -1, -1)]), SHAPE)


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ([(0,), (0,)], r"inputs\[0\] must hold −1 for the image; got \(0,\)"),
        ([(-1,), (2,)], r"inputs\[1\] must hold −1 for the image or indices of earlier layers \(0…0\); got \(2,\)"),
        ([(-1,), ()], r"inputs\[1\] must hold"),
        ([(-1,)], r"inputs must have one entry per layer \(2\); got 1"),
    ],
)
def test_a_graph_that_cannot_be_computed_in_order_is_refused(inputs, message):
    with pytest.raises(ValueError, match=message):
        Graph([Identity(), Identity()], inputs)


def test_what_leads_to_a_layer_leaves_the_other_branches_out():
    graph = Graph([Identity(), MaxPool(2), Activation("relu"), Add()], [(-1,), (0,), (0,), (2, 0)])

    part = graph.leading_to(3)

    assert part.layers == (graph.layers[0], graph.layers[2], graph.layers[3])
    assert part.inputs == ((-1,), (0,), (1, 0))
    assert shapes(part, SHAPE)[-1] == SHAPE


def test_magnitudes_follow_the_branches():
    conv = Conv(np.ones((2, 2, 3, 3)), padding="same")
    graph = Graph([conv, MaxPool(1), Concatenate(), Add()], [(-1,), (-1,), (1, 0), (0, -1)])
    evaluation = evaluate(graph, IMAGE)

    assert evaluation.magnitudes(2) == (0.0, 0.0, *conv.magnitudes(IMAGE))
    largest = np.abs(evaluation[0]).max(axis=(1, 2)) + np.abs(IMAGE).max(axis=(1, 2))
    np.testing.assert_allclose(evaluation.magnitudes(3), largest)


@pytest.mark.parametrize("index", [-1, 5, 100])
def test_an_index_of_no_layer_is_an_error(index):
    evaluation = evaluate(residual(), IMAGE)
    message = f"index must be that of one of 5 layers, counted from 0; got {index}"

    with pytest.raises(ValueError, match=message):
        input_gradient(evaluation, np.ones(SHAPE), index)
    with pytest.raises(ValueError, match=message):
        trace_in(evaluation, index, (0, 0, 0))
    with pytest.raises(ValueError, match=message):
        effective_field(evaluation, index, (0, 0, 0))
    with pytest.raises(ValueError, match=message):
        field_of(evaluation.graph, SHAPE, index, (0, 0))


def test_graphs_are_equal_by_what_they_hold():
    graph = residual()

    assert graph == Graph(graph.layers, graph.inputs)
    assert replace(graph, inputs=[(-1,), (0,), (1,), (-1, 2), (3,)]) != graph
