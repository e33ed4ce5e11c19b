"""The table of ready networks, and the project that opens one."""

from difflib import get_close_matches

from convexplorer.model.preprocessing import Preprocessing
from convexplorer.model.project import Display, Project
from convexplorer.model.ready import architectures, by_hand
from convexplorer.model.ready.digits import CLASS_NAMES, SIDE, digits
from convexplorer.model.ready.network import ReadyNetwork
from convexplorer.sources.address import parse

PREFIX = "network:"  # of a ready network's address on the command line
GREY = "luminance"
GLIDER = (
    "numbers:0 0 1 0 0 0 0 0 0 0 0 0; 1 0 1 0 0 0 0 0 0 0 0 0; 0 1 1 0 0 0 0 0 0 0 0 0; 0 0 0 0 0 0 0 0 0 0 0 0; "
    "0 0 0 0 0 0 0 0 0 0 0 0; 0 0 0 0 0 0 0 0 1 0 0 0; 0 0 0 0 0 0 0 0 1 0 0 0; 0 0 0 0 0 0 0 0 1 0 0 0; "
    "0 0 1 1 0 0 0 0 0 0 0 0; 0 0 1 1 0 0 0 0 0 0 0 0; 0 0 0 0 0 0 0 0 0 0 0 0; 0 0 0 0 0 0 0 0 0 0 0 0"
)
TINY_VGG_CLASSES = (
    *("lifeboat", "ladybug", "pizza", "bell pepper", "school bus"),
    *("koala", "espresso", "red panda", "orange", "sport car"),
)


def _sized(side: int, order: str = "rgb") -> Preprocessing:
    return Preprocessing((side, side), order="grey" if order == "grey" else "rgb")


