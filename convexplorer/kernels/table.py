"""The table of kernels with a formula: names, words for the user, and adjustable parameters."""

from convexplorer.core.parameter import Parameter
from convexplorer.kernels import formulas, parameters
from convexplorer.kernels.families.table import FAMILIES
from convexplorer.kernels.formula import Formula

__all__ = ["FORMULAS", "Formula", "Parameter"]

FORMULAS: dict[str, Formula] = {
    "blank": Formula(
        formulas.blank,
        "Basics",
        "Blank",
        "All zeros: a sheet to draw a kernel on.",
        (parameters.size(3, minimum=1),),
    ),
    "shift": Formula(
        formulas.shift,
        "Basics",
        "Shift by",
        "A single 1 beside the middle moves the picture by so many pixels.",
        (
            Parameter("rows", 0, -31, 31, 1, "Down", "How far the picture moves down.", "px", is_integer=True),
            Parameter("columns", 3, -31, 31, 1, "Right", "How far the picture moves right.", "px", is_integer=True),
        ),
    ),
    "line": Formula(
        formulas.line,
        "Lines",
        "Line at an angle",
        "Positive on bright lines of this slope and thickness, negative right beside them; the sum is 0.",
        (
            parameters.slope(),
            Parameter("length", 7, 3, 63, 2, "Length", "How long a line must be to give the full answer.", "px"),
            Parameter("thickness", 1, 1, 20, 0.5, "Thickness", "How thick a line is looked for.", "px"),
        ),
        says=("sum",),
    ),
    "step-edge": Formula(
        formulas.step_edge,
        "Edges",
        "Step edge",
        "The mean of one half minus the mean of the other: positive where brightness rises in its direction.",
        (parameters.direction("Where brightness rises"), parameters.size(5)),
    ),
    "gaussian-derivative": Formula(
        formulas.gaussian_derivative,
        "Edges",
        "Gaussian derivative",
        "The slope of the blurred picture in a direction: 1 where brightness rises by 1 per pixel.",
        (parameters.direction("Where brightness rises"), parameters.sigma(1.0), parameters.size(7)),
    ),
    "log": Formula(
        formulas.log,
        "Second derivatives",
        "Laplacian of Gaussian",
        "The Laplacian of the blurred picture: negative on bright spots, positive around them; the sum is 0.",
        (parameters.sigma(1.4, minimum=0.5), parameters.size(9)),
        says=("sum",),
    ),
    "dog": Formula(
        formulas.dog,
        "Second derivatives",
        "Difference of Gaussians",
        "A narrow blur minus a wide one: positive on bright spots of that size; the sum is 0.",
        (
            parameters.sigma(1.0),
            Parameter("ratio", 1.6, 1.1, 5, 0.1, "Ratio", "How many times wider the second bell is."),
            parameters.size(9),
        ),
        says=("sum",),
    ),
    "ridge-at-angle": Formula(
        formulas.ridge,
        "Second derivatives",
        "Ridge at an angle",
        "Bends of the blurred picture across a slope: positive on bright ridges, negative in valleys; the sum is 0.",
        (parameters.slope(), parameters.sigma(1.5, minimum=0.5), parameters.size(9)),
        says=("sum",),
    ),
    "box": Formula(
        formulas.box,
        "Blur",
        "Box",
        "The mean of a square: the simplest blur, with a square shadow on every spot.",
        (parameters.size(3, minimum=1),),
    ),
    "gaussian": Formula(
        formulas.gaussian,
        "Blur",
        "Gaussian",
        "The smoothest blur: a bell that weighs near pixels most and is the same in every direction; the sum is 1.",
        (parameters.sigma(1.0), parameters.size(7, minimum=1)),
        says=("sum",),
    ),
    "binomial": Formula(
        formulas.binomial,
        "Blur",
        "Binomial",
        "A bell from the numbers of Pascal's triangle, close to a Gaussian; the sum is 1.",
        (parameters.size(3, minimum=1),),
        says=("sum",),
    ),
    "disc": Formula(
        formulas.disc,
        "Blur",
        "Disc",
        "The mean of a disc: the blur of a lens that is out of focus.",
        (Parameter("radius", 3, 0.5, 31, 0.5, "Radius", "Of the disc.", "px"),),
    ),
    "motion-blur": Formula(
        formulas.motion_blur,
        "Blur",
        "Motion blur",
        "The mean along a line: what a camera sees that moves while the shutter is open.",
        (parameters.slope(), Parameter("length", 9, 1, 63, 1, "Length", "How far it moves.", "px")),
    ),
    "sharpen-by": Formula(
        formulas.sharpen,
        "Sharpen",
        "Sharpen by",
        "Adds the difference to the four neighbours, as strongly as you like; the sum is 1.",
        (Parameter("amount", 0.5, 0, 5, 0.1, "Amount", "How much of the difference is added."),),
        says=("sum",),
    ),
    "unsharp-mask": Formula(
        formulas.unsharp,
        "Sharpen",
        "Unsharp mask",
        "Adds the difference to the blurred picture, so that details of that size stand out; the sum is 1.",
        (
            parameters.sigma(1.5),
            Parameter("amount", 1, 0, 10, 0.1, "Amount", "How much of the difference is added."),
            parameters.odd_size(9),
        ),
        says=("sum",),
    ),
    "emboss-at-angle": Formula(
        formulas.emboss,
        "Sharpen",
        "Emboss at an angle",
        "The picture plus its slope in a direction, like a relief lit from behind; the sum is 1.",
        (
            parameters.direction("Where brightness must rise to appear brighter", 45),
            Parameter("depth", 4, -20, 20, 0.5, "Depth", "How much of the slope is added."),
        ),
        says=("sum",),
    ),
    "center-surround": Formula(
        formulas.center_surround,
        "Spots and corners",
        "Centre and surround",
        "A disc minus the ring around it, as cells of the retina see: positive on bright spots; the sum is 0.",
        (
            Parameter("radius", 2, 0.5, 15, 0.5, "Radius", "Of the disc.", "px"),
            Parameter("surround", 2, 1.1, 2.1, 0.1, "Surround", "Outer radius, in radii of the disc."),
        ),
        says=("sum",),
    ),
    "ring": Formula(
        formulas.ring,
        "Spots and corners",
        "Ring",
        "A ring minus what lies inside and outside of it: positive on bright circles; the sum is 0.",
        (
            Parameter("radius", 5, 1, 20, 0.5, "Radius", "From the middle to the ring.", "px"),
            Parameter("thickness", 1.5, 1, 7, 0.5, "Thickness", "Of the ring.", "px"),
        ),
        says=("sum",),
    ),
    "corner-at-angle": Formula(
        formulas.corner,
        "Spots and corners",
        "Corner at an angle",
        "One quarter minus the other three: positive where a bright corner opens; the sum is 0.",
        (parameters.direction("Where the corner opens", 45), parameters.size(7)),
        says=("sum",),
    ),
    "gabor": Formula(
        formulas.gabor,
        "Texture",
        "Gabor",
        "Waves under a bell, as in the first cells of the visual cortex: large on stripes of that width; the sum is 0.",
        (
            Parameter("wavelength", 6, 2, 63, 0.5, "Wavelength", "From one crest to the next.", "px"),
            parameters.direction("Across the stripes"),
            parameters.sigma(2.5, minimum=0.5),
            Parameter("phase", 0, -360, 360, 15, "Phase", "0° is bright in the middle, 90° an edge.", "°"),
            Parameter("aspect", 0.7, 0.1, 5, 0.1, "Aspect", "Below 1 the bell is longer along the stripes."),
            parameters.size(15),
        ),
        says=("sum",),
    ),
    "checker": Formula(
        formulas.checker,
        "Texture",
        "Checkerboard",
        "Bright fields minus dark fields of a chessboard: strong on fine patterns of that period; the sum is 0.",
        (
            Parameter("cell", 1, 1, 15, 1, "Field", "Width of a field.", "px", is_integer=True),
            parameters.size(4, minimum=2),
        ),
        says=("sum",),
    ),
    "random": Formula(
        formulas.random,
        "Texture",
        "Random",
        "Weights by chance, as in a network before it learns; the sum is 0 and the norm is 1.",
        (
            Parameter(
                "seed", 1, 0, 9999, 1, "Seed", "Each number gives another kernel, always the same one.", is_integer=True
            ),
            parameters.size(5),
        ),
        says=("sum",),
    ),
    **FAMILIES,
}
