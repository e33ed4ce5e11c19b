import pytest

from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.json_text import parse_object


def test_a_name_that_is_there_twice_is_found_among_many():
    text = "{" + ",".join(f'"{i}":0' for i in range(200_000)) + ',"199999":1}'

    with pytest.raises(NetworkFileError, match=r'^the text names "199999" twice$'):
        parse_object(text, "the text")


def test_numbers_of_thousands_of_digits_are_refused():
    with pytest.raises(NetworkFileError, match="no JSON text"):
        parse_object('{"a": ' + "9" * 10_000 + "}", "the text")
