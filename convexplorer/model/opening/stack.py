"""The layers of a network while its file is read: each under a name of its own, with the layers it reads."""

from collections.abc import Sequence
from dataclasses import replace

from convexplorer.formats.errors import NetworkFileError
from convexplorer.model.layer import Layer
from convexplorer.model.project import INPUT
from convexplorer.words import NAME_LIMIT, plain

# Networks have some hundred layers; a file of a few bytes can name as many as it likes, each nested in another.
MAX_LAYERS = 10_000


class Stack:
    """Layers in the order in which they were added, and sentences about what is not as in the file."""

    def __init__(self) -> None:
        self._layers: list[Layer] = []
        self._names = {INPUT: 1}  # with the number that the last layer of this name has got
        self._notes: dict[str, None] = {}

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers, each after those that it reads."""
        return tuple(self._layers)

    @property
    def notes(self) -> tuple[str, ...]:
        """The sentences, each once."""
        return tuple(self._notes)

    def add(self, layer: Layer, name: str, inputs: Sequence[str]) -> str:
        """Append a layer and return its id: the name in the file, with a number if it is taken.

        Parameters
        ----------
        inputs : ids of the layers that it reads, or `INPUT`; the layer before is left out, as in a project made by
            hand: what is put between them is read as well.
        """
        if len(self._layers) >= MAX_LAYERS:
            raise NetworkFileError(f"the network has more than {MAX_LAYERS} layers")
        layer_id = self._free(plain(name, NAME_LIMIT) or layer.kind)
        before = self._layers[-1].id if self._layers else INPUT
        read = () if tuple(inputs) == (before,) else tuple(inputs)
        self._layers.append(replace(layer, id=layer_id, inputs=read))
        return layer_id

    def note(self, sentence: str) -> None:
        """Keep a sentence for the user."""
        self._notes[sentence] = None

    def _free(self, name: str) -> str:
        number, found = self._names.get(name, 0), name
        while found in self._names:
            number += 1
            found = f"{name}_{number}"
        self._names[name] = max(number, 1)
        self._names[found] = self._names.get(found, 1)
        return found
