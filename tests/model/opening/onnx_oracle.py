"""ONNX Runtime's value of every tensor of a graph, beside the maps of the layers that the graph becomes."""

import numpy as np
import onnx
import onnxruntime

from convexplorer.core.network import evaluate
from convexplorer.formats.onnx.reader import read_model
from convexplorer.model.build import build
from convexplorer.model.opening.onnx_layers import translate


def _field(number, content):
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _varint(value):
    found = b""
    while value > 127:
        found += bytes([value & 127 | 128])
        value >>= 7
    return found + bytes([value])


def every_tensor(data, names, inputs, folder=None):
    """Return the tensors of these names, for a model in bytes to which they are appended as outputs."""
    known = {one.name for one in onnx.load_model_from_string(data).graph.output}
    added = b"".join(_field(12, _field(1, name.encode())) for name in names if name not in known)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    # Fused operators round otherwise, and some tensors would not exist.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    if folder is not None:
        options.add_session_config_entry("session.model_external_initializers_file_folder_path", str(folder))
    session = onnxruntime.InferenceSession(data + _field(7, added), options, providers=["CPUExecutionProvider"])
    return dict(zip(names, session.run(list(names), inputs), strict=True))


def tensor_of(maps, view):
    """Return maps as the tensor of the file that they are, without its batch."""
    parts = [part for axis in view.maps for part in axis]
    wanted = [part for axis in view.axes for part in axis]
    apart = maps.reshape([part.size for part in parts]).transpose([parts.index(one) for one in wanted if one in parts])
    repeated = apart.reshape([part.size if part in parts else 1 for part in wanted])
    return np.broadcast_to(repeated, [part.size for part in wanted]).reshape(view.shape)


def evaluated(translated, image):
    """Return what the window would compute: the evaluation of the layers."""
    built = build(translated.opened.layers, image.shape)
    return evaluate(built.graph, image)


def check_every_layer(data, seed=0, *, folder="/nowhere", low=-1.0, high=1.0, tolerance=2e-5):
    """Assert that each layer gives the tensor that ONNX Runtime computes; return the translation.

    The tolerance is relative to the largest magnitude in a tensor: float32 rounds each sum by 6e-8 of its largest
    term, a network of a hundred layers sums up to a few thousand terms in each.
    """
    translated = translate(read_model(data, folder), "it")
    rng = np.random.default_rng(seed)
    image = rng.uniform(low, high, translated.picture.maps_shape).astype(np.float32)
    evaluation = evaluated(translated, image)
    layers = translated.opened.layers
    for layer, result in zip(layers, evaluation.results, strict=True):
        assert not result.error, f"{layer.id}: {result.error}"
    tensors = compared_tensors(data, translated, image, folder)
    ids = [layer.id for layer in layers]
    for layer_id, (name, view) in translated.tensors.items():
        found = tensor_of(evaluation[ids.index(layer_id)], view)
        expected = tensors[name]
        assert found.shape == (1, *expected.shape[1:]), (layer_id, name)
        scale = np.abs(expected[:1]).max(initial=1e-30)
        error = np.abs(found - expected[:1]).max(initial=0) / scale
        assert error <= tolerance, f"{layer_id} ({name}): {error:.2e} of {scale:.3g}"
    return translated


def compared_tensors(data, translated, image, folder):
    """Return ONNX Runtime's tensors for the picture, repeated for a file that expects several at once."""
    picture = translated.picture
    given = tensor_of(image, picture.view)
    batch = np.repeat(given, picture.batch, axis=0)
    names = list(dict.fromkeys(name for name, _ in translated.tensors.values()))
    return every_tensor(data, names, {picture.name: batch}, None if folder == "/nowhere" else folder)
