"""What a map would be under other conventions: against maps that are computed that way."""

import numpy as np
import pytest

from convexplorer import core
from convexplorer.core.layers import Activation
from convexplorer.model import edits
from convexplorer.model.default import default_project
from convexplorer.model.project import Project
from convexplorer.model.view import View
from convexplorer.results.comparison import Subject, compare, subject_of
from convexplorer.results.job import Job
from convexplorer.results.picture import Picture
from convexplorer.results.render import render
from convexplorer.sources.frame import Frame
from tests.model.examples import add_pool

FRAME = Frame(np.random.default_rng(3).random((3, 21, 30), dtype=np.float32), ("R", "G", "B"))


def picture_of(project: Project) -> Picture:
    return render(Job(FRAME, project, View())).picture


def conv_picture(**settings: object) -> Picture:
    return picture_of(edits.set_layer(default_project(), 0, **settings))


def subject(picture: Picture, layer: int = 0, channel: int = 2) -> Subject:
    found = subject_of(picture, layer, channel)
    assert found is not None
    return found


def test_with_strides_1_only_the_rim_differs():
    found = compare(subject(conv_picture()))

    assert found is not None
    assert list(found.differences) == [((0, 0), (0, 0))]
    valid = found.differences[((0, 0), (0, 0))]
    assert (valid.largest, valid.share, valid.common) == (0.0, 0.0, (19, 28))


def test_with_strides_2_keras_and_pytorch_read_other_cells():
    picture = conv_picture(strides=(2, 2))
    found = compare(subject(picture))

    # Keras pads 21 rows by (1, 1), but 30 columns by (0, 1): PyTorch's windows begin a column earlier.
    assert found is not None
    pytorch = found.differences[((1, 1), (1, 1))]
    layer = picture.evaluation.layers[0]
    kernel, x = layer.kernel[2:3].astype(np.float64), FRAME.image.astype(np.float64)
    setting = {"strides": 2, "dilation_rate": 1}
    keras = core.conv(x, kernel, padding=((1, 1), (0, 1)), **setting)
    torch = core.conv(x, kernel, padding=((1, 1), (1, 1)), **setting)
    assert pytorch.shift == (0, -1)
    assert pytorch.largest == pytest.approx(np.abs(keras - torch).max(), rel=1e-5)


def test_a_flip_is_measured_on_the_picture():
    sobel, line = (compare(subject(conv_picture(), channel=channel)) for channel in (2, 0))

    maps = conv_picture().evaluation[0]
    assert sobel.flip == pytest.approx(2 * np.abs(maps[2]).max(), rel=1e-6)
    assert line.flip == 0


def test_the_activation_is_part_of_what_is_compared():
    found = compare(subject(conv_picture(activation=Activation("relu"))))

    maps = conv_picture().evaluation[0]
    # Sobel is odd: what is positive under one is negative, and 0 after ReLU, under the other.
    assert found.flip == pytest.approx(np.abs(maps[2]).max(), rel=1e-6)


@pytest.mark.parametrize("kind", ["conv", "depthwise_conv", "separable_conv"])
def test_a_map_of_any_kind_is_that_of_one_convolution(kind: str):
    picture = conv_picture(kind=kind, activation=Activation("tanh"))
    maps = picture.evaluation[0]

    for channel in (0, 2, len(maps) - 1):
        one = subject(picture, channel=channel)
        np.testing.assert_allclose(one.layer(one.x)[0], maps[channel], atol=1e-5)


def test_a_pool_is_compared_as_a_pool():
    picture = picture_of(edits.set_layer(add_pool(default_project(), 0), 1, pool_size=(3, 3)))
    one = subject(picture, 1, 4)
    found = compare(one)

    assert one.x.shape == (1, 21, 30)
    assert found.flip is None
    assert 'PyTorch padding="same"' not in {convention.name for convention in one.conventions()}
    # Strides of 2: PyTorch's padding of 1 moves the windows that "valid" leaves where they are.
    maps = picture.evaluation[0][4:5]
    valid, padded = (core.max_pool(maps, 3, strides=2, padding=padding) for padding in (0, 1))
    rows, columns = (min(a, b) for a, b in zip(valid.shape[1:], padded.shape[1:], strict=True))
    expected = np.abs(valid[:, :rows, :columns] - padded[:, :rows, :columns]).max()
    assert found.differences[((1, 1), (1, 1))].largest == pytest.approx(expected)


def test_what_nobody_wants_any_more_is_given_up():
    assert compare(subject(conv_picture()), lambda: False) is None


def test_layers_without_windows_and_without_maps_have_nothing_to_compare():
    off = picture_of(edits.set_layer(default_project(), 0, is_enabled=False))
    impossible = conv_picture(padding="valid", dilation_rate=(40, 40))

    assert subject_of(off, 0, 0) is None
    assert subject_of(impossible, 0, 0) is None
    assert subject_of(off, 7, 0) is None


@pytest.mark.parametrize("weight", [np.nan, np.inf, 1e38], ids=str)
def test_weights_without_numbers_are_compared_without_harm(weight: float):
    project = edits.set_weight(default_project(), 0, 2, None, 0, 0, weight)

    found = compare(subject(picture_of(project)))

    assert np.isnan(found.flip) == (not np.isfinite(weight))
