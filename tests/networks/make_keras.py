"""Make small Keras networks with random weights, and what Keras computes in each of their layers.

Run as `KERAS_BACKEND=torch python -m tests.networks.make_keras` where Keras 3, a backend and h5py are installed; they
are not needed for the tests, which read the files that are stored beside this script.
"""

import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

try:
    import keras
    from keras import layers as kl
except ImportError:
    sys.exit("Keras is missing: pip install keras torch h5py, and set KERAS_BACKEND=torch")

FOLDER = Path(__file__).parent / "keras"
MADE: dict[str, Callable[[], keras.Model]] = {}


def made(function: Callable[[], keras.Model]) -> Callable[[], keras.Model]:
    MADE[function.__name__] = function
    return function


@made
def lenet() -> keras.Model:
    """Preprocessing layers, tanh, and a map that is not square before Flatten."""
    return keras.Sequential(
        [
            keras.Input((20, 16, 1)),
            kl.Rescaling(1 / 127.5, offset=-1, name="to_unit"),
            kl.Conv2D(4, 5, padding="same", activation="tanh", name="c1"),
            kl.AveragePooling2D(2, name="s2"),
            kl.Conv2D(6, 3, activation="sigmoid", name="c3"),
            kl.MaxPooling2D((2, 1), strides=(2, 3), padding="same", name="s4"),
            kl.Flatten(name="flat"),
            kl.Dropout(0.4),
            kl.Dense(12, activation="tanh", use_bias=False, name="f6"),
            kl.Dense(5, activation="softmax", name="scores"),
        ],
        name="lenet",
    )


@made
def vgg() -> keras.Model:
    """Pairs of convolutions, normalisation without scale or without shift, activations as layers."""
    return keras.Sequential(
        [
            keras.Input((18, 22, 3)),
            kl.Conv2D(4, 3, padding="same", use_bias=False),
            kl.BatchNormalization(scale=False, epsilon=0.01),
            kl.ReLU(),
            kl.Conv2D(5, 3, padding="same", dilation_rate=2),
            kl.BatchNormalization(center=False),
            kl.LeakyReLU(negative_slope=0.15),
            kl.MaxPooling2D(3, strides=2, padding="same"),
            kl.Conv2D(6, (2, 4), strides=2, padding="same", activation="gelu"),
            kl.ELU(alpha=0.7),
            kl.AveragePooling2D(2, strides=1, padding="same"),
            kl.SpatialDropout2D(0.1),
            kl.GlobalAveragePooling2D(),
            kl.Dense(4, activation=kl.LeakyReLU(negative_slope=0.3)),
            kl.Softmax(),
        ],
        name="vgg",
    )


@made
def resnet() -> keras.Model:
    """Skip connections, strides with padding given in numbers and as "same", layers named against their order."""
    x = inputs = keras.Input((17, 15, 3))
    x = kl.Resizing(17, 15)(x)
    x = kl.Normalization(mean=(110.0, 120.0, 100.0), variance=(3000.0, 2500.0, 3600.0), name="as_trained")(x)
    x = kl.ZeroPadding2D(((0, 1), (0, 1)), name="pad")(x)
    x = kl.Conv2D(4, 3, strides=2, name="conv2d_1")(x)
    y = kl.Conv2D(4, 3, padding="same", use_bias=False, name="conv2d")(x)
    y = kl.BatchNormalization(name="bn")(y)
    y = kl.Activation("relu", name="act")(y)
    y = kl.Conv2D(4, 3, padding="same", name="first")(y)
    x = kl.Add(name="sum")([x, y])
    y = kl.Conv2D(6, 3, strides=2, padding="same", activation="swish", name="down")(x)
    x = kl.Conv2D(6, 1, strides=2, name="projection")(x)
    x = x + y
    x = x * 0.5 - 0.25
    x = kl.Average(name="mean")([x, kl.Maximum(name="most")([x, y]), kl.Minimum(name="least")([x, y])])
    x = kl.Subtract(name="less")([x, kl.Multiply(name="times")([x, y])])
    x = kl.GlobalMaxPooling2D(keepdims=True, name="top")(x)
    x = kl.Flatten()(x)
    return keras.Model(inputs, kl.Dense(3, name="scores")(x), name="resnet")


