"""From an ONNX file to layers of a project, with their weights, their names and their inputs."""

import ast
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.files import named
from convexplorer.formats.onnx.folding import Folding, fold_constants
from convexplorer.formats.onnx.graph import Model, Node
from convexplorer.formats.onnx.order import ordered
from convexplorer.formats.onnx.reader import read_onnx
from convexplorer.model.opening.onnx_inputs import give_others
from convexplorer.model.opening.onnx_network import OnnxNetwork
from convexplorer.model.opening.onnx_operators import make_layers
from convexplorer.model.opening.onnx_patterns import recognised
from convexplorer.model.opening.onnx_picture import ASSUMED_SIZES, Picture, picture_of
from convexplorer.model.opening.onnx_preprocessing import preprocessing_of
from convexplorer.model.opening.onnx_view import View
from convexplorer.model.opening.opened import OpenedNetwork
from convexplorer.model.opening.told import CLASS_NAMES_KEY
from convexplorer.words import plain

MAX_CLASS_NAMES_LENGTH = 1 << 18


@dataclass(frozen=True, eq=False)
class Translated:
    """An ONNX graph as layers.

    Attributes
    ----------
    opened : the layers, and what is to be said about them.
    tensors : by the id of a layer, the tensor of the file that it gives, and how that lies on the layer's maps.
    outputs : tensors that are outputs of the file, those that the layers give.
    picture : the input.
    """

    opened: OpenedNetwork
    tensors: Mapping[str, tuple[str, View]]
    outputs: Mapping[str, View]
    picture: Picture


def open_onnx(path: str | Path) -> OpenedNetwork:
    """Return the network in an ONNX file; raise NetworkFileError with a sentence if there is none.

    An operator that is not computed becomes a layer that says so, and what depends on it is left out.
    """
    found = Path(path)
    model = read_onnx(found)
    with named(found):
        return translate(model, found.stem).opened


@np.errstate(all="ignore")  # numbers of a file may be anything, a signalling NaN as well
def translate(model: Model, title: str) -> Translated:
    """Return a model as layers, for the size of picture that it tells, or the first assumed one that fits."""
    outputs = [one.name for one in model.outputs]
    nodes, folding = ordered(model.nodes, outputs), Folding(model.opset)
    constants = fold_constants(nodes, model.constants, folding)
    nodes = recognised([node for node in nodes if not _is_constant(node, constants)], constants, outputs)
    best: OnnxNetwork | None = None
    for assumed in ASSUMED_SIZES:
        picture = picture_of(model, nodes, assumed)
        network = OnnxNetwork(model, nodes, constants, folding, picture.batch)
        network.known[picture.name] = picture.view
        others = give_others(network, model, picture)
        for node in nodes:
            network.take(node, make_layers)
        for name in outputs:
            network.end(name)
        if best is None or network.failures < best.failures:
            best, chosen, told = network, picture, others
        if not network.failures or not picture.is_open:
            break
    assert best is not None  # there is a size
    if not best.stack.layers:
        raise NetworkFileError("no layer of its graph reads the picture")
    _add_notes(best, chosen, told)
    preprocessing, notes = preprocessing_of(chosen, best.stack.layers, model.metadata, best.is_bound, best.does_not_fit)
    opened = OpenedNetwork(
        plain(title),
        best.stack.layers,
        preprocessing,
        _class_names(model.metadata),
        (*best.stack.notes, *notes),
    )
    given = {name: view for name in outputs if isinstance(view := best.known.get(name), View)}
    return Translated(opened, best.tensors, given, chosen)


def _is_constant(node: Node, constants: Mapping[str, np.ndarray]) -> bool:
    return any(name in constants for name in node.outputs if name)


def _add_notes(network: OnnxNetwork, picture: Picture, others: Sequence[str]) -> None:
    """Add the sentences about the network as a whole."""
    note = network.stack.note
    operators = {node.operator for node in network.model.nodes}
    if "Conv" in operators and "BatchNormalization" not in operators and network.model.producer == "pytorch":
        note("Any batch normalisation has become part of the convolutions when the file was written.")
    if picture.batch > 1:
        note(f"The file expects {picture.batch} pictures at once; here it gets one.")
    for one in others:
        note(one)
    if network.left_out:
        note(f"Operators behind what is not computed have been left out: {len(network.left_out)}.")


def _class_names(metadata: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of the classes that some trainers put into the metadata, as a dict or list of Python's."""
    text = metadata.get(CLASS_NAMES_KEY, "")
    if not text or len(text) > MAX_CLASS_NAMES_LENGTH:
        return ()
    try:
        found = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return ()
    if isinstance(found, dict) and set(found) == set(range(len(found))):
        found = [found[i] for i in range(len(found))]
    if not isinstance(found, list) or not all(isinstance(name, str) and name.strip() for name in found):
        return ()
    return tuple(plain(name.strip()) for name in found)
