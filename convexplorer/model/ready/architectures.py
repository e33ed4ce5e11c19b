"""Architectures of networks as their authors drew them, with weights from a seed: their shapes and costs are true.

Widths are reduced where the original would only be slower to look at; the sentences in the table say so.
"""

from convexplorer.model.layer import Layer, make_layer
from convexplorer.model.ready.network import seeded

CLASSES = 10
TINY_WIDTH, VGG_WIDTHS, BLOCK_WIDTH, EXPANSION = 10, (16, 32, 64), 16, 6


def lenet_5() -> tuple[Layer, ...]:
    """Return LeNet-5 (LeCun and others, 1998) for 32×32 pixels: 61,706 parameters, as it is built in Keras."""
    return (
        seeded("conv", 6, 1, 5, seed=1, padding="valid", activation="tanh", id="c1"),
        make_layer("average_pool", id="s2"),
        seeded("conv", 16, 6, 5, seed=2, padding="valid", activation="tanh", id="c3"),
        make_layer("average_pool", id="s4"),
        seeded("conv", 120, 16, 5, seed=3, padding="valid", activation="tanh", id="c5"),
        make_layer("flatten", id="flatten"),
        make_layer("dense", units=84, activation="tanh", seed=4, id="f6"),
        make_layer("dense", units=CLASSES, seed=5, id="output"),
        make_layer("softmax", id="softmax"),
    )


def tiny_vgg() -> tuple[Layer, ...]:
    """Return TinyVGG as CNN Explainer draws it, for 64×64 pixels in colour."""
    layers: list[Layer] = []
    channels = 3
    for block in (1, 2):
        for number in (1, 2):
            name = f"{block}_{number}"
            layers += [
                seeded("conv", TINY_WIDTH, channels, 3, seed=len(layers), padding="valid", id=f"conv_{name}"),
                make_layer("activation", activation="relu", id=f"relu_{name}"),
            ]
            channels = TINY_WIDTH
        layers.append(make_layer("max_pool", id=f"max_pool_{block}"))
    return (
        *layers,
        make_layer("flatten", id="flatten"),
        make_layer("dense", units=CLASSES, id="output"),
        make_layer("softmax", id="softmax"),
    )


def vgg() -> tuple[Layer, ...]:
    """Return blocks of two convolutions 3×3 and a pool, twice as many filters after each, and a classifier."""
    layers: list[Layer] = []
    channels = 3
    for block, width in enumerate(VGG_WIDTHS, 1):
        for number in (1, 2):
            one = seeded("conv", width, channels, 3, seed=len(layers), activation="relu", id=f"conv_{block}_{number}")
            layers.append(one)
            channels = width
        layers.append(make_layer("max_pool", id=f"pool_{block}"))
    return (
        *layers,
        make_layer("flatten", id="flatten"),
        make_layer("dense", units=128, activation="relu", id="fc1"),
        make_layer("dense", units=CLASSES, seed=2, id="output"),
        make_layer("softmax", id="softmax"),
    )


def resnet_block() -> tuple[Layer, ...]:
    """Return a residual block whose maps keep their size, and one that halves it with a projection beside."""
    width = BLOCK_WIDTH
    return (
        seeded("conv", width, 3, 3, seed=1, activation="relu", id="stem"),
        *_normalized("a1", seeded("conv", width, width, 3, seed=2, use_bias=False, id="a1"), "relu"),
        *_normalized("a2", seeded("conv", width, width, 3, seed=3, use_bias=False, id="a2")),
        make_layer("add", inputs=["stem", "a2_norm"], id="a_sum"),
        make_layer("activation", activation="relu", id="a_out"),
        *_normalized("b1", seeded("conv", 2 * width, width, 3, seed=4, strides=2, use_bias=False, id="b1"), "relu"),
        *_normalized("b2", seeded("conv", 2 * width, 2 * width, 3, seed=5, use_bias=False, id="b2")),
        *_normalized(
            "b_skip",
            seeded("conv", 2 * width, width, 1, seed=6, strides=2, use_bias=False, inputs=["a_out"], id="b_skip"),
        ),
        make_layer("add", inputs=["b2_norm", "b_skip_norm"], id="b_sum"),
        make_layer("activation", activation="relu", id="b_out"),
    )