@made
def mobilenet() -> keras.Model:
    """Depthwise with and without a bias, several filters for a channel, separable, ReLU 6."""
    return keras.Sequential(
        [
            keras.Input((16, 18, 3)),
            kl.Conv2D(4, 3, strides=2, padding="same", use_bias=False),
            kl.DepthwiseConv2D(3, padding="same", use_bias=False),
            kl.BatchNormalization(),
            kl.ReLU(max_value=6),
            kl.DepthwiseConv2D(3, strides=2, depth_multiplier=2, activation="hard_silu"),
            kl.SeparableConv2D(6, 3, depth_multiplier=2, padding="same", activation="relu6"),
            kl.SeparableConv2D(5, (1, 3), use_bias=False),
            kl.Conv2D(10, 1, groups=5),
            kl.GlobalAveragePooling2D(),
            kl.Dense(4, activation="log_softmax"),
        ],
        name="mobilenet",
    )


@made
def unet() -> keras.Model:
    """Transposed convolutions, upsampling, concatenation, cropping; one layer used twice, a network in the network."""
    inner = keras.Sequential(
        [keras.Input((None, None, 4)), kl.Conv2D(4, 3, padding="same", name="a"), kl.ReLU(), kl.Conv2D(4, 1, name="b")],
        name="block",
    )
    inputs = keras.Input((None, None, 3))
    shared = kl.Conv2D(4, 3, padding="same", name="shared")
    down = kl.Conv2D(4, 3, padding="same", activation="relu", name="enter")(inputs)
    x = kl.MaxPooling2D(name="pool")(down)
    x = shared(inner(shared(x)))
    up = kl.Conv2DTranspose(4, 3, strides=2, padding="same", name="spread")(x)
    x = kl.Concatenate(name="skip")([down, up, kl.UpSampling2D(2, interpolation="bilinear", name="wide")(x)])
    x = kl.Conv2DTranspose(3, (2, 3), strides=(1, 2), output_padding=(0, 1), name="wider")(x)
    x = kl.Cropping2D(((1, 0), (2, 1)), name="cut")(kl.UpSampling2D((1, 2), name="tall")(x))
    x = inner(kl.Conv2D(4, 1, name="thin")(x))
    return keras.Model(inputs, kl.Conv2D(1, 1, activation="sigmoid", name="mask")(x), name="unet")


@made
def senet() -> keras.Model:
    """Squeeze and excitation, normalisations by the picture itself, slopes, and numbers in other shapes and places."""
    inputs = keras.Input((12, 10, 3))
    x = kl.Conv2D(6, 3, padding="same", name="conv")(inputs)
    x = kl.GroupNormalization(groups=3, epsilon=0.01, name="groups")(x)
    x = kl.PReLU(shared_axes=[1, 2], name="slopes")(x)
    y = kl.GlobalAveragePooling2D(name="squeeze")(x)
    y = kl.Reshape((1, 1, 6), name="cell")(y)
    y = kl.Conv2D(2, 1, activation="relu", name="reduce")(y)
    y = kl.Conv2D(6, 1, activation="sigmoid", name="expand")(y)
    x = kl.Multiply(name="excite")([x, y])
    x = kl.LayerNormalization(name="places")(x)
    x = kl.Rescaling([0.5, 1.0, 2.0, 0.5, 1.0, 2.0], offset=0.1, name="scales")(x)
    x = kl.Normalization(mean=[0.1] * 6, variance=[0.5] * 6, name="measured")(x)
    x = kl.Permute((2, 3, 1), name="turned")(x)
    x = kl.Reshape((10, 8, 9), name="other")(x)
    x = kl.Resizing(7, 9, name="smaller")(x)
    x = kl.Resizing(5, 12, interpolation="nearest", name="nearer")(x)
    x = kl.GroupNormalization(groups=-1, scale=False, name="each")(x)
    x = kl.Reshape((-1,), name="row")(x)
    x = kl.LayerNormalization(center=False, name="of_row")(x)
    return keras.Model(inputs, kl.Dense(3, name="scores")(x), name="senet")


