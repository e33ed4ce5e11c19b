"""Transposed convolution, the exact adjoint of `conv`: sizes are computed here, numbers in `scatter`."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from convexplorer.core.convolution.scatter import scatter
from convexplorer.core.geometry.arrays import as_float, as_float_like
from convexplorer.core.geometry.borders import check_amounts
from convexplorer.core.geometry.windows import Padding, PerAxis, WindowFrame, normal_padding, per_axis, span


def conv_transpose(
    x: ArrayLike,
    kernel: ArrayLike,
    bias: ArrayLike | None = None,
    *,
    strides: PerAxis = 1,
    padding: Padding = "valid",
    output_padding: PerAxis | None = None,
    dilation_rate: PerAxis = 1,
    groups: int = 1,
    border: str = "zeros",
) -> np.ndarray:
    """Spread every value by a kernel: the adjoint of `conv` with the same kernel and settings.

    Parameters
    ----------
    x : (channels, *spatial)
    kernel : (channels, filters // groups, *size)
    bias : (filters,), optional
    strides : a number, or one per spatial axis.
    padding : the cells cut off the full result of `(n - 1) * stride + span` cells; `span` is the extent of the dilated
        kernel. "valid": none. "same": all but `n * stride` cells, cut as in Keras. "causal" (rank 1): the same number,
        cut at the end, so that no output depends on a later input. A number, one per axis, or a (before, after) pair
        per axis, as in PyTorch.
    output_padding : cells added at the end of each axis, fewer than stride or dilation. None follows Keras: for "valid"
        `max(stride - span, 0)` cells. With "same" and a number, Keras cuts `2 * (span // 2)` cells, then adds it.
    dilation_rate, groups : as in `conv`
    border : border mode of the `conv` whose adjoint this is. "zeros" drops values that fall into the padding; the other
        modes add them to the cells that the mode repeats.

    Returns
    -------
    (filters, *output), a new array
        NaN and infinity reach exactly the outputs that their windows cover.

    Examples
    --------
    >>> conv_transpose([[1, 0, 2]], [[[1, 2, 3]]], strides=2)
    array([[1., 2., 3., 0., 2., 4., 6.]], dtype=float32)
    """
    x = as_float(x, "x")
    kernel = as_float_like(kernel, x, "kernel")
    check_transposed_shapes(x.shape, kernel.shape, groups)
    offsets = None if bias is None else as_float_like(bias, x, "bias")
    filters = kernel.shape[1] * groups
    if offsets is not None and offsets.shape != (filters,):
        raise ValueError(f"bias must have the shape ({filters},), one number a filter; got {offsets.shape}")
    frame = transposed_frame(
        x.shape[1:],
        kernel.shape[2:],
        strides=strides,
        padding=padding,
        output_padding=output_padding,
        dilation_rate=dilation_rate,
        border=border,
    )
    y = scatter(x, kernel, frame, groups)
    if offsets is not None:
        with np.errstate(over="ignore", invalid="ignore"):
            y += offsets.reshape(-1, *[1] * frame.rank)
    return y


def transposed_frame(
    spatial: Sequence[int],
    size: PerAxis,
    *,
    strides: PerAxis = 1,
    padding: Padding = "valid",
    output_padding: PerAxis | None = None,
    dilation_rate: PerAxis = 1,
    border: str = "zeros",
) -> WindowFrame:
    """Return the window geometry on the output of a transposed convolution.

    The frame belongs to the convolution whose adjoint is computed: its `spatial` is the output of the transposed
    convolution, its `output` the input.

    Parameters
    ----------
    spatial : size of the transposed convolution's input, without channels.
    size : of the kernel, without channels.
    """
    rank = len(spatial)
    size = per_axis(size, rank, "size")
    strides = per_axis(strides, rank, "strides")
    dilation_rate = per_axis(dilation_rate, rank, "dilation_rate")
    extra = None if output_padding is None else per_axis(output_padding, rank, "output_padding", minimum=0)
    spans = tuple(map(span, size, dilation_rate))
    if extra is not None and any(e >= max(s, d) for e, s, d in zip(extra, strides, dilation_rate, strict=True)):
        raise ValueError(
            f"output_padding must be smaller than strides {strides} or dilation_rate {dilation_rate}; got {extra}"
        )
    amounts, lengths = [], []
    normal = normal_padding(padding, rank)
    for axis, (n, stride, covered) in enumerate(zip(spatial, strides, spans, strict=True)):
        given = None if extra is None else extra[axis]
        pair = normal if isinstance(normal, str) else normal[axis]
        cut, added = _cut_and_added(pair, stride, covered, given)
        length = (n - 1) * stride + covered - sum(cut) + added
        if length < 1:
            raise ValueError(f"padding must leave an output along spatial axis {axis}; got {padding!r}")
        amounts.append(cut)
        lengths.append(length)
    check_amounts(lengths, tuple(amounts), border)
    return WindowFrame(tuple(lengths), size, strides, dilation_rate, tuple(amounts), tuple(spatial), border)


def check_transposed_shapes(x_shape: Sequence[int] | None, kernel_shape: Sequence[int], groups: int) -> None:
    """Raise ValueError if the shapes of input (None if unknown) and kernel do not fit each other and the groups."""
    rank = len(kernel_shape) - 2
    if rank not in (1, 2, 3):
        raise ValueError(
            "kernel must have the shape (channels, filters // groups, *size) with 1 to 3 sizes; "
            f"got {tuple(kernel_shape)}"
        )
    if not isinstance(groups, int | np.integer):
        raise ValueError(f"groups must be a whole number; got {groups!r}")
    channels = kernel_shape[0]
    if groups < 1 or channels % groups:
        raise ValueError(f"groups must be ≥ 1 and divide {channels} channels; got {groups}")
    if x_shape is None:
        return
    if len(x_shape) != rank + 1:
        raise ValueError(
            f"x must have the shape (channels, *spatial) with {rank} spatial axes, as the kernel has; "
            f"got {tuple(x_shape)}"
        )
    if x_shape[0] != channels:
        raise ValueError(f"x must have {channels} channels, as the kernel has; got {x_shape[0]}")


def _cut_and_added(
    padding: str | tuple[int, int], stride: int, covered: int, given: int | None
) -> tuple[tuple[int, int], int]:
    """Return the cells cut (before, after) from the full length of an axis, and the cells added at its end."""
    surplus, missing = max(covered - stride, 0), max(stride - covered, 0)
    if isinstance(padding, tuple):
        return padding, given or 0
    if padding == "valid":
        return (0, 0), missing if given is None else given
    if padding == "causal":
        # What is added at the end is not cut off there first.
        return ((0, surplus), missing) if given is None else ((0, max(surplus - given, 0)), max(given - surplus, 0))
    if given is None:
        return (surplus // 2, surplus - surplus // 2), missing
    # Keras: the length is full − 2 · (span // 2) + output_padding, and the cut is centred like that of "same".
    surplus, missing = max(2 * (covered // 2) - given, 0), max(given - 2 * (covered // 2), 0)
    return (surplus // 2, surplus - surplus // 2), missing
