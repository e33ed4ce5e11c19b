"""The taps of a transposed convolution against loops that scatter each input."""

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from convexplorer.core.convolution.transpose import transposed_frame
from convexplorer.core.geometry.transposed_taps import transposed_taps
from tests.core import oracle


@st.composite
def transposed(draw):
    """Draw one axis of a transposed convolution, as its taps and the settings by name."""
    settings = {
        "strides": draw(st.integers(1, 4)),
        "dilation_rate": draw(st.integers(1, 3)),
        "padding": draw(
            st.one_of(st.sampled_from(["valid", "same"]), st.tuples(st.tuples(st.integers(0, 3), st.integers(0, 3))))
        ),
        "border": draw(st.sampled_from(oracle.BORDERS)),
    }
    n, size = draw(st.integers(1, 8)), draw(st.integers(1, 5))
    try:
        frame = transposed_frame((n,), size, **settings)
    except ValueError:
        assume(False)
    return transposed_taps(frame)[0], frame, settings


def scattered(frame, border):
    """Return all (output, input, tap) by walking over the inputs."""
    (before, after), (length,) = frame.amounts[0], frame.spatial
    found = []
    for i in range(frame.output[0]):
        for tap in range(frame.size[0]):
            place = i * frame.strides[0] + tap * frame.dilation_rate[0] - before
            if 0 <= place < length:
                found.append((place, i, tap))
            elif border != "zeros" and -before <= place < length + after:
                found.append((oracle.source_of(place, length, border), i, tap))
    return sorted(found)


@given(drawn=transposed())
def test_outputs_read_what_the_inputs_scatter(drawn):
    axis, frame, settings = drawn
    outputs = np.arange(axis.output)

    sources = axis.sources(outputs)

    rows, columns = np.nonzero(sources >= 0)
    found = zip(rows.tolist(), sources[rows, columns].tolist(), axis.taps[columns].tolist(), strict=True)
    assert sorted(found) == scattered(frame, settings["border"])
    assert np.array_equal(axis.meets(outputs), sources >= 0)
    positions = axis.positions(outputs)
    assert np.array_equal(positions[sources >= 0], sources[sources >= 0])


@given(drawn=transposed())
def test_inputs_reach_the_outputs_that_read_them(drawn):
    axis, frame, settings = drawn

    found = []
    for i in range(axis.n):
        outputs, taps = axis.reached_from(np.array([i]))
        found += [(o, i, t) for o, t in zip(outputs.tolist(), taps.tolist(), strict=True)]

    assert sorted(found) == scattered(frame, settings["border"])


@given(drawn=transposed(), data=st.data())
def test_without_a_border_all_that_is_read_is_covered(drawn, data):
    axis, _, settings = drawn
    assume(settings["border"] == "zeros")
    first = data.draw(st.integers(0, axis.output - 1))
    stop = data.draw(st.integers(first + 1, axis.output))

    start, end = axis.covered(first, stop)

    sources = axis.sources(np.arange(first, stop))
    assert start <= end
    assert all(start <= i < end for i in sources[sources >= 0].tolist())


def test_a_tap_between_two_inputs_reads_nothing():
    axis = transposed_taps(transposed_frame((4,), 3, strides=2))[0]

    assert axis.positions(np.array([3])).tolist() == [[1, 1, 0]]
    assert axis.sources(np.array([3])).tolist() == [[-1, 1, -1]]
