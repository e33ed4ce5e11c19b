"""The sliding window as a film: which output it stands on, as a function of the time that has gone by.

Values without a clock and without Qt: who shows the film says what time it is.
"""

from dataclasses import dataclass, field, replace

from convexplorer.core.geometry.places import Cell, Region

RATES_HZ = (1, 2, 5, 10, 25, 50, 100, 250, 1000)
FIRST_RATE_HZ = 10


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

    region: Region = field(default_factory=lambda: Region.of((1, 1)))
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


def ghost_cell(elapsed_s: float, spatial: Cell) -> Cell:
    """Return the output of a map of this size on which an idle window stands that sweeps over all of it.

    It crosses the last axis, on another row in every turn; along further axes it stays in the middle.
    """
    turn, share = divmod(max(elapsed_s, 0.0) / _CROSSING_S, 1.0)
    row = (int(turn) % _ROWS + 0.5) / _ROWS
    shares = (*(0.5,) * (len(spatial) - 2), *(row, share)[-len(spatial) :])
    return tuple(min(int(part * n), n - 1) for part, n in zip(shares, spatial, strict=True))
