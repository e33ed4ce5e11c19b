"""What is right: convolution and pooling as plain float64 loops, sharing no code with the program."""

import itertools

import numpy as np

BORDERS = ("zeros", "edge", "reflect", "symmetric", "wrap")


def conv(x, kernel, bias=None, *, strides, padding, dilation_rate, groups=1, border="zeros"):
    """Return the convolution; strides, dilation_rate: one per axis; padding as in `core.conv`."""
    x, kernel = np.asarray(x, np.float64), np.asarray(kernel, np.float64)
    filters, channels = kernel.shape[:2]
    size = kernel.shape[2:]
    amounts = amounts_of(x.shape[1:], size, strides, padding, dilation_rate)
    output = output_of(x.shape[1:], size, strides, amounts, dilation_rate)
    weights = kernel.reshape(groups, filters // groups, channels, *size)
    y = np.zeros((filters, *output))
    for place, tap in itertools.product(np.ndindex(*output), np.ndindex(*size)):
        steps = zip(place, strides, tap, dilation_rate, amounts, strict=True)
        cell = [i * s + k * d - a[0] for i, s, k, d, a in steps]
        values = values_at(x, cell, border).reshape(groups, 1, channels)
        y[(slice(None), *place)] += (values * weights[(..., *tap)]).sum(axis=2).reshape(filters)
    return y if bias is None else y + np.asarray(bias, np.float64).reshape(-1, *[1] * len(output))


def conv_by_taps(x, kernel, bias=None, *, strides, padding, dilation_rate, groups=1, border="zeros"):
    """Return the same as `conv`, all outputs of a tap at a time: for sizes that its loops take too long for."""
    x, kernel = np.asarray(x, np.float64), np.asarray(kernel, np.float64)
    filters, channels = kernel.shape[:2]
    size = kernel.shape[2:]
    amounts = amounts_of(x.shape[1:], size, strides, padding, dilation_rate)
    output = output_of(x.shape[1:], size, strides, amounts, dilation_rate)
    padded = np.zeros((len(x), *(n + before + after for n, (before, after) in zip(x.shape[1:], amounts, strict=True))))
    for place in np.ndindex(*padded.shape[1:]):
        cell = [i - before for i, (before, _) in zip(place, amounts, strict=True)]
        padded[(slice(None), *place)] = values_at(x, cell, border)
    y = np.zeros((filters, *output))
    for f, c, tap in itertools.product(range(filters), range(channels), np.ndindex(*size)):
        met = tuple(
            slice(k * d, k * d + (n - 1) * s + 1, s)
            for k, d, n, s in zip(tap, dilation_rate, output, strides, strict=True)
        )
        y[f] += kernel[(f, c, *tap)] * padded[(f // (filters // groups) * channels + c, *met)]
    return y if bias is None else y + np.asarray(bias, np.float64).reshape(-1, *[1] * len(output))


def amounts_of(spatial, size, strides, padding, dilation_rate):
    """Return (before, after) per axis."""
    if padding == "valid":
        return [(0, 0)] * len(spatial)
    if padding == "causal":
        return [((size[0] - 1) * dilation_rate[0], 0)]
    if padding == "same":
        amounts = []
        for n, k, s, d in zip(spatial, size, strides, dilation_rate, strict=True):
            outputs = int(np.ceil(n / s))
            total = max(0, (outputs - 1) * s + (k - 1) * d + 1 - n)
            amounts.append((total // 2, total - total // 2))
        return amounts
    if isinstance(padding, int):
        return [(padding, padding)] * len(spatial)
    return [(item, item) if isinstance(item, int) else tuple(item) for item in padding]


def output_of(spatial, size, strides, amounts, dilation_rate):
    """Count the windows that fit, one by one."""
    output = []
    for n, k, s, (before, after), d in zip(spatial, size, strides, amounts, dilation_rate, strict=True):
        count = 0
        while count * s + (k - 1) * d < before + n + after:
            count += 1
        output.append(count)
    return output


def values_at(x, cell, border):
    """Return the values of all channels at a cell that may lie outside of them."""
    inside = []
    for i, n in zip(cell, x.shape[1:], strict=True):
        if border == "zeros" and not 0 <= i < n:
            return np.zeros(len(x))
        inside.append(source_of(i, n, border))
    return x[(slice(None), *inside)]


def value_at(plane, cell, border):
    """Return the value of one channel at a cell that may lie outside of it."""
    return values_at(plane[np.newaxis], cell, border)[0]


def source_of(i, n, border):
    """Return which cell of 0…n−1 stands at place `i`, walking step by step."""
    if border == "edge":
        return min(max(i, 0), n - 1)
    while not 0 <= i < n:
        if border == "wrap":
            i += n if i < 0 else -n
        elif border == "symmetric":
            i = -1 - i if i < 0 else 2 * n - 1 - i
        else:
            i = -i if i < 0 else 2 * n - 2 - i
    return i


def pool(x, size, strides, amounts, dilation_rate, output, kind, count_include_pad=False):
    """Return max or mean of each window's cells; padding never wins a maximum."""
    x = np.asarray(x, np.float64)
    y = np.zeros((x.shape[0], *output))
    for c, place in itertools.product(range(x.shape[0]), np.ndindex(*output)):
        values, padded = [], 0
        for tap in np.ndindex(*size):
            cell = [
                i * s + k * d - a[0] for i, s, k, d, a in zip(place, strides, tap, dilation_rate, amounts, strict=True)
            ]
            if all(0 <= i < n for i, n in zip(cell, x.shape[1:], strict=True)):
                values.append(x[(c, *cell)])
            elif all(-a[0] <= i < n + a[1] for i, n, a in zip(cell, x.shape[1:], amounts, strict=True)):
                padded += 1
        if kind == "max":
            y[(c, *place)] = np.nan if np.isnan(values).any() else max(values, default=-np.inf)
        else:
            count = len(values) + (padded if count_include_pad else 0)
            y[(c, *place)] = sum(values) / count if count else np.nan
    return y


def transposed_shape(spatial, size, strides, padding, output_padding, dilation_rate):
    """Return (output, amounts cut before each axis, after each axis), by Keras's formulas word for word."""
    output, amounts = [], []
    for axis, (n, s) in enumerate(zip(spatial, strides, strict=True)):
        span = (size[axis] - 1) * dilation_rate[axis] + 1
        extra = None if output_padding is None else output_padding[axis]
        if padding == "valid":
            length = n * s + max(span - s, 0) if extra is None else (n - 1) * s + span + extra
            cut = 0
        elif padding == "causal":
            length = n * s if extra is None else (n - 1) * s + span - max(span - s, 0) + extra
            cut = 0
        elif padding == "same":
            length = n * s if extra is None else (n - 1) * s + span - 2 * (span // 2) + extra
            # Keras pads the input, spread by its strides, with this much before a convolution with the turned kernel.
            total = span + s - 2 if extra is None else span + span % 2 - 2 + extra
            cut = span - 1 - min(total // 2 + total % 2, span - 1)
        else:
            cut, after = amounts_of(spatial, size, strides, padding, dilation_rate)[axis]
            length = (n - 1) * s + span - cut - after + (extra or 0)
        output.append(length)
        # What lies behind the output is as much as the convolution with this output would see.
        amounts.append((cut, max((n - 1) * s + span - cut - length, 0)))
        if not isinstance(padding, str):
            amounts[-1] = (cut, after)
    return output, amounts


def conv_transpose(
    x, kernel, bias=None, *, strides, padding, dilation_rate, output_padding=None, groups=1, border="zeros"
):
    """Return the transposed convolution: every product added to its place."""
    x, kernel = np.asarray(x, np.float64), np.asarray(kernel, np.float64)
    channels, filters = kernel.shape[:2]
    output, amounts = transposed_shape(x.shape[1:], kernel.shape[2:], strides, padding, output_padding, dilation_rate)
    rim = [(0, 0)] * len(output) if border == "zeros" else amounts
    weights = kernel.reshape(groups, channels // groups, filters, *kernel.shape[2:])
    y = np.zeros((filters * groups, *output))
    for place, tap in itertools.product(np.ndindex(*x.shape[1:]), np.ndindex(*kernel.shape[2:])):
        steps = zip(place, strides, tap, dilation_rate, amounts, strict=True)
        cell = [i * s + k * d - a[0] for i, s, k, d, a in steps]
        if not all(-a[0] <= i < n + a[1] for i, n, a in zip(cell, output, rim, strict=True)):
            continue
        target = [source_of(i, n, border) for i, n in zip(cell, output, strict=True)]
        values = x[(slice(None), *place)].reshape(groups, channels // groups, 1)
        y[(slice(None), *target)] += (values * weights[(..., *tap)]).sum(axis=1).reshape(-1)
    if bias is not None:
        y += np.asarray(bias, np.float64).reshape(-1, *[1] * len(output))
    return y


def depthwise_conv(x, kernel, bias=None, **settings):
    """Return each channel's convolutions, one channel after the other."""
    channels, multiplier = kernel.shape[:2]
    return conv(x, kernel.reshape(channels * multiplier, 1, *kernel.shape[2:]), bias, groups=channels, **settings)


def first_largest(x, size, strides, amounts, dilation_rate, output):
    """Return the row-by-row number of each window's first largest cell, NaN being larger than all; −1 for none."""
    y = np.full((x.shape[0], *output), -1)
    for c, place in itertools.product(range(x.shape[0]), np.ndindex(*output)):
        best = None
        for tap in np.ndindex(*size):
            steps = zip(place, strides, tap, dilation_rate, amounts, strict=True)
            cell = tuple(i * s + k * d - a[0] for i, s, k, d, a in steps)
            if not all(0 <= i < n for i, n in zip(cell, x.shape[1:], strict=True)):
                continue
            value = x[(c, *cell)]
            if best is None or value > best or (np.isnan(value) and not np.isnan(best)):
                best = value
                y[(c, *place)] = np.ravel_multi_index(cell, x.shape[1:])
    return y


def upsample(x, factors, interpolation, align_corners):
    """Return the values at each output's place on the input, one output after the other."""
    x = np.asarray(x, np.float64)
    y = np.zeros((x.shape[0], *(n * f for n, f in zip(x.shape[1:], factors, strict=True))))
    for place in np.ndindex(*y.shape[1:]):
        if interpolation == "nearest":
            y[(slice(None), *place)] = x[(slice(None), *(i // f for i, f in zip(place, factors, strict=True)))]
            continue
        neighbours = []
        for i, n, f in zip(place, x.shape[1:], factors, strict=True):
            at = i * (n - 1) / max(n * f - 1, 1) if align_corners else min(max((i + 0.5) / f - 0.5, 0), n - 1)
            low = min(int(at), n - 1)
            neighbours.append([(low, 1 - (at - low)), (min(low + 1, n - 1), at - low)])
        for corner in itertools.product(*neighbours):
            weight = np.prod([w for _, w in corner])
            y[(slice(None), *place)] += weight * x[(slice(None), *(i for i, _ in corner))]
    return y


def dense(x, kernel, bias=None):
    """Return the weighted sums, one product after the other."""
    x, kernel = np.asarray(x, np.float64), np.asarray(kernel, np.float64)
    y = np.zeros((kernel.shape[0], *x.shape[1:]))
    for unit, i in itertools.product(range(kernel.shape[0]), range(kernel.shape[1])):
        y[unit] += kernel[unit, i] * x[i]
    for unit in range(kernel.shape[0]):
        y[unit] += 0.0 if bias is None else float(bias[unit])
    return y


def padded(x, amounts):
    """Return the maps with zeros around them, or less than them where amounts are negative, cell by cell."""
    sizes = [n + before + after for n, (before, after) in zip(x.shape[1:], amounts, strict=True)]
    y = np.zeros((x.shape[0], *sizes))
    for c, *place in np.ndindex(*y.shape):
        cell = [i - before for i, (before, _) in zip(place, amounts, strict=True)]
        y[(c, *place)] = value_at(np.asarray(x[c], np.float64), cell, "zeros")
    return y


def merged(kind, *xs):
    """Return maps joined number by number, in plain Python."""
    y = np.zeros(xs[0].shape)
    for place in np.ndindex(*y.shape):
        values = [float(x[place]) for x in xs]
        result = values[0]
        for value in values[1:]:
            if kind in ("add", "average"):
                result += value
            elif kind == "subtract":
                result -= value
            elif kind == "multiply":
                result *= value
            elif kind == "maximum":
                result = value if value > result else result
            else:
                result = value if value < result else result
        y[place] = result / len(values) if kind == "average" else result
    return y


def local_response_norm(x, radius, bias, alpha, beta):
    """Return each value over the power of the squares around it, channel after channel."""
    y = np.zeros(x.shape)
    for c, *place in np.ndindex(*x.shape):
        total = bias
        for k in range(c - radius, c + radius + 1):
            if 0 <= k < x.shape[0]:
                total += alpha * float(x[(k, *place)]) ** 2
        y[(c, *place)] = float(x[(c, *place)]) / total**beta
    return y


def unpool(x, largest, spatial):
    """Return values put into the cells whose row-by-row numbers `largest` gives; later windows replace earlier ones."""
    y = np.zeros((x.shape[0], *spatial))
    for place in np.ndindex(*x.shape):
        if largest[place] >= 0:
            y[(place[0], *np.unravel_index(largest[place], spatial))] = x[place]
    return y
