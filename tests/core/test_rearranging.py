"""Layers that put every number to another place: none is lost, each says where it comes from, and all go back."""

import numpy as np
import pytest

from convexplorer.core.explain.trace import trace
from convexplorer.core.layers import DepthToSpace, Flatten, Permute, Reshape, Resize, SelectMaps, SpaceToDepth
from convexplorer.core.layers.tracing.part import Part
from convexplorer.core.network import receptive_field

CASES = [
    (DepthToSpace(2), (8, 4, 6)),
    (DepthToSpace(2, mode="DCR"), (8, 4, 6)),
    (DepthToSpace(3), (6, 5)),
    (DepthToSpace(2, mode="DCR"), (16, 2, 3, 2)),
    (SpaceToDepth(2), (3, 4, 6)),
    (SpaceToDepth(2, mode="DCR"), (3, 4, 6)),
    (SpaceToDepth(3), (2, 6)),
    (Reshape((6, 4, 8)), (8, 4, 6)),
    (Reshape((4, 4, -1), channels_last=True), (192,)),
    (Reshape((-1,)), (2, 3, 4)),
    (Reshape((3, 2, 2, 2)), (4, 6)),
    (Permute((2, 0, 1)), (3, 4, 5)),
    (Permute((0, 2, 1, 3)), (2, 3, 4, 5)),
]
EVERY = pytest.mark.parametrize(("layer", "shape"), CASES)


def numbered(shape):
    return np.arange(np.prod(shape), dtype=np.float64).reshape(shape)


@EVERY
def test_no_number_is_lost_and_each_comes_from_where_it_says(layer, shape):
    x = numbered(shape)

    y = layer(x)

    assert y.shape == layer.output_shape(shape)
    assert np.array_equal(np.sort(y.reshape(-1)), x.reshape(-1))
    for place in np.ndindex(*y.shape):
        traced = trace(layer, x, place)
        source = (int(traced.channels[0]), *(int(cell[0]) for cell in traced.window.sources))
        assert traced.value == y[place] == x[source]


@EVERY
def test_gradients_go_back_where_the_numbers_come_from(layer, shape):
    x = numbered(shape)
    y = layer(x)

    assert np.array_equal(layer.input_gradient(y, x), x)

    place = tuple(n - 1 for n in y.shape)
    one = np.zeros((len(y), *(1,) * (y.ndim - 1)))
    one[place[0]] = 1
    (part,) = layer.back(Part(place[1:], one), x)
    found = np.zeros(shape)
    found[part.places] = part.gradient
    assert np.array_equal(np.argwhere(found)[0], np.argwhere(x == y[place])[0])
    assert found.sum() == 1


@pytest.mark.parametrize("mode", ["CRD", "DCR"])
def test_both_directions_undo_each_other(mode):
    x = numbered((12, 3, 5))

    assert np.array_equal(SpaceToDepth(2, mode=mode)(DepthToSpace(2, mode=mode)(x)), x)


def test_the_orders_of_blocks_are_those_of_pytorch_and_tensorflow():
    x = np.arange(8.0).reshape(8, 1, 1)

    assert DepthToSpace(2)(x)[0].tolist() == [[0, 1], [2, 3]]
    assert DepthToSpace(2, mode="DCR")(x)[0].tolist() == [[0, 2], [4, 6]]


def test_a_reshape_in_keras_order_undoes_keras_flatten():
    x = numbered((3, 4, 5))

    assert np.array_equal(Reshape((3, 4, 5), channels_last=True)(Flatten(channels_last=True)(x)), x)
    assert np.array_equal(Reshape((3, 4, 5))(Flatten()(x)), x)


def test_a_channel_shuffle_is_a_choice_of_maps():
    x = numbered((6, 2, 2))
    shuffled = x.reshape(2, 3, 2, 2).swapaxes(0, 1).reshape(6, 2, 2)

    assert np.array_equal(SelectMaps(np.arange(6).reshape(2, 3).T.reshape(-1))(x), shuffled)


def test_fields_of_blocks_are_known_without_computing():
    (spread,) = receptive_field([DepthToSpace(2)], (4, 6, 6))
    (gathered,) = receptive_field([SpaceToDepth(2)], (1, 6, 6))

    assert spread.jump == (0.5, 0.5)
    assert (gathered.size, gathered.jump, gathered.start) == ((2, 2), (2, 2), (0, 0))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: DepthToSpace(2).output_shape((6, 2, 2)), "channels must be a multiple of 4, .* got"),
        (lambda: SpaceToDepth(2).output_shape((1, 3, 2)), "all sizes must be multiples of the block's, 2; got"),
        (lambda: DepthToSpace(0), "block_size must be ≥ 1; got 0"),
        (lambda: SpaceToDepth(2, mode="up"), "mode must be one of CRD, DCR; got 'up'"),
        (lambda: Reshape((2, 0)), "shape must be numbers of 1 or more"),
        (lambda: Reshape((-1, -1)), "shape must be numbers of 1 or more"),
        (lambda: Reshape((5, -1)).output_shape((3, 4)), "does not hold the input's 12 numbers"),
        (lambda: Permute((0, 2)), "dims must name each axis once"),
        (lambda: Permute((0, 1)).output_shape((3, 4, 5)), "x must have 2 axes"),
        (lambda: SelectMaps([3]).output_shape((3, 4, 5)), "indices must be among the input's 3 maps, .* got 3"),
        (lambda: SelectMaps([]), "indices must be 0 or more"),
        (lambda: SelectMaps([0] * 60000).output_shape((1, 720, 1280)), r"55296000000 numbers \(221\.2 GB\); at most"),
        (lambda: Resize((16384, 16384)).output_shape((64, 2, 2)), r"17179869184 numbers \(68\.7 GB\); at most"),
        (lambda: Resize(scale=0.25).output_shape((1, 3, 9)), r"scale 0\.25 leaves nothing of 3 cells"),
        (lambda: Resize(coordinates="far"), "coordinates must be one of .* got 'far'"),
    ],
)
def test_what_does_not_fit_says_so(make, message):
    with pytest.raises(ValueError, match=message):
        make()
