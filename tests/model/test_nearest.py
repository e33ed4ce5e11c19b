"""Which kernels are nearest to one, and what happens when one takes the place of another."""

from itertools import pairwise

import numpy as np
import pytest

from convexplorer.kernels.filter import Filter
from convexplorer.kernels.likeness import likeness
from convexplorer.kernels.presets import make_filter, presets
from convexplorer.model import nearest
from convexplorer.model.edits.exchange import exchange, put_in_place
from convexplorer.model.edits.planes import Target
from convexplorer.model.layer import make_layer
from convexplorer.model.nearest import cosine_text, laid_words, nearest_preset, nearest_words
from convexplorer.model.project import Project
from convexplorer.model.ready.digits import digits
from tests.model.examples import PHOTO, bank, drawn, planes

SOBEL = make_filter("sobel-x").planes
WITHOUT = {"blank", "random", "shift", *(name for name in presets() if name.startswith("initial-"))}
BY_HAND = {name for name, one in presets().items() if one.group != "Learned"} - WITHOUT


def whole(channel_count=1, layer=0, index=0):
    return Target(layer, index, None, channel_count)


@pytest.mark.parametrize(
    "name", sorted(name for name, one in presets().items() if one.group != "Learned" and name not in WITHOUT)
)
@pytest.mark.parametrize("factor", [1.0, -0.3])
def test_a_preset_that_lost_its_name_is_found_again(name, factor):
    given = make_filter(name)
    found = nearest_preset(Filter("learned", given.planes * factor))

    assert found.nearness == pytest.approx(1, abs=1e-6)
    assert abs(likeness(given.planes, found.candidate.planes).cosine) == pytest.approx(1, abs=1e-6)


def test_a_filter_of_the_banks_that_ship_is_found_and_takes_its_place_as_that_preset():
    given = make_filter("learned-sparse-4")
    project = drawn(-2 * given.planes)

    found = nearest.nearest(-2 * given.planes, nearest.around(project, ("", 0), (9, 9)))[0]
    changed = put_in_place(
        project, whole(), found.candidate.planes, found.likeness, name="it", preset=found.candidate.made.preset.name
    )

    assert (found.candidate.label, found.candidate.source) == ("Learned by sparse coding, 4", "learned")
    assert found.likeness.is_negated
    assert np.abs(changed.layers[0].filters[0].planes) == pytest.approx(np.abs(2 * given.planes))


def test_a_learned_filter_is_called_by_the_preset_it_is_like():
    rng = np.random.default_rng(1)
    found = nearest_preset(Filter("learned", -SOBEL + rng.normal(0, 0.2, SOBEL.shape)))

    assert found.likeness.is_negated
    assert found.nearness > 0.9
    assert nearest_words(found) == f"{found.candidate.label}, negated: cosine {found.nearness:.2f}"


def test_of_the_forms_of_a_preset_only_the_nearest_is_listed():
    found = nearest.nearest(make_filter("gabor", angle=30, size=7).planes, nearest.of_presets((7, 7)))
    names = [one.candidate.made.preset.name for one in found]

    assert len(names) == len(set(names))
    assert found[0].candidate.label == "Gabor 30°"


def test_the_nearest_stand_first_whatever_their_sign():
    project = drawn(SOBEL, -SOBEL + 0.1, np.ones((3, 3)), np.eye(3))
    found = nearest.nearest(SOBEL, nearest.of_project(project))

    assert [one.candidate.place[1] for one in found[:2]] == [0, 1]
    assert found[1].likeness.is_negated
    assert all(a.nearness >= b.nearness for a, b in pairwise(found))


def test_a_filter_is_no_neighbour_of_itself():
    project = bank("sobel-x", "sobel-y")
    layer = project.layers[0].id

    assert [one.place for one in nearest.of_project(project, without=(layer, 0))] == [(layer, 1)]


def test_learned_filters_are_found_for_one_s_own_and_each_once():
    candidates = nearest.of_ready_networks()

    assert len(candidates) == 8  # the digit reader is there for a pad and for a camera
    assert all("Digit reader, conv1" in one.origin for one in candidates)
    assert nearest.nearest(SOBEL, candidates)


def test_what_the_project_holds_already_is_listed_once():
    layers = digits()
    found = nearest.around(Project(PHOTO, layers), ("conv1", 0), (7, 7))

    assert not [one for one in found if one.source == "Digit reader"]
    assert len([one for one in found if one.place is not None]) == 8 + 16 - 1
    assert len([one for one in nearest.around(drawn(SOBEL), ("", 0), (3, 3)) if one.source == "Digit reader"]) == 8


