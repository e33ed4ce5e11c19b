"""Computing all layers, in order, with what is known from the last time, and keeping no more than is asked for."""

import time
from collections.abc import Collection
from dataclasses import replace

import numpy as np

from convexplorer import _threads
from convexplorer.core.layers import Layer
from convexplorer.core.layers.layer import Earlier
from convexplorer.core.network.evaluation import Evaluation, Magnitudes, Result, passed_on
from convexplorer.core.network.graph import IMAGE, Graph, Layers, as_graph, check_input_count
from convexplorer.core.network.library import Given, given_by_library


def evaluate(
    layers: Layers, image: np.ndarray, previous: Evaluation | None = None, keep: Collection[int] | None = None
) -> Evaluation:
    """Compute every layer's maps; a layer that fails gives an error instead, and so do those that depend on it.

    Parameters
    ----------
    layers : a sequence, in which every layer reads the one before, or a `Graph`.
    image : (channels, *spatial) float; must not be changed afterwards.
    previous : results are taken from here where layer and inputs are the same objects; of a convolution on the
        same input also the maps of filters that are still the same.
    keep : indices of the layers whose maps stay, None for all. Others are released as soon as no layer needs them
        any more, and not computed at all if `previous` has everything that is built on them.

    Examples
    --------
    >>> from convexplorer.core.layers import Conv
    >>> edges = Conv([[[[-1, 1]]]], activation="relu")
    >>> evaluate([edges], np.array([[[1.0, 3.0, 2.0]]]))[0]
    array([[[2., 0.]]])
    """
    run = _Run(as_graph(layers), image, previous, keep)
    for index in range(len(run.graph)):
        _threads.check()
        run.step(index)
    return Evaluation(image, run.graph, tuple(run.results))


