"""Export small networks of PyTorch and Keras with random weights as ONNX, and keep what the frameworks compute.

Run as `KERAS_BACKEND=torch python -m tests.networks.make_onnx` where torch, Keras, onnx and onnxscript are installed;
but for onnx they are not needed for the tests, which read the files that are stored beside this script.
"""

import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np

try:
    import keras
    import onnx
    import torch
    from keras import layers as kl
    from torch import nn
    from torch.nn import functional

    from tests.networks import make_keras, make_torch
except ImportError:
    sys.exit("A framework is missing: pip install torch keras h5py onnx onnxscript, and set KERAS_BACKEND=torch")

FOLDER = Path(__file__).parent / "onnx"


class ResNet(nn.Module):
    """Two blocks with skip connections, one of them through a convolution of stride 2."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 7, 2, 3, bias=False), nn.BatchNorm2d(8), nn.ReLU())
        self.pool = nn.MaxPool2d(3, 2, 1)
        self.conv1, self.norm1 = nn.Conv2d(8, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8)
        self.conv2 = nn.Conv2d(8, 12, 3, 2, 1)
        self.down = nn.Conv2d(8, 12, 1, 2)
        self.head = nn.Linear(12, 5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.pool(self.stem(x))
        x = torch.relu(x + self.norm1(self.conv1(x)))
        x = torch.relu(self.down(x) + self.conv2(x))
        return self.head(x.mean((2, 3)))


class Excite(nn.Module):
    """Squeeze and excitation: each channel times a number that all of its cells make."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc1, self.fc2 = nn.Conv2d(channels, 2, 1), nn.Conv2d(2, channels, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x * functional.hardsigmoid(self.fc2(torch.relu(self.fc1(self.pool(x)))))


