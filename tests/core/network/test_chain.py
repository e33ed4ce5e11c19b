"""Layers in a row: results kept and reused, failures as values, costs, receptive fields found by touching."""

from fractions import Fraction

import numpy as np
import pytest

from convexplorer.core.convolution.plans import plan
from convexplorer.core.geometry.field import Field
from convexplorer.core.layers import (
    Activation,
    AveragePool,
    BatchNorm,
    Conv,
    ConvTranspose,
    Dense,
    DepthwiseConv,
    Flatten,
    GlobalAveragePool,
    Identity,
    MaxPool,
    SeparableConv,
    Upsample,
)
from convexplorer.core.network import (
    evaluate,
    input_gradient,
    multiply_adds,
    parameter_counts,
    receptive_field,
    shapes,
)

IMAGE = np.random.default_rng(0).normal(size=(2, 12, 13)).astype(np.float32)
EDGES = Conv(np.random.default_rng(1).normal(size=(4, 2, 3, 3)), padding="same", activation="relu")
POOL = MaxPool(2)
SECOND = Conv(np.ones((1, 4, 3, 3)), [0.5])
BROKEN = Conv(np.ones((1, 7, 3, 3)))


def test_every_layer_gets_the_maps_of_the_one_before():
    evaluation = evaluate([EDGES, POOL, SECOND], IMAGE)

    maps = SECOND(POOL(EDGES(IMAGE)))
    assert np.array_equal(evaluation[-1], maps)
    assert [each.shape for each in evaluation] == shapes([EDGES, POOL, SECOND], IMAGE.shape)
    assert len(evaluation) == 3


def test_maps_before_activation_are_kept():
    result = evaluate([EDGES], IMAGE).results[0]

    assert np.array_equal(result.linear, EDGES.linear(IMAGE))
    assert np.array_equal(result.maps, np.maximum(result.linear, 0))
    assert result.seconds > 0


def test_without_activation_both_are_one_array():
    result = evaluate([SECOND], np.ones((4, 5, 5))).results[0]

    assert result.linear is result.maps


def test_maps_are_read_only_but_the_image_is_left_as_it_was():
    image = IMAGE.copy()

    evaluation = evaluate([Identity(), EDGES], image)

    assert not evaluation[1].flags.writeable
    assert evaluation[0] is image
    assert image.flags.writeable


def test_nothing_to_compute_gives_nothing():
    assert list(evaluate([], IMAGE)) == []


def test_the_same_image_and_layers_are_not_computed_again():
    first = evaluate([EDGES, POOL, SECOND], IMAGE)

    again = evaluate([EDGES, POOL, Identity()], IMAGE, first)

    assert again.results[:2] == first.results[:2]
    assert again[0] is first[0]
    assert again[2] is again[1]


@pytest.mark.parametrize("change", ["image", "layer"])
def test_what_follows_a_change_is_computed_again(change):
    first = evaluate([EDGES, POOL], IMAGE)
    other = Conv(-EDGES.kernel, padding="same", activation="relu")
    layer = EDGES if change == "image" else other

    again = evaluate([layer, POOL], IMAGE.copy() if change == "image" else IMAGE, first)

    assert again[0] is not first[0]
    assert again[1] is not first[1]
    assert np.array_equal(again[1], POOL(layer(IMAGE)))


def test_an_equal_layer_keeps_the_sums():
    first = evaluate([EDGES], IMAGE)

    again = evaluate([Conv(EDGES.kernel, padding="same", activation="relu")], IMAGE, first)

    assert again[0] is first[0]


def bank(kernel, **settings):
    return Conv(kernel, np.linspace(-1, 1, len(kernel)), **{"padding": "same", "activation": "tanh"} | settings)


def test_editing_one_weight_gives_the_maps_of_computing_all_anew():
    kernel = np.random.default_rng(2).normal(size=(8, 2, 15, 15)).astype(np.float32)
    image = np.random.default_rng(3).random((2, 60, 70), dtype=np.float32)
    first = evaluate([bank(kernel)], image)
    edited = kernel.copy()
    edited[3, 1, 4, 4] += 5

    again = evaluate([bank(edited), POOL], image, first)

    anew = evaluate([bank(edited), POOL], image)
    for one, other in zip(again.results, anew.results, strict=True):
        np.testing.assert_allclose(one.linear, other.linear, atol=2e-4)
        np.testing.assert_allclose(one.maps, other.maps, atol=2e-4)
    others = [0, 1, 2, 4, 5, 6, 7]
    assert np.array_equal(again[0][others], first[0][others])
    assert not np.allclose(again[0][3], first[0][3])
    assert not again[0].flags.writeable


