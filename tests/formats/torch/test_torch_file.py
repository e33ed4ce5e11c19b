from pathlib import Path

import numpy as np
import pytest

from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.torch.torch_file import read_torch

FOLDER = Path(__file__).parents[2] / "networks" / "torch_weights"


def expected() -> dict[str, dict[str, np.ndarray]]:
    """Return what torch reads in each file."""
    found: dict[str, dict[str, np.ndarray]] = {}
    with np.load(FOLDER / "expected.npz") as arrays:
        for name in arrays.files:
            file, _, tensor = name.partition(":")
            found.setdefault(file, {})[tensor] = arrays[name]
    return found


EXPECTED = expected()
UNREAD = {"unread.pt", "unread_old.pt", "partly_unread.pt"}
KINDS = ("", "_old")  # the archive, and the stream of versions before 1.6


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_tensors_are_those_that_torch_reads(name):
    found = read_torch(FOLDER / name).tensors

    assert list(found) == list(EXPECTED[name])
    for tensor, array in EXPECTED[name].items():
        assert found[tensor].dtype == array.dtype, tensor
        np.testing.assert_array_equal(found[tensor], array)
        assert not found[tensor].flags.writeable


def test_every_file_that_was_made_is_compared():
    assert {path.name for path in FOLDER.glob("*.pt")} == {*EXPECTED, *UNREAD}


@pytest.mark.parametrize("kind", KINDS)
def test_a_checkpoint_gives_its_weights_and_says_what_it_leaves_out(kind):
    found = read_torch(FOLDER / f"checkpoint{kind}.pt")

    assert found.note == (
        'The weights are those under "state_dict". Left out: "epoch", "arch", "best_acc1", "optimizer", "args".'
    )
    assert found.module is None


def test_a_file_of_weights_alone_has_no_note():
    assert read_torch(FOLDER / "state.pt").note == ""


@pytest.mark.parametrize("kind", KINDS)
def test_a_saved_network_is_a_tree_of_modules(kind):
    module = read_torch(FOLDER / f"module{kind}.pt").module

    assert module is not None
    assert module.class_name == "torch.nn.modules.container.Sequential"
    assert list(module.children) == ["0", "1", "2", "3"]
    conv, inner, flatten, linear = module.children.values()
    assert conv.class_name == "torch.nn.modules.conv.Conv2d"
    assert {name: conv.settings[name] for name in ("kernel_size", "padding", "stride", "groups")} == {
        "kernel_size": (3, 3),
        "padding": "same",
        "stride": (1, 1),
        "groups": 1,
    }
    assert {name: array.shape for name, array in conv.tensors.items()} == {"weight": (4, 3, 3, 3), "bias": (4,)}
    assert flatten.settings == {"start_dim": 1, "end_dim": -1}
    assert linear.tensors["bias"].shape == (2,)
    norm, activation, block = inner.children.values()
    assert norm.settings["eps"] == 1e-4
    assert {"running_mean", "running_var", "num_batches_tracked"} < norm.tensors.keys()
    assert activation.settings["negative_slope"] == 0.2
    assert block.class_name == "__main__.Block"
    assert block.settings == {"downsample": None, "sizes": (1, (2, 3))}  # without its function, its mode, its hooks
    assert list(block.tensors) == ["scale"]
    assert list(block.children["conv"].tensors) == ["weight"]  # it has no bias


def test_the_arrays_of_modules_are_the_named_ones():
    found = read_torch(FOLDER / "module.pt")

    assert found.module is not None
    assert found.module.children["0"].tensors["weight"] is found.tensors["0.weight"]


@pytest.mark.parametrize(
    ("name", "listed"), [("unread.pt", '"complex", "quantised", "sparse"'), ("unread_old.pt", '"a"')]
)
def test_tensors_in_forms_that_are_not_read_are_named(name, listed):
    with pytest.raises(NetworkFileError) as caught:
        read_torch(FOLDER / name)

    reason = f"complex, quantised or sparse tensors are not read: {listed}."
    assert str(caught.value) == f"{name} cannot be read: {reason}"


def test_what_is_not_read_beside_weights_is_noted():
    found = read_torch(FOLDER / "partly_unread.pt")

    assert list(found.tensors) == ["plain"]
    assert found.note == 'Complex, quantised or sparse tensors are not read: "complex", "quantised", "sparse".'
