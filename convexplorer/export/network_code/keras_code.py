"""A network as code of Keras 3: a Sequential where it is a chain, else functional."""

import os
from collections.abc import Sequence

from convexplorer.export.network.plan import INPUT, Plan, Step
from convexplorer.export.network_code.keras_definitions import DEFINITIONS
from convexplorer.export.network_code.keras_kinds import say
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

_AXES = {1: "places, channels", 2: "rows, columns, channels", 3: "depth, rows, columns, channels"}


def save_keras_code(path: str | os.PathLike[str], plan: Plan) -> None:
    """Write a network as code of Keras 3, with its weights in an `.npz` file beside it.

    Raises
    ------
    ExportError : Keras cannot say a layer.
    """
    save_code(path, plan, keras_code)


def keras_code(plan: Plan, weights: str) -> Code:
    """Return the code of a network that reads its weights from a file beside it."""
    steps = said_steps(plan, say)
    channels, *spatial = plan.input_shape
    shape = f"({', '.join(map(str, (*spatial, channels)))})"
    sections = [
        f'"""{head(plan, "Keras", _AXES[len(spatial)], weights)}\n"""\n',
        _imports(steps),
        *(f"\n{text}" for text in definitions_of(steps, DEFINITIONS)),
        f"\n{_sequential(steps, shape) if plan.is_chain else _functional(steps, plan.ends, shape)}",
        *_preparation(plan),
        _LOADING.format(weights=weights),
    ]
    return Code("\n".join(sections), arrays_of(steps), {said.step.name: said.names[-1] for said in steps})


_LOADING = '''
def load_model(path=Path(__file__).with_name("{weights}")):
    """Return the model with its weights, ready to be applied."""
    model = build_model()
    with np.load(path) as arrays:
        for layer in model.layers:
            layer.set_weights([arrays[f"{{layer.name}}.{{weight.name}}"] for weight in layer.weights])
    return model


if __name__ == "__main__":
    load_model().summary()
'''


def _preparation(plan: Plan) -> list[str]:
    text = preparation(plan, "x[np.newaxis]")
    return [text] if text else []


def _imports(steps: tuple[Said, ...]) -> str:
    words = [argument for said in steps for call in said.saying.calls for argument in call.arguments]
    defined = "".join(definitions_of(steps, DEFINITIONS))
    names = ["layers", "ops"] if "ops." in "".join((*words, defined)) else ["layers"]
    lines = ["from functools import partial"] * any("partial(" in word for word in words)
    lines += [
        "from pathlib import Path",
        "",
        "import keras",
        "import numpy as np",
        f"from keras import {', '.join(names)}",
    ]
    return "\n".join([*lines, ""])


def _sequential(steps: tuple[Said, ...], shape: str) -> str:
    lines = [
        f"{comments(said, call, ' ' * 8)}        {_made(name, call)}," for said in steps for name, call in said.calls
    ]
    start = f'        keras.Input({shape}, name="{INPUT}"),'
    return "\n".join(["def build_model():", "    return keras.Sequential([", start, *lines, "    ])", ""])


def _functional(steps: tuple[Said, ...], ends: Sequence[Step], shape: str) -> str:
    lines = [f'    {INPUT} = keras.Input({shape}, name="{INPUT}")']
    for said in steps:
        inputs = said.step.inputs
        read = inputs[0] if len(inputs) == 1 else f"[{', '.join(inputs)}]"
        for name, call in said.calls:
            lines.append(f"{comments(said, call, '    ')}    {said.step.name} = {_made(name, call)}({read})")
            read = said.step.name
    names = ", ".join(step.name for step in ends)
    outputs = names if len(ends) == 1 else f"[{names}]"
    return "\n".join(["def build_model():", *lines, f"    return keras.Model({INPUT}, {outputs})", ""])


def _made(name: str, call: Call) -> str:
    own = f'name="{name}"'
    return f"{call.function}({', '.join((*call.arguments, own))})"