@pytest.mark.parametrize("order", [[0, 2, 3], [3, 1, 0, 2], [0, 0, 1, 2, 3, 1]])
@pytest.mark.parametrize("activation", ["linear", "relu", "tanh"])
def test_filters_keep_their_maps_when_they_are_moved_removed_and_doubled(order, activation):
    kernel = np.random.default_rng(2).normal(size=(4, 2, 3, 3))
    kernel[1, 0, 0, 0] = np.nan
    bias = np.arange(4.0)
    first = evaluate([Conv(kernel, bias, activation="tanh")], IMAGE)

    layer = Conv(kernel[order], bias[order], activation=activation)
    again = evaluate([layer], IMAGE, first)

    np.testing.assert_allclose(again[0], evaluate([layer], IMAGE)[0], atol=1e-5)


def test_an_edited_filter_changes_all_maps_of_an_activation_over_the_channels():
    kernel = np.random.default_rng(3).normal(size=(4, 2, 3, 3))
    first = evaluate([Conv(kernel, activation="softmax")], IMAGE)

    kernel[2] *= 2
    again = evaluate([Conv(kernel, activation="softmax")], IMAGE, first)

    np.testing.assert_allclose(again[0].sum(axis=0), 1, atol=1e-6)
    np.testing.assert_allclose(again[0], evaluate([Conv(kernel, activation="softmax")], IMAGE)[0], atol=1e-6)


def test_a_new_activation_keeps_the_sums():
    first = evaluate([EDGES], IMAGE)

    again = evaluate([Conv(EDGES.kernel, padding="same", activation="tanh")], IMAGE, first)

    assert again.results[0].linear is first.results[0].linear
    assert np.array_equal(again[0], np.tanh(first.results[0].linear))


@pytest.mark.parametrize(
    "change",
    [
        {"strides": 2},
        {"padding": "valid"},
        {"dilation_rate": 2},
        {"border": "edge"},
        {"bias": np.ones(4)},
        {"kernel": EDGES.kernel.astype(np.float32)},
        {"kernel": EDGES.kernel[:, :1], "groups": 2},
    ],
)
def test_maps_of_another_kind_of_window_are_not_kept(change):
    settings = {"kernel": EDGES.kernel, "padding": "same", "activation": "relu"}
    first = evaluate([Conv(**settings)], IMAGE)
    layer = Conv(**settings | change)

    again = evaluate([layer], IMAGE, first)

    assert np.array_equal(again[0], layer(IMAGE))


def test_a_failed_layer_leaves_nothing_to_keep():
    first = evaluate([Conv(np.ones((4, 7, 3, 3)))], IMAGE)

    again = evaluate([EDGES], IMAGE, first)

    assert np.array_equal(again[0], EDGES(IMAGE))


def test_a_failing_layer_gives_its_error_and_the_next_say_why_they_wait():
    evaluation = evaluate([POOL, BROKEN, POOL, Identity()], IMAGE)

    assert evaluation[0].shape == (2, 6, 6)
    assert evaluation.results[1].error == "x must have 7 channels, as the kernel has; got 2"
    assert [each.error for each in evaluation.results[2:]] == ["not computed, because layer 2 failed"] * 2
    assert evaluation.results[1].maps is None
    with pytest.raises(ValueError, match="x must have 7 channels"):
        evaluation[1]
    with pytest.raises(ValueError, match="not computed"):
        evaluation[3]


def test_any_exception_of_a_layer_becomes_its_error():
    class Greedy(Identity):
        def __call__(self, x):
            raise MemoryError

    assert evaluate([Greedy()], IMAGE).results[0].error == "MemoryError"


def test_layers_after_a_repaired_one_are_computed():
    first = evaluate([BROKEN, POOL], IMAGE)

    again = evaluate([EDGES, POOL], IMAGE, first)

    assert again[1].shape == (4, 6, 6)


def test_shapes_say_which_layer_does_not_fit():
    with pytest.raises(ValueError, match="x must have 7 channels"):
        shapes([POOL, BROKEN], IMAGE.shape)


