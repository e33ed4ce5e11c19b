"""Makes the files of `torch_weights/`, of every kind that `torch.save` writes, and what torch reads in them.

python -m tests.networks.make_torch_weights
"""

import argparse
import sys
import warnings
from pathlib import Path

import numpy as np

try:
    import torch
    from torch import nn
except ImportError:
    sys.exit("These files are made by PyTorch: pip install torch")

FOLDER = Path(__file__).parent / "torch_weights"
DTYPES = (
    *("float64", "float32", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool"),
    *("uint16", "uint32", "uint64"),
)


class Block(nn.Module):
    """A module of the author's own: its code is in no file."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(4, 4, (3, 1), stride=(2, 1), padding=(1, 0), groups=2, bias=False)
        self.downsample = None
        self.sizes = [1, (2, 3)]
        self.function = torch.nn.functional.relu
        self.register_buffer("scale", torch.tensor([0.5, 2.0]))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.conv(x)


def sequential() -> nn.Sequential:
    """Return a small network with modules inside of modules."""
    inner = nn.Sequential(nn.BatchNorm2d(4, eps=1e-4), nn.LeakyReLU(0.2), Block())
    model = nn.Sequential(nn.Conv2d(3, 4, 3, padding="same"), inner, nn.Flatten(), nn.Linear(4, 2))
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.randn(parameter.shape))
        model[1][0].running_mean.copy_(torch.randn(4))
    return model.eval()


def views() -> dict[str, torch.Tensor]:
    """Return tensors that show parts of storages, in all the ways that strides allow."""
    base = torch.arange(24.0).reshape(2, 3, 4)
    return {
        "whole": base,
        "transposed": base.transpose(0, 2),
        "part": base[1, :, 1:3],
        "every_second": torch.arange(10)[1::2],
        "expanded": torch.tensor([1.0, 2.0]).reshape(2, 1).expand(2, 5),
        "channels_last": torch.arange(36.0).reshape(1, 4, 3, 3).to(memory_format=torch.channels_last),
        "empty": torch.zeros(0, 3),
        "scalar": torch.tensor(2.5),
        "tied": base,
        "again": base.reshape(6, 4),
    }


def checkpoint(model: nn.Module) -> dict[str, object]:
    """Return what a training program saves, after a step of its optimizer."""
    optimizer = torch.optim.Adam(model.parameters())
    model(torch.randn(1, 3, 1, 1)).sum().backward()
    optimizer.step()
    return {
        "epoch": 3,
        "arch": "small",
        "state_dict": model.state_dict(),
        "best_acc1": torch.tensor(71.5),
        "optimizer": optimizer.state_dict(),
        "args": argparse.Namespace(lr=0.1, betas=(0.9, 0.99)),
    }


def main() -> None:
    """Write all files, and their tensors as one `.npz` with names "file:tensor"."""
    # Files of before version 1.6 hold the source of each class, and where it lay.
    torch.serialization.get_source_lines_and_file = lambda one: ([f"class {one.__name__}: ..."], 1, "network.py")
    FOLDER.mkdir(exist_ok=True)
    torch.manual_seed(0)
    model = sequential()
    state = model.state_dict()
    dtypes = {name: torch.tensor([[1, 0], [2, 3]]).to(getattr(torch, name)) for name in DTYPES}
    dtypes["bfloat16"] = torch.tensor([[1.0, -2.5], [0.00390625, float("inf")]], dtype=torch.bfloat16)
    tagged = nn.Parameter(torch.arange(3.0))
    tagged.note = "an attribute"
    subclassed = torch.arange(4.0)
    subclassed.note = "another"
    old = {"_use_new_zipfile_serialization": False}
    saved = {
        "state.pt": (state, {}),
        "state_old.pt": (state, old),
        "state_protocol_4.pt": (state, {"pickle_protocol": 4}),
        "state_protocol_5_old.pt": (state, {"pickle_protocol": 5, **old}),
        "dtypes.pt": (dtypes, {}),
        "dtypes_old.pt": ({name: dtypes[name] for name in DTYPES[:10]}, old),
        "views.pt": (views(), {}),
        "views_old.pt": (views(), old),
        "attributes.pt": ({"parameter": tagged, "tensor": subclassed}, {}),
        "list.pt": ([torch.arange(2), {"a": torch.arange(3)}], {}),
        "single.pt": (torch.arange(4.0), {}),
    }
    expected = {}
    for name, (value, options) in saved.items():
        torch.save(value, FOLDER / name, **options)
        for tensor_name, tensor in flat(torch.load(FOLDER / name, weights_only=False)).items():
            expected[f"{name}:{tensor_name}"] = as_array(tensor)
    for name, value, options in (
        ("module.pt", model, {}),
        ("module_old.pt", model, old),
        ("checkpoint.pt", checkpoint(sequential()), {}),
        ("checkpoint_old.pt", checkpoint(sequential()), old),
    ):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that the source of a class cannot be kept
            torch.save(value, FOLDER / name, **options)
        weights = value if isinstance(value, dict) else {"state_dict": value.state_dict()}
        expected |= {f"{name}:{key}": as_array(one) for key, one in weights["state_dict"].items()}
    unread = {
        "complex": torch.zeros(2, dtype=torch.complex64),
        "quantised": torch.quantize_per_tensor(torch.zeros(2, 2), 0.1, 0, torch.qint8),
        "sparse": torch.eye(2).to_sparse(),
    }
    torch.save(unread, FOLDER / "unread.pt")
    torch.save(unread | {"plain": torch.arange(3.0)}, FOLDER / "partly_unread.pt")
    torch.save({"a": torch.zeros(2, dtype=torch.complex64)}, FOLDER / "unread_old.pt", **old)
    np.savez_compressed(FOLDER / "expected.npz", **expected)


def flat(value: object, prefix: str = "") -> dict[str, torch.Tensor]:
    """Return the tensors in dictionaries and lists by dotted names."""
    if isinstance(value, torch.Tensor):
        return {prefix or "tensor": value}
    parts = value.items() if isinstance(value, dict) else enumerate(value)
    found: dict[str, torch.Tensor] = {}
    for name, part in parts:
        found |= flat(part, f"{prefix}.{name}" if prefix else str(name))
    return found


def as_array(tensor: torch.Tensor) -> np.ndarray:
    """Return a tensor as NumPy has it; bfloat16, which it has not, as float32."""
    tensor = tensor.detach()
    return (tensor.float() if tensor.dtype == torch.bfloat16 else tensor).numpy()


if __name__ == "__main__":
    main()
