"""The digit reader: the numbers of PyTorch in every layer, and what was said when it was trained."""

import json
import struct
from pathlib import Path

import numpy as np
import pytest

from convexplorer import assets, core
from convexplorer.model.build import build, choose_input
from convexplorer.model.ready.digits import digits
from convexplorer.model.ready.table import READY
from convexplorer.sources.frame import Frame
from convexplorer.sources.pad import PEN, Point, Stroke, drawing


def arc(row: float, column: float, height: float, width: float, begin: float, end: float) -> list[Point]:
    """Return points of an ellipse between two angles: 0 is right, 90 above."""
    angles = np.radians(np.linspace(begin, end, 24))
    return [(row - height * float(np.sin(a)), column + width * float(np.cos(a))) for a in angles]


STROKES: dict[str, list[list[Point]]] = {
    "0": [arc(0.5, 0.5, 0.32, 0.22, 90, 450)],
    "1": [[(0.3, 0.38), (0.18, 0.52), (0.82, 0.52)]],
    "2": [[*arc(0.34, 0.5, 0.16, 0.18, 160, -30), (0.8, 0.3), (0.8, 0.72)]],
    "3": [[*arc(0.34, 0.48, 0.15, 0.17, 150, -80), *arc(0.65, 0.48, 0.17, 0.2, 85, -150)]],
    "4": [[(0.18, 0.55), (0.58, 0.28), (0.58, 0.75)], [(0.4, 0.6), (0.85, 0.6)]],
    "5": [[(0.2, 0.68), (0.2, 0.36), (0.45, 0.34), *arc(0.6, 0.47, 0.2, 0.22, 120, -140)]],
    "6": [[(0.18, 0.6), (0.35, 0.4), (0.55, 0.33), *arc(0.63, 0.5, 0.18, 0.17, 170, -190)]],
    "7": [[(0.2, 0.3), (0.2, 0.7), (0.82, 0.42)], [(0.5, 0.4), (0.5, 0.64)]],
    "8": [[*arc(0.34, 0.5, 0.15, 0.15, -90, 270), *arc(0.66, 0.5, 0.17, 0.18, 90, -270)]],
    "9": [[*arc(0.37, 0.5, 0.17, 0.17, 0, 360), (0.82, 0.67)]],
}
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


@pytest.mark.parametrize("name", STROKES)
def test_a_digit_that_is_drawn_with_the_usual_pen_is_read(name: str):
    picture = drawing(tuple(Stroke(tuple(points), PEN) for points in STROKES[name]), 28)

    scores = core.evaluate(build(digits(), picture.shape).graph, picture)[-1]

    assert str(scores.argmax()) == name
    assert scores.max() > 0.8


@pytest.mark.parametrize("name", STROKES)
def test_a_digit_on_grey_unevenly_lit_paper_is_read(name: str):
    side = 200
    ink = drawing(tuple(Stroke(tuple(points), PEN) for points in STROKES[name]), side)
    paper = 0.75 + 0.1 * (np.arange(side, dtype=np.float32) / side - 0.5)
    frame = Frame(np.repeat(paper - 0.6 * ink, 3, axis=0), ("R", "G", "B"))
    row = READY["digits-on-paper"]

    image, _ = choose_input(frame, row.channels, "unit", row.preprocessing)
    scores = core.evaluate(build(row.make(), image.shape).graph, image)[-1]

    assert image.shape == (1, 28, 28)
    assert str(scores.argmax()) == name


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
