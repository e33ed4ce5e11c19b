"""Receptive fields, followed from layer to layer without computing maps."""

from collections.abc import Sequence
from dataclasses import field
from fractions import Fraction

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.windows import WindowFrame

Number = int | Fraction


@dataclass(frozen=True)
class Field:
    """The receptive field of a layer's outputs, per axis of the image.

    Output cell `i` depends on image cells from `start + jump * i` to `start + jump * i + size - 1`.

    After a transposed convolution or an upsampling, the jump is a fraction, and so may be these two limits: the output
    depends on the whole cells between them. Neighbouring outputs may then depend on different numbers of cells; the
    limits contain all of them, and may lie further apart than any output sees: `core.field_size` counts the cells.
    Fractions are exact (`fractions.Fraction`), whole numbers are `int`.

    Attributes
    ----------
    size : number of cells from the first to the last.
    jump : distance between the fields of neighbouring outputs; 0 if all outputs depend on the same cells.
    start : first cell of output 0's field; negative if the field begins in the padding.
    is_regular : every output depends on exactly `size` cells, as behind windows; False where that is only a limit.
    """

    size: tuple[Number, ...]
    jump: tuple[Number, ...]
    start: tuple[Number, ...]
    is_regular: bool = field(default=True, repr=False, compare=False)

    @property
    def rank(self) -> int:
        """Number of spatial axes of the image."""
        return len(self.size)

    def through_windows(self, frame: WindowFrame) -> "Field":
        """Return the field of outputs whose windows read cells with this field."""
        return self.through_steps(
            [covered - 1 for covered in frame.spans],
            frame.strides,
            [-before for before, _ in frame.amounts],
        )

    def through_transposed(self, frame: WindowFrame) -> "Field":
        """Return the field after a transposed convolution of cells with this field.

        Output `p` depends on input `i` if `0 <= p + before - i * stride <= span - 1`.

        Parameters
        ----------
        frame : the window geometry of the convolution whose adjoint the transposed convolution is.
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
        """Return the field of an output that depends on all cells of a map.

        Parameters
        ----------
        spatial : size of the map, () for values without places; None, if unknown, raises ValueError.
        """
        if spatial is None:
            raise ValueError("input_shape must be given for layers that see all of their input; got None")
        if not spatial:  # values without places see all of the image already
            return self
        reach = [(n - 1) * jump for n, jump in zip(spatial, self.jump, strict=True)]
        return Field(
            tuple(_whole(size + more) for size, more in zip(self.size, reach, strict=True)),
            (0,) * self.rank,
            self.start,
            self.is_regular,
        )

    def through_steps(self, reach: Sequence[Number], steps: Sequence[Number], first: Sequence[Number]) -> "Field":
        """Return the field of outputs `i` that depend on cells `step * i + first` and the next `reach` cells."""
        axes = range(self.rank)
        is_whole = all(isinstance(number, int) for number in (*reach, *steps, *first))
        return Field(
            tuple(_whole(self.size[a] + reach[a] * self.jump[a]) for a in axes),
            tuple(_whole(self.jump[a] * steps[a]) for a in axes),
            tuple(_whole(self.start[a] + first[a] * self.jump[a]) for a in axes),
            self.is_regular and is_whole,
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
    if all(field == first and field.is_regular for field in fields):
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
    is_regular = all(field.is_regular and field.jump == jump for field in fields)
    return Field(tuple(_whole(b - a) for a, b in zip(start, stop, strict=True)), jump, tuple(start), is_regular)


def large_input(strides: int | Sequence[int], rank: int) -> tuple[int, ...]:
    """Return a large input size divisible by the strides, for the field of an input of unknown size."""
    steps = (strides,) * rank if isinstance(strides, int) else strides
    return tuple(stride << 20 for stride in steps)


def _whole(number: Number) -> Number:
    return int(number) if number == int(number) else number
