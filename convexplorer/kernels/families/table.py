"""The rows of these families in the table of kernels with a formula."""

from convexplorer.core.parameter import Parameter
from convexplorer.kernels import parameters
from convexplorer.kernels.families import lines, polynomials, steered, usual
from convexplorer.kernels.families.initial import RANDOM, initial
from convexplorer.kernels.formula import Formula


def _order(name: str, label: str) -> Parameter:
    return Parameter(name, 0, 0, 2, 1, label, "How often the polynomial is differentiated.", is_integer=True)


def _length(explanation: str, default: float = 9) -> Parameter:
    return Parameter("length", default, 3, 63, 2, "Length", explanation, "px")


def _opening(default: float, maximum: float, explanation: str) -> Parameter:
    return Parameter("opening", default, 10, maximum, 5, "Opening", explanation, "°")


_THICKNESS = Parameter("thickness", 1, 1, 20, 0.5, "Thickness", "Of a line.", "px")
_ALPHA = Parameter("alpha", 0.2, 0, 1, 0.05, "Alpha", "How much the diagonal neighbours count: 0 not at all.")
_SEED = Parameter(
    "seed", 1, 0, 9999, 1, "Seed", "Each number gives another kernel, always the same one.", is_integer=True
)
_POLYNOMIAL = (
    Parameter("degree", 2, 0, 5, 1, "Degree", "Of the polynomial, at least that of the derivative.", is_integer=True),
    _order("down", "Slope down"),
    _order("right", "Slope right"),
    parameters.size(5, minimum=5),
)
_INITIAL = {
    "glorot_uniform": ("Glorot uniform", "Evenly within ±√(6 / (inputs + outputs)): what Keras begins with."),
    "glorot_normal": ("Glorot normal", "Normally distributed, of variance 2 / (inputs + outputs)."),
    "he_uniform": ("He uniform", "Evenly within ±√(6 / inputs), for layers before a ReLU."),
    "he_normal": ("He normal", "Normally distributed, of variance 2 / inputs, for layers before a ReLU."),
    "lecun_uniform": ("LeCun uniform", "Evenly within ±√(3 / inputs)."),
    "lecun_normal": ("LeCun normal", "Normally distributed, of variance 1 / inputs, for layers before a SELU."),
    "variance_scaling": ("Variance scaling", "Normally distributed, of variance scale / inputs."),
    "orthogonal": ("Orthogonal", "A direction by chance among all kernels; the norm is the gain."),
    "random_uniform": ("Uniform", "Evenly within ± the limit."),
    "random_normal": ("Normal", "Normally distributed."),
    "truncated_normal": ("Truncated normal", "Normally distributed, without what lies beyond two deviations."),
}
_INITIAL_SETTINGS = {
    "": (),
    "scale": (Parameter("scale", 1, 0.05, 10, 0.05, "Scale", "Of the variance."),),
    "gain": (Parameter("gain", 1, 0.05, 10, 0.05, "Gain", "The norm of the kernel."),),
    "limit": (Parameter("limit", 0.05, 0.01, 2, 0.01, "Limit", "The largest weight."),),
    "stddev": (Parameter("stddev", 0.05, 0.01, 2, 0.01, "Deviation", "The standard deviation."),),
}

