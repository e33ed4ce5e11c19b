"""Networks made by hand: what image processing knew before learning, as layers of convolutions."""

from itertools import pairwise

import numpy as np

from convexplorer.kernels.filter import Filter
from convexplorer.kernels.presets import make_filter
from convexplorer.model.layer import Layer, make_layer
from convexplorer.model.project import INPUT
from convexplorer.model.ready.network import single

HARRIS = 0.05  # the share of the squared trace that an edge must not exceed
BLUR_SIGMA = 1.5
GABOR = {"wavelength": 8.0, "sigma": 3.5}
SIGMAS = (1.0, 1.41, 2.0, 2.83, 4.0, 5.66, 8.0)  # of the blurs whose differences find blobs: √2 apart
CONTRAST_SIGMA, CONTRAST_SIZE = 8.0, 49
LEAST_VARIANCE = 1e-4  # what counts as flat for the local contrast: deviations below 0.01
EXACT = 1e6  # a difference of 1e-6 becomes 1


def edge_energy() -> tuple[Layer, ...]:
    """Return √(∂x² + ∂y²): how steep the picture is, in any direction."""
    return (
        make_layer("conv", [make_filter("sobel-x"), make_filter("sobel-y")], id="slopes", border="edge"),
        make_layer("combine_maps", operation="magnitude", id="energy"),
    )


def corners() -> tuple[Layer, ...]:
    """Return Harris's corner measure: det M − 0.05 · trace² M of the blurred products of slopes, where positive."""
    across, down = (make_filter("gaussian-derivative", angle=angle, size=5) for angle in (0, 90))
    blur = make_filter("gaussian", sigma=BLUR_SIGMA, size=9)
    return (
        make_layer("conv", _named((across, "∂x"), (down, "∂y"), (across, "∂x ")), id="slopes", border="edge"),
        make_layer(
            "conv",
            _named((across, "∂x"), (down, "∂y"), (down, "∂y ")),
            id="slopes_again",
            inputs=[INPUT],
            border="edge",
        ),
        make_layer("multiply", inputs=["slopes", "slopes_again"], id="products"),
        make_layer("depthwise_conv", [blur], id="tensor", border="edge"),
        make_layer("conv", [single("A", 1, 0, 0), single("C", 0, 0, 1), single("A + B", 1, 1, 0)], id="left"),
        make_layer(
            "conv",
            [single("B", 0, 1, 0), single("C", 0, 0, 1), single("A + B", 1, 1, 0)],
            id="right",
            inputs=["tensor"],
        ),
        make_layer("multiply", inputs=["left", "right"], id="squares"),
        make_layer("conv", [single("AB − C² − k (A + B)²", 1, -1, -HARRIS)], activation="relu", id="corners"),
    )


def gabor_energy() -> tuple[Layer, ...]:
    """Return the energy of waves in four directions, whatever their phase."""
    pairs = [
        Filter(
            f"{name} {angle}°",
            _without_mean(make_filter("gabor", angle=angle, phase=phase, **GABOR).planes),
        )
        for angle in (0, 45, 90, 135)
        for name, phase in (("even", 0), ("odd", 90))
    ]
    return (
        make_layer("conv", pairs, id="waves", border="edge"),
        make_layer("combine_maps", operation="magnitude", is_paired=True, id="energy"),
    )


def blur_pyramid() -> tuple[Layer, ...]:
    """Return four levels, each blurred and half as large as the one before."""
    blur = make_filter("binomial", size=5)
    return tuple(
        make_layer("depthwise_conv", [blur], strides=2, border="edge", id=f"level_{level}") for level in range(1, 5)
    )


def blobs() -> tuple[Layer, ...]:
    """Return differences of Gaussians of growing width: each is largest in the middle of bright spots of its size."""
    size = 2 * round(3 * SIGMAS[-1]) + 1
    names = [f"σ {sigma:g}" for sigma in SIGMAS]
    bank = [
        Filter(name, make_filter("gaussian", sigma=s, size=size).planes) for name, s in zip(names, SIGMAS, strict=True)
    ]
    differences = []
    for i, (narrow, wide) in enumerate(pairwise(SIGMAS)):
        weights = np.zeros(len(SIGMAS))
        weights[i : i + 2] = 1, -1
        differences.append(single(f"spots of radius {(narrow * wide) ** 0.5 * 2**0.5:.1f}", *weights))
    return (
        make_layer("conv", bank, id="blurs", border="edge"),
        make_layer("conv", differences, activation="relu", id="spots"),
    )


