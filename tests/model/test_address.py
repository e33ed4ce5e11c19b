import re
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from convexplorer.model.address import Address, parse_address

names = st.text(max_size=20)
numbers = st.integers(0, 999_999_999)
maps = st.one_of(numbers, names)
cells = st.lists(numbers, min_size=1, max_size=4).map(tuple)
addresses = st.one_of(
    st.builds(Address, names), st.builds(Address, names, maps), st.builds(Address, names, maps, cells)
)


@given(addresses)
@example(Address("/stem/Conv", 'the "left" one', (0, 0)))
@example(Address("a@b", "17", (3,)))
@example(Address(" ", "\n", (1, 2, 3)))
def test_every_address_is_read_as_it_was_written(address: Address):
    assert parse_address(str(address)) == address


@given(addresses)
def test_an_address_is_one_line_that_acts_on_no_terminal(address: Address):
    assert str(address).isprintable()


@given(st.text(max_size=30))
@example('"')
@example("a/1@(" + "9" * 400 + ")")
@example('"\\ud800"/1')
def test_any_other_text_is_an_address_or_refused(text: str):
    with suppress(ValueError):
        found = parse_address(text)
        assert parse_address(str(found)) == found


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("conv2", Address("conv2")),
        ("conv2/17", Address("conv2", 17)),
        ("conv2/17@(12,40)", Address("conv2", 17, (12, 40))),
        ("  conv2 / 17 @ ( 12 , 40 ) ", Address("conv2", 17, (12, 40))),
        ("conv2/17@12,40", Address("conv2", 17, (12, 40))),
        ("input/R@(3,4)", Address("input", "R", (3, 4))),
        ("layer1.0.conv1/sobel x@7", Address("layer1.0.conv1", "sobel x", (7,))),
        ('"/stem/Conv"/3', Address("/stem/Conv", 3)),
        ('scores/"3"', Address("scores", "3")),
        ("scores/3", Address("scores", 3)),
    ],
)
def test_what_a_person_may_type(text: str, address: Address):
    assert parse_address(text) == address


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "name of a layer is missing"),
        ("/17", "name of a layer is missing"),
        ("conv/", "name of a map is missing"),
        ("conv@(1,2)", "names no map"),
        ("conv/17/3", "got “/3”"),
        ('"conv/17', "quotes around the name of a layer"),
        ('"conv"x/17', "got “x/17”"),
        ("conv/17@", "a cell is row and column from 0"),
        ("conv/17@(1,-2)", "got “(1,-2)”"),
        ("conv/17@(1,2", "got “(1,2”"),
        ("conv/17@(1.5,2)", "a cell is row and column"),
        ("conv/17@(1;2)", "a cell is row and column"),
        ("x" * 20_000, "at most 10000 characters"),
    ],
)
def test_what_is_no_address_says_where_it_is_none(text: str, said: str):
    with pytest.raises(ValueError, match=re.escape(said)):
        parse_address(text)
