"""Random convolutions for the tests: every setting the signature knows, in sizes that loops can follow."""

from dataclasses import dataclass, replace

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

from convexplorer.core.convolution.plans import ALGORITHMS
from tests.core import oracle
from tests.core.oracle import BORDERS, amounts_of, transposed_shape


@dataclass(frozen=True)
class Case:
    """The arguments of one convolution."""

    x: np.ndarray
    kernel: np.ndarray
    bias: np.ndarray | None
    settings: dict

    @property
    def terms(self) -> int:
        """How many products one output sums."""
        return int(np.prod(self.kernel.shape[1:]))

    def with_input(self, x):
        """Return the same convolution of another input."""
        return replace(self, x=x)


@dataclass(frozen=True)
class Expected:
    """The oracle's result for one case, computed once and compared with every algorithm.

    Attributes
    ----------
    y : (filters, *output) float64, from plain loops.
    size_of_terms : of the same shape, the sum of the absolute products of each output.
    """

    case: Case
    y: np.ndarray
    size_of_terms: np.ndarray

    @classmethod
    def of(cls, case):
        """Compute what the loops say; the bound, which is only a tolerance, comes from the quicker oracle."""
        bias = None if case.bias is None else np.abs(case.bias)
        return cls(
            case,
            oracle.conv(case.x, case.kernel, case.bias, **case.settings),
            oracle.conv_by_taps(np.abs(case.x), np.abs(case.kernel), bias, **case.settings),
        )

    def assert_equals(self, y, algorithm):
        """Compare the result of an algorithm; allowed is one rounding a term, of the sum of the absolute products.

        Where rows are combined, every row of the kernel meets every row of the window and the one below it, and the
        sums on the way are up to four times as large; then it is the sum for the largest cell, twice.
        """
        case, size_of_terms = self.case, self.size_of_terms
        if algorithm == "pairs":
            weights = np.abs(case.kernel).sum(axis=(1, 2, 3), dtype=np.float64)
            bias = 0 if case.bias is None else np.abs(case.bias)
            size_of_terms = (2 * np.abs(case.x).max() * weights + bias).reshape(-1, 1, 1)
        allowed = (case.terms + 2) * np.finfo(y.dtype).eps * size_of_terms
        assert y.dtype == case.x.dtype, algorithm
        assert y.shape == self.y.shape, algorithm
        assert np.all(np.abs(y - self.y) <= allowed), f"{algorithm}: off by {np.abs(y - self.y).max()}"


def algorithms_of(rank):
    """Return the names of all algorithms that compute so many spatial axes."""
    return [name for name, row in ALGORITHMS.items() if rank in row.ranks]


# What one number of axes allows, so that plain loops can follow, and what is large.
SMALL = {1: (9, 12), 2: (5, 6), 3: (3, 3)}
LARGE = {1: (13, 40), 2: (13, 40), 3: (5, 12)}


@st.composite
def cases(draw, ranks=(1, 2, 3), dtype=np.float32, limits=SMALL):
    """Draw a convolution whose kernel fits its padded input.

    `limits` are the largest kernel size and the most cells that the input has beyond the kernel's span, by rank.
    """
    rank = draw(st.sampled_from(ranks))
    axes = {"min_size": rank, "max_size": rank}
    largest_kernel, most_cells = limits[rank]
    size = tuple(draw(st.lists(st.integers(1, largest_kernel), **axes)))
    dilation_rate = tuple(draw(st.lists(st.integers(1, 3), **axes)))
    strides = tuple(draw(st.lists(st.integers(1, 3), **axes)))
    spans = [d * (k - 1) + 1 for k, d in zip(size, dilation_rate, strict=True)]
    padding = draw(paddings(rank))
    extra = draw(st.lists(st.integers(0, most_cells), **axes))
    spatial = [n + e for n, e in zip(spans, extra, strict=True)]
    border = draw(st.sampled_from(BORDERS))
    amounts = amounts_of(spatial, size, strides, padding, dilation_rate)
    # reflect needs one cell more than it adds, the others as many
    spatial = [max(n, max(pair) + 1) for n, pair in zip(spatial, amounts, strict=True)]
    groups = draw(st.integers(1, 2))
    channels, filters = draw(st.integers(1, 3)), groups * draw(st.integers(1, 3))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    return Case(
        rng.normal(size=(groups * channels, *spatial)).astype(dtype),
        rng.normal(size=(filters, channels, *size)).astype(dtype),
        draw(st.sampled_from([None, rng.normal(size=filters).astype(dtype)])),
        {
            "strides": strides,
            "padding": padding,
            "dilation_rate": dilation_rate,
            "groups": groups,
            "border": border,
        },
    )


@st.composite
def transposed_cases(draw, ranks=(1, 2, 3), dtype=np.float32):
    """Draw a transposed convolution whose padding leaves an output that the border can continue."""
    rank = draw(st.sampled_from(ranks))
    axes = {"min_size": rank, "max_size": rank}
    size = tuple(draw(st.lists(st.integers(1, (7, 4, 3)[rank - 1]), **axes)))
    dilation_rate = tuple(draw(st.lists(st.integers(1, 3), **axes)))
    strides = tuple(draw(st.lists(st.integers(1, 4), **axes)))
    padding = draw(paddings(rank))
    extras = [draw(st.integers(0, max(s, d) - 1)) for s, d in zip(strides, dilation_rate, strict=True)]
    output_padding = draw(st.sampled_from([None, tuple(extras)]))
    spatial = tuple(draw(st.lists(st.integers(1, (12, 5, 3)[rank - 1]), **axes)))
    output, amounts = transposed_shape(spatial, size, strides, padding, output_padding, dilation_rate)
    assume(min(output) >= 1)
    border = draw(st.sampled_from(BORDERS))
    if border != "zeros":
        assume(all(n > max(pair) for n, pair in zip(output, amounts, strict=True)))
    groups = draw(st.integers(1, 2))
    channels, filters = groups * draw(st.integers(1, 3)), draw(st.integers(1, 3))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    return Case(
        rng.normal(size=(channels, *spatial)).astype(dtype),
        rng.normal(size=(channels, filters, *size)).astype(dtype),
        draw(st.sampled_from([None, rng.normal(size=groups * filters).astype(dtype)])),
        {
            "strides": strides,
            "padding": padding,
            "output_padding": output_padding,
            "dilation_rate": dilation_rate,
            "groups": groups,
            "border": border,
        },
    )


def paddings(rank):
    """Draw padding in every form."""
    amount = st.integers(0, 3)
    names = ["valid", "same", "causal"] if rank == 1 else ["valid", "same"]
    return st.one_of(
        st.sampled_from(names),
        amount,
        st.tuples(*[amount] * rank),
        st.tuples(*[st.tuples(amount, amount)] * rank),
    )
