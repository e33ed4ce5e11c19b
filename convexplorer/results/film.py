"""The sliding window as a film: its current output as a function of the elapsed time.

Values without a clock and without Qt: the caller passes the time.
"""

from dataclasses import field, replace

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.places import Cell, Region

RATES_HZ = (1, 2, 5, 10, 25, 50, 100, 250, 1000)
FIRST_RATE_HZ = 10
# Outputs of the film that is offered first: a minute at the first rate. All of 512 × 512 would take seven hours.
MOST_AT_FIRST = 600


@dataclass(frozen=True)
class Film:
    """The state of the film: its region, rate, and current position.

    Attributes
    ----------
    region : the outputs that the film visits, in raster order.
    rate_hz : outputs per second.
    is_looping : True to restart at the end; otherwise the film stops on the last output.
    start : the position at the time `began_s`.
    began_s : the time of the last start, on the caller's clock; None while paused.
    """

    region: Region = field(default_factory=lambda: Region.of((1, 1)))
    rate_hz: float = FIRST_RATE_HZ
    is_looping: bool = True
    start: int = 0
    began_s: float | None = None

    @property
    def is_playing(self) -> bool:
        """True while the film is playing."""
        return self.began_s is not None

    @property
    def last(self) -> int:
        """The position of the last output."""
        return max(self.region.count - 1, 0)

    def position(self, now_s: float) -> int:
        """Return the position at the time `now_s`."""
        if self.began_s is None:
            return min(self.start, self.last)
        # The clock's rounding error must not add or lose an output.
        steps = int((now_s - self.began_s) * self.rate_hz + 1e-6)
        position = self.start + max(steps, 0)
        return position % (self.last + 1) if self.is_looping else min(position, self.last)

    def cell(self, now_s: float) -> Cell:
        """Return the output of the window at the time `now_s`."""
        return self.region.cell(self.position(now_s))

    def is_over(self, now_s: float) -> bool:
        """Return True if the film has reached its end and does not loop."""
        return self.is_playing and not self.is_looping and self.position(now_s) == self.last

    def played(self, now_s: float) -> "Film":
        """Return a copy that plays from the current position, or from the start if at the end."""
        position = self.position(now_s)
        is_ended = position == self.last and not self.is_looping
        return replace(self, start=0 if is_ended else position, began_s=now_s)

    def paused(self, now_s: float) -> "Film":
        """Return a copy paused at the current position."""
        return replace(self, start=self.position(now_s), began_s=None)

    def stepped(self, by: int, now_s: float) -> "Film":
        """Return a copy paused `by` outputs further on (negative: back)."""
        position = self.position(now_s) + by
        return replace(
            self,
            start=position % (self.last + 1) if self.is_looping else min(max(position, 0), self.last),
            began_s=None,
        )

    def sought(self, position: int, now_s: float) -> "Film":
        """Return a copy at another position; a playing film continues from there."""
        start = min(max(position, 0), self.last)
        return replace(self, start=start, began_s=now_s if self.is_playing else None)

    def with_rate(self, rate_hz: float, now_s: float) -> "Film":
        """Return a copy with another rate, at the current position."""
        return replace(self._resting(now_s), rate_hz=rate_hz)

    def with_loop(self, is_looping: bool, now_s: float) -> "Film":
        """Return a copy with looping on or off, at the current position."""
        return replace(self._resting(now_s), is_looping=is_looping)

    def in_region(self, region: Region, now_s: float) -> "Film":
        """Return a copy with another region, at the current output or the nearest one in the region.

        A film at its beginning stays there: a larger region is seen from its first output on.
        """
        if region == self.region:
            return self
        position = self.position(now_s)
        start = region.position(self.region.cell(position)) if position else 0
        return replace(self, region=region, start=start, began_s=now_s if self.is_playing else None)

    def _resting(self, now_s: float) -> "Film":
        """Return a copy paused, with the current position as its start."""
        return self.sought(self.position(now_s), now_s)


# Seconds of one sweep across the map, and the number of sweeps from the top to the bottom.
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
