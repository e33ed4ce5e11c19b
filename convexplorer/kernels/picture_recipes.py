"""What is said of kernels that were made of pictures: of a part of one, of a whole one, or learned from many."""

from convexplorer.kernels.recipe import Recipe
from convexplorer.words import plain, times


def patch_recipe(
    title: str,
    size: tuple[int, int],
    start: tuple[int, int] | None,
    *,
    is_centred: bool,
    has_norm_1: bool,
    is_grey: bool,
) -> Recipe:
    """Return the recipe of a part of a picture as a kernel.

    Parameters
    ----------
    title : of the picture.
    size : rows and columns of the kernel.
    start : (row, column) of its first cell in the picture; None for the whole picture, reduced to that size.
    """
    place = {} if start is None else {"row": start[0], "column": start[1]}
    choices = {"is_centred": is_centred, "has_norm_1": has_norm_1, "is_grey": is_grey}
    return Recipe("patch", {"picture": title, "rows": size[0], "columns": size[1], **place, **choices})


def patch_sentence(recipe: Recipe) -> str:
    """Return what was cut from which picture, and what was done to it.

    Examples
    --------
    >>> patch_sentence(patch_recipe("cat.png", (9, 7), (20, 31), is_centred=True, has_norm_1=True, is_grey=False))
    'a part of cat.png, 9 × 7 from row 20, column 31, mean 0, norm 1'
    """
    given = recipe.settings
    size, picture = times((given["rows"], given["columns"])), plain(given["picture"])
    if "row" in given:
        parts = [f"a part of {picture}", f"{size} from row {given['row']}, column {given['column']}"]
    else:
        parts = [f"all of {picture}", f"reduced to {size}"]
    for key, words in (("is_grey", "in grey"), ("is_centred", "mean 0"), ("has_norm_1", "norm 1")):
        parts += [words] if given[key] else []
    return ", ".join(parts)


def learned_recipe(
    method: str,
    number: int,
    count: int,
    *,
    size: int,
    seed: int,
    is_grey: bool,
    pictures: str,
    patches: int,
    rounds: int,
) -> Recipe:
    """Return the recipe of a learned filter.

    Parameters
    ----------
    method : key of `METHODS`.
    number, count : its place among so many filters, from 1.
    pictures : what it was learned from, for the user: "cat.png", "12 pictures of Photos".
    patches, rounds : how many were learned from, and how often.
    """
    told = {"pictures": pictures, "patches": patches, "rounds": rounds}
    made = {"method": method, "number": number, "count": count, "size": size, "seed": seed, "is_grey": is_grey}
    return Recipe("learned", made | told)


def learned_sentence(recipe: Recipe) -> str:
    """Return what a filter was learned from, and how.

    Examples
    --------
    >>> learned_sentence(
    ...     learned_recipe(
    ...         "ica", 3, 32, size=9, seed=0, is_grey=True, pictures="cat.png", patches=9000, rounds=40
    ...     )
    ... )
    'ICA, 3 of 32 filters learned from 9000 patches of cat.png in 40 rounds, in grey, seed 0'
    """
    from convexplorer.kernels.learning.methods import METHODS  # here: recipes are there from the start

    given = recipe.settings
    method = METHODS[given["method"]].label if given["method"] in METHODS else plain(given["method"])
    grey = ", in grey" if given["is_grey"] else ""
    rounds = f"{given['rounds']} round{'' if given['rounds'] == 1 else 's'}"
    which = f"{given['number']} of {given['count']} filters learned from {given['patches']} patches"
    return f"{method}, {which} of {plain(given['pictures'])} in {rounds}{grey}, seed {given['seed']}"