class _Run:
    """One evaluation while it is being made.

    Attributes
    ----------
    results : of the layers until now. One that was reused may be released: its maps are computed when a layer asks.
    origins : for each result, the one of the previous evaluation that it is; None for new ones.
    readers : for each layer, the number of later layers that still have to read it.
    given : what another library has computed of this image; None if all is computed here.
    """

    def __init__(
        self, graph: Graph, image: np.ndarray, previous: Evaluation | None, keep: Collection[int] | None
    ) -> None:
        self.graph = graph
        self.image = image
        self.previous = previous
        self.keep = None if keep is None else frozenset(keep)
        for index in self.keep or ():
            graph.check_index(index)
        self.results: list[Result] = []
        self.origins: list[Result | None] = []
        self.readers = [] if keep is None else graph.readers()
        self.failed: dict[int, int] = {}
        # What is left to do for an image that was there before, as after an edit, is done at once.
        is_new = previous is None or previous.image is not image
        self.given = given_by_library(graph, image) if is_new and keep is None else None

    def step(self, index: int) -> None:
        """Add the result of the next layer, and release what it was the last to read."""
        sources = self.graph.inputs[index]
        failed = [self.failed[j] for j in sources if j in self.failed]
        known = None if failed else self._known(index)
        if failed:
            reason = f"not computed, because layer {min(failed) + 1} failed"
            result = Result(self.graph.layers[index], None, None, error=reason)
        else:
            result = known or self._computed(index)
        self.results.append(self._with_magnitudes(index, result))
        self.origins.append(known)
        if result.error:
            self.failed[index] = min(failed, default=index)
        if result.is_released and self._is_kept(index):
            self._maps(index)
        if self.keep is not None:
            read = set(sources) - {IMAGE}
            for j in read:
                self.readers[j] -= 1
            self._release({index, *read})

    def _known(self, index: int) -> Result | None:
        """Return the result that the same layer gave for the same inputs the last time."""
        if self.previous is None:
            return None
        layer, before = self.graph.layers[index], self.previous.layers
        if index < len(before) and before[index] is layer and self._has_same_inputs(index, index):
            return self.previous.results[index]
        # Inserting a layer into one branch moves those of the others to another place.
        for place, earlier in enumerate(before):
            if earlier is layer and self._has_same_inputs(index, place):
                return self.previous.results[place]
        return None

    def _has_same_inputs(self, index: int, place: int) -> bool:
        """Return whether a layer reads the same objects as the one in this place of the previous evaluation."""
        assert self.previous is not None
        sources, before = self.graph.inputs[index], self.previous.graph.inputs[place]
        return len(sources) == len(before) and all(map(self._is_same, sources, before))

    def _is_same(self, source: int, before: int) -> bool:
        assert self.previous is not None
        if source != IMAGE and before != IMAGE and self.origins[source] is self.previous.results[before]:
            return True
        maps = self.image if source == IMAGE else self.results[source].maps
        return maps is not None and maps is self.previous.maps_of(before)

    def _computed(self, index: int) -> Result:
        """Compute a layer, unless a library has."""
        layer = self.graph.layers[index]
        if self.given is not None and index in self.given.maps:
            return _result_of(self.given, index, layer)
        start = time.perf_counter()
        try:
            check_input_count(layer, len(self.graph.inputs[index]))
            xs = [self._maps(j) for j in self.graph.inputs[index]]
            linear, maps = layer.run(xs, self._earlier(index))
        # Whatever a layer raises belongs to that layer: it becomes a value that the window shows beside it.
        except Exception as failure:
            return Result(layer, None, None, time.perf_counter() - start, str(failure) or type(failure).__name__)
        for array in (maps, linear):
            if not any(array is x for x in xs):
                array.setflags(write=False)
        return Result(layer, maps, linear, time.perf_counter() - start, shape=maps.shape)

    def _earlier(self, index: int) -> Earlier | None:
        """Return what the layer in this place gave for the same inputs."""
        if self.previous is None or index >= len(self.previous) or not self._has_same_inputs(index, index):
            return None
        result = self.previous.results[index]
        if result.linear is None or result.maps is None:
            return None
        return Earlier(result.layer, result.linear, result.maps)

    def _maps(self, index: int) -> np.ndarray:
        """Return a layer's maps, computing them if they were released in the previous evaluation."""
        if index == IMAGE:
            return self.image
        result = self.results[index]
        if result.is_released:
            computed = self._computed(index)
            if computed.maps is None:
                raise ValueError(computed.error)
            result = replace(computed, seconds=result.seconds, magnitudes=result.magnitudes)
            self.results[index] = result
            self._release(set(self.graph.inputs[index]) - {IMAGE})
        assert result.maps is not None  # a layer that failed is never asked
        return result.maps

    def _is_kept(self, index: int) -> bool:
        return self.keep is None or index in self.keep

    def _release(self, indices: set[int]) -> None:
        """Let go of maps that are neither to be kept nor to be read again."""
        if self.keep is None:
            return
        for j in indices:
            if not self.readers[j] and not self._is_kept(j) and self.results[j].maps is not None:
                self.results[j] = replace(self.results[j], maps=None, linear=None, is_released=True)

    def _with_magnitudes(self, index: int, result: Result) -> Result:
        """Return the result with its magnitudes noted, where the inputs may be gone when they are asked for."""
        if self.keep is None or result.maps is None or result.magnitudes is not None:
            return result
        sources = self.graph.inputs[index]
        found = result.layer.magnitudes(*map(self._maps, sources))
        if found is None:
            below: list[Magnitudes] = []
            for j in sources:
                noted = None if j == IMAGE else self.results[j].magnitudes
                below.append(noted or (0.0,) * (len(self.image) if j == IMAGE else len(self._maps(j))))
            found = passed_on(below, len(result.maps))
        return replace(result, magnitudes=found)


def _result_of(given: Given, index: int, layer: Layer) -> Result:
    """Return what a library gives of a layer: activated maps, so that sums are known only where they are the maps."""
    maps = given.maps[index]
    maps.setflags(write=False)
    linear = None if layer.is_summing and not layer.activation.is_linear else maps
    return Result(layer, maps, linear, given.seconds[index], shape=maps.shape, library=given.label)
