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
    y = np.zeros((filters, *output))
    for f in range(filters):
        first = f // (filters // groups) * channels
        for place in np.ndindex(*output):
            total = 0.0
            for c in range(channels):
                for tap in np.ndindex(*size):
                    cell = [
                        i * s + k * d - a[0]
                        for i, s, k, d, a in zip(place, strides, tap, dilation_rate, amounts, strict=True)
                    ]
                    total += value_at(x[first + c], cell, border) * kernel[(f, c, *tap)]
            y[(f, *place)] = total + (0.0 if bias is None else float(bias[f]))
    return y


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


def value_at(plane, cell, border):
    """Return the value of a cell that may lie outside the plane."""
    inside = []
    for i, n in zip(cell, plane.shape, strict=True):
        if border == "zeros" and not 0 <= i < n:
            return 0.0
        inside.append(source_of(i, n, border))
    return plane[tuple(inside)]


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


def pool(x, size, strides, amounts, dilation_rate, output, kind, count_padding=False):
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
            y[(c, *place)] = sum(values) / (len(values) + (padded if count_padding else 0))
    return y
