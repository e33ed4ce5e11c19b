"""PyTorch: `F.conv2d` with the strides, the dilation, the border and the bias of the layer."""

import numpy as np

from convexplorer.export.kernel_code.leaving import Leaving, commented, title_of
from convexplorer.export.kernel_code.python_arrays import array_code, kernel_array, python_number
from convexplorer.kernels.matrix import FILTERS_FIRST

_MODES = {"zeros": "constant", "edge": "replicate", "reflect": "reflect", "wrap": "circular"}


def code(leaving: Leaving) -> str:
    """Return the weights and the call, on `x`: (1, channels, rows, columns)."""
    array, _ = kernel_array(leaving)
    weight = array.reshape(len(leaving.filters), -1, *array.shape[-2:])
    shared = (
        ["One plane for all channels: repeat it for each, or give each channel by itself."]
        if weight.shape[1] == 1
        else []
    )
    said = (f"{'; '.join(map(title_of, leaving.filters))}; axes {FILTERS_FIRST}.", *shared, *leaving.extras)
    biases = ", ".join(python_number(one.bias) for one in leaving.filters)
    lines = ["import torch\nimport torch.nn.functional as F\n", commented("#", said).rstrip()]
    lines.append(array_code("weight", weight, call="torch.tensor", dtype="torch.float32").rstrip())
    lines.append(f"bias = torch.tensor([{biases}])\n" + _padding(leaving, weight))
    strides, dilation = f"stride={tuple(leaving.strides)}", f"dilation={tuple(leaving.dilation)}"
    lines.append(f"y = F.conv2d(x, weight, bias, {strides}, {dilation})\n")
    return "\n".join(lines)


def _padding(leaving: Leaving, weight: np.ndarray) -> str:
    if leaving.padding == "valid":
        return ""
    before, after = zip(*(_sides(n, d) for n, d in zip(weight.shape[-2:], leaving.dilation, strict=True)), strict=True)
    sides = f"({before[1]}, {after[1]}, {before[0]}, {after[0]})"
    said = ""
    if leaving.padding != "same" or set(leaving.strides) != {1}:
        said = f"# The layer's padding is {leaving.padding}; with its strides the sides may differ by a cell.\n"
    mode = _MODES.get(leaving.border)
    if mode is None:
        return (
            f'{said}# PyTorch has no border “{leaving.border}”: this is reflect.\nx = F.pad(x, {sides}, mode="reflect")'
        )
    return f'{said}x = F.pad(x, {sides}, mode="{mode}")'


def _sides(n: int, dilation: int) -> tuple[int, int]:
    total = (n - 1) * dilation
    return total // 2, total - total // 2
