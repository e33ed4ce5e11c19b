"""The names of classes stand for the scores, from the layer that adds them up, in all that names values."""

import pytest

from convexplorer import core
from convexplorer.export.batch import Recipe, drawn_maps
from convexplorer.model import edits
from convexplorer.model.project import Project
from convexplorer.results.exhibit import side_choices
from tests.results.every_kind import add, explained, frame, project_of, shown

CLASSES = ("cat", "dog", "owl")


@pytest.fixture(scope="module")
def classifier() -> Project:
    """Return a network whose last layers are logits of three classes, and their softmax."""
    hidden = add(project_of("global_average_pool"), "dense", units=3)
    return edits.set_class_names(add(add(hidden, "dense", units=3), "softmax"), CLASSES)


def titles(project: Project, layer: str) -> tuple[str, ...]:
    return tuple(tile.title for tile in shown(project, layer).tiles)


def test_logits_and_softmax_have_the_names_and_a_hidden_layer_of_as_many_units_has_not(classifier):
    hidden, logits, softmax = classifier.ids[-3:]

    assert titles(classifier, softmax) == titles(classifier, logits) == CLASSES
    assert titles(classifier, hidden) == ("unit 0", "unit 1", "unit 2")


def test_the_explanation_names_the_class_and_the_scores_that_it_is_made_of(classifier):
    explanation = explained(shown(classifier, classifier.ids[-1]), channel=1)

    assert explanation.title == "dog"
    assert set(explanation.channel_names) <= set(CLASSES)


def test_a_class_is_named_where_maps_are_compared_and_exported(classifier):
    choices = {name for _, name in side_choices(shown(classifier, classifier.ids[-1]))}
    recipe = Recipe(classifier.layers, class_names=classifier.class_names)

    assert any("owl" in name for name in choices)
    assert tuple(name for name, _ in drawn_maps(frame(), recipe)) == CLASSES


def test_names_that_do_not_fit_the_number_of_values_are_not_used(classifier):
    four = edits.set_class_names(classifier, (*CLASSES, "fox"))

    assert titles(four, four.ids[-1]) == ("unit 0", "unit 1", "unit 2")


def test_new_names_need_no_computation_but_are_shown(classifier):
    from convexplorer.model.view import View
    from convexplorer.results.job import Job
    from convexplorer.results.render import render

    given, view = frame(), View(classifier.ids[-1])
    before = render(Job(given, classifier, view))
    renamed = edits.set_class_names(classifier, ("Katze", "Hund", "Eule"))

    after = render(Job(given, renamed, view), before)

    assert tuple(tile.title for tile in after.picture.tiles) == ("Katze", "Hund", "Eule")
    assert after.evaluation[len(renamed.layers) - 1] is before.evaluation[len(renamed.layers) - 1]


def test_names_of_a_large_dense_layer_name_its_values():
    many = tuple(f"class number {i}" for i in range(100))
    project = edits.set_class_names(add(project_of("global_average_pool"), "dense", units=100), many)
    picture = shown(project)

    assert explained(picture, cell=(1, 3)).title == many[picture.tiles[0].values.shape[1] + 3]
    assert isinstance(picture.evaluation, core.Evaluation)
