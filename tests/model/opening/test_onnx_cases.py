"""The small graphs that the `onnx` package brings along, most of them of old versions, with inputs and outputs."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.onnx.reader import read_onnx
from convexplorer.model.opening.onnx_layers import translate
from tests.model.opening.onnx_oracle import evaluated, tensor_of

DATA = Path(onnx.__file__).parent / "backend" / "test" / "data"
FOLDERS = sorted(
    path.parent for kind in ("pytorch-operator", "pytorch-converted") for path in DATA.glob(f"{kind}/*/model.onnx")
)
# Of these only the layers before an operator are there that no layer can be: what two inputs are needed for, what
# differs from cell to cell, what works along another axis, and tables of words.
PARTLY = {
    "test_Embedding",
    "test_Embedding_sparse",
    "test_PoissonNLLLLoss_no_reduce",
    "test_operator_non_float_params",
    "test_operator_params",
    "test_operator_reduced_mean",
    "test_operator_reduced_mean_keepdim",
    "test_operator_reduced_sum",
    "test_operator_reduced_sum_keepdim",
    "test_operator_repeat",
    "test_operator_repeat_dim_overflow",
}
# No input of these is a picture, or they only move values.
NOT = {
    "test_operator_basic",
    "test_operator_chunk",
    "test_operator_index",
    "test_operator_permute2",
    "test_operator_symbolic_override_nested",
    "test_operator_view",
}


def kept(folder, kind):
    tensor = onnx.load_tensor(folder / "test_data_set_0" / f"{kind}_0.pb")
    with np.errstate(over="ignore"):
        return numpy_helper.to_array(tensor).astype(np.float32)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_case_gives_the_packages_numbers(folder):
    if folder.name in NOT:
        with pytest.raises(NetworkFileError):
            translate(read_onnx(folder / "model.onnx"), "it")
        return
    model = read_onnx(folder / "model.onnx")
    translated = translate(model, "it")
    others = [one.name for one in model.inputs if one.name != translated.picture.name]
    if others:  # which the case gives other numbers than there are here
        assert all(any(repr(name) in note for note in translated.opened.notes) for name in others)
        return
    kinds = {layer.kind for layer in translated.opened.layers}
    assert ("unknown" in kinds) == (folder.name in PARTLY)
    if folder.name in PARTLY:
        return
    picture, expected = kept(folder, "input")[:1], kept(folder, "output")[:1]
    image = picture.reshape(translated.picture.maps_shape)

    evaluation = evaluated(translated, image)

    by_name = {name: (layer_id, view) for layer_id, (name, view) in translated.tensors.items()}
    last = translated.opened.layers[-1].id, None  # whose values are moved at the end, if it is not the output itself
    layer_id, view = by_name.get(onnx.load(folder / "model.onnx").graph.output[0].name, last)
    ids = [layer.id for layer in translated.opened.layers]
    maps = evaluation[ids.index(layer_id)]
    found = maps.reshape(expected.shape) if view is None else tensor_of(maps, view)
    scale = np.abs(expected).max(where=np.isfinite(expected), initial=0)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5 * scale)
