"""What part of the image the outputs of a layer see, followed from layer to layer without computing anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from convexplorer.core.geometry.windows import WindowFrame

Number = int | Fraction


@dataclass(frozen=True)
class Field:
    """What part of the image an output cell sees, per axis.

    Output cell `i` sees image cells from `start + jump * i` to `start + jump * i + size - 1`.

    Behind a transposed convolution or an upsampling the jump is a fraction, and these two limits are, too: what is
    seen are whole cells between them. Then neighbouring outputs see a different number of cells, and the limits hold
    them all. Fractions are exact (`fractions.Fraction`), whole numbers are `int`.

    Attributes
    ----------
    size : how many cells, from the first to the last.
    jump : how far apart the fields of neighbouring outputs lie; 0 where every output sees the same.
    start : first cell of output 0's field; negative where it begins in the padding.
    """

    size: tuple[Number, ...]
    jump: tuple[Number, ...]
    start: tuple[Number, ...]

    @property
    def rank(self) -> int:
        """Number of spatial axes of the image."""
        return len(self.size)

    def through_windows(self, frame: WindowFrame) -> "Field":
        """Return the field after windows that look at cells with this field."""
        return self.through_steps(
            [covered - 1 for covered in frame.spans],
            frame.strides,
            [-before for before, _ in frame.amounts],
        )

    def through_transposed(self, frame: WindowFrame) -> "Field":
        """Return the field after a transposed convolution; `frame` is that of the convolution it is the adjoint of.

        Its output `p` gets what input `i` spreads if `0 <= p + before - i * stride <= span - 1`.
        """
        strides = [Fraction(1, stride) for stride in frame.strides]
        return self.through_steps(
            [(covered - 1) * step for covered, step in zip(frame.spans, strides, strict=True)],
            strides,
            [
                (before - covered + 1) * step
                for (before, _), covered, step in zip(frame.amounts, frame.spans, strides, strict=True)
            ],
        )

    def of_all(self, spatial: Sequence[int] | None) -> "Field":
        """Return the field of what sees all cells of a map of this size; raise ValueError if it is not known."""
        if spatial is None:
            raise ValueError("input_shape must be given for layers that see all of their input; got None")
        reach = [(n - 1) * jump for n, jump in zip(spatial, self.jump, strict=True)]
        return Field(
            tuple(_whole(size + more) for size, more in zip(self.size, reach, strict=True)),
            (0,) * self.rank,
            self.start,
        )

    def through_steps(self, reach: Sequence[Number], steps: Sequence[Number], first: Sequence[Number]) -> "Field":
        """Return the field of cells that see this layer's cells `step * i + first` and `reach` more."""
        axes = range(self.rank)
        return Field(
            tuple(_whole(self.size[a] + reach[a] * self.jump[a]) for a in axes),
            tuple(_whole(self.jump[a] * steps[a]) for a in axes),
            tuple(_whole(self.start[a] + first[a] * self.jump[a]) for a in axes),
        )


def hull_of(fields: Sequence[Field], spatial: Sequence[int] | None) -> Field:
    """Return the smallest field that holds several, as of the maps that a layer joins.

    Parameters
    ----------
    spatial : sizes of these maps. Where the fields have different jumps, their hull depends on it.

    Raises
    ------
    ValueError : the jumps differ, and the sizes are not known.
    """
    first = fields[0]
    if all(field == first for field in fields):
        return first
    if spatial is None and any(field.jump != first.jump for field in fields):
        raise ValueError("input_shape must be given where joined branches have different strides; got None")
    jump, start, stop = first.jump, [], []
    for axis in range(first.rank):
        last = spatial[axis] - 1 if spatial is not None and axis < len(spatial) else 0
        # The distance from a field to the first grows or falls along the axis: its ends hold all between them.
        drifts = [(field, (field.jump[axis] - jump[axis]) * i) for field in fields for i in (0, last)]
        start.append(_whole(min(field.start[axis] + drift for field, drift in drifts)))
        stop.append(_whole(max(field.start[axis] + drift + field.size[axis] for field, drift in drifts)))
    return Field(tuple(_whole(b - a) for a, b in zip(start, stop, strict=True)), jump, tuple(start))


def large_input(strides: int | Sequence[int], rank: int) -> tuple[int, ...]:
    """Return an input size that strides divide and windows fit easily, for fields of an input of unknown size."""
    steps = (strides,) * rank if isinstance(strides, int) else strides
    return tuple(stride << 20 for stride in steps)


def _whole(number: Number) -> Number:
    return int(number) if number == int(number) else number
