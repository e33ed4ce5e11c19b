"""A network as an ONNX file, written without the package: names are those of the layers, pictures have a fixed size."""

import os
from collections.abc import Sequence

from convexplorer.export.files import ExportError, replacing
from convexplorer.export.network.plan import INPUT, Plan
from convexplorer.export.onnx_graph.graph import model
from convexplorer.export.onnx_graph.kinds import write

FORMATS = {".onnx": "ONNX"}
_MOST_BYTES = (1 << 31) - 1  # of a message of protocol buffers


def save_onnx(path: str | os.PathLike[str], plan: Plan, *, has_all_layers: bool = False) -> None:
    """Write a network as ONNX of opset 17; errors as in `onnx_bytes`."""
    with replacing(path, FORMATS) as part:
        part.write_bytes(onnx_bytes(plan, has_all_layers=has_all_layers))


def onnx_bytes(plan: Plan, *, has_all_layers: bool = False) -> bytes:
    """Return the file of a network: its input is (batch, channels, *spatial), its outputs are the layers none reads.

    Its metadata tell what the picture is, for people under "picture", for programs as `Plan.metadata`.

    Parameters
    ----------
    has_all_layers : True makes the maps of every layer an output, under the layer's name.

    Raises
    ------
    ExportError : ONNX cannot say a layer, or the weights are larger than a file can be.
    """
    pieces = [write(step) for step in plan.steps]
    size = sum(values.nbytes for piece in pieces for values in piece.constants.values())
    if size > _MOST_BYTES:
        raise ExportError(f"The weights have {size / 1e9:.1f} GB; an ONNX file holds at most 2.1 GB.")
    given = plan.steps if has_all_layers else plan.ends
    outputs: Sequence[tuple[str, Sequence[int]]] = [(step.name, step.output_shape) for step in given]
    told = {"picture": " ".join(plan.notes)} if plan.notes else {}
    return model(pieces, (INPUT, plan.input_shape), outputs, {**told, **plan.metadata})
