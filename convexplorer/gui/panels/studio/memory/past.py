"""What each kernel has been, from one step of Undo to the next."""

from collections.abc import Hashable, Sequence

from convexplorer.kernels.filter import Filter

MOST = 60  # of one kernel


class Past:
    """The states of kernels, each by its place; a state that Undo brings back is found among them again."""

    def __init__(self) -> None:
        self._states: dict[Hashable, list[Filter]] = {}
        self._steps: dict[Hashable, object] = {}
        self._current: dict[Hashable, int] = {}

    def note(self, place: Hashable, one: Filter, step: object) -> None:
        """Note a state.

        Parameters
        ----------
        step : what Undo would bring back. As long as that is the same, a hand is dragging: states give way to the next.
        """
        states = self._states.setdefault(place, [])
        known = next((i for i, other in enumerate(states) if other is one), None)
        if known is not None:
            self._current[place] = known
            return
        if len(states) > 1 and self._steps.get(place) is step:
            states[-1] = one
        else:
            states.append(one)
            del states[:-MOST]
        self._steps[place] = step
        self._current[place] = len(states) - 1

    def states(self, place: Hashable) -> Sequence[Filter]:
        """Return the states of a kernel, the oldest first."""
        return tuple(self._states.get(place, ()))

    def current(self, place: Hashable) -> int:
        """Return the index of the state of now; −1 without one."""
        return self._current.get(place, -1)
