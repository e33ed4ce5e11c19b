"""Searching by a few letters."""

import pytest

from convexplorer.gui.widgets.fuzzy import best_matches, match_score

TITLES = ["Save project", "Sobel x", "Sobel y", "Open…", "Laplacian of Gaussian", "Export kernels…"]


@pytest.mark.parametrize(
    ("query", "first"),
    [("sob", "Sobel x"), ("sob y", "Sobel y"), ("y sobel", "Sobel y"), ("gau", "Laplacian of Gaussian")],
)
def test_the_best_match_stands_first(query: str, first: str) -> None:
    assert best_matches(query, TITLES, str)[0] == first


def test_left_out_letters_are_forgiven() -> None:
    assert best_matches("lplc", TITLES, str) == ["Laplacian of Gaussian"]


def test_nothing_typed_keeps_all_in_their_order() -> None:
    assert best_matches("", TITLES, str) == TITLES


def test_strewn_letters_are_no_match() -> None:
    assert match_score("ses", "save a project with its kernels") == 0


def test_every_word_must_be_found() -> None:
    assert match_score("sobel zebra", "Sobel x") == 0


def test_the_whole_text_comes_before_others_that_its_words_begin():
    titles = ["Add Pad", "Add Add", "Add Adder"]

    for title in titles:
        assert best_matches(title.lower(), titles, str)[0] == title
