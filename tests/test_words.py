from convexplorer.words import as_sentence


def test_a_reason_becomes_a_sentence() -> None:
    assert as_sentence("too large") == "Too large."
    assert as_sentence("Really?") == "Really?"
