"""How the program writes what people read: the one place for sentences made of values, without Qt."""


def as_sentence(reason: str) -> str:
    """Return the text of an error as a sentence: edits say reasons, a person reads sentences.

    Examples
    --------
    >>> as_sentence("a layer needs at least one filter")
    'A layer needs at least one filter.'

    """
    return reason[:1].upper() + reason[1:] + ("" if reason.endswith((".", "!", "?", "…")) else ".")
