"""What layers answer about themselves, kind by kind, and how a kind declines what it cannot answer."""

from dataclasses import dataclass

import numpy as np
import pytest

from convexplorer.core.convolution.plans import plan
from convexplorer.core.explain.influence import effective_field, field_of
from convexplorer.core.explain.reach import kernel_plane, reach
from convexplorer.core.explain.trace import trace, trace_in
from convexplorer.core.layers import (
    LAYERS,
    Activation,
    AveragePool,
    Conv,
    ConvTranspose,
    Dense,
    DepthwiseConv,
    Flatten,
    Identity,
    MaxPool,
    PlainLayer,
    SeparableConv,
)
from convexplorer.core.network import evaluate, input_gradient
from tests.core.test_layers import EXAMPLES

RNG = np.random.default_rng(0)
X = RNG.normal(size=(4, 7, 6))


def weights(*shape):
    return RNG.normal(size=shape)


def biased_and_not(make, filters):
    return [make(weights(filters)), make(None)]


SUMMING = [
    *biased_and_not(lambda bias: Conv(weights(6, 4, 3, 2), bias, strides=2, padding="same", border="edge"), 6),
    *biased_and_not(lambda bias: Conv(weights(6, 2, 3, 2), bias, groups=2, activation="relu"), 6),
    *biased_and_not(lambda bias: ConvTranspose(weights(4, 3, 2, 3), bias, strides=2, padding="same", border="wrap"), 3),
    *biased_and_not(lambda bias: ConvTranspose(weights(4, 3, 2, 3), bias, groups=2, activation="elu"), 6),
    *biased_and_not(lambda bias: DepthwiseConv(weights(4, 2, 3, 3), bias, activation="tanh"), 8),
    *biased_and_not(lambda bias: SeparableConv(weights(4, 2, 3, 3), weights(5, 8, 1, 1), bias, padding="same"), 5),
    *biased_and_not(lambda bias: Dense(weights(3, 4), bias, activation="sigmoid"), 3),
]
EACH = pytest.mark.parametrize("layer", SUMMING, ids=lambda layer: type(layer).__name__)


@EACH
def test_the_parts_of_the_channels_add_up_to_the_map(layer):
    linear = layer.linear(X)

    for index in range(len(linear)):
        parts = layer.parts(X, index)

        if isinstance(layer, DepthwiseConv):
            assert parts is None  # it sums over no channels
            continue
        assert len(parts) == len(X)
        np.testing.assert_allclose(parts.sum(axis=0) + layer.bias_of(index), linear[index], atol=1e-12)


@EACH
def test_a_layer_that_makes_one_map_alone_makes_that_map(layer):
    maps = layer(X)

    for channel in range(len(maps)):
        alone = layer.alone(channel)

        if alone is not None:
            one, read = alone
            np.testing.assert_allclose(one(X[read.start : read.stop])[0], maps[channel], atol=1e-12)
    assert (alone is None) == isinstance(layer, ConvTranspose | Dense)


@EACH
def test_a_channel_without_weights_to_a_filter_changes_nothing_there(layer):
    maps = layer(X)

    for channel in range(len(X)):
        moved = X.copy()
        moved[channel] += 1
        is_changed = np.any(layer(moved) != maps, axis=(1, 2))
        for index in range(len(maps)):
            if not isinstance(layer, Dense):
                assert is_changed[index] == kernel_plane(layer, index, channel).any()


@EACH
def test_with_and_without_bias_every_question_is_answered(layer):
    evaluation = evaluate([layer], X)
    place = (len(evaluation[0]) - 1, 2, 2)
    gradient = np.zeros(evaluation[0].shape)
    gradient[place] = 1

    traced = trace_in(evaluation, 0, place)
    field = effective_field(evaluation, 0, place)

    assert traced.bias == layer.bias_of(place[0])
    assert traced.reference == pytest.approx(traced.value, abs=1e-12)
    whole = np.abs(input_gradient(evaluation, gradient)).sum()
    assert field.influence.sum() == pytest.approx(whole, rel=1e-5)
    assert layer.filters == len(layer.linear(X))


