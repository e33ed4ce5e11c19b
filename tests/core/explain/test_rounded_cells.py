"""What it costs to tell rounding from values in deep networks, and that nothing is said of what was not decided."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from convexplorer.core.explain import rounded_cells as module
from convexplorer.core.explain.rounded_cells import Answers, Roundings
from convexplorer.core.explain.trace import trace_in
from convexplorer.core.explain.window_terms import Terms, terms_of
from convexplorer.core.layers import (
    Activation,
    Add,
    AveragePool,
    BatchNorm,
    CombineMaps,
    Concatenate,
    Conv,
    ConvTranspose,
    Crop,
    Dense,
    DepthwiseConv,
    Flatten,
    GlobalAveragePool,
    Layer,
    LocalResponseNorm,
    MaxPool,
    Multiply,
    Rescaling,
    SeparableConv,
    Subtract,
    Unpool,
    Upsample,
    ZeroPad,
)
from convexplorer.core.layers.tracing.trace import Trace
from convexplorer.core.network import Evaluation, Graph, evaluate

WIDTH = 8
FLAT = np.full((3, 40, 40), 0.3, np.float32)


def zero_sum(rng: np.random.Generator, *shape: int) -> np.ndarray:
    kernel = rng.normal(size=shape)
    return kernel - kernel.mean(axis=tuple(range(1, len(shape))), keepdims=True)


def first(rng: np.random.Generator) -> Layer:
    return Conv(zero_sum(rng, WIDTH, 3, 3, 3), padding="same", border="edge")


def deep(depth: int) -> list[Layer]:
    """Return convolutions, of which each leaves nothing but rounding."""
    rng = np.random.default_rng(depth)
    return [first(rng), *(Conv(zero_sum(rng, WIDTH, WIDTH, 3, 3), padding="same") for _ in range(depth))]


def mixed(depth: int) -> list[Layer]:
    """Return layers of all sorts, some of which only traces can tell of."""
    rng = np.random.default_rng(depth)
    layers: list[Layer] = [first(rng)]
    for _ in range(depth):
        layers += [
            LocalResponseNorm(2),
            AveragePool(3, strides=1, padding="same", count_include_pad=True),
            BatchNorm(None, None, [0.0] * WIDTH, [1.0] * WIDTH),
            SeparableConv(zero_sum(rng, WIDTH, 2, 3, 3), rng.normal(size=(WIDTH, 2 * WIDTH, 1, 1)), padding="same"),
            ConvTranspose(rng.normal(size=(WIDTH, WIDTH, 3, 3)), padding="same"),
        ]
    return layers


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Count what is read: products of many values at once, and traces."""
    counts = {"products": 0, "traces": 0}

    def spy_terms(*arguments: object) -> Terms:
        terms = terms_of(*arguments)  # type: ignore[arg-type]  # passed on as they come
        counts["products"] += terms.cells.size
        return terms

    def spy_trace(evaluation: Evaluation, index: int, place: tuple[int, ...]) -> Trace:
        counts["traces"] += 1
        return trace_in(evaluation, index, place)

    monkeypatch.setattr(module, "terms_of", spy_terms)
    monkeypatch.setattr(module, "trace_in", spy_trace)
    return counts


@pytest.mark.parametrize("network", [deep, mixed])
@pytest.mark.parametrize("depth", [1, 4, 12])
def test_a_question_costs_no_more_in_a_deeper_network(
    network: Callable[[int], list[Layer]], depth: int, read: dict[str, int]
):
    evaluation = evaluate(network(depth), FLAT)
    index = len(evaluation) - 1
    middle = evaluation[index].size // 2

    Roundings(evaluation).zeros(index, np.array([middle]))

    own = WIDTH * 9 * 2  # of one value of any of these layers
    assert read["products"] + module.TRACE_PRODUCTS * read["traces"] <= module.MOST_PRODUCTS + own
    assert depth < 12 or read["products"] > 0


@pytest.mark.parametrize("network", [deep, mixed])
def test_an_explanation_costs_no_more_in_a_deeper_network(network: Callable[[int], list[Layer]], read: dict[str, int]):
    evaluation = evaluate(network(12), FLAT)

    Roundings(evaluation).traced(len(evaluation) - 1, (1, 20, 20))

    assert read["products"] + module.TRACE_PRODUCTS * (read["traces"] - 1) <= module.MOST_PRODUCTS