def local_contrast() -> tuple[Layer, ...]:
    """Return (x − mean) / deviation, both of a neighbourhood; flat parts, of less than a least deviation, stay flat.

    There is no division among the layers but that of a local response normalization, which raises to a power: of the
    channels 1 and v it makes 1 / (1 + v²)^¼, and v is the variance in units of the least one.
    """
    blur = make_filter("gaussian", sigma=CONTRAST_SIGMA, size=CONTRAST_SIZE)
    variance = [single("one", 0, bias=1.0), single("variance", 1 / LEAST_VARIANCE)]
    factor = single("1 / deviation", LEAST_VARIANCE**-0.5, 0)
    return (
        make_layer("conv", [blur], id="mean", border="edge"),
        make_layer("subtract", inputs=[INPUT, "mean"], id="centred"),
        make_layer("multiply", inputs=["centred", "centred"], id="square"),
        make_layer("conv", [blur], id="variance", border="edge"),
        make_layer("conv", variance, id="one_and_variance"),
        make_layer("local_response_norm", depth_radius=1, bias=1e-6, alpha=1.0, beta=0.25, id="root"),
        make_layer("conv", [factor], id="factor"),
        make_layer("multiply", inputs=["centred", "factor"], id="contrast"),
    )


def thin_edges() -> tuple[Layer, ...]:
    """Return edges of one pixel: slopes that no neighbour across the edge exceeds."""
    layers = [make_layer("conv", [make_filter("gaussian", sigma=1.4, size=9)], id="blurred", border="edge")]
    for name, preset, window in (("x", "difference-x", (1, 3)), ("y", "difference-y", (3, 1))):
        steep, largest, short = f"steepness_{name}", f"largest_{name}", f"below_{name}"
        is_top, ridge = f"is_largest_{name}", f"ridge_{name}"
        layers += [
            make_layer(
                "conv", [make_filter(preset)], inputs=["blurred"], id=steep, border="edge", activation="absolute"
            ),
            make_layer("max_pool", pool_size=window, strides=1, padding="same", id=largest),
            make_layer("subtract", inputs=[steep, largest], id=short),
            make_layer("conv", [single("1 or 0", EXACT, bias=1.0)], activation="relu", id=is_top),
            make_layer("multiply", inputs=[steep, is_top], id=ridge),
        ]
    return (*layers, make_layer("maximum", inputs=["ridge_x", "ridge_y"], id="thin_edges"))


def life(generations: int = 4) -> tuple[Layer, ...]:
    """Return steps of Conway's game of life, exact on cells of 0 and 1, on a picture without borders.

    Twice the neighbours plus the cell itself is 5, 6 or 7 for cells that live on or are born, and for no others.
    """
    count = Filter("2 · neighbours + cell − 6", np.array([[2, 2, 2], [2, 1, 2], [2, 2, 2]], float), bias=-6.0)
    layers = []
    for step in range(1, generations + 1):
        layers += [
            make_layer("conv", [count], border="wrap", activation="absolute", id=f"count_{step}"),
            make_layer("conv", [single("beyond 1", 1, bias=-1.0)], activation="relu", id=f"beyond_{step}"),
            make_layer("conv", [single("alive", -1, bias=1.0)], activation="relu", id=f"generation_{step}"),
        ]
    return tuple(layers)


def _named(*pairs: tuple[Filter, str]) -> list[Filter]:
    return [Filter(name, one.planes, preset=one.preset, parameters=one.parameters) for one, name in pairs]


def _without_mean(planes: np.ndarray) -> np.ndarray:
    """Return weights that sum to 0, so that brightness itself is no wave."""
    return planes - float(planes.mean())
