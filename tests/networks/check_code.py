"""The generated code of Keras and PyTorch, executed by both: `python -m tests.networks.check_code`.

Every layer's output is compared with the core's, and kept with a hash of the code that gave it. The usual tests, which
have no frameworks, compare the core with these numbers, and fail where other code is written than was checked.
"""

import hashlib
import importlib.util
import json
import os
import sys
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from convexplorer import core
from convexplorer.export.files import ExportError
from convexplorer.export.network.plan import Plan, plan_of
from convexplorer.export.network_code.keras_code import keras_code, save_keras_code
from convexplorer.export.network_code.script import Code
from convexplorer.export.network_code.torch_code import save_torch_code, torch_code
from convexplorer.model.build import build
from tests.networks.leaving import Network, networks

STORED = Path(__file__).parent / "code_outputs"
MAKERS: dict[str, Callable[[Plan, str], Code]] = {"keras": keras_code, "torch": torch_code}
SAVERS = {"keras": save_keras_code, "torch": save_torch_code}
WEIGHTS = "net.weights.npz"
LARGEST_DISTANCE = 2e-6  # of the largest value of a layer


def made(framework: str, network: Network) -> Code:
    """Return the code of a network; ExportError where it cannot be said."""
    return MAKERS[framework](plan_of(network.layers, network.shape), WEIGHTS)


def hash_of(code: Code) -> str:
    """Return what names a code: its text and its weights, as far as two runs have the same."""
    found = hashlib.sha256(code.text.encode())
    for name, values in code.arrays.items():
        found.update(name.encode() + str(values.shape).encode() + np.round(values, 4).tobytes())
    return found.hexdigest()[:16]


def core_outputs(network: Network) -> dict[str, np.ndarray]:
    """Return the maps of each layer that is on, by the name of its step."""
    evaluation = core.evaluate(build(network.layers, network.shape).graph, network.image)
    by_id = {layer.id: maps for layer, maps in zip(network.layers, evaluation, strict=True)}
    return {step.name: by_id[step.id] for step in plan_of(network.layers, network.shape).steps}


def run_keras(module: ModuleType, code: Code, image: np.ndarray) -> dict[str, np.ndarray]:
    import keras

    model = module.load_model()
    outputs = [model.get_layer(name).output for name in code.parts.values()]
    results = keras.Model(model.inputs, outputs).predict(np.moveaxis(image, 0, -1)[np.newaxis], verbose=0)
    results = results if isinstance(results, list) else [results]
    return {name: np.moveaxis(y[0], -1, 0) for name, y in zip(code.parts, results, strict=True)}


def run_torch(module: ModuleType, code: Code, image: np.ndarray) -> dict[str, np.ndarray]:
    import torch

    model, found = module.load_model(), {}
    x = torch.from_numpy(image[np.newaxis].copy())

    def keep(name: str) -> Callable[..., None]:
        def hook(_module: Any, _inputs: Any, output: Any) -> None:
            found[name] = output

        return hook

    handles = [getattr(model, part).register_forward_hook(keep(name)) for name, part in code.parts.items() if part]
    with torch.no_grad():
        result = model(x)
        for handle in handles:
            handle.remove()
        # An expression has no module; the local variables of `forward` hold its result.
        sums = {name for name, part in code.parts.items() if not part}
        if sums:
            found.update({name: value for name, value in _locals_of(model, x).items() if name in sums})
    ends = result if isinstance(result, tuple) else (result,)
    assert all(any(end.equal(y) for y in found.values()) for end in ends)
    return {name: found[name][0].numpy() for name in code.parts}


def _locals_of(model: Any, x: Any) -> dict[str, Any]:
    """Return the local variables of a module's `forward` when it returns."""
    seen: dict[str, Any] = {}
    wanted = type(model).forward.__code__

    def watch(frame: Any, event: str, _argument: Any) -> Any:
        if frame.f_code is not wanted:
            return None
        if event == "return":
            seen.update(frame.f_locals)
        return watch

    before = sys.gettrace()
    sys.settrace(watch)
    try:
        model(x)
    finally:
        sys.settrace(before)
    return seen