def test_single_weights_are_compared_with_single_weights_alone():
    pointwise = Project(PHOTO, (make_layer("conv", [Filter("a", np.ones((1, 1, 1)))]),))

    assert not nearest.nearest(SOBEL, nearest.of_project(pointwise))


def test_signals_and_zeros_have_no_nearest_preset():
    assert nearest_preset(Filter("signal", np.ones((1, 3)), rank=1)) is None
    assert nearest_preset(Filter("zeros", np.zeros((1, 3, 3)))) is None


def test_a_kernel_in_place_answers_as_the_one_before_it():
    project = drawn(-2.5 * SOBEL)
    found = likeness(planes(project), SOBEL)

    changed = put_in_place(project, whole(), SOBEL, found, name="Sobel x")

    assert np.allclose(planes(changed), planes(project))
    assert changed.layers[0].filters[0].preset is None


def test_a_kernel_as_it_is_in_place_keeps_its_preset():
    project = drawn(SOBEL + np.eye(3))
    found = likeness(planes(project), SOBEL)

    changed = put_in_place(project, whole(), SOBEL, found, name="sobel-x", is_scaled=False, preset="sobel-x")

    assert changed.layers[0].filters[0].preset == "sobel-x"
    assert np.array_equal(planes(changed), SOBEL)


def test_only_the_weights_of_the_filter_change():
    layers = digits()
    project = Project(PHOTO, layers)
    before = layers[0].filters[2]
    found = likeness(before.planes, SOBEL)

    changed = put_in_place(project, whole(index=2), SOBEL, found, name="Sobel x")

    after = changed.layers[0].filters[2]
    assert after.bias == before.bias
    assert after.size == before.size == (7, 7)
    assert np.linalg.norm(after.planes) == pytest.approx(np.linalg.norm(before.planes))
    others = [i for i in range(8) if i != 2]
    assert all(changed.layers[0].filters[i] is layers[0].filters[i] for i in others)
    assert changed.layers[1:] == layers[1:]


def test_one_plane_of_a_filter_can_be_replaced_alone():
    layers = digits()
    project = Project(PHOTO, layers)
    before = layers[3].filters[0].planes
    found = likeness(before[5:6], SOBEL)

    changed = put_in_place(project, Target(3, 0, 5, 8), SOBEL, found, name="Sobel x")

    after = changed.layers[3].filters[0]
    assert np.array_equal(np.delete(after.planes, 5, 0), np.delete(before, 5, 0))
    assert abs(likeness(after.planes[5:6], SOBEL).cosine) == pytest.approx(1)
    assert np.linalg.norm(after.planes[5]) == pytest.approx(np.linalg.norm(before[5]))
    assert after.name == layers[3].filters[0].name


def test_planes_that_fit_no_channel_are_summed():
    colour = np.stack([SOBEL[0], 2 * SOBEL[0], -SOBEL[0]])
    found = likeness(SOBEL, colour)

    changed = put_in_place(drawn(SOBEL), whole(), colour, found, name="of three", is_scaled=False)

    assert np.array_equal(planes(changed), 2 * SOBEL)


def test_the_same_kernel_in_place_is_no_step():
    project = bank("sobel-x")
    found = likeness(SOBEL, SOBEL)

    assert put_in_place(project, whole(), SOBEL, found, name=project.layers[0].filters[0].name) is project


def test_filters_change_places_and_back():
    project = Project(PHOTO, digits())
    there = exchange(project, (0, 0), (0, 5))

    assert there.layers[0].filters[0] is project.layers[0].filters[5]
    assert there.layers[0].filters[5] is project.layers[0].filters[0]
    back = exchange(there, (0, 0), (0, 5))
    assert back.layers[0].filters == project.layers[0].filters
    assert exchange(project, (0, 1), (0, 1)) is project


def test_filters_on_other_channels_cannot_change_places():
    layers = (
        make_layer("conv", [Filter("three", np.ones((3, 3, 3)))], id="a"),
        make_layer("conv", [Filter("eight", np.ones((8, 3, 3)))], id="b"),
    )

    with pytest.raises(ValueError, match="“three” has 3 planes and “eight” 8 planes"):
        exchange(Project(PHOTO, layers), (0, 0), (1, 0))


@pytest.mark.parametrize(
    ("cosine", "text"), [(1.0, "1.00"), (-1.0, "−1.00"), (0.999999, "0.99"), (0.5, "0.50"), (0.0, "0")]
)
def test_only_what_is_alike_reads_as_1(cosine, text):
    assert cosine_text(cosine) == text


def test_the_words_say_how_a_kernel_is_laid():
    assert laid_words(nearest.Likeness(0.9)) == ""
    assert laid_words(nearest.Likeness(-0.9, "turned by 90°", (-1, 2))) == "turned by 90°, 1 up, 2 right, negated"
