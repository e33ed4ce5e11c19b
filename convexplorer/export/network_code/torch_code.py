"""A network as PyTorch code: a Sequential where it is a chain, else a module with `forward`."""

import os

from convexplorer.export.network.plan import INPUT, Plan
from convexplorer.export.network_code.saying import Call
from convexplorer.export.network_code.script import (
    Code,
    Said,
    arrays_of,
    comments,
    definitions_of,
    head,
    preparation,
    said_steps,
    save_code,
)
from convexplorer.export.network_code.torch_definitions import DEFINITIONS
from convexplorer.export.network_code.torch_kinds import say

_AXES = {1: "channels, places", 2: "channels, rows, columns", 3: "channels, depth, rows, columns"}


def save_torch_code(path: str | os.PathLike[str], plan: Plan) -> None:
    """Write a network as PyTorch code, with its weights in an `.npz` file beside it.

    Raises
    ------
    ExportError : PyTorch cannot say a layer.
    """
    save_code(path, plan, torch_code)


def torch_code(plan: Plan, weights: str) -> Code:
    """Return the code of a network that reads its weights from a file beside it."""
    steps = said_steps(plan, say)
    is_chain = plan.is_chain and all(said.saying.calls for said in steps)
    ends = ", ".join(step.name for step in plan.ends)
    sections = [
        f'"""{head(plan, "PyTorch", _AXES[len(plan.input_shape) - 1], weights)}\n"""\n',
        _imports(steps, is_chain=is_chain),
        *(f"\n{text}" for text in definitions_of(steps, DEFINITIONS)),
        f"\n{_sequential(steps) if is_chain else _module(steps, ends)}",
        *_preparation(plan),
        _LOADING.format(weights=weights, shape=", ".join(map(str, plan.input_shape))),
    ]
    parts = {said.step.name: said.names[-1] if said.names else "" for said in steps}
    return Code("\n".join(sections), arrays_of(steps), parts)


_LOADING = '''
def load_model(path=Path(__file__).with_name("{weights}")):
    """Return the model with its weights, ready to be applied."""
    model = build_model().eval()
    with np.load(path) as arrays:
        model.load_state_dict({{name: torch.from_numpy(arrays[name]) for name in arrays}})
    return model


if __name__ == "__main__":
    model = load_model()
    print(model)
    with torch.no_grad():
        print(model(torch.zeros(1, {shape})))
'''


def _preparation(plan: Plan) -> list[str]:
    text = preparation(plan, "torch.from_numpy(np.moveaxis(x, -1, 0)[np.newaxis].copy())")
    return [text] if text else []


def _imports(steps: tuple[Said, ...], *, is_chain: bool) -> str:
    words = [argument for said in steps for call in said.saying.calls for argument in call.arguments]
    lines = ["from collections import OrderedDict"] * is_chain
    lines += ["from functools import partial"] * any("partial(" in word for word in words)
    return "\n".join(
        [*lines, "from pathlib import Path", "", "import numpy as np", "import torch", "from torch import nn", ""]
    )


def _sequential(steps: tuple[Said, ...]) -> str:
    lines = [
        f'{comments(said, call, " " * 12)}            ("{name}", {_made(call)}),'
        for said in steps
        for name, call in said.calls
    ]
    return "\n".join(
        ["def build_model():", "    return nn.Sequential(", "        OrderedDict([", *lines, "        ])", "    )", ""]
    )


def _module(steps: tuple[Said, ...], ends: str) -> str:
    made = [
        f"{comments(said, call, ' ' * 8)}        self.{name} = {_made(call)}"
        for said in steps
        for name, call in said.calls
    ]
    done = [f"        {said.step.name} = {_applied(said)}" for said in steps]
    return "\n".join(
        [
            "class Network(nn.Module):",
            "    def __init__(self):",
            "        super().__init__()",
            *made,
            "",
            f"    def forward(self, {INPUT}):",
            *done,
            f"        return {ends}",
            "",
            "",
            "def build_model():",
            "    return Network()",
            "",
        ]
    )


def _made(call: Call) -> str:
    return f"{call.function}({', '.join(call.arguments)})"


def _applied(said: Said) -> str:
    """Return the expression of a step's result."""
    inputs = said.step.inputs
    if not said.names:
        return said.saying.expression.format(*inputs)
    result = ", ".join(inputs)
    for name in said.names:
        result = f"self.{name}({result})"
    return result
