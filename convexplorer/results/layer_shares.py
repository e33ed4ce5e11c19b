"""Where the parameters, multiply-adds, time and zeros of a network are: shares of its layers, in words too."""

from collections.abc import Callable, Sequence

from convexplorer._dataclass import dataclass
from convexplorer.results.picture import LayerReport
from convexplorer.words import percent

Reports = Sequence[LayerReport]


@dataclass(frozen=True)
class Measure:
    """Something of which each layer has a part.

    Attributes
    ----------
    label : its name in menus.
    tip : what is counted, in one sentence.
    words : what stands behind the share: "of all parameters".
    amount : of one layer or of several that stand together; None if it is not known.
    is_of_total : True if the share is that of all layers; else the amount is a share itself.
    """

    label: str
    tip: str
    words: str
    amount: Callable[[Reports], float | None]
    is_of_total: bool = True


@dataclass(frozen=True)
class Share:
    """What one card shows of a measure: the length of its bar, 0…1, the longest bar being 1, and the share in words."""

    length: float
    text: str


def _zeros(reports: Reports) -> float | None:
    return reports[-1].zeros  # of what comes out


MEASURES: dict[str, Measure] = {
    "parameters": Measure(
        "Parameters",
        "Where the parameters are; the longest bar is that of the layer with the most.",
        "of all parameters",
        lambda reports: sum(one.parameters for one in reports),
    ),
    "multiply-adds": Measure(
        "Multiply-adds",
        "Where the products of one picture are; the longest bar is that of the layer with the most.",
        "of all multiply-adds",
        lambda reports: sum(one.multiply_adds for one in reports),
    ),
    "time": Measure(
        "Time",
        "Where the time of the last picture went; the longest bar is that of the slowest layer.",
        "of the time",
        lambda reports: sum(one.seconds for one in reports),
    ),
    "zeros": Measure(
        "Zeros",
        "How many of the values that each layer gives are exactly 0; a full bar means all.",
        "of its values are 0",
        _zeros,
        is_of_total=False,
    ),
}


def shares(parts: Sequence[Reports], measure: str) -> tuple[Share | None, ...]:
    """Return the share of each part of a network in a measure; None where it is not known.

    Parameters
    ----------
    parts : the reports of the layers that stand together, all parts of the network in all.
    measure : key of `MEASURES`.
    """
    row = MEASURES[measure]
    amounts = [row.amount(part) if part else None for part in parts]
    known = [amount for amount in amounts if amount is not None]
    total, largest = (sum(known), max(known, default=0.0)) if row.is_of_total else (1.0, 1.0)
    return tuple(
        None if amount is None or not total else Share(amount / largest, f"{percent(amount / total)} {row.words}")
        for amount in amounts
    )