RUNNERS = {"keras": run_keras, "torch": run_torch}


def counts_of(module: ModuleType) -> list[int]:
    """Return the numbers of all and of the trainable parameters of a model in Keras."""
    model = module.build_model()
    return [model.count_params(), sum(int(np.prod(one.shape)) for one in model.trainable_weights)]


def check(framework: str, network: Network) -> tuple[dict[str, np.ndarray], list[int], float]:
    """Return the outputs of all layers, the counts of parameters, and how far the outputs are from the core's.

    The distance is in parts of the largest value of a layer.
    """
    code = made(framework, network)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "net.py")
        SAVERS[framework](path, plan_of(network.layers, network.shape))
        assert path.read_text() == code.text
        spec = importlib.util.spec_from_file_location("net", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        outputs = RUNNERS[framework](module, code, network.image)
        counts = counts_of(module) if framework == "keras" else []
    worst = 0.0
    for name, expected in core_outputs(network).items():
        y = outputs[name]
        assert y.shape == expected.shape, f"{name}: {y.shape}, the core has {expected.shape}"
        worst = max(worst, float(np.abs(y - expected).max() / max(1.0, float(np.abs(expected).max()))))
    return outputs, counts, worst


@dataclass
class Checked:
    """What a framework gave.

    Attributes
    ----------
    hashes : of the code of each network that could be said.
    outputs : of every layer, by network and name.
    counts : all and the trainable parameters of each network, as Keras counts them.
    """

    hashes: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, dict[str, np.ndarray]] = field(default_factory=dict)
    counts: dict[str, list[int]] = field(default_factory=dict)

    def save(self, path: Path) -> None:
        """Write one row of numbers, and what lies where in it: a member for each array would be mostly names."""
        found = [(name, step, y) for name, steps in self.outputs.items() for step, y in steps.items()]
        index = [[name, step, list(y.shape)] for name, step, y in found]
        values = np.concatenate([y.ravel() for *_, y in found]).astype(np.float32)
        text = json.dumps({"hashes": self.hashes, "index": index, "counts": self.counts})
        np.savez_compressed(path, allow_pickle=False, values=values, text=np.array(text))


def stored(framework: str) -> Checked:
    """Return what was kept of the last check."""
    with np.load(STORED / f"{framework}.npz") as file:
        values, document = file["values"], json.loads(str(file["text"]))
    checked, start = Checked(document["hashes"], counts=document["counts"]), 0
    for name, step, shape in document["index"]:
        stop = start + int(np.prod(shape))
        checked.outputs.setdefault(name, {})[step] = values[start:stop].reshape(shape)
        start = stop
    return checked


def main() -> int:
    os.environ.setdefault("KERAS_BACKEND", "torch")
    try:
        import keras
        import torch
    except ImportError as error:
        print(f"{error}; pip install torch keras")
        return 1
    warnings.filterwarnings("ignore", category=DeprecationWarning)  # Keras's own, of NumPy
    STORED.mkdir(exist_ok=True)
    versions, failures = {"keras": keras.__version__, "torch": torch.__version__}, 0
    for framework in MAKERS:
        checked, refused, worst = Checked(), [], 0.0
        for name, network in networks().items():
            try:
                checked.outputs[name], counts, distance = check(framework, network)
            except ExportError as error:
                refused.append(f"  {name}: {error}")
                continue
            except Exception as error:
                print(f"{framework} {name} FAILED: {type(error).__name__}: {str(error)[:500]}")
                failures += 1
                continue
            checked.hashes[name] = hash_of(made(framework, network))
            if counts:
                checked.counts[name] = counts
            worst = max(worst, distance)
            if distance > LARGEST_DISTANCE:
                print(f"{framework} {name} DIFFERS by {distance:.2g}")
                failures += 1
        checked.save(STORED / f"{framework}.npz")
        print(f"{framework} {versions[framework]}: {len(checked.hashes)} networks, worst {worst:.2g}; refused:")
        print("\n".join(refused))
    return int(failures > 0)


if __name__ == "__main__":
    sys.exit(main())
