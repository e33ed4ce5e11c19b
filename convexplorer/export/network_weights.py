"""The weights of a network as arrays by name, in the order of axes and by the names of one framework.

PyTorch's are those of a `state_dict`: "conv.weight" (filters, channels, rows, columns), "norm.running_mean". Keras's
are layer and weight: "conv.kernel" (rows, columns, channels, filters), "norm.moving_mean". The code of `network_code`
loads the same arrays.
"""

import os
from collections.abc import Callable
from dataclasses import replace
from typing import Literal

import numpy as np

from convexplorer.export.files import ExportError, replacing
from convexplorer.export.network.plan import Plan, Step
from convexplorer.export.network_code import keras_kinds, torch_kinds
from convexplorer.export.network_code.saying import Saying
from convexplorer.export.network_code.script import arrays_of, said_steps

Framework = Literal["torch", "keras"]
FORMATS = {".safetensors": "Safetensors", ".npz": "NumPy archive"}

_SAY: dict[Framework, Callable[[Step], Saying]] = {"torch": torch_kinds.say, "keras": keras_kinds.say}
# The word for the order of axes that readers of safetensors files look for.
_METADATA: dict[Framework, str] = {"torch": "pt", "keras": "keras"}


def weights_of(plan: Plan, framework: Framework) -> dict[str, np.ndarray]:
    """Return the weights by name.

    Raises
    ------
    ExportError : the framework has no form of a layer with weights.
    """
    # Layers that learn nothing have no say: the framework may not know them.
    learning = tuple(step for step in plan.steps if step.layer.parameter_count)
    return arrays_of(said_steps(replace(plan, steps=learning), _SAY[framework]))


def save_weights(path: str | os.PathLike[str], plan: Plan, framework: Framework = "torch") -> None:
    """Write the weights as safetensors or as a NumPy archive; errors as in `weights_of`."""
    with replacing(path, FORMATS) as part:
        arrays = weights_of(plan, framework)
        if not arrays:
            raise ExportError("No layer of the network has weights.")
        if part.suffix.lower() == ".npz":
            np.savez(part, allow_pickle=False, **arrays)
        else:
            from safetensors.numpy import save

            part.write_bytes(save(arrays, metadata={"format": _METADATA[framework]}))


def save_torch_weights(path: str | os.PathLike[str], plan: Plan) -> None:
    """Write the weights of a PyTorch module's `state_dict`."""
    save_weights(path, plan, "torch")


def save_keras_weights(path: str | os.PathLike[str], plan: Plan) -> None:
    """Write the weights by layer in Keras's order of axes."""
    save_weights(path, plan, "keras")
