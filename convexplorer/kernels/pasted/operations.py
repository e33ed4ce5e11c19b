"""Calls that filter a picture, in many libraries: where the kernel stands, and what the library does with it.

The conventions were found by running each library against plain loops, except where a note says that they are from its
documentation.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.kernels.pasted.value import Pasted, asked, turned

NAMES_OF_BORDERS = {
    "cv": {
        "constant": "zeros",
        "replicate": "edge",
        "reflect": "symmetric",
        "wrap": "wrap",
        "reflect_101": "reflect",
        "reflect101": "reflect",
        "default": "reflect",
        "isolated": "reflect",
        "0": "zeros",
        "1": "edge",
        "2": "symmetric",
        "3": "wrap",
        "4": "reflect",
    },
    "ndimage": {
        "reflect": "symmetric",
        "grid-mirror": "symmetric",
        "constant": "zeros",
        "grid-constant": "zeros",
        "nearest": "edge",
        "mirror": "reflect",
        "wrap": "wrap",
        "grid-wrap": "wrap",
    },
    "signal": {"fill": "zeros", "wrap": "wrap", "symm": "symmetric"},
    "matlab": {"symmetric": "symmetric", "replicate": "edge", "circular": "wrap"},
    "pad": {
        "constant": "zeros",
        "edge": "edge",
        "replicate": "edge",
        "reflect": "reflect",
        "symmetric": "symmetric",
        "wrap": "wrap",
        "circular": "wrap",
    },
    "mathematica": {"fixed": "edge", "periodic": "wrap", "reflected": "reflect", "reversed": "symmetric"},
}


@dataclass(frozen=True, eq=False)
class Arguments:
    """The arguments of a call, and what the code before it has padded with.

    Attributes
    ----------
    padded : border of the last padding before, or None.
    """

    positional: Sequence[Any]
    named: Mapping[str, Any]
    padded: str | None = None

    def kernel(self, *names: str) -> np.ndarray:
        """Return the one argument that is a matrix: the named one, else the first with rows and columns."""
        for name in names:
            if isinstance(self.named.get(name), np.ndarray):
                return np.asarray(self.named[name])
        arrays = [one for one in self.positional if isinstance(one, np.ndarray)]
        matrices = [one for one in arrays if one.ndim > 1] or [one for one in arrays if one.size > 2]
        if not matrices:
            raise ValueError("a call is understood here if its kernel is numbers")
        return matrices[0]

    def behind(self, kernel: np.ndarray) -> list[Any]:
        """Return the positional arguments behind the kernel."""
        places = [i for i, one in enumerate(self.positional) if one is kernel]
        return list(self.positional[places[0] + 1 :]) if places else []

    def text(self, name: str, usual: str) -> str:
        """Return a named argument as words."""
        return word_of(self.named.get(name, usual))

    def number(self, name: str, usual: float) -> float:
        """Return a named argument as a number."""
        value = self.named.get(name, usual)
        return float(value) if isinstance(value, int | float) else usual


Operation = Callable[[Arguments], Pasted]


def word_of(value: Any) -> str:
    """Return what a constant or a text says, in small letters: cv2.BORDER_REFLECT is "reflect"."""
    name = str(getattr(value, "name", value)).lower().replace("::", ".")
    name = name.rpartition(".")[2] if not name.replace(".", "").isdigit() else name.partition(".")[0]
    return name.removeprefix("border_")


def opencv(given: Arguments) -> Pasted:
    """Read `cv2.filter2D(src, ddepth, kernel, dst, anchor, delta, borderType)`, also in the order of C++."""
    kernel = given.kernel("kernel")
    rest = given.behind(kernel)
    numbers = [float(one) for one in rest if isinstance(one, int | float) and not isinstance(one, bool)]
    constants = [one for one in rest if "BORDER_" in str(getattr(one, "name", ""))]
    delta = given.number("delta", numbers[0] if numbers else 0.0)
    border = given.named.get("borderType", constants[0] if constants else numbers[1] if len(numbers) > 1 else "default")
    anchor = given.named.get("anchor")
    notes = _even(kernel, "OpenCV")
    if isinstance(anchor, np.ndarray) and (anchor != -1).any():
        notes += ("The anchor is the middle of the kernel here.",)
    return Pasted(
        "OpenCV", _plane(kernel), biases=_some(delta), bias_unit="bytes", border=_border("cv", border), notes=notes
    )


def opencv_separable(given: Arguments) -> Pasted:
    """Read `cv2.sepFilter2D(src, ddepth, kernelX, kernelY)`."""
    arrays = [one for one in (*given.positional, *given.named.values()) if isinstance(one, np.ndarray) and one.size > 2]
    x, y = (given.named.get("kernelX", arrays[0]), given.named.get("kernelY", arrays[1])) if len(arrays) > 1 else (0, 0)
    plane = np.outer(np.ravel(y), np.ravel(x))
    return Pasted("OpenCV", plane, border=_border("cv", given.named.get("borderType", "default")))


def ndimage(*, is_flipped: bool) -> Operation:
    """Return the reader of `scipy.ndimage.convolve` or `correlate`."""

    def read(given: Arguments) -> Pasted:
        kernel = given.kernel("weights", "kernel")
        words = [one for one in given.behind(kernel) if isinstance(one, str)]
        mode = given.text("mode", words[0] if words else "reflect")
        notes: tuple[str, ...] = (() if is_flipped else _even(kernel, "SciPy")) + (
            ("It adds a value outside the picture; here there are zeros.",) if given.number("cval", 0) else ()
        )
        return Pasted(
            "SciPy",
            _turned(_plane(kernel), is_flipped),
            border=_border("ndimage", mode),
            is_flipped=is_flipped,
            notes=notes,
        )

    return read


def signal(*, is_flipped: bool) -> Operation:
    """Return the reader of `scipy.signal.convolve2d` or `correlate2d`."""

    def read(given: Arguments) -> Pasted:
        kernel = given.kernel("in2")
        words = [one for one in given.behind(kernel) if isinstance(one, str)]
        mode = given.text("mode", next((one for one in words if one in ("full", "valid", "same")), "full"))
        boundary = given.text("boundary", next((one for one in words if one in NAMES_OF_BORDERS["signal"]), "fill"))
        notes: tuple[str, ...] = (
            ()
            if mode == "same"
            else (f"Its mode is “{mode}”, which changes the size: that is the padding of the layer here.",)
        )
        notes += _even(kernel, "SciPy") if is_flipped else ()
        return Pasted(
            "SciPy",
            _turned(_plane(kernel), is_flipped),
            border=_border("signal", boundary),
            is_flipped=is_flipped,
            notes=notes,
        )

    return read


def matlab(*, is_flipped: bool) -> Operation:
    """Return the reader of MATLAB's `imfilter`, `conv2` or `filter2`."""

    def read(given: Arguments) -> Pasted:
        kernel = given.kernel()
        words = [one.lower() for one in given.positional if isinstance(one, str)]
        border = next((NAMES_OF_BORDERS["matlab"][one] for one in words if one in NAMES_OF_BORDERS["matlab"]), "zeros")
        turns = is_flipped or "conv" in words
        return Pasted("MATLAB", _turned(_plane(kernel), turns), border=border, is_flipped=turns)

    return read


