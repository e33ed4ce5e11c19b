"""What to say when frames come faster than they can be shown: what one of them costs, and what would make it cheaper.

Decisions on numbers, without the window that says them; `docs/decisions/072-when-frames-cannot-be-kept.md` has the
reasons.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from convexplorer.live.meter import Meter
from convexplorer.model.view import Mode
from convexplorer.results.glance import Glance
from convexplorer.results.picture import Picture

Step = Literal["enlarge", "half-size", "small-input"]  # each is also a command of this name

ENOUGH_HZ = 20.0  # so many frames a second look like motion, whatever the source offers
KEPT = 0.7  # share of the offered frames from which on they count as kept
PATIENCE_S = 4.0
SPAN_S = 2.0
BUSY_SHARE = 0.6  # of one core; a program that gets its share of the processor and keeps no frames uses more
LEAST_SHARE = 0.1  # of the time of a frame, from which on a cost is told
MOST_COSTS = 3
SMALL = (240, 320)  # rows and columns that a network of many layers is computed at instead
MANY_LAYERS = 4  # from which on the layers cost more than what is drawn of them
SMALLEST_SIDE = 128  # of a frame, in pixels; at half size less is a thumbnail
_DRAWING: dict[Mode, str] = {
    "channels": "to draw the equation",
    "compare": "to draw the comparison",
    "network": "to draw all layers",
}


@dataclass(frozen=True)
class Shortfall:
    """So many frames a second reach the screen, of so many that the source offers.

    Attributes
    ----------
    processor_share : seconds of processor time that the program used in a second, all threads together.
    """

    shown_hz: float
    offered_hz: float
    processor_share: float = 1.0

    @property
    def is_starved(self) -> bool:
        """True if the program waits: some thread of one that cannot keep up would use a core by itself."""
        return self.processor_share < BUSY_SHARE


@dataclass(frozen=True)
class Cost:
    """What a part of the work takes for one frame; `what` follows a time, as "in conv2d" or "to draw 8 maps"."""

    what: str
    seconds: float


class Keeping:
    """Tells whether frames are kept; it takes seconds to doubt it, and one good moment to believe it again.

    Parameters
    ----------
    clock : monotonic seconds from any origin; a parameter, so that tests control the time.
    processor : seconds of processor time that the program has used, likewise.
    """

    def __init__(
        self, clock: Callable[[], float] = time.perf_counter, processor: Callable[[], float] = time.process_time
    ) -> None:
        self._clock, self._processor = clock, processor
        self._used_s = 0.0  # of the processor when the doubt began
        self._meter = Meter(clock, span_s=SPAN_S)
        self._since_s: float | None = None

    def note_frame(self) -> None:
        """Record that a frame reached the window."""
        self._meter.tick()

    def reset(self) -> None:
        """Begin anew, as after a pause or an edit, which costs frames too."""
        self._meter.reset()
        self._since_s = None

    def shortfall(self, offered_hz: float) -> Shortfall | None:
        """Return what is missing, if frames have not been kept for `PATIENCE_S`; to be asked a few times a second."""
        now_s, shown_hz = self._clock(), self._meter.rate_hz
        if shown_hz >= min(ENOUGH_HZ, KEPT * offered_hz):
            self._since_s = None
            return None
        if self._since_s is None:
            self._since_s, self._used_s = now_s, self._processor()
        doubted_s = now_s - self._since_s
        if doubted_s < PATIENCE_S:
            return None
        return Shortfall(shown_hz, offered_hz, (self._processor() - self._used_s) / doubted_s)


def costs_of(picture: Picture, glance: Glance | None, missing: Shortfall) -> tuple[Cost, ...]:
    """Return what one frame costs, the largest part first.

    The times of layers and of drawing are those of a clock: while other programs have the processor they say nothing of
    the work, and only how much of it this program did is told.

    Parameters
    ----------
    picture : the newest one with numbers, of which the parts are known.
    glance : what is shown of each frame, if it is that.
    missing : the rate at which frames reach the window; what its period holds beyond the computation is the window's.
    """
    period_s = 1 / missing.shown_hz if missing.shown_hz > 0 else 0.0
    if missing.is_starved:
        work_s = missing.processor_share * period_s
        return Cost("of waiting for other programs", period_s - work_s), Cost("of work in this one", work_s)
    if glance is not None:
        count = len(maps_in_sight(glance))
        drawn = "all layers" if glance.overview is not None else "the scores" if glance.scores else _maps(count)
        costs = [Cost(f"to compute and draw {drawn}", glance.seconds)]
        made_s = glance.seconds
    else:
        reports = zip(picture.project.layers, picture.layers, strict=False)
        costs = [Cost(f"in {layer.title}", report.seconds) for layer, report in reports]
        drawing = _DRAWING.get(picture.view.mode, f"to draw {_maps(len(picture.tiles))}")
        costs.append(Cost(drawing, max(0.0, picture.total_seconds - picture.seconds)))
        made_s = picture.total_seconds
    costs.append(Cost("for the window and other programs", max(0.0, period_s - made_s)))
    return tuple(sorted(costs, key=lambda cost: -cost.seconds))


def steps_for(picture: Picture, glance: Glance | None) -> tuple[Step, ...]:
    """Return the commands that would make a frame cheaper, the mildest first."""
    steps: list[Step] = []
    is_bank = picture.view.mode == "bank"
    # Full pictures draw all maps, whatever is in sight.
    if glance is not None and is_bank and len(maps_in_sight(glance)) > 1:
        steps.append("enlarge")
    frame = picture.frame if glance is None else glance.job.frame
    if frame.pixels is not None and picture.view.input_reduction == 1 and min(frame.spatial) >= SMALLEST_SIDE:
        steps.append("half-size")
    project = picture.project
    has_own_size = project.preprocessing is not None and project.preprocessing.size is not None
    is_large = len(frame.spatial) == 2 and frame.spatial[0] * frame.spatial[1] > SMALL[0] * SMALL[1]
    if len(project.layers) >= MANY_LAYERS and is_large and not has_own_size:
        steps.append("small-input")
    return tuple(steps)


def sentence_of(shortfall: Shortfall, costs: Iterable[Cost]) -> str:
    """Say what is missing and what a frame costs: "8 of 30 frames a second are shown: each takes 95 ms in conv2d."."""
    shown, offered = round(shortfall.shown_hz), round(shortfall.offered_hz)
    number = "Less than 1" if shown < 1 else str(shown)
    said = f"{number} of {offered} frames a second {'is' if shown <= 1 else 'are'} shown"
    costs = tuple(costs)
    whole_s = sum(cost.seconds for cost in costs)
    told = [cost for cost in costs if cost.seconds > 0 and cost.seconds >= LEAST_SHARE * whole_s][:MOST_COSTS]
    if not told:
        return f"{said}."
    parts = [f"{cost.seconds * 1e3:.0f} ms {cost.what}" for cost in told]
    listed = " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))
    return f"{said}: each takes {listed}."


def maps_in_sight(glance: Glance) -> tuple[int, ...]:
    """Return the indices of the maps that a glance shows."""
    return tuple(i for i, sight in enumerate(glance.maps) if sight is not None)


def _maps(count: int) -> str:
    return f"{count} map{'' if count == 1 else 's'}"