READY: dict[str, ReadyNetwork] = {
    "edge-energy": ReadyNetwork(
        "Edge energy",
        "Made by hand",
        "Two slopes, across and down, and the length of both together: how steep, whatever the direction.",
        by_hand.edge_energy,
        "sample:coins",
        ("slopes", "energy"),
        channels=GREY,
    ),
    "corners": ReadyNetwork(
        "Corner detector",
        "Made by hand",
        "Harris's: blurred products of slopes are large in both directions at corners, and in one along edges.",
        by_hand.corners,
        "pattern:checkerboard?square=64",
        ("slopes", "tensor", "corners"),
        channels=GREY,
    ),
    "gabor-energy": ReadyNetwork(
        "Gabor energy",
        "Made by hand",
        "Even and odd waves in four directions, joined so that only strength remains: cells of the visual cortex.",
        by_hand.gabor_energy,
        "pattern:siemens-star",
        ("waves", "energy"),
        channels=GREY,
    ),
    "blur-pyramid": ReadyNetwork(
        "Blur pyramid",
        "Made by hand",
        "Each level is blurred and half as large as the one before, so that the same kernel sees larger things.",
        by_hand.blur_pyramid,
        "sample:astronaut",
        ("level_2", "level_3", "level_4"),
    ),
    "blobs": ReadyNetwork(
        "Blob detector",
        "Made by hand",
        "Differences of Gaussians √2 apart: a bright spot answers most in the map of its own size.",
        by_hand.blobs,
        "sample:coins",
        ("blurs", "spots"),
        channels=GREY,
    ),
    "local-contrast": ReadyNetwork(
        "Local contrast",
        "Made by hand",
        "Minus the mean of a neighbourhood, divided by its deviation: shadows become as clear as light.",
        by_hand.local_contrast,
        "sample:camera",
        ("mean", "variance", "contrast"),
        channels=GREY,
    ),
    "thin-edges": ReadyNetwork(
        "Thin edges",
        "Made by hand",
        "Of each slope only what no neighbour across the edge exceeds: lines of one pixel, the middle step of Canny.",
        by_hand.thin_edges,
        "sample:coins",
        ("blurred", "steepness_x", "thin_edges"),
        channels=GREY,
    ),
    "life": ReadyNetwork(
        "Game of life",
        "Made by hand",
        "Conway's rule, exact, three convolutions for a generation: after four a glider has moved by one cell.",
        by_hand.life,
        GLIDER,
        ("generation_1", "generation_2", "generation_4"),
        needs_source=True,
    ),
    "digits": ReadyNetwork(
        "Digit reader",
        "Trained",
        "Draw a digit: 8 filters 7×7 that learned to see strokes, 16 that combine them, and ten scores.",
        digits,
        "pad:28",
        ("conv1", "conv2", "pool2"),
        needs_source=True,
        preprocessing=_sized(SIDE, "grey"),
        class_names=CLASS_NAMES,
    ),
    "digits-on-paper": ReadyNetwork(
        "Digit reader, on paper",
        "Trained",
        "Hold a dark digit on white paper, large and alone, before the camera: light and dark are exchanged.",
        digits,
        "camera:0",
        ("conv1", "conv2", "pool2"),
        preprocessing=Preprocessing((SIDE, SIDE), order="grey", low=1.0, high=0.0),
        class_names=CLASS_NAMES,
    ),
    "lenet-5": ReadyNetwork(
        "LeNet-5",
        "Architectures",
        "The network that read cheques in 1998: 61,706 parameters, most of them in its third convolution. Not trained.",
        architectures.lenet_5,
        "pattern:text",
        ("c1", "c3", "s4"),
        preprocessing=_sized(32, "grey"),
        class_names=CLASS_NAMES,
    ),
    "tiny-vgg": ReadyNetwork(
        "TinyVGG",
        "Architectures",
        "The network of CNN Explainer: two blocks of two convolutions, ten filters each, and ten classes. Not trained.",
        architectures.tiny_vgg,
        "sample:coffee",
        ("relu_1_1", "relu_1_2", "relu_2_2"),
        preprocessing=_sized(64),
        class_names=TINY_VGG_CLASSES,
    ),
    "vgg": ReadyNetwork(
        "VGG-like",
        "Architectures",
        "Pairs of convolutions 3×3, then a pool: half the size, twice the filters. Narrow, and not trained.",
        architectures.vgg,
        "sample:cat",
        ("conv_1_2", "conv_2_2", "conv_3_2"),
        preprocessing=_sized(64),
    ),
    "resnet-block": ReadyNetwork(
        "ResNet blocks",
        "Architectures",
        "What two convolutions add to what came in; the second block halves the size and projects by 1×1. Not trained.",
        architectures.resnet_block,
        "sample:astronaut",
        ("stem", "a_out", "b_out"),
        preprocessing=_sized(128),
    ),
    "mobilenet-block": ReadyNetwork(
        "MobileNet block",
        "Architectures",
        "Wider by 1×1, each map by itself by 3×3, narrower by 1×1, added to what came in: few products. Not trained.",
        architectures.mobilenet_block,
        "sample:cat",
        ("stem_relu6", "depthwise_relu6", "sum"),
        preprocessing=_sized(128),
    ),
    "u-net": ReadyNetwork(
        "U-Net",
        "Architectures",
        "Down by pools to see far, up again to see sharply, with skip connections that bring the details. Not trained.",
        architectures.u_net,
        "sample:retina",
        ("down1_b", "bottom_b", "mask"),
        preprocessing=_sized(128),
    ),
    "resnet-50-start": ReadyNetwork(
        "ResNet-50, its beginning",
        "Architectures",
        "Padded by 3, 230×230 gives 112×112 with “valid”; padding 1, as a textbook has it, gives 113×113. Not trained.",
        architectures.resnet_50_start,
        "sample:astronaut",
        ("conv1_relu", "pool1_pool", "block1_out"),
        preprocessing=_sized(224),
    ),
}


def find_ready(name: str) -> ReadyNetwork:
    """Return the ready network of this name; ValueError lists the names."""
    if name in READY:
        return READY[name]
    near = get_close_matches(name, READY, n=1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(READY)}."
    raise ValueError(f"there is no ready network “{name}”; {hint}")


def ready_project(network: ReadyNetwork, before: Project | None = None) -> Project:
    """Return the project that opens a ready network.

    Parameters
    ----------
    before : its source and colours are kept, unless the network needs a source of its own; None takes the source that
        shows the network best.
    """
    return Project(
        parse(network.source) if before is None or network.needs_source else before.source,
        network.make(),
        channels=network.channels,
        display=Display() if before is None else before.display,
        class_names=network.class_names,
        preprocessing=network.preprocessing,
    )
