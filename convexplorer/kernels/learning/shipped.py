"""The learned banks that come with the program, as presets of the group “Learned”."""

from convexplorer._dataclass import dataclass
from convexplorer.kernels.filter import Filter
from convexplorer.kernels.presets import groups, make_filter

GROUP = "Learned"


@dataclass(frozen=True)
class ShippedBank:
    """A bank that `python -m tests.kernels.learning.make_banks` has learned of the sample pictures.

    Attributes
    ----------
    label : for the user.
    method : key of `METHODS`.
    pictures : names of the sample pictures.
    is_grey : True if it was learned of the mean of the channels, with one plane for all of them.
    learned, count : so many filters were learned, and so many kept: those that stand for most of the patches.
    size : rows and columns.
    """

    label: str
    method: str
    pictures: tuple[str, ...]
    is_grey: bool
    learned: int
    count: int
    size: int


_PHOTOGRAPHS = ("astronaut", "cat", "coffee", "camera", "brick", "coins")
# The names of a bank's presets begin with its key.
SHIPPED: dict[str, ShippedBank] = {
    "learned-kmeans": ShippedBank("k-means in colour", "whitened-kmeans", _PHOTOGRAPHS[:3], False, 24, 16, 9),
    "learned-ica": ShippedBank("independent components", "ica", _PHOTOGRAPHS, True, 32, 16, 9),
    "learned-sparse": ShippedBank("sparse coding", "sparse", _PHOTOGRAPHS, True, 32, 16, 9),
}


def shipped_bank(key: str) -> tuple[Filter, ...]:
    """Return a learned bank of `SHIPPED` as filters.

    Examples
    --------
    >>> [one.name for one in shipped_bank("learned-ica")][:2]
    ['learned-ica-1', 'learned-ica-2']
    """
    if key not in SHIPPED:
        raise ValueError(f"key must be one of {', '.join(SHIPPED)}; got {key!r}")
    return tuple(make_filter(one.name) for one in groups()[GROUP] if one.name.rpartition("-")[0] == key)
