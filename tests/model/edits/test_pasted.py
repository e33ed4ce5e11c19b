"""A pasted kernel gives in a layer what its tool gives: weights, border, bias and flip."""

import numpy as np
import pytest
from scipy import ndimage

from convexplorer.core import conv
from convexplorer.kernels.pasted.reading import read_pasted
from convexplorer.kernels.recipes import sentence_of
from convexplorer.model import edits
from convexplorer.model.default import default_project
from convexplorer.model.edits.pasted import add_pasted, left_out, put_pasted
from convexplorer.model.edits.planes import Target
from convexplorer.model.layer import Layer
from convexplorer.model.project import Project

ALL = Target(0, 0, None, 3)
K = np.arange(1.0, 10).reshape(3, 3)
X = np.random.default_rng(5).random((9, 11))


def applied(project: Project) -> np.ndarray:
    """Return what the first filter gives for X, by the settings of its layer."""
    layer = project.layers[0]
    one = layer.filters[0]
    planes = one.planes[:, ::-1, ::-1] if layer["is_flipped"] else one.planes
    return conv(X[np.newaxis], planes[np.newaxis], [one.bias], padding="same", border=layer["border"])[0]


@pytest.mark.parametrize("is_flipped", [False, True])
@pytest.mark.parametrize("mode", ["reflect", "constant", "nearest", "mirror", "wrap"])
def test_a_pasted_call_of_scipy_gives_what_scipy_gives(mode: str, is_flipped: bool) -> None:
    project = edits.set_layer(default_project(), 0, is_flipped=is_flipped)

    made = put_pasted(project, ALL, read_pasted(f"ndimage.convolve(x, np.array({K.tolist()}), mode='{mode}')"))

    assert applied(made) == pytest.approx(ndimage.convolve(X, K, mode=mode), rel=1e-5)


def test_a_bias_in_bytes_is_scaled_to_the_picture() -> None:
    read = read_pasted("cv2.filter2D(x, -1, np.eye(3), delta=51)")

    assert put_pasted(default_project(), ALL, read).layers[0].filters[0].bias == pytest.approx(0.2)
    assert put_pasted(default_project(), ALL, read, 255.0).layers[0].filters[0].bias == 51


def test_how_it_came_is_kept_as_its_recipe() -> None:
    made = put_pasted(default_project(), ALL, read_pasted("3 3 8 0\n1 2 3\n4 5 6\n7 8 9"))

    recipe = made.layers[0].filters[0].recipe
    assert recipe is not None
    assert sentence_of(recipe) == "pasted from libvips, divided by 8"


def test_the_same_numbers_change_nothing() -> None:
    read = read_pasted("1 2 3\n4 5 6\n7 8 9")
    once = put_pasted(default_project(), ALL, read)

    assert put_pasted(once, ALL, read) is once


def test_a_bank_keeps_its_names_and_biases() -> None:
    project = default_project()
    read = read_pasted("# bias=0.5 name=one\n1,2\n3,4\n\n# bias=0 name=other\n5,6\n7,8\n")
    filters = edits.set_filters(project, 0, project.layers[0].filters[:2]).layers[0].filters

    made = add_pasted(project, 0, read, tuple(filters))

    assert [one.name for one in made.layers[0].filters[-2:]] == ["one", "other"]


def test_what_a_layer_cannot_hold_is_said() -> None:
    read = read_pasted("cv2.filter2D(x, -1, np.eye(3), delta=51)")
    layer = Layer("conv", default_project().layers[0].filters, {"use_bias": False})

    assert left_out(layer, read) == ("This layer has no bias; that of the text is left out.",)