def mobilenet_block() -> tuple[Layer, ...]:
    """Return the inverted residual of MobileNetV2: wider by 1×1, each map by itself by 3×3, narrower by 1×1."""
    narrow, wide = BLOCK_WIDTH, EXPANSION * BLOCK_WIDTH
    return (
        *_normalized("stem", seeded("conv", narrow, 3, 3, seed=1, strides=2, use_bias=False, id="stem"), "relu6"),
        *_normalized("expand", seeded("conv", wide, narrow, 1, seed=2, use_bias=False, id="expand"), "relu6"),
        *_normalized(
            "depthwise", seeded("depthwise_conv", 1, wide, 3, seed=3, use_bias=False, id="depthwise"), "relu6"
        ),
        *_normalized("project", seeded("conv", narrow, wide, 1, seed=4, use_bias=False, id="project")),
        make_layer("add", inputs=["stem_relu6", "project_norm"], id="sum"),
    )


def u_net() -> tuple[Layer, ...]:
    """Return a U-Net of three levels: down by pools, up by repeating cells, with a skip connection at each level."""
    return (
        *_double("down1", 8, 3, seed=1),
        make_layer("max_pool", id="pool1"),
        *_double("down2", 16, 8, seed=3),
        make_layer("max_pool", id="pool2"),
        *_double("bottom", 32, 16, seed=5),
        make_layer("upsample", id="up2"),
        make_layer("concatenate", inputs=["down2_b", "up2"], id="skip2"),
        *_double("rise2", 16, 48, seed=7),
        make_layer("upsample", id="up1"),
        make_layer("concatenate", inputs=["down1_b", "up1"], id="skip1"),
        *_double("rise1", 8, 24, seed=9),
        seeded("conv", 1, 8, 1, seed=11, activation="sigmoid", names=["mask"], id="mask"),
    )


def resnet_50_start() -> tuple[Layer, ...]:
    """Return ResNet-50 (He and others, 2016) up to its first bottleneck block, as Keras builds it, for 224×224."""
    return (
        make_layer("zero_pad", padding=3, id="conv1_pad"),
        seeded("conv", 64, 3, 7, seed=1, strides=2, padding="valid", id="conv1_conv"),
        *_norm("conv1", "relu"),
        make_layer("zero_pad", padding=1, id="pool1_pad"),
        make_layer("max_pool", pool_size=3, strides=2, id="pool1_pool"),
        seeded("conv", 64, 64, 1, seed=2, padding="valid", id="block1_1_conv"),
        *_norm("block1_1", "relu"),
        seeded("conv", 64, 64, 3, seed=3, id="block1_2_conv"),
        *_norm("block1_2", "relu"),
        seeded("conv", 256, 64, 1, seed=4, padding="valid", id="block1_3_conv"),
        *_norm("block1_3"),
        seeded("conv", 256, 64, 1, seed=5, padding="valid", inputs=["pool1_pool"], id="block1_0_conv"),
        *_norm("block1_0"),
        make_layer("add", inputs=["block1_0_norm", "block1_3_norm"], id="block1_add"),
        make_layer("activation", activation="relu", id="block1_out"),
    )


def _double(name: str, filters: int, channels: int, *, seed: int) -> tuple[Layer, Layer]:
    """Return two convolutions 3×3 with ReLU, the U-Net's unit."""
    return (
        seeded("conv", filters, channels, 3, seed=seed, activation="relu", id=f"{name}_a"),
        seeded("conv", filters, filters, 3, seed=seed + 1, activation="relu", id=f"{name}_b"),
    )


def _normalized(name: str, conv: Layer, activation: str = "") -> tuple[Layer, ...]:
    return (conv, *_norm(name, activation))


def _norm(name: str, activation: str = "") -> tuple[Layer, ...]:
    norm = make_layer("batch_norm", id=f"{name}_norm")
    return (norm, make_layer("activation", activation=activation, id=f"{name}_{activation}")) if activation else (norm,)
