"""Typed addresses: what they mean or can become, and the way there."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from convexplorer.core.geometry.places import Place, block_grid
from convexplorer.core.network import IMAGE
from convexplorer.gui.commands.shell import Shell
from convexplorer.gui.widgets.command_palette import Entry
from convexplorer.model.address import Address, parse_address
from convexplorer.results.addressed import Named, Spot, find, layer_of
from convexplorer.results.explanation import place_of_cell
from convexplorer.results.picture import Picture
from convexplorer.results.vectors import MOST_SEPARATE, cell_of
from convexplorer.words import as_sentence, cell_words, plain

_MOST_MAPS = 200  # are offered to complete an address


def address_entries(window: Shell, layers: Sequence[Entry], text: str) -> list[Entry]:
    """Return what a typed text means as an address, or can become: the place to go to, then the maps of its layer.

    Parameters
    ----------
    layers : of a text without a map those come first whose names begin with it.
    """
    typed = text.strip()
    if typed and "/" not in typed and "@" not in typed:
        return [one for one in layers if one.completion.casefold().startswith(typed.casefold())]
    if not typed:
        return []
    maps = _maps_like(window, typed)
    try:
        first = _entry_of(window, parse_address(typed))
    except ValueError as error:
        return maps or [Entry(as_sentence(str(error)), "", None, lambda: None, is_enabled=False)]
    return [first, *(one for one in maps if one.title.partition(" · ")[0] != typed)]


def named_entry(window: Shell, text: str) -> Entry | None:
    """Return an entry that goes to a typed address of a map or a value that is there; None of any other text."""
    try:
        address = parse_address(text)
        return None if address.map is None else _entry_of(window, address)
    except ValueError:
        return None


def go_to(window: Shell, address: Address) -> None:
    """Select the layer and the map of an address, and pin its value; say what is wrong with it."""
    try:
        network = _network(window)
        spot = find(address, network)
    except ValueError as error:
        window.refuse(as_sentence(str(error)))
        return
    picture = window.bridge.picture
    assert picture is not None  # the network is that of one
    selection = window.selection
    if spot.layer == IMAGE:
        selection.show_input(True)
    else:
        are_rows = _is_vector(network, spot) and _count(network, spot) > MOST_SEPARATE
        selection.select(layer=network.layers[spot.layer].id, filter=0 if are_rows else spot.map or 0)
        selection.show_input(False)
    pin = _place_of(picture, network, spot)
    if pin is not None:
        selection.hold(pin)
        window.show_explanation(True)


def _network(window: Shell) -> Named:
    """Return the network on screen; ValueError if there is none yet."""
    picture = window.bridge.picture
    if picture is None or picture.evaluation is None:
        raise ValueError("nothing is computed yet")
    project = picture.project
    return Named(project.layers, picture.evaluation, picture.input_names, project.class_names)


def _place_of(picture: Picture, network: Named, spot: Spot) -> Place | None:
    """Return the place of the picture that pins a value; None of a whole map or layer."""
    if spot.layer == IMAGE:
        return block_grid(picture.factor, len(spot.cell)).place_of(spot.cell) if spot.cell else None
    if spot.cell:
        return place_of_cell(picture, spot.layer, spot.cell)
    if spot.map is None or not _is_vector(network, spot):
        return None
    return place_of_cell(picture, spot.layer, cell_of(_count(network, spot), spot.map))


def _is_vector(network: Named, spot: Spot) -> bool:
    return len(network.shape_of(spot.layer) or ()) == 1


def _count(network: Named, spot: Spot) -> int:
    return (network.shape_of(spot.layer) or (0,))[0]


def _entry_of(window: Shell, address: Address) -> Entry:
    """Return an entry that goes to an address; ValueError if there is no such place."""
    find(address, _network(window))
    where = cell_words(address.cell) if address.cell else ""
    return Entry(f"Go to {plain(str(address))}", where, None, partial(go_to, window, address))


def _maps_like(window: Shell, typed: str) -> list[Entry]:
    """Return the maps whose number or name begins as it is typed behind the layer."""
    head, slash, begun = typed.rpartition("/")
    try:
        network = _network(window)
        address = parse_address(head)
        layer = layer_of(address, [one.id for one in network.layers])
    except ValueError:
        return []
    shape = network.shape_of(layer)
    if not slash or shape is None or address.map is not None or "@" in begun:
        return []
    found = []
    for i, name in enumerate(network.names_of(layer)):
        own = Address(address.layer, i)
        if str(i).startswith(begun) or name.casefold().startswith(begun.casefold()):
            completion = f"{own}@(" if len(shape) > 1 else str(own)
            title, run = f"{plain(str(own))} · {plain(name)}", partial(go_to, window, own)
            found.append(Entry(title, "", None, run, completion=completion))
        if len(found) == _MOST_MAPS:
            break
    return found
