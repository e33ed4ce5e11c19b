"""JSON for people, and complaints with a place."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convexplorer.kernels.numbers import number_text
from convexplorer.model.storage.documents import Node, ProjectError, parse_document, write_document

FINITE = st.floats(allow_nan=False, allow_infinity=False)
DOCUMENTS = st.dictionaries(
    st.text(max_size=6),
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(max_size=6),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
        max_leaves=12,
    ),
)


@given(DOCUMENTS)
def test_what_is_written_is_what_is_read(document):
    assert json.loads(write_document(document)) == document


@given(FINITE)
def test_a_number_keeps_every_bit(value):
    back = float(number_text(value))

    assert back == value
    assert math.copysign(1, back) == math.copysign(1, value)


def test_whole_numbers_are_written_short():
    assert [number_text(value) for value in (1.0, -2.0, 0.5, -0.0, 1e22)] == ["1", "-2", "0.5", "-0.0", "1e+22"]


def test_plain_lists_take_one_line():
    assert write_document({"rows": [[1.0, 2.5], [3.0, 4.0]], "name": "é"}) == (
        '{\n  "rows": [\n    [1, 2.5],\n    [3, 4]\n  ],\n  "name": "é"\n}\n'
    )


def test_an_error_names_line_and_column():
    with pytest.raises(ProjectError, match="line 2, column 8"):
        parse_document('{\n  "a": }')


def test_an_error_quotes_what_came_but_not_all_of_it():
    with pytest.raises(ProjectError) as caught:
        Node("x" * 10_000, "layers[0].kind").number()

    assert str(caught.value).startswith('layers[0].kind must be a number; got "xxx')
    assert len(str(caught.value)) < 120
