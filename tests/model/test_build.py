"""From the project to what is computed."""

import numpy as np
import pytest

from convexplorer import core
from convexplorer.core.layers import AveragePool, Conv, Identity, MaxPool
from convexplorer.kernels.filter import Filter
from convexplorer.kernels.presets import make_filter, presets
from convexplorer.model import build as build_module
from convexplorer.model import edits
from convexplorer.model.build import choose_input, effective_planes, white_of
from convexplorer.sources.byte_image import ByteImage
from convexplorer.sources.decoders.pixels import from_pixels
from convexplorer.sources.frame import Frame, Samples
from tests.model.examples import CONV_KINDS, bank, built_layers, conv, conv_layer, pool_layer

COLOR = make_filter("red-green-edge-x")


def frame(count, channels):
    image = np.arange(count * 6, dtype=np.float32).reshape(count, 2, 3) / 64
    image.flags.writeable = False
    return Frame(image, channels)


@pytest.mark.parametrize("name", presets())
@pytest.mark.parametrize("channel_count", [1, 3])
def test_every_preset_builds_on_grey_and_on_colour(name, channel_count):
    one = make_filter(name)

    (layer,) = built_layers((conv_layer((one,)),), channel_count)

    assert layer.kernel.shape == (1, channel_count, *one.size)
    assert layer.kernel.dtype == np.float32
    assert layer.output_shape((channel_count, 40, 50)) == (1, 40, 50)


def test_one_plane_serves_every_channel():
    assert np.array_equal(effective_planes(make_filter("sobel-x"), 3), [make_filter("sobel-x").planes[0]] * 3)


def test_planes_meet_their_own_channels():
    assert effective_planes(COLOR, 3) is COLOR.planes


def test_planes_are_summed_on_a_grey_picture():
    planes = np.arange(27.0).reshape(3, 3, 3)

    assert np.array_equal(effective_planes(Filter("a", planes), 1), planes.sum(axis=0, keepdims=True))


@pytest.mark.parametrize("channel_count", [2, 4])
def test_other_numbers_of_channels_are_refused_in_words(channel_count):
    with pytest.raises(ValueError, match=f"'red-green-edge-x' has 3 planes, its input has {channel_count} channels"):
        effective_planes(COLOR, channel_count)


def test_channels_are_counted_through_the_layers():
    first = conv(bank("sobel-x", "sobel-y"))
    second = conv(bank("laplacian"))

    built = built_layers((first, pool_layer(), second), 3)

    assert [type(layer) for layer in built] == [Conv, MaxPool, Conv]
    assert built[2].kernel.shape == (1, 2, 3, 3)


def test_a_layer_switched_off_passes_its_input_on():
    first = conv_layer(conv(bank("sobel-x", "sobel-y")).filters, is_enabled=False)

    built = built_layers((first, pool_layer(kind="average", is_enabled=False), conv(bank("laplacian"))), 3)

    assert [type(layer) for layer in built] == [Identity, Identity, Conv]
    assert built[2].kernel.shape == (1, 3, 3, 3)


def test_an_average_pool_is_built_with_its_settings():
    (layer,) = built_layers((pool_layer("average", (3, 2), (1, 2), "same"),), 1)

    assert isinstance(layer, AveragePool)
    assert (layer.pool_size, layer.strides, layer.padding) == ((3, 2), (1, 2), "same")


def test_the_kernel_is_correlated_unless_flipped():
    x = np.zeros((1, 5, 5), np.float32)
    x[0, 2, 2] = 1
    kernel = np.arange(9.0).reshape(3, 3)
    correlation, convolution = (
        built_layers((conv_layer((Filter("a", kernel),), is_flipped=is_flipped),), 1)[0](x)[0, 1:4, 1:4]
        for is_flipped in (False, True)
    )

    assert np.array_equal(correlation, kernel[::-1, ::-1])
    assert np.array_equal(convolution, kernel)


def test_bias_and_activation_are_applied():
    project = edits.set_layer(edits.set_bias(bank("identity"), 0, 0, -1.0), 0, activation="relu")
    (layer,) = built_layers(project.layers, 1)

    assert layer(np.array([[[0.5, 3.0]]], np.float32)).tolist() == [[[0.0, 2.0]]]