def test_parameters_are_counted_per_layer():
    assert parameter_counts([EDGES, POOL, SECOND, Activation("relu")]) == [72, 0, 37, 0]


def test_multiply_adds_are_those_of_the_definition():
    layers = [
        Conv(np.ones((8, 2, 3, 3)), strides=2, padding="same"),
        MaxPool(2),
        ConvTranspose(np.ones((8, 4, 2, 2)), strides=2),
        DepthwiseConv(np.ones((4, 2, 3, 3))),
        SeparableConv(np.ones((8, 1, 3, 3)), np.ones((5, 8, 1, 1)), padding="same"),
        BatchNorm(None, None, [0] * 5, [1] * 5),
        Flatten(),
        Dense(np.ones((10, 5 * 2 * 2))),
    ]
    shape = (2, 9, 8)

    counts = multiply_adds(layers, shape)

    assert shapes(layers, shape)[1:4] == [(8, 2, 2), (4, 4, 4), (8, 2, 2)]
    assert counts[0] == plan(shape, (8, 2, 3, 3), strides=2, padding="same").multiply_adds == 5 * 4 * 8 * 2 * 9
    assert counts[1:] == [0, 8 * 4 * 2 * 2 * 4, 4 * 8 * 9, 4 * (8 * 9 + 5 * 8), 20, 0, 10 * 20]


def test_layers_of_every_kind_follow_each_other_and_are_reused():
    rng = np.random.default_rng(4)
    layers = [
        SeparableConv(rng.normal(size=(2, 1, 3, 3)), rng.normal(size=(4, 2, 1, 1)), activation="silu"),
        ConvTranspose(rng.normal(size=(4, 2, 2, 2)), strides=2, activation="relu"),
        BatchNorm(None, None, [0, 0], [1, 1]),
        GlobalAveragePool(),
        Dense(rng.normal(size=(3, 2)), activation="softmax"),
    ]
    first = evaluate(layers, IMAGE)

    again = evaluate([*layers[:4], Dense(layers[4].kernel, activation="relu")], IMAGE, first)

    assert [maps.shape for maps in first] == shapes(layers, IMAGE.shape)
    assert again.results[:4] == first.results[:4]
    assert np.array_equal(again.results[4].linear, first.results[4].linear)
    assert first[4].sum() == pytest.approx(1)
    assert not first[4].flags.writeable


@pytest.mark.parametrize(
    ("make", "other"),
    [
        (ConvTranspose, {"strides": 2}),
        (DepthwiseConv, {"border": "edge"}),
        (lambda kernel, **settings: SeparableConv(kernel, np.ones((3, 6, 1, 1)), **settings), {"padding": "valid"}),
        (lambda kernel, **settings: Dense(kernel[:, :2, 0, 0], **settings), {"bias": [1, 2]}),
    ],
)
def test_every_layer_keeps_its_sums_under_a_new_activation(make, other):
    kernel = np.random.default_rng(6).normal(size=(2, 3, 3, 3))
    settings = {} if "bias" in other else {"padding": "same"}
    first = evaluate([make(kernel, activation="relu", **settings)], IMAGE)

    again = evaluate([make(kernel.copy(), activation="tanh", **settings)], IMAGE, first)
    same = evaluate([make(kernel.copy(), activation="relu", **settings)], IMAGE, first)
    changed = evaluate([make(kernel, activation="tanh", **settings | other)], IMAGE, first)

    assert again.results[0].linear is first.results[0].linear
    assert np.array_equal(again[0], np.tanh(first.results[0].linear))
    assert same[0] is first[0]
    assert changed.results[0].linear is not first.results[0].linear


def test_magnitudes_are_those_of_the_last_layer_that_adds():
    conv = Conv(np.ones((3, 2, 3, 3)))
    evaluation = evaluate([conv, MaxPool(2), Flatten()], IMAGE)

    assert evaluation.magnitudes(1) == conv.magnitudes(IMAGE)
    assert evaluation.magnitudes(2) == (max(conv.magnitudes(IMAGE)),) * evaluation[2].size
    assert evaluate([MaxPool(2)], IMAGE).magnitudes(0) == (0.0, 0.0)


