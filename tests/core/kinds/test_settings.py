"""Settings: what is accepted has one form and comes back from JSON; the rest is refused by name."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convexplorer.core.kinds import KINDS
from convexplorer.core.kinds.long_settings import WholeNumbers
from convexplorer.core.kinds.settings import (
    MAX_STEP,
    ActivationSetting,
    Choice,
    Divisor,
    Flag,
    Number,
    Padding,
    PerAxis,
    Setting,
    Sides,
    WholeNumber,
    per_axis,
)
from convexplorer.core.layers import Activation
from convexplorer.core.operators.activations import MENU_ACTIVATIONS, describe

RANKS = st.integers(1, 3)
ROWS = [(kind, row) for kind, each in KINDS.items() for row in each.settings]
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6) | st.just(10**400),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=2),
    max_leaves=6,
)


def values_of(row: Setting, rank: int) -> st.SearchStrategy:
    """Return a strategy of values that the setting accepts, in the forms that a person or a script writes."""
    if isinstance(row, Number):
        return st.floats(row.minimum, row.maximum)
    if isinstance(row, WholeNumber):
        return st.integers(row.minimum, row.maximum)
    if isinstance(row, PerAxis):
        one = st.integers(row.minimum, row.maximum)
        found = one | st.lists(one, min_size=rank, max_size=rank) | st.tuples(*[one] * rank)
        return found | st.none() if row.is_optional else found
    if isinstance(row, Padding | Sides):
        amount = st.integers(0, MAX_STEP)
        pairs = st.lists(st.tuples(amount, amount), min_size=rank, max_size=rank)
        if isinstance(row, Sides):
            return pairs | amount
        return pairs | st.sampled_from(["valid", "same", "causal"] if rank == 1 else ["valid", "same"])
    if isinstance(row, Choice):
        return st.sampled_from([key for key, _ in row.choices])
    if isinstance(row, Flag):
        return st.booleans()
    if isinstance(row, WholeNumbers):
        one = st.integers(row.minimum, row.maximum)
        return one | st.lists(one, min_size=1, max_size=6)
    assert isinstance(row, ActivationSetting)
    return st.sampled_from(row.names) | st.sampled_from(row.names).map(Activation)


@given(data=st.data(), rank=RANKS, place=st.sampled_from(ROWS))
def test_a_value_that_was_checked_comes_back_from_json_as_it_is(data, rank, place):
    _, row = place

    checked = row.checked(data.draw(values_of(row, rank)), rank)
    back = row.checked(json.loads(json.dumps(row.plain(checked))), rank)

    assert back == checked
    assert type(back) is type(checked)


@given(data=st.data(), rank=RANKS, place=st.sampled_from(ROWS))
def test_checking_again_changes_nothing(data, rank, place):
    _, row = place
    checked = row.checked(data.draw(values_of(row, rank)), rank)

    assert row.checked(checked, rank) == checked


@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize(("kind", "row"), ROWS, ids=lambda each: getattr(each, "name", each))
def test_the_default_is_accepted_at_every_rank(kind, row, rank):
    checked = row.checked(row.default, rank)

    assert checked is None if row.default is None else row.plain(checked) is not None
    assert row.default is not None or getattr(row, "is_optional", False)


@given(place=st.sampled_from(ROWS), rank=RANKS, value=JUNK)
def test_what_is_not_accepted_is_refused_by_name(place, rank, value):
    _, row = place
    sentence = checked = None
    try:
        checked = row.checked(value, rank)
    except ValueError as error:
        sentence = str(error)

    if sentence is None:
        assert row.checked(row.plain(checked), rank) == checked
    else:
        # An activation's own words name its parameter.
        assert sentence.startswith(f"{row.name} must ") or isinstance(row, ActivationSetting)


@pytest.mark.parametrize(("kind", "row"), ROWS, ids=lambda each: getattr(each, "name", each))
def test_every_setting_has_words_for_the_form(kind, row):
    assert row.label
    assert row.explanation
    assert all(tip for _, tip in getattr(row, "choices", ()))


@given(value=st.integers(1, MAX_STEP), rank=RANKS)
def test_one_number_stands_for_all_axes(value, rank):
    assert per_axis(value, rank, "strides") == (value,) * rank
    assert per_axis(np.int64(value), rank, "strides") == (value,) * rank
    assert all(type(each) is int for each in per_axis([np.int64(value)] * rank, rank, "strides"))


@pytest.mark.parametrize(
    ("row", "value", "rank", "sentence"),
    [
        (Number("epsilon", "", "", 1.0, 0.0, 2.0), 3, 2, "epsilon must lie in 0…2; got 3"),
        (Number("epsilon", "", "", 1.0, 0.0, 2.0), float("nan"), 2, "epsilon must lie in 0…2; got nan"),
        (Number("epsilon", "", ""), True, 2, "epsilon must be a number; got True"),
        (WholeNumber("units", "", "", 1, 1, 9), 10, 2, "units must lie in 1…9; got 10"),
        (WholeNumber("units", "", ""), 1.5, 2, "units must be a whole number; got 1.5"),
        (Divisor("groups", "", "", 1), 0, 2, "groups must lie in 1…1024; got 0"),
        (PerAxis("strides", "", ""), (1, 2, 3), 2, "strides must be a whole number or 2 of them (rows, columns)"),
        (PerAxis("strides", "", ""), (1, 2), 3, "strides must be a whole number or 3 of them; got (1, 2)"),
        (PerAxis("strides", "", ""), "2", 2, "strides must be a whole number or 2 of them"),
        (PerAxis("strides", "", ""), None, 2, "strides must be a whole number or 2 of them"),
        (Padding("padding", "", ""), "causal", 2, 'padding must be "valid", "same" or ((top, bottom), (left, right))'),
        (Padding("padding", "", ""), "full", 1, 'padding must be "valid", "same", "causal" or 1 pairs'),
        (Padding("padding", "", ""), ((1, 2), (3, -1)), 2, "padding must lie in 0…1024 on each side; got -1"),
        (Sides("cropping", "", ""), ((1, 2),), 2, "cropping must be ((top, bottom), (left, right))"),
        (Sides("cropping", "", ""), -1, 3, "cropping must lie in 0…1024 on each side; got -1"),
        (Choice("border", "", "", "a", (("a", ""), ("b", ""))), "c", 2, "border must be one of a, b; got 'c'"),
        (Flag("use_bias", "", ""), 1, 2, "use_bias must be true or false; got 1"),
        (ActivationSetting("activation", "", ""), {"parameters": {}}, 2, "activation must have a name and parameters"),
        (
            ActivationSetting("activation", "", ""),
            {"name": "relu", "parameters": 7},
            2,
            "activation must have parameters by name; got 7",
        ),
        (
            ActivationSetting("activation", "", ""),
            Activation("glu"),
            2,
            "activation must keep the number of maps; glu does not",
        ),
    ],
)
def test_impossible_values_are_refused_in_words(row, value, rank, sentence):
    with pytest.raises(ValueError) as caught:
        row.checked(value, rank)

    assert sentence in str(caught.value)


@pytest.mark.parametrize("name", MENU_ACTIVATIONS)
def test_an_activation_keeps_its_parameters(name):
    row = ActivationSetting("activation", "", "")
    changed = Activation(name, {each.name: each.maximum for each in describe(name).parameters})

    assert row.checked(json.loads(json.dumps(row.plain(changed))), 2) == changed
