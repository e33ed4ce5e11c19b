"""Scores for fuzzy matching of a typed query with titles, used by all search lists; independent of Qt."""

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")
_WHOLE = 11.0  # of the whole text: more than that of any part


def match_score(query: str, text: str) -> float:
    """Return the score of `query` in `text`; 0 for no match.

    Every word of the query must match, in any order. The whole text scores highest, then a match at its beginning, then
    at the beginning of a word, then inside a word, then as letters in order with gaps.

    Parameters
    ----------
    query : the typed text; an empty query matches every text equally.
    text : the text to search.

    Examples
    --------
    >>> match_score("sob x", "Sobel x") > match_score("sob x", "Absorb extra") > 0
    True
    >>> match_score("zz", "Sobel x")
    0.0

    """
    text = text.casefold()
    if text and " ".join(query.casefold().split()) == text:
        return _WHOLE
    scores = [_word_score(word, text) for word in query.casefold().split()]
    if not scores:
        return 1.0
    return sum(scores) / len(scores) if all(scores) else 0.0


def best_matches(query: str, items: Iterable[T], text_of: Callable[[T], str]) -> list[T]:
    """Return the matching items, best first; items of equal score keep their order."""
    scored = [(match_score(query, text_of(item)), item) for item in items]
    return [item for score, item in sorted(scored, key=lambda pair: -pair[0]) if score > 0]


def _word_score(word: str, text: str) -> float:
    """Return the score of one word, in 0…10; the same match scores higher in a shorter text."""
    place = text.find(word)
    brevity = 1 / (1 + len(text))
    if place == 0:
        return 9 + brevity
    starts = [i for i in range(1, len(text)) if not text[i - 1].isalnum()]
    if any(text.startswith(word, start) for start in starts):
        return 7 + brevity
    if place > 0:
        return 4 + brevity
    span = _shortest_span(word, text)
    # Letters scattered over half a sentence are a coincidence, not a match.
    return 2 * len(word) / span + brevity if span and span <= 2 * len(word) + 1 else 0.0


def _shortest_span(word: str, text: str) -> int:
    """Return the length of the shortest span that contains the word's letters in order; 0 if there is none."""
    best = 0
    for start in (i for i, letter in enumerate(text) if letter == word[0]):
        end = start
        for letter in word[1:]:
            end = text.find(letter, end + 1)
            if end < 0:
                return best
        best = min(best or len(text), end - start + 1)
    return best