def test_gradients_go_back_through_all_layers():
    rng = np.random.default_rng(5)
    layers = [
        Conv(rng.normal(size=(3, 2, 3, 3)), rng.normal(size=3), padding="same", border="edge", activation="tanh"),
        MaxPool(2),
        Upsample(2, interpolation="bilinear"),
        DepthwiseConv(rng.normal(size=(3, 1, 3, 3)), activation="silu"),
        Flatten(),
        Dense(rng.normal(size=(4, 3 * 10 * 10)), activation="softmax"),
    ]
    image = IMAGE.astype(np.float64)
    gradient = rng.normal(size=4)

    computed = input_gradient(evaluate(layers, image), gradient)

    for place in [(0, 0, 0), (1, 5, 7), (0, 11, 3), (1, 11, 12)]:
        change = np.zeros(image.shape)
        change[place] = 1e-6
        after, before = (evaluate(layers, image + sign * change)[-1] for sign in (1, -1))
        assert computed[place] == pytest.approx((after - before) @ gradient / 2e-6, rel=1e-5, abs=1e-8)


def test_the_gradient_of_one_value_fills_its_receptive_field():
    layers = [Conv(np.ones((1, 2, 3, 3)), strides=2), AveragePool(2), Conv(np.ones((1, 1, 2, 2)))]
    evaluation = evaluate(layers, IMAGE)
    gradient = np.zeros(evaluation[2].shape)
    gradient[0, 0, 1] = 1

    seen = input_gradient(evaluation, gradient)

    field = receptive_field(layers, IMAGE.shape)[2]
    rows, columns = (
        slice(start + jump * i, start + jump * i + size)
        for start, jump, size, i in zip(field.start, field.jump, field.size, (0, 1), strict=True)
    )
    assert (seen[:, rows, columns] > 0).all()
    assert np.count_nonzero(seen) == seen[:, rows, columns].size


def test_a_gradient_of_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"gradient must have the shape of the maps, \(4, 12, 13\); got \(4,\)"):
        input_gradient(evaluate([EDGES], IMAGE), np.ones(4))


ONES = np.ones((1, 1, 3, 3))
STACKS = [
    [Conv(np.ones((1, 1, 3, 5)), padding="same")],
    [Conv(ONES, dilation_rate=3), Conv(np.ones((1, 1, 2, 2)), strides=2)],
    [AveragePool(2), Conv(ONES, padding=((2, 0), (0, 1)), strides=(1, 2)), Activation("tanh")],
    [Conv(np.ones((1, 1, 5, 4)), strides=3, padding="same"), Identity(), AveragePool((3, 2), strides=1)],
    [SeparableConv(ONES, np.ones((1, 1, 1, 1)), strides=2), DepthwiseConv(ONES)],
]
# Behind these the jump is a fraction, and the field is the interval that holds what every output sees.
ENLARGING_STACKS = [
    [ConvTranspose(ONES, strides=2)],
    [ConvTranspose(np.ones((1, 1, 4, 5)), strides=(2, 3), padding="same"), Conv(ONES, padding="same")],
    [ConvTranspose(ONES, strides=2, padding=1, output_padding=1), ConvTranspose(ONES, strides=(3, 1))],
    [Conv(ONES, strides=2, padding="same"), ConvTranspose(np.ones((1, 1, 2, 2)), strides=2), Conv(ONES)],
    [ConvTranspose(ONES, dilation_rate=2)],
    [Upsample(2), Conv(ONES)],
    [Upsample((3, 2), interpolation="bilinear"), AveragePool(2)],
    [Conv(ONES, strides=3, padding="same"), Upsample(3, interpolation="bilinear")],
    [Upsample((2, 3), interpolation="bilinear", align_corners=True)],
]