def teachable() -> keras.Model:
    """As Teachable Machine nests a MobileNet and its own layers; it keeps the names of the classes beside it."""
    x = inputs = keras.Input((12, 12, 3))
    x = kl.ZeroPadding2D(((0, 1), (0, 1)), name="Conv1_pad")(x)
    x = kl.Conv2D(4, 3, strides=2, use_bias=False, name="Conv1")(x)
    x = kl.BatchNormalization(name="bn_Conv1")(x)
    x = kl.ReLU(max_value=6, name="Conv1_relu")(x)
    y = kl.DepthwiseConv2D(3, padding="same", use_bias=False, name="expanded_conv_depthwise")(x)
    x = kl.Add(name="block_add")([x, y])
    base = keras.Sequential(
        [keras.Model(inputs, x, name="model1"), kl.GlobalAveragePooling2D(name="mean")], name="base"
    )
    head = [kl.Dense(5, activation="relu", name="dense_Dense1"), kl.Dense(2, "softmax", False, name="dense_Dense2")]
    head = keras.Sequential([keras.Input((4,)), *head], name="head")
    return keras.Sequential([keras.Input((12, 12, 3)), base, head], name="teachable")


@made
def channels_first() -> keras.Model:
    """The other order of axes: normalisation of axis 1, Flatten told and not told."""
    first: dict[str, Any] = {"data_format": "channels_first"}
    inputs = keras.Input((3, 10, 8))
    x = kl.Conv2D(4, 3, **first, name="conv")(inputs)
    x = kl.BatchNormalization(axis=1, name="bn")(x)
    x = kl.DepthwiseConv2D(3, padding="same", **first, name="each")(x)
    x = kl.MaxPooling2D(2, **first, name="pool")(x)
    y = kl.UpSampling2D(2, **first, name="up")(x)
    y = kl.ZeroPadding2D(1, **first, name="pad")(y)
    y = kl.Conv2D(4, 3, strides=2, **first, name="again")(y)
    x = kl.Concatenate(axis=1, name="both")([x, y])
    told, untold = kl.Flatten(**first, name="told")(x), kl.Flatten(data_format="channels_last", name="untold")(x)
    x = kl.Concatenate(name="row")([kl.Dense(3, name="d1")(told), kl.Dense(3, name="d2")(untold)])
    return keras.Model(inputs, kl.Dense(2, name="scores")(x), name="channels_first")


@made
def signal() -> keras.Model:
    """One spatial axis."""
    return keras.Sequential(
        [
            keras.Input((24, 2)),
            kl.Conv1D(4, 5, padding="causal", dilation_rate=2, activation="relu"),
            kl.MaxPooling1D(2),
            kl.SeparableConv1D(5, 3),
            kl.ZeroPadding1D((1, 2)),
            kl.Conv1DTranspose(3, 3, strides=2),
            kl.Cropping1D((1, 0)),
            kl.GlobalAveragePooling1D(),
            kl.Dense(2),
        ],
        name="signal",
    )


@keras.saving.register_keras_serializable(package="tests")
class Dense(kl.Layer):
    """A class of one's own with the name of one of Keras."""

    def build(self, input_shape: tuple[int, ...]) -> None:
        self.kernel = self.add_weight((3, 3))

    def call(self, x: Any) -> Any:
        return x @ self.kernel


@made
def own_code() -> keras.Model:
    """A function and a class of the author's: code, which stays where it is."""
    return keras.Sequential(
        [
            keras.Input((6, 7, 3)),
            kl.Conv2D(3, 3, name="conv"),
            kl.Lambda(eval(compile("lambda x: x * 2", "network.py", "eval")), name="twice"),  # the file keeps its path
            Dense(name="own"),
            kl.Conv2D(2, 3, name="behind"),
        ],
        name="own_code",
    )


def randomize(model: keras.Model) -> None:
    rng = np.random.default_rng(sum(map(ord, model.name)))
    for weight in model.weights:
        shape = tuple(weight.shape)
        spread = 1 / np.sqrt(max(np.prod(shape[:-1]), 1)) if len(shape) > 1 else 0.3
        is_variance = weight.path.endswith("variance")
        weight.assign(rng.uniform(0.5, 2, shape) if is_variance else rng.normal(0, spread, shape))


