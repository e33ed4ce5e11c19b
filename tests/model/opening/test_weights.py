"""Files of weights against the layers of a project: the same numbers as in the framework, or a sentence."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from convexplorer.formats.tensor_file import TensorFile
from convexplorer.formats.tfjs import read_tfjs
from convexplorer.kernels.filter import Filter
from convexplorer.model.layer import make_layer
from convexplorer.model.opening import learned
from convexplorer.model.opening.network_file import open_network
from convexplorer.model.opening.opened import OpenedNetwork
from convexplorer.model.opening.weight_axes import as_bank, channel_count
from convexplorer.model.opening.weights import assign, fitting
from convexplorer.model.project import Project
from convexplorer.sources.frame import Source
from tests.model.opening.comparing import computed
from tests.networks.keras_files import FOLDER as KERAS
from tests.networks.keras_files import reference as keras_reference

TORCH = Path(__file__).parents[2] / "networks" / "torch"
RNG = np.random.default_rng(3)


def project_of(*layers):
    return Project(Source("sample", "astronaut"), layers)


def blank(layers, *, is_renamed):
    """Return the layers of a network as made by hand: without its weights, under names of their own."""
    names = {layer.id: f"layer{i}" for i, layer in enumerate(layers)} if is_renamed else {}
    found = []
    for layer in layers:
        filters = tuple(Filter("hand-made", np.zeros_like(one.planes), rank=one.rank) for one in layer.filters)
        settings = dict(layer.settings)
        if layer.kind == "flatten":
            settings["channels_last"] = not settings["channels_last"]
        inputs = tuple(names.get(one, one) for one in layer.inputs)
        changes = {"filters": filters, "weights": {}, "settings": settings, "inputs": inputs}
        found.append(replace(layer, id=names.get(layer.id, layer.id), **changes))
    return project_of(*found)


def results_of(project, x):
    return [one.maps for one in computed(OpenedNetwork("", project.layers), x).values()]


@pytest.mark.parametrize("is_renamed", [False, True])
@pytest.mark.parametrize("knows_shape", [False, True])
@pytest.mark.parametrize("name", ["lenet", "vgg", "mobilenet", "spread", "signal"])
def test_weights_of_torch_fit_a_stack_made_by_hand(name, knows_shape, is_renamed):
    network = open_network(TORCH / f"{name}.pt")
    with np.load(TORCH / f"{name}.npz") as file:
        x = file["input"]
    project = blank(network.layers, is_renamed=is_renamed)

    found = fitting(project, open_network(TORCH / f"{name}_weights.pth"), x.shape if knows_shape else None)

    assert not found.missing
    left_out = [one for one in found.left if not one.endswith(" 1")]  # the one slope of a PReLU is an activation's
    assert not left_out
    for ours, theirs in zip(
        results_of(assign(project, found), x), results_of(project_of(*network.layers), x), strict=True
    ):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("is_renamed", [False, True])
@pytest.mark.parametrize("name", ["lenet", "vgg"])
def test_weights_of_keras_fit_a_stack_made_by_hand(name, is_renamed):
    path = KERAS / f"{name}_tfjs" / "model.json"
    network, x = open_network(path), keras_reference(name)["input"]
    project = blank(network.layers, is_renamed=is_renamed)

    found = fitting(project, TensorFile(read_tfjs(path).tensors, "keras"))

    assert not found.missing
    assert not found.left
    for ours, theirs in zip(
        results_of(assign(project, found), x), results_of(project_of(*network.layers), x), strict=True
    ):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)


def conv(count, planes, size=(3, 3), **settings):
    filters = [Filter("f", np.zeros((planes, *size))) for _ in range(count)]
    return make_layer("conv", filters, **settings)


def test_the_order_of_axes_that_a_file_does_not_tell_is_the_one_that_fits():
    project = project_of(conv(4, 3), conv(5, 4))
    torch = {"a.weight": RNG.normal(size=(4, 3, 3, 3)), "b.weight": RNG.normal(size=(5, 4, 3, 3))}
    keras = {name: np.moveaxis(one, (0, 1), (-1, -2)) for name, one in torch.items()}

    found = [fitting(project, TensorFile(tensors)) for tensors in (torch, keras)]

    assert [one.writer for one in found] == ["torch", "keras"]
    for one in found:
        np.testing.assert_array_equal(assign(project, one).layers[0].filters[2].planes, torch["a.weight"][2])


def test_where_both_orders_fit_the_assumption_is_told():
    project = project_of(conv(3, 3))

    found = fitting(project, TensorFile({"weight": np.ones((3, 3, 3, 3))}))

    assert found.writer == "torch"
    assert "both fit; that of PyTorch is assumed" in found.sentences[-1]


def test_arrays_of_one_shape_are_taken_in_their_order_and_names_come_first():
    project = project_of(conv(2, 2), replace(conv(2, 2), id="first"))
    tensors = {name: np.full((2, 2, 3, 3), i) for i, name in enumerate(("first.weight", "second.weight"))}

    layers = assign(project, fitting(project, TensorFile(tensors, "torch"))).layers

    assert [layer.filters[0].planes.max() for layer in layers] == [1, 0]


def test_what_does_not_fit_is_told_and_its_layer_keeps_its_numbers():
    kept = replace(make_layer("dense", units=3, weights={"kernel": np.ones((3, 2))}), id="scores")
    project = project_of(conv(4, 3), make_layer("flatten"), kept)
    tensors = {"net.weight": np.zeros((4, 3, 3, 3)), "other.weight": np.zeros((7, 5))}

    found = fitting(project, TensorFile(tensors, "torch"))

    assert found.sentences[:3] == (
        "conv takes net.",
        "scores finds no weights that fit, and keeps its own.",
        "1 of the arrays fit no layer: other.weight 7 × 5.",
    )
    assert assign(project, found).layers[2] is kept


def test_a_dense_layer_of_known_inputs_takes_no_others():
    project = project_of(make_layer("flatten"), make_layer("dense", units=2))
    tensors = TensorFile({"fc.weight": np.zeros((2, 12))}, "torch")

    assert fitting(project, tensors, (3, 2, 2)).fits
    other = fitting(project, tensors, (3, 2, 3))
    assert not other.fits
    (note,) = other.notes
    assert note.startswith("dense reads 18 values, fc has weights for 12: it was trained on pictures of another size")


def test_a_normalization_takes_no_kernel_with_a_bias():
    project = project_of(make_layer("batch_norm"))

    assert not fitting(project, TensorFile({"a.weight": np.ones(3), "a.bias": np.ones(3)}, "torch")).fits


def test_pytorchs_epsilon_is_told():
    project = project_of(make_layer("batch_norm"))
    arrays = {f"bn.{name}": np.ones(3) for name in ("weight", "bias", "running_mean", "running_var")}

    found = fitting(project, TensorFile({**arrays, "bn.num_batches_tracked": np.array(7)}, "torch"))

    assert assign(project, found).layers[0]["epsilon"] == 1e-5
    assert "0.00001 is PyTorch's own" in found.notes[0]
    assert not found.left


def test_separable_weights_of_keras_fit_their_layer():
    filters = [Filter("f", np.zeros((3, 3, 3))) for _ in range(2)]
    project = project_of(make_layer("separable_conv", filters, weights={"pointwise_kernel": np.zeros((2, 6))}))
    each, mixing = RNG.normal(size=(3, 3, 3, 2)), RNG.normal(size=(1, 1, 6, 2))
    arrays = {"s/depthwise_kernel": each, "s/pointwise_kernel": mixing, "s/bias": RNG.normal(size=2)}

    layer = assign(project, fitting(project, TensorFile(arrays, "keras"))).layers[0]

    np.testing.assert_array_equal(layer.filters[1].planes, each[..., 1].transpose(2, 0, 1))
    np.testing.assert_allclose(layer.weights["pointwise_kernel"], mixing[0, 0].T, rtol=1e-6)
    assert layer.filters[1].bias == arrays["s/bias"][1]


@pytest.mark.parametrize("before", [{}, {"bias": np.ones((3, 2))}])
@pytest.mark.parametrize("is_shared", [False, True])
@pytest.mark.parametrize("writer", ["keras", "torch"])
def test_depthwise_weights_bring_a_bias_for_each_map(writer, is_shared, before):
    filters = [Filter("f", np.zeros((3, 3, 3)), bias=5.0) for _ in range(2)]
    project = project_of(make_layer("depthwise_conv", filters, weights=before, use_bias=False))
    kernel = RNG.normal(size=(3, 2, 3, 3)).astype(np.float32)
    biases = np.tile(np.float32([0.5, -1]), (3, 1)) if is_shared else RNG.normal(size=(3, 2)).astype(np.float32)
    stored = {"keras": np.moveaxis(kernel, (0, 1), (2, 3)), "torch": kernel.reshape(6, 1, 3, 3)}[writer]
    names = {"keras": ("d/depthwise_kernel", "d/bias"), "torch": ("d.weight", "d.bias")}[writer]
    file = TensorFile(dict(zip(names, (stored, biases.reshape(-1)), strict=True)), writer)

    layer = assign(project, fitting(project, file, (3, 5, 5))).layers[0]

    assert layer["use_bias"]
    assert [layer.bias_of(i) for i in range(6)] == pytest.approx(biases.reshape(-1).tolist(), rel=1e-6)
    assert layer.has_map_biases is not is_shared
    np.testing.assert_array_equal(layer.filters[1].planes, kernel[:, 1])


@pytest.mark.parametrize(
    ("shape", "writer", "kind", "filters", "channels"),
    [
        ((4, 3, 5, 6), "torch", "conv", 4, 3),
        ((5, 6, 3, 4), "keras", "conv", 4, 3),
        ((6, 1, 5, 6), "torch", "depthwise_conv", 1, 6),
        ((5, 6, 3, 2), "keras", "depthwise_conv", 2, 3),
        ((3, 4, 5, 6), "torch", "conv_transpose", 4, 3),
        ((5, 6, 4, 3), "keras", "conv_transpose", 4, 3),
        ((5, 6), "keras", "conv", 1, 1),
    ],
)
def test_a_kernel_of_any_layout_is_a_bank(shape, writer, kind, filters, channels):
    kernel = np.arange(np.prod(shape), dtype=np.float32).reshape(shape)

    bank = as_bank(kernel, writer, kind)

    assert (len(bank), bank[0].planes.shape) == (filters, (channels, 5, 6))
    assert channel_count(kernel, writer, kind) == channels
    assert sorted(np.concatenate([one.planes.ravel() for one in bank])) == sorted(kernel.ravel())
    last = as_bank(kernel, writer, kind, channel=channels - 1)
    np.testing.assert_array_equal(last[-1].planes[0], bank[-1].planes[-1])


def test_what_is_no_kernel_is_refused():
    for shape, kind, channel in (
        ((4,), "conv", None),
        ((6, 2, 3, 3), "depthwise_conv", None),
        ((4, 3, 3, 3), "conv", 3),
    ):
        with pytest.raises(ValueError, match=r"is no kernel|have the channels"):
            as_bank(np.zeros(shape), "torch", kind, channel=channel)


def test_slopes_and_normalizations_take_theirs():
    project = project_of(conv(4, 3), make_layer("prelu"), make_layer("group_norm", groups=2))
    arrays = {"0.weight": RNG.normal(size=4), "1.weight": RNG.normal(size=4), "1.bias": RNG.normal(size=4)}

    for writer, tensors in (
        ("torch", arrays),
        (
            "keras",
            {"p/alpha": arrays["0.weight"][None, None], "g/gamma": arrays["1.weight"], "g/beta": arrays["1.bias"]},
        ),
        (
            "keras",
            {
                f"layers/{name}": one
                for name, one in zip(
                    ("p_re_lu/vars/0", "group_normalization/vars/0", "group_normalization/vars/1"),
                    arrays.values(),
                    strict=True,
                )
            },
        ),
    ):
        layers = assign(project, fitting(project, TensorFile(tensors, writer))).layers
        np.testing.assert_allclose(layers[1].weights["slope"], arrays["0.weight"], rtol=1e-6)
        np.testing.assert_allclose(layers[2].weights["beta"], arrays["1.bias"], rtol=1e-6)


def test_numbered_weights_of_which_some_are_missing_are_no_guess():
    project = project_of(make_layer("batch_norm"))
    tensors = {f"layers/batch_normalization/vars/{i}": np.ones(3) for i in range(3)}

    assert not fitting(project, TensorFile(tensors, "keras")).fits


def test_a_signalling_nan_becomes_a_weight_without_a_warning():
    numbers = np.array([0x7FA00000, 0x3F800000], np.uint32).view(np.float32)  # a signalling NaN, and 1
    kernel = np.resize(numbers, (2, 1, 3, 3))

    planes = np.stack([one.planes for one in learned.bank(kernel)])

    assert np.isnan(planes).sum() == 9
    assert (planes == 1).sum() == 9
