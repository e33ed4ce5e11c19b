"""Every ready network leaves as ONNX with the numbers of all its layers, and as code of both frameworks."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from convexplorer import core
from convexplorer.export.network.picture import picture_code, picture_metadata, picture_notes
from convexplorer.export.network.plan import INPUT, Plan, plan_of
from convexplorer.export.network_code.keras_code import keras_code
from convexplorer.export.network_code.torch_code import torch_code
from convexplorer.export.onnx_file import onnx_bytes
from convexplorer.model.build import build, choose_input
from convexplorer.model.opening.onnx_layers import open_onnx
from convexplorer.model.project import Project
from convexplorer.model.ready.table import READY, ready_project
from convexplorer.sources import open_reader, parse

SIDE = 64  # of pictures, where a network has no size of its own


def project_and_plan(name: str) -> tuple[Project, Plan]:
    project = ready_project(READY[name])
    prepared = project.preprocessing
    channels = prepared.channels if prepared is not None else 1 if project.channels == "luminance" else 3
    rows, columns = (prepared.size if prepared is not None else None) or (SIDE, SIDE)
    facts = (channels, min(rows, 2 * SIDE), min(columns, 2 * SIDE)), project.channels, project.numbers, prepared
    metadata = picture_metadata(*facts, project.class_names)
    return project, plan_of(project.layers, facts[0], picture_notes(*facts), picture_code(*facts), metadata)


@pytest.mark.parametrize("name", READY)
def test_onnx_runtime_computes_every_layer_alike(name: str):
    project, plan = project_and_plan(name)
    image = np.random.default_rng(4).random(plan.input_shape, dtype=np.float32)

    session = onnxruntime.InferenceSession(onnx_bytes(plan, has_all_layers=True), providers=["CPUExecutionProvider"])
    found = dict(zip([one.name for one in session.get_outputs()], session.run(None, {INPUT: image[None]}), strict=True))

    expected = core.evaluate(build(project.layers, plan.input_shape).graph, image)
    by_id = {layer.id: maps for layer, maps in zip(project.layers, expected, strict=True)}
    for step in plan.steps:
        maps = by_id[step.id]
        limit = 1e-5 * max(1.0, float(np.abs(maps).max()))
        np.testing.assert_allclose(found[step.name][0], maps, rtol=1e-4, atol=limit)


@pytest.mark.parametrize("name", [name for name, one in READY.items() if ready_project(one).preprocessing is not None])
def test_a_network_that_went_out_and_came_back_sees_a_picture_alike(name: str, tmp_path: Path):
    project, plan = project_and_plan(name)
    (tmp_path / "net.onnx").write_bytes(onnx_bytes(plan))

    opened = open_onnx(tmp_path / "net.onnx")

    size = plan.input_shape[1], plan.input_shape[2]
    assert opened.preprocessing == replace(project.preprocessing, size=size)
    assert opened.class_names == project.class_names
    assert not any("range of its input" in note for note in opened.notes)
    reader = open_reader(parse("sample:text"))
    frame = reader.read()
    reader.close()
    answers = []
    for layers, prepared in ((project.layers, opened.preprocessing), (opened.layers, opened.preprocessing)):
        image, _ = choose_input(frame, project.channels, project.numbers, prepared)
        answers.append(core.evaluate(build(layers, image.shape).graph, image)[-1])
    np.testing.assert_allclose(answers[1], answers[0], rtol=1e-4, atol=1e-5 * max(1.0, np.abs(answers[0]).max()))


@pytest.mark.parametrize("make", [keras_code, torch_code])
@pytest.mark.parametrize("name", READY)
def test_the_code_is_written_with_a_function_for_the_picture(name: str, make):
    _, plan = project_and_plan(name)

    code = make(plan, "net.weights.npz")

    compile(code.text, f"{name}.py", "exec")
    assert "def prepare(picture):" in code.text
    assert set(code.parts) == {step.name for step in plan.steps}