def torch(given: Arguments) -> Pasted:
    """Read `F.conv2d(input, weight, bias, …)`: (filters, channels, rows, columns)."""
    return _weights(given, "PyTorch", "OIHW", ("weight",))


def keras(given: Arguments) -> Pasted:
    """Read `keras.ops.conv(x, kernel)`, `tf.nn.conv2d`, `layer.set_weights([kernel, bias])`."""
    return _weights(given, "Keras", "HWIO", ("kernel", "filters", "filter"))


def kornia(given: Arguments) -> Pasted:
    """Read `kornia.filters.filter2d(x, kernel, border_type)`: one plane for all channels."""
    border = _border("pad", given.text("border_type", "reflect"))
    return Pasted(
        "kornia", _plane(given.kernel("kernel")), border=border, notes=("Its conventions are from its documentation.",)
    )


def vapoursynth(given: Arguments) -> Pasted:
    """Read `core.std.Convolution(clip, matrix, bias, divisor)`: 9 or 25 numbers; divisor 0 is their sum."""
    kernel = given.kernel("matrix")
    divided, divisor = _divided(_plane(kernel), given.number("divisor", 0.0))
    bias = given.number("bias", 0.0)
    saturated = given.named.get("saturate", True)
    notes: tuple[str, ...] = (
        () if saturated else ("It takes absolute values (saturate=False); the activation abs does that here.",)
    )
    if (kernel != np.rint(kernel)).any():
        notes += ("It rounds weights to whole numbers on integer clips.",)
    return Pasted(
        "VapourSynth", divided, biases=_some(bias), bias_unit="bytes", border="reflect", divisor=divisor, notes=notes
    )


