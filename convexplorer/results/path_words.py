"""What is written about a path through the network: at the maps, below them, and in the tip of the value."""

from collections.abc import Collection

from convexplorer.results.network_path import LayerTerms, NetworkPath, Term
from convexplorer.results.overview import LayerSight, Overview
from convexplorer.results.picture import Picture
from convexplorer.results.scores import share_text
from convexplorer.words import SENTENCE_LIMIT, cell_words, number, percent, plain, shape_text, short_number


def card_tip(overview: Overview, card: int, picture: Picture | None) -> str:
    """Return what is told of a layer as a whole: its name, its shapes, and its share of what the network costs."""
    if card == 0:
        return "The picture that the first layer reads"
    lines = [_layer_name(overview, card)]
    report = None if picture is None else picture.report_of(overview.project.layers[card - 1].id)
    if picture is None or report is None:
        return lines[0]
    if report.error:
        return f"{lines[0]}\n{plain(report.error, SENTENCE_LIMIT)}"
    if report.output_shape is not None:
        lines.append(f"gets {shape_text(report.input_shape)}, gives {shape_text(report.output_shape)}")
    parameters = sum(one.parameters for one in picture.layers)
    seconds = sum(one.seconds for one in picture.layers)
    if report.parameters:
        lines.append(f"{report.parameters} parameters, {percent(report.parameters / parameters)} of all")
    if seconds:
        lines.append(f"{report.seconds * 1000:.1f} ms, {percent(report.seconds / seconds)} of the time of all layers")
    return "\n".join([*lines, *filter(None, [report.how])])


def _layer_name(overview: Overview, card: int) -> str:
    return "the picture" if card == 0 else f"{card} · {plain(overview.project.layers[card - 1].title)}"


def signed(value: float) -> str:
    """Return a term with its sign.

    Examples
    --------
    >>> signed(0.8125), signed(-2.0)
    ('+.8125', '−2')
    """
    text = short_number(value)
    return f"+{text}" if value > 0 else text


def map_name(sight: LayerSight, index: int) -> str:
    """Return what a map or value is called; by its number where it has no name, or is not drawn."""
    if index < len(sight.names):
        return plain(sight.names[index])
    return f"map {index + 1}" if len(sight.shape or ()) > 1 else f"value {index}"


def foot_of(sight: LayerSight, terms: LayerTerms, drawn: Collection[int]) -> str:
    """Return the line below the maps of a layer: its largest terms that are not drawn, and the rest."""
    hidden = [f"{_short_name(sight, term)} {signed(term.value)}" for term in terms.largest if term.map not in drawn]
    rest = f"rest {signed(terms.rest)}" if terms.rest else ""
    return " · ".join([*hidden, *filter(None, [rest])])


def _short_name(sight: LayerSight, term: Term) -> str:
    return map_name(sight, term.map).rsplit("/", 1)[-1]


def tip_of(overview: Overview, path: NetworkPath) -> str:
    """Return the sentences about a value: where it is, what it is, and what the layers it reads add to it."""
    sights = overview.layers
    own = sights[path.layer + 1]
    place = f" at {cell_words(path.cell)}" if path.cell else ""
    lines = [f"{map_name(own, path.map)}{place}: {share_text(path.value) if own.are_shares else number(path.value)}"]
    if path.sum != path.value:
        lines[0] += f" ({number(path.sum)} before the activation)"
    for place_read in dict.fromkeys(overview.inputs[path.layer + 1]):
        terms = path.steps.get(place_read - 1)
        if terms is not None and terms.largest:
            sight = sights[place_read]
            parts = [f"{map_name(sight, term.map)} {signed(term.value)}" for term in terms.largest]
            parts += [f"the rest {signed(terms.rest)}"] if terms.rest else []
            lines.append(f"Of {_layer_name(overview, place_read)}: {', '.join(parts)}")
    if path.steps:
        lines.append("A term is what a map adds to this value: its cells times their weights. Further back, what")
        lines.append("flows through the maps that are lit, by the gradient; the rest stays behind.")
    if path.ends_early:
        lines.append("It is not followed to the picture: a layer on the way has no gradient, or is too large for it.")
    return "\n".join(lines)
