"""Code of a network as a file: the same order in every framework, so that a reader finds the model first."""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.export.files import replacing
from convexplorer.export.network.plan import Plan, Step, free_name
from convexplorer.export.network_code.saying import Call, Saying

FORMATS = {".py": "Python"}
WEIGHTS_SUFFIX = ".weights.npz"


@dataclass(frozen=True, eq=False)
class Code:
    """A network in a framework.

    Attributes
    ----------
    text : of the file.
    arrays : weights by name, in the framework's order of axes.
    parts : for each step by its name, the name of the part that gives its result; "" for an expression.
    """

    text: str
    arrays: Mapping[str, np.ndarray]
    parts: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Said:
    """A step with how it is said, and a name for each of its calls."""

    step: Step
    saying: Saying
    names: tuple[str, ...]

    @property
    def calls(self) -> Iterator[tuple[str, Call]]:
        """Each call with its name."""
        return zip(self.names, self.saying.calls, strict=True)


def said_steps(plan: Plan, say: Callable[[Step], Saying]) -> tuple[Said, ...]:
    """Return each step as it is said, all parts with names of their own."""
    taken = {step.name for step in plan.steps}
    found = []
    for step in plan.steps:
        saying, names = say(step), []
        for call in saying.calls:
            name = step.name if not call.suffix else free_name(f"{step.name}_{call.suffix}", taken)
            taken.add(name)
            names.append(name)
        found.append(Said(step, saying, tuple(names)))
    return tuple(found)


def arrays_of(steps: Iterable[Said]) -> dict[str, np.ndarray]:
    """Return all weights by name: "conv.kernel"."""
    return {
        f"{name}.{key}": np.ascontiguousarray(values)
        for said in steps
        for name, call in said.calls
        for key, values in call.arrays.items()
    }


def definitions_of(steps: Iterable[Said], known: Mapping[str, str]) -> list[str]:
    """Return the texts of all that must be defined, each once."""
    return [known[name] for name in {name: None for said in steps for name in said.saying.definitions}]


def head(plan: Plan, framework: str, axes: str, weights: str) -> str:
    """Return the text at the top of the file."""
    shape = (*plan.input_shape[1:], plan.input_shape[0]) if framework == "Keras" else plan.input_shape
    lines = [
        f"A network from ConvExplorer as code of {framework}.",
        "",
        f"Its pictures are (batch, {axes}), here {' × '.join(map(str, shape))}; paddings are for this size.",
        *plan.notes,
        f"The weights are in {weights} beside this file.",
    ]
    if plan.left_out:
        lines.append(f"Layers that are switched off are left out: {', '.join(plan.left_out)}.")
    return "\n".join(lines)


def preparation(plan: Plan, result: str) -> str:
    """Return the function that makes the input of a picture, "" where it is not known how.

    Parameters
    ----------
    result : the expression of the input, of `x` (rows, columns, channels).
    """
    if not plan.preparing:
        return ""
    size = " × ".join(map(str, plan.input_shape[1:]))
    lines = [
        "def prepare(picture):",
        f'    """Return the input for a picture (rows, columns, 3) in RGB, uint8, that has {size} pixels."""',
        *(f"    {line}" for line in plan.preparing),
        f"    return {result}",
    ]
    return "\n" + "\n".join(lines) + "\n"


def comments(said: Said, call: Call, indent: str) -> str:
    """Return the lines of comment above a call."""
    is_renamed = re.sub(r"\W", "_", said.step.id) != said.step.name and not call.suffix
    notes = [f"“{said.step.id}”"] * is_renamed + [call.note] * bool(call.note)
    return f"{indent}# {': '.join(notes)}\n" if notes else ""


def weights_beside(path: str | os.PathLike[str]) -> Path:
    """Return where the weights of a file of code are: "net.weights.npz" beside "net.py"."""
    return Path(path).with_suffix(WEIGHTS_SUFFIX)


def save_code(path: str | os.PathLike[str], plan: Plan, make: Callable[[Plan, str], Code]) -> None:
    """Write code, and its weights beside it; both whole or neither."""
    weights = weights_beside(path)
    with replacing(path, FORMATS) as code_part, replacing(weights, (".npz",)) as weights_part:
        code = make(plan, weights.name)
        code_part.write_text(code.text, encoding="utf-8", newline="\n")
        np.savez(weights_part, allow_pickle=False, **code.arrays)