def outputs(model: keras.Model, x: np.ndarray) -> dict[str, np.ndarray]:
    """Return the results of each call of each layer, in the order of the calls: "conv", "shared", "shared_2"."""
    found: dict[str, np.ndarray] = {}

    def keep(name: str, value: Any) -> None:
        free, number = name, 1
        while free in found:
            number += 1
            free = f"{name}_{number}"
        found[free] = keras.ops.convert_to_numpy(value)[0]

    def run(network: keras.Model, value: Any, prefix: str) -> Any:
        if isinstance(network, keras.Sequential):
            for layer in network.layers:
                value = call(layer, prefix, value)
            return value
        return network._run_through_graph(value, lambda layer: partial(call, layer, prefix))

    def call(layer: Any, prefix: str, *args: Any, **kwargs: Any) -> Any:
        if isinstance(layer, keras.Model):
            return run(layer, args[0], f"{prefix}{layer.name}/")
        result = layer(*args, **kwargs)
        if not isinstance(layer, kl.InputLayer):
            keep(f"{prefix}{layer.name}", result)
        return result

    run(model, keras.ops.convert_to_tensor(x[np.newaxis]), "")
    return found


def save(model: keras.Model) -> None:
    randomize(model)
    rng = np.random.default_rng(5)
    shape = [n or 8 for n in model.input_shape[1:]]
    is_bytes = any(isinstance(layer, kl.Rescaling | kl.Normalization) for layer in model.layers)
    x = (rng.integers(0, 256, shape) if is_bytes else rng.normal(size=shape)).astype(np.float32)
    model.save(FOLDER / f"{model.name}.keras")
    np.savez_compressed(FOLDER / f"{model.name}.npz", input=x, **outputs(model, x))


def save_legacy(model: keras.Model) -> None:
    model.save(FOLDER / f"{model.name}.h5")


def save_for_tensorflow_js(model: keras.Model) -> None:
    """Write what the converter of TensorFlow.js does: a config of Keras 2 and the weights in shards."""
    folder = FOLDER / f"{model.name}_tfjs"
    folder.mkdir(exist_ok=True)
    weights = [("/".join(w.path.split("/")[-2:]), keras.ops.convert_to_numpy(w).astype("<f4")) for w in model.weights]
    data = b"".join(values.tobytes() for _, values in weights)
    cut = len(data) // 2 + 1  # within a number
    (folder / "group1-shard1of2.bin").write_bytes(data[:cut])
    (folder / "group1-shard2of2.bin").write_bytes(data[cut:])
    manifest = {
        "paths": ["group1-shard1of2.bin", "group1-shard2of2.bin"],
        "weights": [{"name": name, "shape": list(values.shape), "dtype": "float32"} for name, values in weights],
    }
    config = as_keras_2(json.loads(model.to_json()))
    topology = {"keras_version": "2.15.0", "backend": "tensorflow", "model_config": config}
    document = {
        "format": "layers-model",
        "generatedBy": "keras v2.15.0",
        "convertedBy": "TensorFlow.js Converter v4.17.0",
        "modelTopology": topology,
        "weightsManifest": [manifest],
    }
    (folder / "model.json").write_text(json.dumps(document, indent=1))


def as_keras_2(document: Any) -> Any:
    """Return a config as Keras 2 writes it."""
    if isinstance(document, list):
        return [as_keras_2(one) for one in document]
    if not isinstance(document, dict):
        return document
    if document.get("class_name") == "__keras_tensor__":
        return [*document["config"]["keras_history"], {}]
    if set(document) == {"args", "kwargs"}:
        (argument,) = as_keras_2(document["args"])
        return argument if isinstance(argument[0], list) else [argument]
    if document.get("class_name") == "DTypePolicy":
        return "float32"
    left_out = ("module", "registered_name", "build_config", "compile_config")
    found = {key: as_keras_2(one) for key, one in document.items() if key not in left_out}
    for new, old in (("batch_shape", "batch_input_shape"), ("negative_slope", "alpha")):
        if new in found and found.get("name", "").startswith(("input", "leaky")):
            found[old] = found.pop(new)
    for name in ("input_layers", "output_layers"):
        if name in found and not isinstance(found[name][0], list):
            found[name] = [found[name]]
    return found


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    models = [make() for make in MADE.values()]  # in one session: names of classes are counted on
    for model in models:
        save(model)
    for model in models:
        if model.name in ("vgg", "unet"):
            save_legacy(model)
        if model.name in ("vgg", "unet", "lenet"):
            save_for_tensorflow_js(model)
    model = teachable()
    save(model)
    (FOLDER / "teachable.keras").unlink()
    save_for_tensorflow_js(model)
    metadata = {"packageName": "@teachablemachine/image", "labels": ["Cat", "Dog"], "imageSize": 12}
    (FOLDER / "teachable_tfjs" / "metadata.json").write_text(json.dumps(metadata))


if __name__ == "__main__":
    main()
