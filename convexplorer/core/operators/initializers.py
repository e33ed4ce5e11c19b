"""Initial weights of untrained layers: Keras's initializers, for kernels in this program's layout.

Each is `initializer(shape, *, seed=None, …)` and returns a new float32 array; equal seeds give equal numbers. `shape`
is that of a kernel `(filters, channels // groups, *size)`, of a dense kernel `(units, inputs)`, or of a bias.
"""

import math
from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np

# As text, because `np.random` takes 10 ms to import, and the window starts without it.
Seed: TypeAlias = "int | np.random.Generator | None"

# Standard deviation of a normal distribution cut off at two of its own; Keras divides by it to make up for the cut.
_TRUNCATED_DEVIATION = 0.87962566103423978
_MODES = ("fan_in", "fan_out", "fan_avg")
_DISTRIBUTIONS = ("truncated_normal", "untruncated_normal", "uniform")


def compute_fans(shape: Sequence[int]) -> tuple[int, int]:
    """Return (fan_in, fan_out): the number of inputs summed in one output, and of outputs that read one input.

    Keras's rule. For a depthwise kernel `(channels, multiplier, *size)` Keras counts `channels * cells` and
    `multiplier * cells`, although an output sums only `cells` inputs; pass `fans` for another count.

    Examples
    --------
    >>> compute_fans((16, 8, 3, 3)), compute_fans((10, 400)), compute_fans((7,))
    ((72, 144), (400, 10), (7, 7))
    """
    shape = _checked(shape)
    if len(shape) < 2:
        return (shape[0], shape[0]) if shape else (1, 1)
    cells = math.prod(shape[2:])
    return shape[1] * cells, shape[0] * cells


def zeros(shape: Sequence[int], *, seed: Seed = None) -> np.ndarray:  # noqa: ARG001
    """Return an array of zeros.

    Examples
    --------
    >>> zeros((2,))
    array([0., 0.], dtype=float32)
    """
    return np.zeros(_checked(shape), np.float32)


def ones(shape: Sequence[int], *, seed: Seed = None) -> np.ndarray:  # noqa: ARG001
    """Return an array of ones.

    Examples
    --------
    >>> ones((2,))
    array([1., 1.], dtype=float32)
    """
    return np.ones(_checked(shape), np.float32)


def constant(shape: Sequence[int], *, value: float = 0.0, seed: Seed = None) -> np.ndarray:  # noqa: ARG001
    """Return an array filled with `value`.

    Examples
    --------
    >>> constant((2,), value=0.5)
    array([0.5, 0.5], dtype=float32)
    """
    return np.full(_checked(shape), value, np.float32)