@pytest.mark.parametrize("layers", STACKS)
def test_receptive_fields_hold_exactly_the_image_cells_that_an_output_depends_on(layers):
    shape = (1, 31, 34)
    fields = receptive_field(layers, shape)
    base = evaluate(layers, np.zeros(shape))

    for result, field in zip(base.results, fields, strict=True):
        place = tuple(n // 2 for n in result.maps.shape[1:])
        first = [s + j * i for s, j, i in zip(field.start, field.jump, place, strict=True)]
        last = [f + size - 1 for f, size in zip(first, field.size, strict=True)]
        touched = {cell for cell in np.ndindex(shape[1:]) if depends(layers, base, result, cell, place)}

        assert min(row for row, _ in touched) == first[0]
        assert max(row for row, _ in touched) == last[0]
        assert min(column for _, column in touched) == first[1]
        assert max(column for _, column in touched) == last[1]


@pytest.mark.parametrize("layers", ENLARGING_STACKS)
def test_receptive_fields_behind_enlarging_layers_hold_all_that_any_output_sees_and_no_more(layers):
    shape = (1, 25, 24)
    fields = receptive_field(layers, shape)
    evaluation = evaluate(layers, np.zeros(shape))

    for depth, (maps, field) in enumerate(zip(evaluation, fields, strict=True)):
        slack = []
        # Near the rim padding hides what would be seen; six outputs in the middle hold every phase.
        for place in np.ndindex(6, 6):
            output = [i + n // 2 - 3 for i, n in zip(place, maps.shape[1:], strict=True)]
            gradient = np.zeros(maps.shape)
            gradient[(0, *output)] = 1
            seen = np.argwhere(input_gradient(evaluation, gradient, depth)[0])
            first = [s + j * i for s, j, i in zip(field.start, field.jump, output, strict=True)]
            last = [f + size - 1 for f, size in zip(first, field.size, strict=True)]
            slack.append([seen.min(axis=0) - first, last - seen.max(axis=0)])

        slack = np.array(slack, dtype=float)
        # Some output comes nearer to either limit than the cells of a layer before lie apart.
        apart = max(1, *(max(below.jump) for below in fields[:depth]), 0)
        assert slack.min() >= 0
        assert slack.min(axis=0).max() < apart


def test_fractional_fields_are_exact():
    layers = [ConvTranspose(ONES, strides=2), Conv(ONES), Conv(np.ones((1, 1, 2, 2)), strides=2)]

    fields = receptive_field(layers)

    half = Fraction(1, 2)
    assert fields[0] == Field((2, 2), (half, half), (-1, -1))
    assert fields[1] == Field((3, 3), (half, half), (-1, -1))
    assert fields[2] == Field((Fraction(7, 2),) * 2, (1, 1), (-1, -1))
    assert all(isinstance(jump, int) for jump in fields[2].jump)


def test_what_sees_everything_has_no_jump():
    layers = [Conv(ONES, strides=2), Flatten(), Dense(np.ones((2, 25)))]

    assert receptive_field(layers, (1, 11, 11))[1:] == [Field((11, 11), (0, 0), (0, 0))] * 2
    with pytest.raises(ValueError, match="input_shape must be given for layers that see all of their input"):
        receptive_field(layers)


def depends(layers, base, result, cell, place):
    """Return whether touching an image cell changes an output cell."""
    image = base.image.copy()
    image[(0, *cell)] = 1
    index = base.results.index(result)
    return evaluate(layers[: index + 1], image)[index][(0, *place)] != result.maps[(0, *place)]


def test_without_an_input_shape_strides_are_taken_to_divide():
    layers = [Conv(np.ones((1, 1, 3, 3)), padding="same", strides=2), MaxPool(2)]

    assert receptive_field(layers) == receptive_field(layers, (1, 64, 64))
    assert receptive_field(layers)[1] == Field((5, 5), (4, 4), (0, 0))


def test_the_rank_comes_from_the_layers_or_the_input():
    assert receptive_field([Conv(np.ones((1, 1, 3)))])[0].size == (3,)
    assert receptive_field([MaxPool(2)])[0].size == (2, 2)
    assert receptive_field([MaxPool(2)], (1, 8, 8, 8))[0].size == (2, 2, 2)


def test_fields_say_which_layer_does_not_fit():
    with pytest.raises(ValueError, match=r"x must have the shape \(channels, \*spatial\); got \(72,\)"):
        receptive_field([Flatten(), GlobalAveragePool()], (2, 6, 6))


def test_the_rank_of_every_kind_of_layer_is_known():
    assert receptive_field([Upsample((2, 1, 1))])[0].jump == (Fraction(1, 2), 1, 1)
    assert receptive_field([Identity(), ConvTranspose(np.ones((1, 1, 2)), strides=2)])[1].size == (Fraction(3, 2),)
    assert receptive_field([SeparableConv(np.ones((1, 1, 3, 3, 3)), np.ones((1, 1, 1, 1, 1)))])[0].size == (3, 3, 3)
