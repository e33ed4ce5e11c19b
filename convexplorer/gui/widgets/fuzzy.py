"""How well a few typed letters fit a title: the order of every list that is searched by typing. No Qt here."""

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


def match_score(query: str, text: str) -> float:
    """Return how well `query` fits, 0 when it does not.

    Every word of the query must be found, in any order. The beginning of the text counts most, then the
    beginning of a word, then any place in it, then its letters in their order with others between.

    Parameters
    ----------
    query : what was typed; an empty one fits everything equally.
    text : what is searched.

    Examples
    --------
    >>> match_score("sob x", "Sobel x") > match_score("sob x", "Absorb extra") > 0
    True
    >>> match_score("zz", "Sobel x")
    0.0

    """
    text = text.casefold()
    scores = [_word_score(word, text) for word in query.casefold().split()]
    if not scores:
        return 1.0
    return sum(scores) / len(scores) if all(scores) else 0.0


def best_matches(query: str, items: Iterable[T], text_of: Callable[[T], str]) -> list[T]:
    """Return the items that fit, best first; equal ones keep their order."""
    scored = [(match_score(query, text_of(item)), item) for item in items]
    return [item for score, item in sorted(scored, key=lambda pair: -pair[0]) if score > 0]


def _word_score(word: str, text: str) -> float:
    """Return how well one word fits, in 0…10; in a short text it means more."""
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
    # Letters that are strewn over half a sentence are an accident, not a match.
    return 2 * len(word) / span + brevity if span and span <= 2 * len(word) + 1 else 0.0


def _shortest_span(word: str, text: str) -> int:
    """Return the length of the shortest stretch that has the word's letters in their order, 0 if there is none."""
    best = 0
    for start in (i for i, letter in enumerate(text) if letter == word[0]):
        end = start
        for letter in word[1:]:
            end = text.find(letter, end + 1)
            if end < 0:
                return best
        best = min(best or len(text), end - start + 1)
    return best
