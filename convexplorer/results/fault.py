"""What is the matter with a map that says nothing, or nothing of its own, in words."""

from collections import Counter
from collections.abc import Iterable
from typing import Literal

from convexplorer._dataclass import dataclass

Kind = Literal["dead", "constant", "saturated", "duplicate"]

_PLURALS: dict[Kind, tuple[str, str]] = {
    "dead": ("dead", "dead"),
    "constant": ("constant", "constant"),
    "saturated": ("saturated", "saturated"),
    "duplicate": ("duplicate", "duplicates"),
}


@dataclass(frozen=True)
class Fault:
    """Why a map is not worth its computation, on one picture.

    Attributes
    ----------
    badges : what its tile says, longer and shorter.
    sentence : how that was judged, with its numbers.
    twin : index of the map that a duplicate is like; −1 for the others.
    factor : that the twin times gives a duplicate.
    """

    kind: Kind
    badges: tuple[str, ...]
    sentence: str
    twin: int = -1
    factor: float = 1.0


def count_text(faults: Iterable[Fault | None]) -> str:
    """Return how many maps have which fault: "3 dead, 2 duplicates"; "" if none has one.

    Examples
    --------
    >>> count_text([Fault("dead", (), ""), None, Fault("duplicate", (), ""), Fault("dead", (), "")])
    '2 dead, 1 duplicate'
    """
    counts = Counter(fault.kind for fault in faults if fault is not None)
    return ", ".join(f"{counts[kind]} {_PLURALS[kind][counts[kind] > 1]}" for kind in _PLURALS if counts[kind])
