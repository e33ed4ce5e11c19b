"""The sliding window as a film: which output it stands on, as a function of the time that has gone by.

Values without a clock and without Qt: who shows the film says what time it is.
"""

from dataclasses import dataclass, replace

RATES_HZ = (1, 2, 5, 10, 25, 50, 100, 250, 1000)
FIRST_RATE_HZ = 10

Cell = tuple[int, int]


@dataclass(frozen=True)
class Region:
    """Some rows and columns of a map: from the first to before the stop, of each."""

    first_row: int
    first_column: int
    stop_row: int
    stop_column: int

    @staticmethod
    def of(shape: Cell) -> "Region":
        """Return the region of a whole map of (rows, columns)."""
        return Region(0, 0, *shape)

    @property
    def columns(self) -> int:
        """How many outputs a row has."""
        return max(self.stop_column - self.first_column, 0)

    @property
    def count(self) -> int:
        """How many outputs there are."""
        return max(self.stop_row - self.first_row, 0) * self.columns

    def within(self, shape: Cell) -> "Region":
        """Return the part that lies in a map of (rows, columns); the whole map if that is none."""
        rows, columns = shape
        part = Region(
            max(self.first_row, 0),
            max(self.first_column, 0),
            min(self.stop_row, rows),
            min(self.stop_column, columns),
        )
        return part if part.count else Region.of(shape)

    def cell(self, position: int) -> Cell:
        """Return the (row, column) of a position in raster order."""
        row, column = divmod(position, max(self.columns, 1))
        return self.first_row + row, self.first_column + column

    def position(self, cell: Cell) -> int:
        """Return the position of a (row, column), or of the nearest in the region."""
        row = min(max(cell[0], self.first_row), self.stop_row - 1)
        column = min(max(cell[1], self.first_column), self.stop_column - 1)
        return (row - self.first_row) * self.columns + column - self.first_column


@dataclass(frozen=True)
class Film:
    """Where the film stands, and how it goes on from there.

    Attributes
    ----------
    region : the outputs that it visits, in raster order.
    rate_hz : outputs a second.
    is_looping : begin again at the end; otherwise it stops on the last output.
    start : the position at `began_s`.
    began_s : when it began to run, by the clock of who shows it; None while it stands still.
    """

    region: Region = Region(0, 0, 1, 1)
    rate_hz: float = FIRST_RATE_HZ
    is_looping: bool = True
    start: int = 0
    began_s: float | None = None

    @property
    def is_playing(self) -> bool:
        """Whether it runs."""
        return self.began_s is not None

    @property
    def last(self) -> int:
        """The position of the last output."""
        return max(self.region.count - 1, 0)

    def position(self, now_s: float) -> int:
        """Return the position at a time."""
        if self.began_s is None:
            return min(self.start, self.last)
        # A clock's rounding is no output more or less.
        steps = int((now_s - self.began_s) * self.rate_hz + 1e-6)
        position = self.start + max(steps, 0)
        return position % (self.last + 1) if self.is_looping else min(position, self.last)

    def cell(self, now_s: float) -> Cell:
        """Return the output on which the window stands at a time."""
        return self.region.cell(self.position(now_s))

    def is_over(self, now_s: float) -> bool:
        """Tell whether it has come to its end, where it does not begin again."""
        return self.is_playing and not self.is_looping and self.position(now_s) == self.last

    def played(self, now_s: float) -> "Film":
        """Return it running from where it stands; from the beginning, if it stands at its end."""
        position = self.position(now_s)
        is_ended = position == self.last and not self.is_looping
        return replace(self, start=0 if is_ended else position, began_s=now_s)

    def paused(self, now_s: float) -> "Film":
        """Return it standing still where it is."""
        return replace(self, start=self.position(now_s), began_s=None)

    def stepped(self, by: int, now_s: float) -> "Film":
        """Return it standing still some outputs further, or back if negative."""
        position = self.position(now_s) + by
        return replace(
            self,
            start=position % (self.last + 1) if self.is_looping else min(max(position, 0), self.last),
            began_s=None,
        )

    def sought(self, position: int, now_s: float) -> "Film":
        """Return it at another position, running on if it ran."""
        start = min(max(position, 0), self.last)
        return replace(self, start=start, began_s=now_s if self.is_playing else None)

    def with_rate(self, rate_hz: float, now_s: float) -> "Film":
        """Return it faster or slower, from where it stands."""
        return replace(self._resting(now_s), rate_hz=rate_hz)

    def with_loop(self, is_looping: bool, now_s: float) -> "Film":
        """Return it with or without beginning again, from where it stands."""
        return replace(self._resting(now_s), is_looping=is_looping)

    def in_region(self, region: Region, now_s: float) -> "Film":
        """Return it in another region, on the output where it stands or the nearest one there."""
        if region == self.region:
            return self
        start = region.position(self.cell(now_s))
        return replace(self, region=region, start=start, began_s=now_s if self.is_playing else None)

    def _resting(self, now_s: float) -> "Film":
        """Return it with its present position as the start."""
        return self.sought(self.position(now_s), now_s)


# The ghost crosses the map in so many seconds, and as many rows later in so many turns.
_CROSSING_S = 4.0
_ROWS = 7


def ghost_cell(elapsed_s: float, shape: Cell) -> Cell:
    """Return the output of a map of (rows, columns) on which an idle window stands that sweeps over all of it."""
    rows, columns = shape
    turn, share = divmod(max(elapsed_s, 0.0) / _CROSSING_S, 1.0)
    row = (int(turn) % _ROWS + 0.5) / _ROWS
    return min(int(row * rows), rows - 1), min(int(share * columns), columns - 1)
