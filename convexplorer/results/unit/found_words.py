"""What is said of a search: how far it is, what it has found, and which pictures could not be used."""

from convexplorer.results.unit.bank_statistics import sentence_of
from convexplorer.results.unit.searching import Found
from convexplorer.words import failure, number, plain


def progress_words(found: Found) -> str:
    """Return how far a search is that still runs."""
    progress = found.progress
    about = "about " if progress.is_estimated else ""
    of = f" of {about}{progress.total}" if progress.total else ""
    return f"{_name(found)}: {progress.done}{of} searched, {plain(progress.title)}"


def patch_words(found: Found) -> str:
    """Return of which unit the patches are, and how large its values are."""
    if not found.patches:
        return f"{_name(found)} has no value here."
    first, last = (number(found.patches[i].value) for i in (0, -1))
    return f"{_name(found)}: {first} to {last} in {_pictures(found)}."


def bank_words(found: Found) -> str:
    """Return of which pictures the numbers of a bank are, and what stands out."""
    return f"Layer {plain(found.unit.layer_title)} in {_pictures(found)}. {sentence_of(found.rows)}".strip()


def failure_words(found: Found) -> str:
    """Return which pictures could not be searched, and why the last of them; "" if all could."""
    failures = found.progress.failures
    if not failures:
        return ""
    name, reason = failures[-1]
    more = f"and {len(failures) - 1} more " if len(failures) > 1 else ""
    return failure(plain(name), f"{more}could not be searched", plain(reason, 300))


def _name(found: Found) -> str:
    return f"{plain(found.unit.name)} in layer {plain(found.unit.layer_title)}"


def _pictures(found: Found) -> str:
    return "one picture" if found.frames == 1 else f"{found.frames} pictures"