class MobileNet(nn.Module):
    """Inverted residuals with squeeze and excitation, as in MobileNetV3."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, 2, 1), nn.BatchNorm2d(8), nn.Hardswish())
        self.wide = nn.Sequential(nn.Conv2d(8, 16, 1), nn.BatchNorm2d(16), nn.ReLU6())
        self.deep = nn.Sequential(nn.Conv2d(16, 16, 5, padding=2, groups=16), nn.BatchNorm2d(16), nn.SiLU())
        self.excite = Excite(16)
        self.thin = nn.Conv2d(16, 8, 1)
        self.head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.2), nn.Linear(8, 6))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.stem(x)
        x = x + self.thin(self.excite(self.deep(self.wide(x))))
        return self.head(x).softmax(1)


class UNet(nn.Module):
    """Two levels, upwards by a transposed convolution and by interpolation to the size of the other input."""

    def __init__(self) -> None:
        super().__init__()
        self.down1, self.down2 = nn.Conv2d(1, 4, 3, padding=1), nn.Conv2d(4, 8, 3, padding=1)
        self.bottom = nn.Conv2d(8, 8, 3, padding=1)
        self.up2 = nn.ConvTranspose2d(8, 8, 2, 2)
        self.mix2, self.mix1 = nn.Conv2d(16, 4, 3, padding=1), nn.Conv2d(8, 2, 3, padding=1)
        self.act = nn.ELU()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        one = self.act(self.down1(x))
        two = self.act(self.down2(functional.max_pool2d(one, 2)))
        low = self.act(self.bottom(functional.avg_pool2d(two, 2)))
        up = self.act(self.mix2(torch.cat([self.up2(low), two], 1)))
        up = functional.interpolate(up, size=one.shape[2:], mode="bilinear", align_corners=False)
        return self.mix1(torch.cat([up, one], 1)).sigmoid()


class Shuffle(nn.Module):
    """Channels split, shuffled and joined as in ShuffleNetV2, and at the end turned into a larger picture."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, 2, 1)
        self.branch = nn.Sequential(nn.Conv2d(4, 4, 3, padding=1, groups=4), nn.Conv2d(4, 4, 1), nn.PReLU(4))
        self.last = nn.PixelShuffle(2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.relu(self.stem(x))
        kept, worked = x.chunk(2, 1)
        x = torch.cat([kept, self.branch(worked)], 1)
        rows, columns = x.shape[2:]
        x = x.view(-1, 2, 4, rows, columns).transpose(1, 2).reshape(-1, 8, rows, columns)
        return self.last(functional.gelu(x))


def lenet() -> nn.Module:
    """The classic, with an average pool over its padding, and a dense head over maps that are not square."""
    return nn.Sequential(
        *(nn.Conv2d(1, 4, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2, padding=1), nn.Conv2d(4, 6, 3), nn.Sigmoid()),
        *(nn.MaxPool2d((2, 1), (2, 2)), nn.Flatten(), nn.Dropout(0.4), nn.Linear(6 * 4 * 4, 8, bias=False)),
        *(nn.BatchNorm1d(8), nn.Softsign(), nn.Linear(8, 4), nn.Softmax(1)),
    )


def vgg() -> nn.Module:
    """Pairs of convolutions with normalisation, pools that round up, and a dense head."""
    return nn.Sequential(
        *(
            nn.Conv2d(3, 6, 3, padding=1),
            nn.BatchNorm2d(6),
            nn.ReLU(),
            nn.Conv2d(6, 6, 3, padding=1),
            nn.LeakyReLU(0.1),
        ),
        *(nn.MaxPool2d(3, 2, ceil_mode=True), nn.Conv2d(6, 8, 3, padding=1), nn.ReLU()),
        *(nn.AvgPool2d(3, 2, 1), nn.ZeroPad2d((0, 1, 0, 1)), nn.Conv2d(8, 8, 3, 2), nn.Tanh()),
        *(nn.Flatten(), nn.Linear(48, 10), nn.ReLU(), nn.Dropout(), nn.Linear(10, 4), nn.LogSoftmax(1)),
    )


def resnet() -> keras.Model:
    """A block with a skip connection and squeeze and excitation; Keras normalises with an epsilon of its own."""
    x = inputs = keras.Input((20, 24, 3))
    x = skip = kl.ReLU()(kl.BatchNormalization()(kl.Conv2D(8, 3, strides=2, padding="same", use_bias=False)(x)))
    x = kl.BatchNormalization()(kl.Conv2D(8, 3, padding="same", activation="relu")(x))
    gate = kl.Reshape((1, 1, 8))(kl.GlobalAveragePooling2D()(x))
    gate = kl.Conv2D(8, 1, activation="sigmoid")(kl.Conv2D(3, 1, activation="swish")(gate))
    x = kl.ReLU()(kl.Add()([skip, kl.Multiply()([x, gate])]))
    x = kl.MaxPooling2D(2)(kl.DepthwiseConv2D(3, padding="same", depth_multiplier=2)(x))
    return keras.Model(inputs, kl.Dense(5, activation="softmax")(kl.GlobalMaxPooling2D()(x)), name="resnet")


def unet() -> keras.Model:
    """Downwards by a pool, upwards by repeated cells and by a transposed convolution."""
    x = inputs = keras.Input((16, 12, 1))
    x = one = kl.Conv2D(4, 3, padding="same", activation="elu")(x)
    x = two = kl.Conv2D(6, 3, padding="same", activation="relu")(kl.MaxPooling2D(2)(x))
    x = kl.Conv2D(6, 3, padding="same", activation="tanh")(kl.AveragePooling2D(2)(x))
    x = kl.Concatenate()([kl.UpSampling2D(2)(x), two])
    x = kl.Concatenate()([kl.Conv2DTranspose(4, 2, strides=2, padding="same")(x), one])
    return keras.Model(inputs, kl.Conv2D(2, 1, activation="sigmoid")(x), name="unet")


def torch_networks() -> dict[str, tuple[nn.Module, tuple[int, ...]]]:
    """Return the networks of PyTorch, and the shape of an input of each."""
    return {
        "lenet": (lenet(), (1, 20, 16)),
        "vgg": (vgg(), (3, 18, 22)),
        "resnet": (ResNet(), (3, 33, 29)),
        "mobilenet_v3": (MobileNet(), (3, 24, 20)),
        "unet": (UNet(), (1, 16, 20)),
        "shuffle": (Shuffle(), (3, 14, 18)),
    }


def export_torch(name: str, module: nn.Module, shape: tuple[int, ...]) -> None:
    """Write the files of both exporters, and input and output."""
    torch.manual_seed(2)
    make_torch.randomize(module)
    module.eval()
    x = torch.randn(1, *shape, generator=torch.Generator().manual_seed(4))
    torch.onnx.export(module, (x,), FOLDER / f"{name}_old.onnx", dynamo=False, input_names=["picture"])
    torch.onnx.export(module, (x,), FOLDER / f"{name}_new.onnx", dynamo=True, external_data=name == "resnet")
    for kind in ("old", "new"):
        without_paths(FOLDER / f"{name}_{kind}.onnx")
    with torch.no_grad():
        np.savez_compressed(FOLDER / f"{name}.npz", input=x.numpy(), output=module(x).numpy())


def without_paths(path: Path) -> None:
    """Take out of a file where the author's programs lie on the disk: PyTorch's exporter writes that to every node."""
    model = onnx.load(path, load_external_data=False)
    for node in model.graph.node:
        node.doc_string = ""
        kept = [one for one in node.metadata_props if one.key == "pkg.torch.onnx.name_scopes"]
        del node.metadata_props[:]
        node.metadata_props.extend(kept)
    onnx.save(model, path)


def export_keras(name: str, model: keras.Model) -> None:
    """Write the file of Keras's exporter, and input and output; the picture has its channels last."""
    keras.utils.set_random_seed(3)
    x = np.random.default_rng(4).normal(size=(1, *(size or 32 for size in model.input_shape[1:])))
    x = x.astype(np.float32)
    output = np.asarray(model(x, training=False).detach())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "it.onnx"
        model.export(path, format="onnx", verbose=False)
        one_file = onnx.load(path)
    onnx.save(one_file, FOLDER / f"keras_{name}.onnx")
    without_paths(FOLDER / f"keras_{name}.onnx")
    np.savez_compressed(FOLDER / f"keras_{name}.npz", input=x, output=output)


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    warnings.simplefilter("ignore")
    for name, (module, shape) in torch_networks().items():
        export_torch(name, module, shape)
    for make in (*(make_keras.MADE[name] for name in ("lenet", "vgg", "mobilenet")), resnet, unet):
        model = make()
        make_keras.randomize(model)
        export_keras(model.name, model)


if __name__ == "__main__":
    main()
