"""The table of functions that a pasted text may name, and of what their results are asked for."""

import numpy as np

from convexplorer.kernels.pasted import formulas, makers
from convexplorer.kernels.pasted.makers import Maker

_WRAPPERS = (
    *("array", "asarray", "matrix", "mat", "list", "tuple", "constant", "Variable", "Parameter", "nested", "Matrix"),
    *("tensor", "Tensor", "FloatTensor", "DoubleTensor", "as_tensor", "from_numpy", "convert_to_tensor", "tensor2d"),
    *("float", "float16", "float32", "float64", "double", "single", "int", "int8", "int16", "int32", "int64", "uint8"),
    *("Float32Array", "Float64Array", "Int32Array", "Int16Array", "Array", "from", "N", "Normal", "centered", "UMat"),
    *("input_array", "ascontiguousarray", "stack", "vec!", "Float32", "Float64", "round", "convert_to_numpy"),
)
_LISTS = ("c", "floatArrayOf", "doubleArrayOf", "intArrayOf", "listOf", "vec2", "vec3", "vec4", "List", "Seq", "Vector")

#: By the last name of the call. A name of MATLAB and one of NumPy mean different things only where `SQUARE` says so.
MAKERS: dict[str, Maker] = {
    **dict.fromkeys(_WRAPPERS, makers.kept),
    **dict.fromkeys(_LISTS, makers.listed),
    "arrayOf": makers.rows_listed,
    "rbind": makers.rows_listed,
    "mat2": makers.columns_listed,
    "mat3": makers.columns_listed,
    "mat4": makers.columns_listed,
    "ones": makers.filled(1.0),
    "zeros": makers.filled(0.0),
    "full": makers.full,
    "eye": makers.eye,
    "identity": makers.eye,
    "outer": makers.outer,
    "dot": makers.product,
    "matmul": makers.product,
    "mm": makers.product,
    "diag": makers.diagonal,
    "linspace": makers.spaced,
    "arange": makers.counted,
    "expand_dims": makers.with_axis,
    "unsqueeze": makers.with_axis,
    "squeeze": makers.applied(np.squeeze),
    "reshape": makers.reshaped,
    "rot90": makers.turned_by_quarters,
    "flip": makers.mirrored(),
    "flipud": makers.mirrored(0.0),
    "fliplr": makers.mirrored(1.0),
    "transpose": makers.transposed,
    "sum": makers.total,
    "abs": makers.applied(np.abs),
    "sqrt": makers.applied(np.sqrt),
    "exp": makers.applied(np.exp),
    "max": makers.applied(np.max),
    "mean": makers.applied(np.mean),
    "getGaussianKernel": formulas.gaussian_column,
    "getGaborKernel": formulas.gabor,
    "windows.gaussian": formulas.gaussian_window,
    "signal.gaussian": formulas.gaussian_window,
    "getStructuringElement": formulas.structuring_element,
    "fspecial": formulas.fspecial,
}

#: Of these, one number is the side of a square if the name stands alone, as in MATLAB.
SQUARE = frozenset({"ones", "zeros"})

# What numbers are asked for, and give as they are.
SAME = frozenset(
    {
        *("astype", "type", "cast", "float", "double", "half", "to", "cpu", "cuda", "numpy", "copy", "clone", "detach"),
        *("tolist", "contiguous", "requires_grad_", "data", "values", "value", "A", "as_matrix", "eval", "round"),
    }
)
#: Methods of numbers.
METHODS: dict[str, Maker] = {
    "reshape": makers.reshaped,
    "view": makers.reshaped,
    "sum": makers.total,
    "max": makers.applied(np.max),
    "mean": makers.applied(np.mean),
    "abs": makers.applied(np.abs),
    "dot": makers.product,
    "t": makers.transposed,
    "transpose": makers.transposed,
    "flatten": makers.applied(np.ravel),
    "ravel": makers.applied(np.ravel),
    "squeeze": makers.applied(np.squeeze),
    "unsqueeze": makers.with_axis,
    "mul": makers.times,
    "div": makers.divided,
}
