"""Names of layers, as their author knows them: exporters hide them in names of weights, paths, and metadata."""

import re
from collections.abc import Collection

from convexplorer.formats.onnx.graph import Node

_SCOPES = "pkg.torch.onnx.name_scopes"
_WEIGHT_NAMES = re.compile(r"[./](weight|kernel|W|w|weights|kernel:0|weight:0|conv_weight|gamma|scale|running_mean)$")
_QUOTED = re.compile(r"'([^']*)'")


def layer_name(node: Node, weights: Collection[str]) -> str:
    """Return the best name for the layer that a node becomes.

    Parameters
    ----------
    weights : names of the tensors of the file.
    """
    return _of_weight(node, weights) or _of_scopes(node) or _of_path(node.name) or _of_tensor(node)


def _of_weight(node: Node, weights: Collection[str]) -> str:
    """Return "layer1.0.conv1" of the weight "layer1.0.conv1.weight"; "" where the exporter gave it a number."""
    if len(node.inputs) < 2 or node.inputs[1] not in weights or "::" in node.inputs[1]:
        return ""
    name, count = _WEIGHT_NAMES.subn("", node.inputs[1])
    return name if count else ""


def _of_scopes(node: Node) -> str:
    """Return the path of the module, which PyTorch's exporter writes as a list: ['', 'features', 'features.0', …]."""
    scopes = [name for name in _QUOTED.findall((node.metadata or {}).get(_SCOPES, "")) if name]
    return scopes[-2] if len(scopes) > 1 else scopes[-1] if scopes else ""


def _of_path(name: str) -> str:
    """Return "layer1.0.relu" of "/layer1/layer1.0/relu/Relu"."""
    if "/" not in name:
        return name.removeprefix("node_")
    *modules, last = [part for part in name.split("/") if part]
    path: list[str] = []
    for module in modules:
        if path and module.startswith(path[-1] + "."):  # a member of a sequence repeats the name of the sequence
            path[-1] = module
        else:
            path.append(module)
    return ".".join(path) or last.lower()


def _of_tensor(node: Node) -> str:
    """Return the name of the first output, or the operator where that is but a number."""
    name = next(filter(None, node.outputs), "")
    return node.operator.lower() if not name or name.isdigit() or "::" in name else name