def test_the_same_layer_is_built_once():
    project = bank()

    (first,) = built_layers(project.layers, 3)
    (again,) = built_layers(edits.set_channels(project, "luminance").layers, 3)
    (other,) = built_layers(project.layers, 1)

    assert first is again
    assert other is not first


def test_weights_beyond_float32_become_infinite_without_a_warning():
    (layer,) = built_layers((conv_layer((Filter("a", np.array([[1e300]])),)),), 1)

    assert layer.kernel[0, 0, 0, 0] == np.inf


@pytest.mark.parametrize(
    ("channels", "expected"),
    [
        (("Y",), ("Y",)),
        (("Y", "A"), ("Y",)),
        (("R", "G", "B"), ("R", "G", "B")),
        (("R", "G", "B", "A"), ("R", "G", "B")),
        (("0", "1", "2", "3", "4"), ("0", "1", "2", "3", "4")),
        (("A",), ("A",)),
        (("A", "R"), ("R",)),
    ],
)
def test_colour_is_all_channels_but_alpha(channels, expected):
    source = frame(len(channels), channels)

    image, names = choose_input(source, "color")

    assert names == expected
    assert np.array_equal(image, [source.image[channels.index(name)] for name in expected])


def test_the_input_is_no_copy_where_none_is_needed():
    source = frame(3, ("R", "G", "B"))

    assert choose_input(source, "color")[0] is source.image
    assert choose_input(frame(4, ("R", "G", "B", "A")), "color")[0].base is not None


@pytest.mark.parametrize(
    "channels", [("Y",), ("Y", "A"), ("R", "G", "B"), ("R", "G", "B", "A"), ("0", "1", "2", "3", "4")]
)
def test_luminance_is_one_channel_of_any_picture(channels):
    image, names = choose_input(frame(len(channels), channels), "luminance")

    assert image.shape == (1, 2, 3)
    assert image.dtype == np.float32
    assert names == ("Y",)


def test_the_luminance_of_grey_is_grey():
    image = np.repeat(np.random.default_rng(0).random((1, 4, 5), np.float32), 3, axis=0)

    assert np.array_equal(choose_input(Frame(image, ("R", "G", "B")), "luminance")[0], image[:1])


def test_all_channels_are_all_of_them():
    source = frame(4, ("R", "G", "B", "A"))

    image, names = choose_input(source, "all")

    assert image is source.image
    assert names == ("R", "G", "B", "A")


@pytest.mark.parametrize(("dtype", "bits"), [("uint8", 8), ("uint16", 12), ("uint16", 16)])
def test_stored_numbers_are_those_of_the_file(dtype, bits):
    numbers = np.arange(2**bits, dtype=dtype).reshape(1, -1, 16)
    full_scale = 2.0**bits - 1
    source = Frame(from_pixels(numbers[0], full_scale=full_scale), ("Y",), samples=Samples(dtype, bits, full_scale))

    image, _ = choose_input(source, "color", "stored")

    assert np.array_equal(image, numbers)
    assert image.dtype == np.float32
    assert white_of(source, "stored") == full_scale
    assert choose_input(source, "color", "stored")[0] is image


@pytest.mark.parametrize("samples", [None, Samples("float32", 32), Samples("uint32", 32), Samples("bool", 1)])
def test_where_nothing_was_scaled_stored_numbers_are_the_same(samples):
    source = Frame(np.ones((1, 2, 3), np.float32), ("Y",), samples=samples)

    assert choose_input(source, "color", "stored")[0] is source.image
    assert white_of(source, "stored") == 1


def test_the_luminance_of_stored_numbers_is_that_times_their_full_scale():
    pixels = np.random.default_rng(0).integers(0, 256, (4, 5, 3), np.uint8)
    source = Frame(from_pixels(pixels), ("R", "G", "B"), samples=Samples("uint8", 8, 255.0))

    stored, unit = (choose_input(source, "luminance", numbers)[0] for numbers in ("stored", "unit"))

    np.testing.assert_allclose(stored, unit * 255, rtol=1e-5)


def test_one_channel_is_chosen_by_its_number():
    source = frame(3, ("R", "G", "B"))

    image, names = choose_input(source, "1")

    assert np.array_equal(image, source.image[1:2])
    assert names == ("G",)