def test_the_captions_of_a_picture_share_an_allowance(read: dict[str, int]):
    evaluation, answers = evaluate(deep(12), FLAT), Answers()
    index = len(evaluation) - 1
    cells = np.arange(0, evaluation[index].size, evaluation[index].size // 40)

    for cell in cells.tolist():
        Roundings(evaluation, answers).zeros(index, np.array([cell]))

    least = module.LEAST_PRODUCTS + WIDTH * 9
    assert read["products"] <= 2 * module.MOST_PRODUCTS + len(cells) * least


def test_what_an_ordinary_picture_holds_is_decided_without_asking_below(read: dict[str, int]):
    rng = np.random.default_rng(0)
    evaluation = evaluate(
        [first(rng), Conv(rng.normal(size=(WIDTH, WIDTH, 3, 3)))], rng.random((3, 40, 40), np.float32)
    )
    roundings = Roundings(evaluation)
    values = np.abs(evaluation[1].reshape(-1))
    asked = np.flatnonzero(values <= roundings.largest_suspect(1))
    assert asked.size

    is_zero = roundings.zeros(1, asked)

    assert not is_zero.any()
    assert read["products"] < 2 * asked.size * WIDTH * 9


def half_flat(seed: int) -> np.ndarray:
    x = FLAT[:, :16, :16].copy()
    x[:, :, 8:] = np.random.default_rng(seed).random((3, 16, 8))
    return x


def graphs() -> Iterator[Graph]:
    """Yield networks in which every sort of layer stands upon others whose maps hold rounding."""
    rng = np.random.default_rng(1)
    conv = Conv(rng.normal(size=(4, 4, 3, 3)), [0.0, 0.0, 0.5, 0.0], padding="same", activation="relu")

    def begin() -> Layer:
        return Conv(zero_sum(rng, 4, 3, 3, 3), padding="same", border="edge", activation="tanh")

    for one in (
        Conv(zero_sum(rng, 4, 2, 3, 3), groups=2, padding="same", border="reflect"),
        DepthwiseConv(rng.normal(size=(4, 2, 3, 3)), padding="same"),
        SeparableConv(zero_sum(rng, 4, 2, 3, 3), zero_sum(rng, 4, 8, 1, 1), padding="same", activation="relu"),
        ConvTranspose(rng.normal(size=(4, 4, 3, 3)), strides=2, padding="same"),
        MaxPool(3, strides=1, padding="same"),
        AveragePool(3, strides=2, padding="same"),
        AveragePool(3, strides=2, padding="same", count_include_pad=True),
        Upsample(2),
        Upsample(2, interpolation="bilinear"),
        BatchNorm(None, None, [0.0, 0.1, 0.0, 0.0], [1.0] * 4),
        Rescaling(2.5),
        LocalResponseNorm(1),
        ZeroPad(1),
        Crop(1),
        Activation("softmax"),
        CombineMaps("subtract"),
        CombineMaps("multiply", is_paired=True),
        CombineMaps("maximum", is_paired=True),
        CombineMaps("magnitude", first=1, second=2),
        GlobalAveragePool(),
        GlobalAveragePool(keepdims=True),
        Dense(zero_sum(rng, 3, 4)),
    ):
        yield Graph([begin(), conv, one], [(-1,), (0,), (1,)])
    for joined in (Add(), Subtract(), Multiply(), Concatenate()):
        yield Graph([begin(), conv, joined], [(-1,), (0,), (1, 0)])
    wide = Conv(zero_sum(rng, 9, 4, 3, 3), padding="same")  # more maps than stand before them in the row
    yield Graph([begin(), wide, Concatenate()], [(-1,), (0,), (0, 1)])
    yield Graph([begin(), MaxPool(2), Unpool(2)], [(-1,), (0,), (1, 0)])
    for channels_last in (False, True):
        dense = Dense(rng.normal(size=(3, 4 * 256)))
        yield Graph([begin(), Flatten(channels_last=channels_last), dense], [(-1,), (0,), (1,)])


@pytest.mark.parametrize("graph", list(graphs()), ids=lambda graph: type(graph.layers[-1]).__name__)
def test_many_cells_at_once_are_what_their_traces_say(graph: Graph, monkeypatch: pytest.MonkeyPatch):
    evaluation = evaluate(graph, half_flat(2))
    index = len(evaluation) - 1
    cells = np.arange(0, evaluation[index].size, 7)
    cells = cells[evaluation[index].reshape(-1)[cells] != 0]

    at_once = Roundings(evaluation).zeros(index, cells)

    with monkeypatch.context() as patch:
        patch.setattr(module, "has_terms", lambda _layer: False)
        patch.setattr(module, "MOST_PRODUCTS", 1 << 40)
        roundings = Roundings(evaluation)
        one_by_one = [roundings.traced(index, _place(evaluation, index, cell)).value == 0 for cell in cells.tolist()]
    assert at_once.tolist() == one_by_one


def _place(evaluation: Evaluation, index: int, cell: int) -> tuple[int, ...]:
    return tuple(int(i) for i in np.unravel_index(cell, evaluation[index].shape))


@pytest.mark.parametrize("allowance", [1, 1 << 10, 1 << 13, 1 << 16])
@pytest.mark.parametrize("network", [deep, mixed])
def test_what_the_allowance_does_not_reach_is_never_said_to_be_rounding_or_a_value(
    network: Callable[[int], list[Layer]], allowance: int, monkeypatch: pytest.MonkeyPatch
):
    layers = network(1 if network is mixed else 2)
    x = np.full((3, 12, 12), 0.3, np.float32)
    x[:, :, 8:] = np.random.default_rng(3).random((3, 12, 4))
    evaluation, answers, all_answers = evaluate(layers, x), Answers(), Answers()
    index = len(layers) - 1
    cells = np.arange(0, evaluation[index].size, 37)
    truth = _states(monkeypatch, evaluation, cells, all_answers, 1 << 40)
    assert {-1, 1} <= set(truth.tolist())

    found = [_states(monkeypatch, evaluation, cells, answers, allowance) for _ in range(3)]

    for states in found:
        assert (states[states != 0] == truth[states != 0]).all()
    # Nothing that is known is forgotten.
    assert (found[0] != 0).sum() <= (found[1] != 0).sum() <= (found[2] != 0).sum()
    if allowance == 1:
        assert (found[0] == 0).any(), "some are not decided"
    for layer, states in answers.known.items():
        decided = np.flatnonzero(states)
        exact = _states(monkeypatch, evaluation, decided, all_answers, 1 << 40, layer)
        assert (states[decided] == exact).all(), layers[layer]


def _states(
    monkeypatch: pytest.MonkeyPatch,
    evaluation: Evaluation,
    cells: np.ndarray,
    answers: Answers,
    allowance: int,
    index: int = -1,
) -> np.ndarray:
    """Ask for cells with so much of an allowance, and return what is then known of them; of what is no suspect −1."""
    index %= len(evaluation)
    with monkeypatch.context() as patch:
        patch.setattr(module, "MOST_PRODUCTS", allowance)
        patch.setattr(module, "LEAST_PRODUCTS", allowance)
        roundings = Roundings(evaluation, answers)
        is_zero = roundings.zeros(index, cells)
    values = np.abs(evaluation[index].reshape(-1)[cells])
    is_suspect = (values > 0) & (values <= roundings.largest_suspect(index))
    states = np.where(is_suspect, answers.known.get(index, np.zeros(evaluation[index].size))[cells], -1)
    assert ((states == 1) == is_zero).all()
    return states


def test_a_trace_whose_values_are_not_decided_stays_as_its_map_holds_it(monkeypatch: pytest.MonkeyPatch):
    evaluation = evaluate(deep(3), FLAT)
    place = (1, 20, 20)
    assert Roundings(evaluation).traced(3, place).value == 0 != evaluation[3][place]
    monkeypatch.setattr(module, "MOST_PRODUCTS", 1)

    traced = Roundings(evaluation).traced(3, place)

    assert traced.value == evaluation[3][place]
    assert traced.values.any()


def test_numbers_in_cells_say_what_the_explanation_found_out(monkeypatch: pytest.MonkeyPatch):
    evaluation, answers = evaluate(deep(3), FLAT), Answers()
    place = (1, 20, 20)
    cell = np.array([np.ravel_multi_index(place, evaluation[3].shape)])
    assert Roundings(evaluation, answers).traced(3, place).value == 0
    monkeypatch.setattr(module, "MOST_PRODUCTS", 1)
    monkeypatch.setattr(module, "LEAST_PRODUCTS", 1)

    assert Roundings(evaluation, answers).zeros(3, cell).all()
    assert not Roundings(evaluation).zeros(3, cell).any()


def test_a_network_deeper_than_pythons_stack_has_answers():
    layers = [Conv(np.full((1, 1, 3, 3), 1 / 9, np.float32), padding="same") for _ in range(1200)]
    image = np.random.default_rng(0).random((1, 8, 8), np.float32)
    evaluation = evaluate(layers, image)

    roundings = Roundings(evaluation)

    assert np.isfinite(roundings.largest_suspect(1199))
    assert roundings.zeros(1199, np.arange(64)).shape == (64,)
    assert roundings.traced(1199, (0, 4, 4)).value == evaluation[1199][0, 4, 4]