def test_of_one_map_alone_an_activation_over_the_channels_is_left_out():
    layer = Conv(weights(3, 4, 3, 3), weights(3), activation="softmax")

    one, read = layer.alone(1)

    np.testing.assert_allclose(one(X)[0], layer.linear(X)[1])
    assert list(read) == [0, 1, 2, 3]


def test_filters_and_channels_can_be_taken_out():
    layer = Conv(weights(3, 4, 3, 3), weights(3), strides=2, padding=1, border="reflect")

    np.testing.assert_array_equal(layer.pick([2, 0]).linear(X), layer.linear(X)[[2, 0]])
    np.testing.assert_allclose(layer.pick([1]).reading(3)(X[3:]), layer.parts(X, 1)[3:] + layer.bias[1])
    assert Conv(weights(4, 2, 1, 1), groups=2).pick([0]) is None
    assert Conv(weights(4, 2, 1, 1), groups=2).reading(0) is None
    assert MaxPool(2).pick([0]) is None


def test_a_flipped_kernel_is_turned_along_all_axes():
    layer = Conv(weights(1, 4, 3, 2), padding="same")

    assert np.array_equal(layer.flipped().kernel, layer.kernel[:, :, ::-1, ::-1])
    assert np.array_equal(layer.flipped().flipped()(X), layer(X))
    assert MaxPool(2).flipped() is None


@pytest.mark.parametrize(
    "layer", [Conv(weights(2, 4, 3, 3)), DepthwiseConv(weights(4, 1, 3, 3)), MaxPool(3), AveragePool(3), SUMMING[10]]
)
def test_another_padding_leaves_everything_else(layer):
    other = layer.padded_as(((1, 0), (1, 1)))

    amounts = other.windows(X.shape[1:]).amounts
    assert amounts == ((1, 0), (1, 1))
    assert type(other) is type(layer)
    assert other.padded_as(layer.windows(X.shape[1:]).amounts).output_shape(X.shape) == layer.output_shape(X.shape)


def test_only_convolutions_have_a_choice_of_algorithms():
    layer = Conv(weights(6, 2, 3, 2), groups=2, strides=2)

    assert layer.plan(X.shape) == plan(X.shape, layer.kernel.shape, groups=2, strides=2)
    assert [name for name, kind in LAYERS.items() if kind.plan is not PlainLayer.plan] == ["conv"]
    told = [name for name, kind in LAYERS.items() if kind.plan_in_force is not PlainLayer.plan_in_force]
    assert told == ["conv", "depthwise_conv"]


def test_kinds_say_what_they_are():
    assert [name for name, kind in LAYERS.items() if kind.sees_all] == [
        "global_max_pool",
        "global_average_pool",
        "flatten",
        "group_norm",
        "reshape",
        "permute",
    ]
    assert [name for name, kind in LAYERS.items() if kind.is_identity] == ["identity"]
    assert all(layer.activation.is_linear for layer in EXAMPLES["max_pool"] + EXAMPLES["add"])
    assert Activation("relu").activation == Activation("relu")
    assert {name: kind.input_count for name, kind in LAYERS.items() if kind.input_count != 1} == {
        "unpool": 2,
        "subtract": 2,
        **dict.fromkeys(["add", "multiply", "average", "maximum", "minimum", "concatenate"]),
    }


def test_around_the_input_stands_what_the_windows_meet():
    bordered = Conv(weights(1, 4, 3, 3), padding=1, border="edge").surrounded(X, ((1, 1), (1, 1)))
    empty = MaxPool(3, padding=1).surrounded(X, ((1, 1), (1, 1)))

    assert np.array_equal(bordered, np.pad(X, ((0, 0), (1, 1), (1, 1)), mode="edge"))
    assert np.isnan(empty).sum() == empty.size - X.size


@dataclass(frozen=True)
class Doubled(PlainLayer):
    """A kind that can be computed and nothing else."""

    def __call__(self, x):
        return 2 * x