def pillow(given: Arguments) -> Pasted:
    """Read `ImageFilter.Kernel(size, kernel, scale, offset)`: rows from the bottom, rim pixels unchanged."""
    size, *others = [one for one in given.positional if isinstance(one, np.ndarray)]
    kernel = given.named.get("kernel", others[0] if others else None)
    if not isinstance(kernel, np.ndarray):
        raise ValueError("a call is understood here if its kernel is numbers")
    columns, rows = (int(n) for n in given.named.get("size", size).ravel())
    if rows * columns != kernel.size:
        raise ValueError(f"{kernel.size} numbers do not make {rows} × {columns}")
    rest = [one for one in given.positional if not isinstance(one, np.ndarray)]
    scale = given.named.get("scale", rest[0] if rest else None)
    offset = given.number("offset", float(rest[1]) if len(rest) > 1 and isinstance(rest[1], int | float) else 0.0)
    plane, divisor = _divided(kernel.reshape(rows, columns), float(scale) if isinstance(scale, int | float) else 0.0)
    notes = ["It counts rows from the bottom, and leaves the pixels at the rim as they are."]
    if scale is None and not kernel.sum():
        notes.append("Without a scale it gives black for weights whose sum is 0; they are not divided here.")
    return Pasted("Pillow", plane[::-1], biases=_some(offset), bias_unit="bytes", divisor=divisor, notes=tuple(notes))


def php(given: Arguments) -> Pasted:
    """Read `imageconvolution($image, matrix, divisor, offset)`."""
    kernel = given.kernel("matrix")
    numbers = [float(one) for one in given.behind(kernel) if isinstance(one, int | float)]
    plane, divisor = _divided(_plane(kernel), numbers[0] if numbers else 1.0)
    bias = _some(numbers[1] if len(numbers) > 1 else 0.0)
    return Pasted("PHP", plane, biases=bias, bias_unit="bytes", border="edge", divisor=divisor)


def java(given: Arguments) -> Pasted:
    """Read `new Kernel(width, height, numbers)`, which `ConvolveOp` applies."""
    sizes = [int(one) for one in given.positional if isinstance(one, int | float)]
    kernel = given.kernel()
    if len(sizes) < 2 or sizes[0] * sizes[1] != kernel.size:
        raise ValueError(f"{kernel.size} numbers do not make the size of the Kernel")
    plane = kernel.reshape(sizes[1], sizes[0])
    note = ("How ConvolveOp turns a kernel is not said in its documentation.",)
    return asked(
        Pasted("Java", plane, notes=note, label="as written"),
        Pasted("Java", turned(plane), is_flipped=True, notes=note, label="turned by 180°"),
    )


def mathematica(*, is_flipped: bool) -> Operation:
    """Return the reader of `ImageConvolve[…]` or `ImageCorrelate[…]`."""

    def read(given: Arguments) -> Pasted:
        border = _border("mathematica", given.text("Padding", "fixed"))
        plane = _turned(_plane(given.kernel()), is_flipped)
        note = ("Its conventions are from its documentation.",)
        return Pasted("Mathematica", plane, border=border, is_flipped=is_flipped, notes=note)

    return read


def described(given: Mapping[str, Any]) -> Pasted:
    """Read an object with the keys of a kernel: {width: 3, height: 3, kernel: […], scale: …, offset: …}."""
    entries = {key.lower(): value for key, value in given.items()}
    kernel = next((entries[key] for key in ("kernel", "matrix", "weights", "kernelmatrix") if key in entries), None)
    if not isinstance(kernel, np.ndarray):
        raise ValueError("an object is understood if it has numbers as kernel, matrix or weights")
    width, height = (entries.get(key) for key in ("width", "height"))
    if isinstance(width, int | float) and isinstance(height, int | float):
        if width * height != kernel.size or width < 1:
            raise ValueError(f"{kernel.size} numbers do not make {height:g} × {width:g}")
        kernel = kernel.reshape(int(height), int(width))
    is_sharp = kernel.ndim == 2 and width is not None
    divisor = _first_number(entries, "divisor", "scale", "factor", "div")
    bias = _first_number(entries, "bias", "offset") or 0.0
    usual = float(kernel.sum()) if is_sharp and divisor is None else 1.0
    array, by = _divided(_plane(kernel), usual if divisor is None else divisor)
    form = "sharp" if is_sharp else "an object"
    return Pasted(
        form, array, "HW" if array.ndim == 2 else "", _some(bias), "bytes", "edge" if is_sharp else None, divisor=by
    )


