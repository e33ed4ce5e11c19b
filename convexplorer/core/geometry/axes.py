"""The spatial axes of what is convolved: what each is called, what its ends are called, and its unit."""

from convexplorer._dataclass import dataclass


@dataclass(frozen=True)
class Axis:
    """One spatial axis.

    Attributes
    ----------
    name : what is counted along it, in the plural.
    before, after : words for its first and its last end.
    unit : of `spacing`: "px", "s", "mm".
    spacing : distance of two neighbouring cells.
    """

    name: str
    before: str
    after: str
    unit: str = "px"
    spacing: float = 1.0

    def count(self, number: int) -> str:
        """Return a number of cells in words: "1 row", "512 rows"."""
        return f"{number} {self.name if number != 1 else self.name.removesuffix('s')}"


ROWS = Axis("rows", "top", "bottom")
COLUMNS = Axis("columns", "left", "right")
SLICES = Axis("slices", "front", "back")
SAMPLES = Axis("samples", "start", "end", "sample")

AXES: dict[int, tuple[Axis, ...]] = {1: (SAMPLES,), 2: (ROWS, COLUMNS), 3: (SLICES, ROWS, COLUMNS)}


def checked_rank(rank: int) -> int:
    """Return a number of spatial axes; raise ValueError if there are no words for so many."""
    if rank not in AXES:
        raise ValueError(f"rank must be 1, 2 or 3; got {rank}")
    return rank
