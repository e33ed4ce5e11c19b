"""Which layers of two networks are compared with each other."""

from convexplorer.model.layer import Layer, make_layer
from convexplorer.model.project import Project
from convexplorer.results.differences.pairing import Layers, Pair, Part, pairs_of
from convexplorer.results.summary import summarize
from convexplorer.sources import parse

SOURCE = parse("numbers:1 2; 3 4")


def conv(name: str, *, strides: int = 1, activation: str = "linear", inputs: tuple[str, ...] = ()) -> Layer:
    from convexplorer.core.layers import Activation
    from convexplorer.kernels.filter import Filter

    filters = [Filter("a", [[0, 1, 0], [1, 1, 1], [0, 1, 0]])]
    return make_layer("conv", filters, id=name, strides=strides, activation=Activation(activation), inputs=inputs)


def function(name: str, activation: str = "relu", inputs: tuple[str, ...] = ()) -> Layer:
    from convexplorer.core.layers import Activation

    return make_layer("activation", id=name, activation=Activation(activation), inputs=inputs)


def side(*layers: Layer) -> Layers:
    project = Project(SOURCE, layers)
    return Layers(project.layers, [row.shape for row in summarize(project.layers, (1, 16, 16)).rows])


def pairs(own: Layers, reference: Layers) -> list[tuple[str, str, str]]:
    """Return the names of both layers of each pair, a sum before its activation with a star, and how it was found."""

    def name(one: Layers, part: Part | None) -> str:
        return "" if part is None else f"{one.layers[part.layer].id}{'*' * part.is_linear}"

    return [(name(own, pair.own), name(reference, pair.reference), pair.how) for pair in pairs_of(own, reference)]


def test_a_network_is_paired_with_itself_layer_by_layer():
    same = side(conv("a"), function("b"), conv("c", strides=2))

    assert pairs_of(same, same) == tuple(Pair(Part(i), Part(i), "id") for i in range(3))


def test_ids_come_before_places():
    assert pairs(side(conv("a"), conv("b")), side(conv("b"), conv("a"))) == [("a", "a", "id"), ("b", "b", "id")]


def test_names_of_two_frameworks_are_the_same_name():
    own = side(conv("block/conv"), conv("Head.1"))

    assert pairs(own, side(conv("block.conv"), conv("head_1"))) == [
        ("block/conv", "block.conv", "name"),
        ("Head.1", "head_1", "name"),
    ]


def test_other_names_are_found_by_kind_shape_and_order():
    own = side(conv("a"), function("b"), conv("c", strides=2))
    reference = side(conv("x"), function("y"), conv("z", strides=2))

    assert pairs(own, reference) == [("a", "x", "place"), ("b", "y", "place"), ("c", "z", "place")]


def test_places_never_cross_what_is_found_by_name():
    own = side(conv("a"), conv("b"))
    reference = side(conv("b"), conv("x"))

    assert pairs(own, reference) == [("a", "", ""), ("b", "b", "id"), ("", "x", "")]


def test_a_common_beginning_is_paired_and_the_rest_is_said_to_be_missing():
    own = side(conv("a"), conv("b"), conv("mine", strides=2))
    reference = side(conv("a"), conv("b"), function("theirs"), conv("end", strides=3))

    assert pairs(own, reference) == [
        ("a", "a", "id"),
        ("b", "b", "id"),
        ("", "theirs", ""),
        ("", "end", ""),
        ("mine", "", ""),
    ]


def test_an_activation_is_paired_with_the_layer_that_a_file_has_folded_it_into():
    apart = side(conv("a"), function("r"), conv("b"))
    folded = side(conv("a", activation="relu"), conv("b"))

    assert pairs(apart, folded) == [("a", "a*", "id"), ("r", "a", "id"), ("b", "b", "id")]
    assert pairs(folded, apart) == [("a*", "a", "id"), ("a", "r", "id"), ("b", "b", "id")]


def test_another_activation_is_not_the_one_that_was_folded():
    apart, folded = side(conv("a"), function("r", "tanh")), side(conv("a", activation="relu"))

    assert pairs(apart, folded) == [("a", "a", "id"), ("r", "", "")]


def test_sums_that_others_read_were_not_folded():
    add = make_layer("add", id="sum", inputs=("a", "r"))
    apart, folded = side(conv("a"), function("r"), add), side(conv("a", activation="relu"))

    assert pairs(apart, folded)[:2] == [("a", "a", "id"), ("r", "", "")]


def test_every_layer_of_both_is_said_once():
    own = side(conv("a"), function("r"), conv("x", strides=2), conv("c", strides=2))
    reference = side(conv("c"), conv("a", activation="relu"), conv("y"), function("q", "tanh"))

    found = pairs_of(own, reference)

    assert sorted({pair.own.layer for pair in found if pair.own}) == [0, 1, 2, 3]
    assert sorted({pair.reference.layer for pair in found if pair.reference}) == [0, 1, 2, 3]
    assert [pair.own for pair in found if pair.own] == sorted(
        (pair.own for pair in found if pair.own), key=lambda part: part.layer
    )
