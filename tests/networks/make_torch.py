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
    from torch.nn import functional as F
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


class Residual(nn.Module):
    """A block of torchvision's ResNet: basic, or a bottleneck with groups."""

    def __init__(self, inputs: int, width: int, outputs: int, stride: int, groups: int = 0) -> None:
        super().__init__()
        if groups:
            self.conv1, self.conv3 = nn.Conv2d(inputs, width, 1, bias=False), nn.Conv2d(width, outputs, 1, bias=False)
            self.conv2 = nn.Conv2d(width, width, 3, stride, 1, groups=groups, bias=False)
            self.bn1, self.bn2, self.bn3 = nn.BatchNorm2d(width), nn.BatchNorm2d(width), nn.BatchNorm2d(outputs)
        else:
            self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
            self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
            self.bn1, self.bn2 = nn.BatchNorm2d(outputs), nn.BatchNorm2d(outputs)
        if stride > 1 or inputs != outputs:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        if hasattr(self, "conv3"):
            y = self.bn3(self.conv3(torch.relu(y)))
        return torch.relu(y + (self.downsample(x) if hasattr(self, "downsample") else x))


class ResNet(nn.Module):
    """The steps of torchvision's ResNet with few channels."""

    def __init__(self, groups: int = 0) -> None:
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 4, 7, 2, 3, bias=False), nn.BatchNorm2d(4)
        self.layer1 = nn.Sequential(Residual(4, 4, 4, 1, groups), Residual(4, 4, 4, 1, groups))
        self.layer2 = nn.Sequential(Residual(4, 4, 6, 2, groups))
        self.layer3 = nn.Sequential(Residual(6, 4, 6, 2, groups))
        self.layer4 = nn.Sequential(Residual(6, 4, 8, 2, groups))
        self.fc = nn.Linear(8, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = F.max_pool2d(torch.relu(self.bn1(self.conv1(x))), 3, 2, 1)
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(x.mean((2, 3)))


class Features(nn.Module):
    """The steps of torchvision's VGG and AlexNet."""

    def __init__(self, features: nn.Sequential, classifier: nn.Sequential, cells: int) -> None:
        super().__init__()
        self.features, self.classifier = features, classifier
        self.avgpool = nn.AdaptiveAvgPool2d(cells)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.classifier(torch.flatten(self.avgpool(self.features(x)), 1))


class Inverted(nn.Module):
    """A block of torchvision's MobileNetV2."""

    def __init__(self, inputs: int, outputs: int, stride: int, factor: int) -> None:
        super().__init__()
        width = inputs * factor
        first = [step(inputs, width, 1, 1)] if factor > 1 else []
        last = [step(width, width, 3, stride, width), nn.Conv2d(width, outputs, 1, bias=False), nn.BatchNorm2d(outputs)]
        self.conv = nn.Sequential(*first, *last)
        self.is_added = stride == 1 and inputs == outputs

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.conv(x) if self.is_added else self.conv(x)


class MobileNet(nn.Module):
    """The steps of torchvision's MobileNetV2 with few channels."""

    def __init__(self) -> None:
        super().__init__()
        strides = [1, 2, 1, 2, 1, 1, 2, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1]
        channels = [2, 2, 3, 3, 2, 2, 2, 3, 3, 3, 3, 2, 2, 2, 3, 3, 3, 4]
        blocks = [Inverted(channels[i], channels[i + 1], stride, 2 if i else 1) for i, stride in enumerate(strides)]
        self.features = nn.Sequential(step(3, 2, 3, 2), *blocks, step(4, 6, 1, 1))
        self.classifier = nn.Sequential(nn.Dropout(), nn.Linear(6, 3))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.classifier(self.features(x).mean((2, 3)))


def step(inputs: int, outputs: int, size: int, stride: int, groups: int = 1) -> nn.Sequential:
    conv = nn.Conv2d(inputs, outputs, size, stride, size // 2, groups=groups, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(outputs), nn.ReLU6())


def vgg_like(*, has_norm: bool) -> Features:
    modules: list[nn.Module] = []
    for inputs, outputs, is_pooled in ((3, 2, 1), (2, 2, 0), (2, 3, 1), (3, 2, 1), (2, 2, 1), (2, 2, 1)):
        norm = [nn.BatchNorm2d(outputs)] if has_norm else []
        modules += [nn.Conv2d(inputs, outputs, 3, padding=1), *norm, nn.ReLU(), *[nn.MaxPool2d(2, 2)] * is_pooled]
    dense = [nn.Linear(98, 4), nn.ReLU(), nn.Dropout(), nn.Linear(4, 4), nn.ReLU(), nn.Dropout(), nn.Linear(4, 3)]
    return Features(nn.Sequential(*modules), nn.Sequential(*dense), 7)


def alexnet_like() -> Features:
    convolutions = [nn.Conv2d(3, 2, 11, 4, 2), nn.ReLU(), nn.MaxPool2d(3, 2)]
    convolutions += [nn.Conv2d(2, 3, 5, padding=2), nn.ReLU(), nn.MaxPool2d(3, 2)]
    for inputs in (3, 2, 2):
        convolutions += [nn.Conv2d(inputs, 2, 3, padding=1), nn.ReLU()]
    dense = [nn.Dropout(), nn.Linear(72, 4), nn.ReLU(), nn.Dropout(), nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 3)]
    return Features(nn.Sequential(*convolutions, nn.MaxPool2d(3, 2)), nn.Sequential(*dense), 6)


def named_like_torchvision() -> dict[str, nn.Module]:
    """Return networks whose weights have the names of those of torchvision."""
    return {
        "resnet": ResNet(),
        "resnext": ResNet(groups=2),
        "vgg": vgg_like(has_norm=False),
        "vgg_bn": vgg_like(has_norm=True),
        "alexnet": alexnet_like(),
        "mobilenet_v2": MobileNet(),
    }


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
    picture = np.random.default_rng(0).normal(size=(1, 3, 224, 224)).astype(np.float32)  # the tests make it, too
    scores = {}
    for name, module in named_like_torchvision().items():
        randomize(module)
        module.eval()
        torch.save(module.state_dict(), FOLDER / f"torchvision_{name}.pth", _use_new_zipfile_serialization=False)
        with torch.no_grad():
            scores[name] = module(torch.from_numpy(picture))[0].numpy()
    np.savez(FOLDER / "torchvision_scores.npz", **scores)


if __name__ == "__main__":
    main()