FAMILIES: dict[str, Formula] = {
    "derivative": Formula(
        steered.derivative,
        "Edges",
        "Derivative of order n",
        "The derivative of the blurred picture in a direction, exact on polynomials of its degree; the sum is 0.",
        (
            Parameter("order", 3, 1, steered.MAX_ORDER, 1, "Order", "How often it is differentiated.", is_integer=True),
            parameters.direction("Where it is differentiated"),
            parameters.sigma(1.5, minimum=0.5),
            parameters.size(11, minimum=5),
        ),
        says=("sum",),
    ),
    "savitzky-golay": Formula(
        polynomials.savitzky_golay,
        "Polynomials",
        "Savitzky–Golay, total degree",
        "The value or slope, in the middle, of the surface that fits the window best: noise goes, peaks stay.",
        _POLYNOMIAL,
    ),
    "savitzky-golay-tensor": Formula(
        polynomials.savitzky_golay_tensor,
        "Polynomials",
        "Savitzky–Golay, per axis",
        "The same with powers up to the degree along each axis: a column times a row.",
        _POLYNOMIAL,
    ),
    "parallel-lines": Formula(
        lines.parallel_lines,
        "Lines",
        "Parallel lines",
        "Positive on bright lines of this slope side by side, negative in the gaps; the sum is 0.",
        (
            parameters.slope(),
            Parameter("count", 2, 1, 5, 1, "Lines", "How many there are.", is_integer=True),
            Parameter("spacing", 4, 2, 12, 0.5, "Spacing", "From line to line; gaps stay one pixel wide.", "px"),
            _length("How long the lines must be to give the full answer."),
            Parameter("thickness", 1, 1, 10, 0.5, "Thickness", "Of a line.", "px"),
        ),
        says=("sum",),
    ),
    "cross": Formula(
        lines.cross,
        "Lines",
        "Cross",
        "Positive where two bright lines cross at this angle, negative right beside them; the sum is 0.",
        (
            parameters.slope(0),
            _opening(90, 170, "From the first line to the second, counter-clockwise."),
            _length("Of both lines."),
            _THICKNESS,
        ),
        says=("sum",),
    ),
    "line-end": Formula(
        lines.line_end,
        "Lines",
        "End of a line",
        "Positive where a bright line ends in this direction, nothing where it goes on; the sum is 0.",
        (
            parameters.direction("Where the line ends"),
            _length("Twice the length of the line that is looked for."),
            _THICKNESS,
        ),
        says=("sum",),
    ),
    "wedge": Formula(
        lines.wedge,
        "Spots and corners",
        "Wedge",
        "A part of a disc minus the rest: positive where a bright corner of this opening lies; the sum is 0.",
        (
            parameters.direction("Where the wedge opens"),
            _opening(60, 180, "Of the wedge: 90° is a corner, 180° an edge."),
            parameters.size(11),
        ),
        says=("sum",),
    ),
    "laplacian-by": Formula(
        usual.laplacian,
        "Second derivatives",
        "Laplacian by alpha",
        "The Laplacian with as much of the diagonal neighbours as you like: positive in dark spots; the sum is 0.",
        (_ALPHA,),
        says=("sum",),
    ),
    "unsharp-by": Formula(
        usual.contrast,
        "Sharpen",
        "Unsharp by alpha",
        "The picture minus its Laplacian, with as much of the diagonal neighbours as you like; the sum is 1.",
        (_ALPHA,),
        says=("sum",),
    ),
    "rectangle": Formula(
        usual.rectangle_mean,
        "Blur",
        "Rectangle",
        "The mean of a rectangle.",
        (
            Parameter("rows", 3, 1, 63, 1, "Rows", "Of the rectangle.", "px", is_integer=True),
            Parameter("columns", 9, 1, 63, 1, "Columns", "Of the rectangle.", "px", is_integer=True),
        ),
    ),
    "gaussian-at-angle": Formula(
        usual.oriented_gaussian,
        "Blur",
        "Gaussian at an angle",
        "A bell that is longer along a slope than across it: it smooths along lines; the sum is 1.",
        (
            parameters.slope(),
            parameters.sigma(3.0),
            Parameter("across", 1, 0.3, 20, 0.1, "Across", "Standard deviation across the slope.", "px"),
            parameters.size(15),
        ),
        says=("sum",),
    ),
    **{
        f"initial-{name.replace('_', '-')}": Formula(
            initial(name),
            "Initializers",
            _INITIAL[name][0],
            _INITIAL[name][1],
            (_SEED, *_INITIAL_SETTINGS[setting], parameters.size(5)),
        )
        for name, setting in RANDOM.items()
    },
}
