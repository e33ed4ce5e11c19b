"""NumPy: the weights as an array, with what they are."""

from convexplorer.export.kernel_code.leaving import Leaving, commented, title_of
from convexplorer.export.kernel_code.python_arrays import array_code, bias_code, kernel_array


def code(leaving: Leaving) -> str:
    """Return code that makes the array; biases and border are in comments."""
    array, axes = kernel_array(leaving)
    biases = f"Bias: {bias_code(leaving)}." if any(one.bias for one in leaving.filters) else ""
    said = (
        f"{'; '.join(map(title_of, leaving.filters))}; axes {axes}.",
        f"Applied as a cross-correlation, border {leaving.border}.",
        biases,
        *leaving.unusual,
    )
    return f"import numpy as np\n\n{commented('#', said)}{array_code('kernel', array)}"