QUESTIONS = {
    "layer must be one whose values can be traced; got Doubled": lambda e: trace_in(e, 0, (0, 0, 0)),
    "layer must be one whose gradient can be followed; got Doubled": lambda e: effective_field(e, 0, (0, 0, 0)),
    "layer must be one with one input and a gradient; got Doubled": lambda e: input_gradient(e, np.ones(X.shape)),
    "layer must be one that keeps the axes of its input; got Doubled": lambda e: field_of(e.graph, X.shape, 0, (0, 0)),
    "layer must have a kernel; got Doubled": lambda e: kernel_plane(e.layers[0], 0, 0),
    "layer must have windows; got Doubled": lambda e: e.layers[0].padded_as(((0, 0), (0, 0))),
}


@pytest.mark.parametrize("message", QUESTIONS)
def test_a_new_kind_declines_with_a_sentence(message):
    evaluation = evaluate([Doubled()], X)

    assert np.array_equal(evaluation[0], 2 * X)
    with pytest.raises(ValueError, match=message):
        QUESTIONS[message](evaluation)


def test_a_new_kind_has_no_answer_where_there_may_be_none():
    layer = Doubled()

    assert layer.plan(X.shape) is layer.windows(X.shape[1:]) is layer.parts(X, 0) is layer.alone(0) is None
    assert (layer.filters, layer.parameter_count, layer.multiply_adds(X.shape), layer.bias_of(0)) == (0, 0, 0, 0)
    with pytest.raises(ValueError, match="layer must be one that keeps the axes of its input; got Flatten"):
        reach(Flatten(), (3, 3), (0, 0))


@pytest.mark.parametrize("rank", [1, 3])
@pytest.mark.parametrize("name", LAYERS)
def test_layers_that_fit_any_rank_answer_in_one_and_three_axes(name, rank):
    kind = LAYERS[name]
    shape = (2, *(4, 5, 3)[:rank])
    layers = {
        "conv": lambda: kind(weights(3, 2, *(2,) * rank), padding="same", border="edge"),
        "conv_transpose": lambda: kind(weights(2, 3, *(2,) * rank), strides=2),
        "depthwise_conv": lambda: kind(weights(2, 2, *(2,) * rank)),
        "separable_conv": lambda: kind(weights(2, 2, *(2,) * rank), weights(3, 4, *(1,) * rank)),
        "max_pool": lambda: kind(2),
        "average_pool": lambda: kind(2, padding="same"),
        "batch_norm": lambda: kind(None, [1, 2], [0.5, 0], [1, 2]),
        "dense": lambda: kind(weights(3, 2)),
        "activation": lambda: kind("tanh"),
        "local_response_norm": lambda: kind(1),
        "prelu": lambda: kind([0.5, -1]),
        "scale_shift": lambda: kind([0.5, -1], [1, 2]),
        "select_maps": lambda: kind([1, 0, 0]),
        "pad": lambda: kind(1, border="reflect"),
        "resize": lambda: kind(scale=1.5, interpolation="bilinear"),
        "group_norm": lambda: kind([0.5, -1], [1, 2]),
        "layer_norm": lambda: kind([0.5, -1], [1, 2]),
        "depth_to_space": lambda: kind(1),
        "space_to_depth": lambda: kind(1),
        "reshape": lambda: kind((-1, *(2,) * rank)),
        "permute": lambda: kind(range(rank + 1)[::-1]),
    }
    layer = layers.get(name, kind)()
    xs = [np.random.default_rng(i).normal(size=shape) for i in range(layer.input_count or 2)]
    if name == "unpool":
        xs[0] = MaxPool(2)(xs[1])
    y = layer(*xs)
    place = tuple(n // 2 for n in y.shape)
    one = np.zeros(y.shape)
    one[place] = 1

    traced = trace(layer, tuple(xs), place)

    assert y.shape == layer.output_shape(*(x.shape for x in xs))
    assert traced.value == pytest.approx(y[place], rel=1e-9, abs=1e-12)
    for x, gradient in zip(xs, layer.input_gradients(one, *xs), strict=True):
        assert gradient.shape == x.shape
    if len(xs) == 1:
        evaluation = evaluate([layer, Identity()], xs[0])
        field = effective_field(evaluation, 1, place)
        assert field.influence.sum() == pytest.approx(np.abs(input_gradient(evaluation, one)).sum(), rel=1e-5)
