"""Make small networks of PyTorch with random weights, and what PyTorch computes in each of their layers.

Run as `python -m tests.networks.make_torch` where torch is installed; it is not needed for the tests, which read the
files that are stored beside this script.
"""

import sys
from collections import OrderedDict
from pathlib import Path

import numpy as np

try:
    import torch
    from torch import nn
except ImportError:
    sys.exit("PyTorch is missing: pip install torch")

FOLDER = Path(__file__).parent / "torch"


def networks() -> dict[str, tuple[nn.Module, tuple[int, ...]]]:
    """Return the networks, and the shape of an input of each."""
    return {
        "lenet": (
            nn.Sequential(
                OrderedDict(
                    c1=nn.Conv2d(1, 4, 5, padding=2),
                    a1=nn.Tanh(),
                    s2=nn.AvgPool2d(2),
                    c3=nn.Conv2d(4, 6, 3),
                    a3=nn.Sigmoid(),
                    s4=nn.MaxPool2d((2, 1), stride=(2, 3), ceil_mode=True),
                    flat=nn.Flatten(),
                    drop=nn.Dropout(0.4),
                    f5=nn.Linear(48, 8, bias=False),
                    norm=nn.BatchNorm1d(8),
                    a5=nn.Softsign(),
                    f6=nn.Linear(8, 4),
                    scores=nn.Softmax(dim=1),
                )
            ),
            (1, 20, 16),
        ),
        "vgg": (
            nn.Sequential(
                nn.Sequential(
                    nn.Conv2d(3, 4, 3, padding="same", dilation=2),
                    nn.BatchNorm2d(4, eps=0.01),
                    nn.LeakyReLU(0.15),
                    nn.LocalResponseNorm(3, alpha=0.5, beta=0.6, k=1.5),
                    nn.MaxPool2d(3, 2, 1, ceil_mode=True),
                ),
                nn.Sequential(
                    nn.Conv2d(4, 5, 3, stride=2, padding=1, padding_mode="reflect"),
                    nn.BatchNorm2d(5, affine=False),
                    nn.ELU(0.7),
                    nn.AvgPool2d(3, 2, 1),
                    nn.AvgPool2d(2, 1, 1, ceil_mode=True, count_include_pad=False),
                    nn.Conv2d(5, 6, (1, 2), padding_mode="circular", padding=(0, 1)),
                    nn.PReLU(),
                    nn.Identity(),
                    nn.MaxPool2d(2, 1, dilation=2),
                ),
                nn.AdaptiveAvgPool2d((1, 1)),
                nn.Flatten(),
                nn.Linear(6, 4),
                nn.LogSoftmax(dim=-1),
            ),
            (3, 18, 22),
        ),
        "mobilenet": (
            nn.Sequential(
                nn.Conv2d(3, 4, 3, 2, 1, bias=False),
                nn.ReLU6(),
                nn.Conv2d(4, 4, 3, padding=1, groups=4, bias=False),
                nn.Hardswish(),
                nn.Conv2d(4, 8, 3, groups=4),
                nn.Hardsigmoid(),
                nn.Conv2d(8, 6, 1, groups=2),
                nn.GELU("tanh"),
                nn.Dropout2d(),
                nn.AdaptiveMaxPool2d(1),
                nn.Flatten(),
                nn.Linear(6, 3),
            ),
            (3, 16, 17),
        ),
        "spread": (
            nn.Sequential(
                nn.Conv2d(3, 4, 3),
                nn.SiLU(),
                nn.ConvTranspose2d(4, 6, 3, stride=2, padding=1, output_padding=1),
                nn.Mish(),
                nn.ConvTranspose2d(6, 4, (2, 3), stride=(1, 2), groups=2, bias=False),
                nn.Hardtanh(),
                nn.ZeroPad2d((1, 2, 0, 3)),
                nn.Upsample(scale_factor=2),
                nn.ConvTranspose2d(4, 2, 3, dilation=2, padding=2),
                nn.Softplus(),
                nn.Upsample(scale_factor=2, mode="bilinear"),
                nn.Conv2d(2, 1, 3, padding=1, padding_mode="replicate"),
                nn.CELU(0.8),
                nn.Softshrink(0.1),
                nn.Threshold(0.1, -0.2),
                nn.Softmax2d(),
            ),
            (3, 6, 5),
        ),
        "norms": (
            nn.Sequential(
                nn.Conv2d(3, 4, 3),
                nn.GroupNorm(2, 4),
                nn.PReLU(4),
                nn.ReflectionPad2d((1, 2, 0, 1)),
                nn.InstanceNorm2d(4),
                nn.ConstantPad2d((0, 1, 2, 0), 0.5),
                nn.InstanceNorm2d(4, affine=True, eps=0.01),
                nn.ReplicationPad2d(1),
                nn.Upsample(size=(7, 9)),
                nn.CircularPad2d((1, 0, 0, 1)),
                nn.PixelShuffle(2),
                nn.Upsample(scale_factor=1.5, mode="bilinear"),
                nn.PixelUnshuffle(3),
                nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True),
                nn.AdaptiveAvgPool2d(1),
                nn.Flatten(),
                nn.LayerNorm(9),
                nn.Unflatten(1, (1, 3, 3)),
                nn.Conv2d(1, 2, 2),
            ),
            (3, 7, 6),
        ),
        "signal": (
            nn.Sequential(
                nn.Conv1d(2, 4, 5, padding=2, dilation=2),
                nn.SELU(),
                nn.MaxPool1d(3, ceil_mode=True),
                nn.ConvTranspose1d(4, 3, 3, stride=2),
                nn.AdaptiveAvgPool1d(1),
                nn.Flatten(),
                nn.Linear(3, 2),
            ),
            (2, 25),
        ),
    }


class Block(nn.Module):
    """A class of one's own: what its forward does is in no file."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(2, 2, 3, padding=1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(x + self.conv(x))


def randomize(module: nn.Module) -> None:
    generator = torch.Generator().manual_seed(3)
    for name, values in [*module.named_parameters(), *module.named_buffers()]:
        if name.endswith("running_var"):
            values.data = torch.rand(values.shape, generator=generator) * 1.5 + 0.5
        elif values.dtype == torch.float32:
            spread = values[0].numel() ** -0.5 if values.ndim > 1 else 0.3
            values.data = torch.randn(values.shape, generator=generator) * spread


def outputs(module: nn.Module, x: torch.Tensor) -> dict[str, np.ndarray]:
    """Return the results of all modules but the sequences, by their dotted names."""
    found: dict[str, np.ndarray] = {}
    for name, one in module.named_modules():
        if not isinstance(one, nn.Sequential):
            one.register_forward_hook(
                lambda _module, _x, y, name=name: found.update({name: y[0].numpy().copy()})  # type: ignore[misc]
            )
    with torch.no_grad():
        module(x[None])
    return found


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    own = nn.Sequential(nn.Conv2d(3, 2, 3), nn.ReLU(), Block(), nn.Conv2d(2, 1, 1))
    for name, (module, shape) in {**networks(), "own_code": (own, (3, 6, 7))}.items():
        randomize(module)
        module.eval()
        torch.save(module, FOLDER / f"{name}.pt")
        torch.save(module.state_dict(), FOLDER / f"{name}_weights.pth", _use_new_zipfile_serialization=False)
        x = torch.randn(shape, generator=torch.Generator().manual_seed(4))
        np.savez_compressed(FOLDER / f"{name}.npz", input=x.numpy(), **outputs(module, x))
    torch.save(Block(), FOLDER / "block.pt")


if __name__ == "__main__":
    main()