def test_a_channel_that_is_not_there_falls_back_to_the_first():
    assert choose_input(frame(1, ("Y",)), "2")[1] == ("Y",)


@pytest.mark.parametrize("choice", ["color", "luminance", "1"])
def test_the_same_frame_gives_the_same_input(choice):
    source = frame(4, ("R", "G", "B", "A"))

    assert choose_input(source, choice)[0] is choose_input(source, choice)[0]
    assert not choose_input(source, choice)[0].flags.writeable


@pytest.mark.parametrize("choice", ["color", "all", "luminance", "0", "2", "7"])
@pytest.mark.parametrize("numbers", ["unit", "stored"])
@pytest.mark.parametrize("rows", [1, 63, 64, 150])
def test_bytes_give_the_very_numbers_of_an_image(choice, numbers, rows):
    pixels = np.random.default_rng(rows).integers(0, 256, (rows, 7, 3), np.uint8)
    samples = Samples("uint8", 8, 255.0)
    of_bytes = Frame(ByteImage(pixels), ("R", "G", "B"), samples=samples)
    of_image = Frame(from_pixels(pixels, is_bgr=True), ("R", "G", "B"), samples=samples)

    image, names = choose_input(of_bytes, choice, numbers)

    expected, expected_names = choose_input(of_image, choice, numbers)
    np.testing.assert_array_equal(image, expected)
    assert names == expected_names
    assert image.dtype == np.float32
    assert not image.flags.writeable


KINDS = {
    "conv": lambda x, filters: core.conv(x, filters, padding="same"),
    "depthwise_conv": lambda x, filters: core.depthwise_conv(x, filters.swapaxes(0, 1), padding="same"),
    # Its 1×1 step adds each filter's maps over the channels, as a convolution does at once.
    "separable_conv": lambda x, filters: core.conv(x, filters, padding="same"),
    "conv_transpose": lambda x, filters: core.conv_transpose(x, filters.swapaxes(0, 1), padding="same"),
}


@pytest.mark.parametrize("kind", CONV_KINDS)
def test_each_kind_of_convolution_is_computed_as_its_operator(kind):
    x = np.random.default_rng(5).standard_normal((3, 8, 9)).astype(np.float32)
    filters = tuple(Filter(f"f{i}", np.random.default_rng(i).standard_normal((3, 3, 3)), bias=i) for i in range(2))

    (layer,) = built_layers((conv_layer(filters, kind=kind),), 3)

    planes = np.stack([one.planes for one in filters]).astype(np.float32)
    bias = np.tile([0.0, 1.0], len(layer(x)) // 2)
    assert np.allclose(layer(x), KINDS[kind](x, planes) + bias[:, np.newaxis, np.newaxis], atol=1e-5)


@pytest.mark.parametrize("kind", CONV_KINDS)
def test_every_map_has_a_name_and_a_filter(kind):
    layer = conv_layer((make_filter("sobel-x"), make_filter("sobel-y")), kind=kind)

    (built,) = built_layers((layer,), 3)
    names = layer.map_names(("R", "G", "B"))

    assert len(names) == built.output_shape((3, 8, 9))[0]
    for i, name in enumerate(names):
        assert name.endswith(layer.filters[layer.filter_of(i)].name)


def test_a_layer_on_a_depthwise_one_gets_all_its_maps():
    first = conv_layer((make_filter("sobel-x"), make_filter("sobel-y")), kind="depthwise_conv")

    built = built_layers((first, conv_layer((make_filter("laplacian"),))), 3)

    assert built[1].kernel.shape == (1, 6, 3, 3)


def test_more_than_64_maps_are_all_made_and_named():
    layer = conv_layer((make_filter("sobel-x"),) * 64, kind="depthwise_conv")

    (built,) = built_layers((layer,), 5)

    assert built.output_shape((5, 64, 64)) == (320, 64, 64)
    assert len(layer.map_names("VWXYZ")) == 320


def test_more_weights_than_memory_holds_are_refused_in_numbers(monkeypatch):
    monkeypatch.setattr(build_module, "MAX_WEIGHTS", 1000)
    layer = conv_layer((make_filter("sobel-x"),) * 64)

    with pytest.raises(ValueError, match="64 filters on 5 channels have 2880 weights; at most 1000"):
        built_layers((layer,), 5)
