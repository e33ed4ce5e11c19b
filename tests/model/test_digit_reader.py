"""The digit reader: the numbers of PyTorch in every layer, and what was said when it was trained."""

import json
import struct
from pathlib import Path

import numpy as np
import pytest

from convexplorer import assets, core
from convexplorer.model.build import build
from convexplorer.model.ready.digits import digits

OUTPUTS = Path(__file__).parents[1] / "networks" / "digits_outputs.npz"


@pytest.fixture(scope="module")
def known() -> dict[str, np.ndarray]:
    with np.load(OUTPUTS) as stored:
        return dict(stored)


def pictures(known: dict[str, np.ndarray]) -> np.ndarray:
    return known["digits"][:, np.newaxis].astype(np.float32) / 255


def test_each_layer_has_the_values_of_pytorch(known: dict[str, np.ndarray]):
    image = pictures(known)[0]
    layers = digits()

    found = core.evaluate(build(layers, image.shape).graph, image)

    assert len(layers) == sum(name.startswith("layer") for name in known)
    for i, layer in enumerate(layers):
        np.testing.assert_allclose(found[i], known[f"layer {i}"], rtol=1e-4, atol=1e-5, err_msg=layer.id)


def test_forty_digits_get_the_scores_of_pytorch_and_almost_all_their_names(known: dict[str, np.ndarray]):
    graph = build(digits(), (1, 28, 28)).graph

    scores = np.array([core.evaluate(graph, image)[-1] for image in pictures(known)])

    np.testing.assert_allclose(scores, known["scores"], atol=1e-5)
    assert (scores.argmax(1) == known["labels"]).mean() >= 0.95


def test_no_first_filter_is_dead(known: dict[str, np.ndarray]):
    graph = build(digits()[:2], (1, 28, 28)).graph

    largest = np.max([core.evaluate(graph, image)[-1].max((1, 2)) for image in pictures(known)], axis=0)

    assert (largest > 0.02 * largest.max()).all()


def test_the_file_tells_recipe_seed_data_and_accuracy_as_the_list_of_licences_does():
    with assets.path("networks", "digits.safetensors").open("rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        facts = json.loads(file.read(length))["__metadata__"]
    licences = assets.path("networks", "LICENSES.md").read_text(encoding="utf-8")

    assert {"recipe", "seed", "accuracy", "data", "script", "software"} == set(facts)
    assert facts["accuracy"].split()[0] in licences
    assert f"seed {facts['seed']}" in licences
    assert "CC BY 4.0" in facts["data"]
    assert "CC BY 4.0" in licences
