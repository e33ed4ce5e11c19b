"""What Teachable Machine writes beside a network for TensorFlow.js: names of its classes, and how it sees a picture."""

from dataclasses import replace
from pathlib import Path

from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.files import open_file, size_of
from convexplorer.formats.json_text import parse_object
from convexplorer.model.opening.opened import OpenedNetwork
from convexplorer.words import plain

_NAME = "metadata.json"
_LARGEST = 1 << 20
_PACKAGE = "@teachablemachine/image"
_WHITE = 255 / 127 - 1  # it divides bytes by 127 and subtracts 1


def with_metadata(network: OpenedNetwork, folder: Path) -> OpenedNetwork:
    """Return a network with the class names and the range of pictures that a file beside it tells, if there is one."""
    try:
        with open_file(folder / _NAME) as file:
            if size_of(file) > _LARGEST:
                return network
            found = parse_object(file.read(), "its text")
    except NetworkFileError:
        return network  # it belongs to no network, or to another program
    labels = found.get("labels")
    if not isinstance(labels, list) or not all(isinstance(one, str) and one.strip() for one in labels):
        return network
    if not network.layers or network.layers[-1].kind != "dense" or network.layers[-1]["units"] != len(labels):
        return network
    named = replace(network, class_names=tuple(plain(one.strip()) for one in labels))
    known = network.preprocessing
    if found.get("packageName") != _PACKAGE or known is None or known.order == "grey":
        return named
    notes = tuple(note for note in network.notes if "range of its input" not in note)
    note = "Class names and the range of its input are those of Teachable Machine."
    return replace(named, preprocessing=replace(known, low=-1.0, high=_WHITE), notes=(note, *notes))