#: By the last name of the call, or by the last two where that says more.
OPERATIONS: dict[str, Operation] = {
    "filter2D": opencv,
    "sepFilter2D": opencv_separable,
    "ndimage.convolve": ndimage(is_flipped=True),
    "ndimage.correlate": ndimage(is_flipped=False),
    "ndi.convolve": ndimage(is_flipped=True),
    "ndi.correlate": ndimage(is_flipped=False),
    "convolve": ndimage(is_flipped=True),
    "correlate": ndimage(is_flipped=False),
    "signal.convolve": signal(is_flipped=True),
    "signal.correlate": signal(is_flipped=False),
    "convolve2d": signal(is_flipped=True),
    "fftconvolve": signal(is_flipped=True),
    "oaconvolve": signal(is_flipped=True),
    "correlate2d": signal(is_flipped=False),
    "imfilter": matlab(is_flipped=False),
    "conv2": matlab(is_flipped=True),
    "filter2": matlab(is_flipped=False),
    "conv2d": torch,
    "lax.conv": torch,
    "nn.conv2d": keras,
    "nn.convolution": keras,
    "nn.depthwise_conv2d": keras,
    "ops.conv": keras,
    "ops.depthwise_conv": keras,
    "set_weights": keras,
    "filter2d": kornia,
    "Convolution": vapoursynth,
    "ImageFilter.Kernel": pillow,
    "Kernel": java,
    "imageconvolution": php,
    "ImageConvolve": mathematica(is_flipped=True),
    "ImageCorrelate": mathematica(is_flipped=False),
    "ListConvolve": mathematica(is_flipped=True),
    "ListCorrelate": mathematica(is_flipped=False),
}


def _weights(given: Arguments, form: str, axes: str, names: tuple[str, ...]) -> Pasted:
    """Read a call with weights of four axes, and a bias for each filter."""
    positional = [one for item in given.positional for one in (item if isinstance(item, list) else [item])]
    flat = Arguments(positional, given.named)
    kernel = flat.kernel(*names)
    behind = [one for one in flat.behind(kernel) if isinstance(one, np.ndarray) and one.ndim == 1]
    bias = given.named.get("bias", behind[0] if behind else None)
    biases = tuple(bias.ravel().tolist()) if isinstance(bias, np.ndarray) else ()
    if kernel.ndim < 4:
        return Pasted(form, _plane(kernel), "HW" if kernel.ndim == 2 else "", biases, border=given.padded or "zeros")
    biases = biases if len(biases) == kernel.shape[axes.index("O")] else ()
    return Pasted(form, kernel, axes, biases, border=given.padded or "zeros")


def _plane(kernel: np.ndarray) -> np.ndarray:
    """Return a kernel with rows and columns: flat numbers of a square are one, and axes of length 1 fall away."""
    while kernel.ndim > 2 and 1 in kernel.shape:
        kernel = kernel.squeeze(kernel.shape.index(1))
    side = round(float(kernel.size) ** 0.5)
    if kernel.ndim == 1 and side * side == kernel.size and side > 1:
        return kernel.reshape(side, side)
    return np.atleast_2d(kernel)


def _turned(kernel: np.ndarray, is_flipped: bool) -> np.ndarray:
    return np.ascontiguousarray(kernel[..., ::-1, ::-1]) if is_flipped else kernel


def _divided(kernel: np.ndarray, divisor: float) -> tuple[np.ndarray, float]:
    """Return weights divided by a number, or by their sum for 0, if that is not 0."""
    by = float(divisor or kernel.sum() or 1.0)
    return kernel / by, by


def _border(library: str, name: Any) -> str | None:
    return NAMES_OF_BORDERS[library].get(word_of(name))


def _even(kernel: np.ndarray, tool: str) -> tuple[str, ...]:
    is_even = kernel.ndim > 1 and any(n % 2 == 0 for n in kernel.shape[-2:])
    return (f"An even kernel lies one cell further up and left in {tool}.",) if is_even else ()


def _some(bias: float) -> tuple[float, ...]:
    return (float(bias),) if bias else ()


def _first_number(entries: Mapping[str, Any], *keys: str) -> float | None:
    found = [entries[key] for key in keys if isinstance(entries.get(key), int | float)]
    return float(found[0]) if found else None
