"""What leaves the program by the command line is computed on what the network sees."""

import numpy as np
from PIL import Image

from convexplorer import cli
from convexplorer.export.batch import Recipe, compute_maps
from convexplorer.model.build import choose_input
from convexplorer.model.default import default_project
from convexplorer.model.edits import set_preprocessing
from convexplorer.model.preprocessing import Preprocessing
from convexplorer.model.storage.files import save_project
from convexplorer.sources import open_reader
from convexplorer.sources.frame import Source

PREPARED = Preprocessing((20, 30), "stretch", order="grey", low=-1.0)


def test_apply_writes_the_maps_of_the_prepared_picture(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (40, 50, 3), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "photo.png")
    project = set_preprocessing(default_project(kernels=["sobel-x"]), PREPARED)
    save_project(tmp_path / "net.json", project)

    status = cli.main(
        ["apply", f"{tmp_path}/photo.png", "-o", f"{tmp_path}/maps.npy", "--project", f"{tmp_path}/net.json"]
    )

    frame = open_reader(Source("image", str(tmp_path / "photo.png"))).read()
    expected, *_ = compute_maps(frame, Recipe(project.layers, preprocessing=PREPARED))
    assert status == 0
    assert expected.shape == (1, 20, 30)
    np.testing.assert_array_equal(np.load(tmp_path / "maps.npy"), expected)


def test_without_layers_the_input_itself_leaves(tmp_path):
    frame = open_reader(Source("sample", "cat")).read()

    maps, names, *_ = compute_maps(frame, Recipe((), preprocessing=PREPARED))

    assert names == ("Y",)
    assert np.array_equal(maps, choose_input(frame, "color", "unit", PREPARED)[0])