def identity(shape: Sequence[int], *, gain: float = 1.0, seed: Seed = None) -> np.ndarray:  # noqa: ARG001
    """Return weights that copy input `i` to output `i`: `gain` on the diagonal, in the central cell of a kernel.

    Keras has this initializer for matrices only, PyTorch (as `dirac_`) for kernels. The centre of an even size is the
    cell `(n - 1) // 2`, which padding "same" puts on the pixel itself.

    Examples
    --------
    >>> identity((1, 1, 3))
    array([[[0., 1., 0.]]], dtype=float32)
    """
    shape = _checked(shape)
    if len(shape) < 2:
        raise ValueError(f"shape must have two or more axes for identity; got {shape}")
    kernel = np.zeros(shape, np.float32)
    center = tuple((n - 1) // 2 for n in shape[2:])
    for i in range(min(shape[:2])):
        kernel[(i, i, *center)] = gain
    return kernel


def random_uniform(
    shape: Sequence[int], *, minval: float = -0.05, maxval: float = 0.05, seed: Seed = None
) -> np.ndarray:
    """Return uniformly distributed numbers in `minval`…`maxval`.

    Examples
    --------
    >>> bool(np.abs(random_uniform((1000,), seed=0)).max() <= 0.05)
    True
    """
    if not minval <= maxval:
        raise ValueError(f"minval must be ≤ maxval; got {minval} and {maxval}")
    return np.random.default_rng(seed).uniform(minval, maxval, _checked(shape)).astype(np.float32)


def random_normal(shape: Sequence[int], *, mean: float = 0.0, stddev: float = 0.05, seed: Seed = None) -> np.ndarray:
    """Return normally distributed numbers.

    Examples
    --------
    >>> random_normal((2, 3), seed=0).shape
    (2, 3)
    """
    _check_not_negative(stddev, "stddev")
    return np.random.default_rng(seed).normal(mean, stddev, _checked(shape)).astype(np.float32)


def truncated_normal(shape: Sequence[int], *, mean: float = 0.0, stddev: float = 0.05, seed: Seed = None) -> np.ndarray:
    """Return normally distributed numbers, truncated at two standard deviations from the mean.

    Examples
    --------
    >>> bool(np.abs(truncated_normal((1000,), stddev=1, seed=0)).max() <= 2)
    True
    """
    _check_not_negative(stddev, "stddev")
    rng = np.random.default_rng(seed)
    numbers = rng.standard_normal(_checked(shape))
    while (is_far := np.abs(numbers) > 2).any():
        numbers[is_far] = rng.standard_normal(np.count_nonzero(is_far))
    return (mean + stddev * numbers).astype(np.float32)


def variance_scaling(
    shape: Sequence[int],
    *,
    scale: float = 1.0,
    mode: str = "fan_in",
    distribution: str = "truncated_normal",
    fans: tuple[float, float] | None = None,
    seed: Seed = None,
) -> np.ndarray:
    """Return random numbers of variance `scale / fan`.

    Parameters
    ----------
    scale : factor of the variance, > 0.
    mode : the fan in the formula: "fan_in", "fan_out", or their mean "fan_avg".
    distribution : "truncated_normal" (scaled to the variance after truncation), "untruncated_normal" or "uniform".
    fans : (fan_in, fan_out), if they differ from `compute_fans`.

    Examples
    --------
    >>> kernel = variance_scaling((64, 64, 3, 3), seed=0)
    >>> round(float(kernel.var() * 64 * 9), 2)
    1.0
    """
    if not scale > 0:
        raise ValueError(f"scale must be above 0; got {scale}")
    if mode not in _MODES:
        raise ValueError(f"mode must be one of {', '.join(_MODES)}; got {mode!r}")
    if distribution not in _DISTRIBUTIONS:
        raise ValueError(f"distribution must be one of {', '.join(_DISTRIBUTIONS)}; got {distribution!r}")
    fan_in, fan_out = compute_fans(shape) if fans is None else fans
    fan = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[mode]
    variance = scale / max(1.0, fan)
    if distribution == "uniform":
        limit = math.sqrt(3 * variance)
        return random_uniform(shape, minval=-limit, maxval=limit, seed=seed)
    if distribution == "untruncated_normal":
        return random_normal(shape, stddev=math.sqrt(variance), seed=seed)
    return truncated_normal(shape, stddev=math.sqrt(variance) / _TRUNCATED_DEVIATION, seed=seed)


def glorot_uniform(shape: Sequence[int], *, fans: tuple[float, float] | None = None, seed: Seed = None) -> np.ndarray:
    """Return uniform numbers within ±√(6 / (fan_in + fan_out)): Keras's default, also called Xavier.

    Examples
    --------
    >>> bool(np.abs(glorot_uniform((8, 4), seed=0)).max() <= (6 / 12) ** 0.5)
    True
    """
    return variance_scaling(shape, mode="fan_avg", distribution="uniform", fans=fans, seed=seed)


def glorot_normal(shape: Sequence[int], *, fans: tuple[float, float] | None = None, seed: Seed = None) -> np.ndarray:
    """Return truncated normal numbers of variance 2 / (fan_in + fan_out).

    Examples
    --------
    >>> glorot_normal((8, 4, 3, 3), seed=0).shape
    (8, 4, 3, 3)
    """
    return variance_scaling(shape, mode="fan_avg", fans=fans, seed=seed)


def he_uniform(shape: Sequence[int], *, fans: tuple[float, float] | None = None, seed: Seed = None) -> np.ndarray:
    """Return uniform numbers within ±√(6 / fan_in): for layers followed by a ReLU.

    Examples
    --------
    >>> he_uniform((8, 4, 3, 3), seed=0).dtype
    dtype('float32')
    """
    return variance_scaling(shape, scale=2, distribution="uniform", fans=fans, seed=seed)


def he_normal(shape: Sequence[int], *, fans: tuple[float, float] | None = None, seed: Seed = None) -> np.ndarray:
    """Return truncated normal numbers of variance 2 / fan_in: for layers followed by a ReLU.

    Examples
    --------
    >>> he_normal((8, 4, 3, 3), seed=0).shape
    (8, 4, 3, 3)
    """
    return variance_scaling(shape, scale=2, fans=fans, seed=seed)


def lecun_uniform(shape: Sequence[int], *, fans: tuple[float, float] | None = None, seed: Seed = None) -> np.ndarray:
    """Return uniform numbers within ±√(3 / fan_in).

    Examples
    --------
    >>> bool(np.abs(lecun_uniform((8, 3), seed=0)).max() <= 1)
    True
    """
    return variance_scaling(shape, distribution="uniform", fans=fans, seed=seed)


def lecun_normal(shape: Sequence[int], *, fans: tuple[float, float] | None = None, seed: Seed = None) -> np.ndarray:
    """Return truncated normal numbers of variance 1 / fan_in: for layers followed by a SELU.

    Examples
    --------
    >>> lecun_normal((8, 4, 3, 3), seed=0).shape
    (8, 4, 3, 3)
    """
    return variance_scaling(shape, fans=fans, seed=seed)


def orthogonal(shape: Sequence[int], *, gain: float = 1.0, seed: Seed = None) -> np.ndarray:
    """Return orthogonal filters of norm `gain`.

    With more filters than weights per filter, the columns of the matrix (filters, weights) are orthogonal instead.

    Examples
    --------
    >>> kernel = orthogonal((4, 2, 3, 3), seed=0).reshape(4, -1)
    >>> bool(np.allclose(kernel @ kernel.T, np.eye(4), atol=1e-6))
    True
    """
    shape = _checked(shape)
    if len(shape) < 2:
        raise ValueError(f"shape must have two or more axes for orthogonal; got {shape}")
    rows, columns = shape[0], math.prod(shape[1:])
    numbers = np.random.default_rng(seed).standard_normal((max(rows, columns), min(rows, columns)))
    q, r = np.linalg.qr(numbers)
    # The signs of the diagonal make the result uniform among all such matrices.
    q *= np.sign(np.diagonal(r))
    return (gain * (q.T if rows < columns else q)).reshape(shape).astype(np.float32)


#: The initializers, `initializer(shape, *, seed=None, …)`.
INITIALIZERS: dict[str, Callable[..., np.ndarray]] = {
    "glorot_uniform": glorot_uniform,
    "glorot_normal": glorot_normal,
    "he_uniform": he_uniform,
    "he_normal": he_normal,
    "lecun_uniform": lecun_uniform,
    "lecun_normal": lecun_normal,
    "variance_scaling": variance_scaling,
    "orthogonal": orthogonal,
    "random_uniform": random_uniform,
    "random_normal": random_normal,
    "truncated_normal": truncated_normal,
    "zeros": zeros,
    "ones": ones,
    "constant": constant,
    "identity": identity,
}


def _checked(shape: Sequence[int]) -> tuple[int, ...]:
    try:
        sizes = tuple(int(n) for n in shape if n == int(n))
    except (TypeError, ValueError):
        raise ValueError(f"shape must be whole numbers; got {shape!r}") from None
    if len(sizes) != len(shape) or min(sizes, default=1) < 1:
        raise ValueError(f"shape must be whole numbers ≥ 1; got {shape!r}")
    return sizes


def _check_not_negative(value: float, name: str) -> None:
    if not value >= 0:
        raise ValueError(f"{name} must be ≥ 0; got {value}")
