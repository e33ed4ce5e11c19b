"""What the receptive field of a value says, in words: the part of the picture that is not faded."""

from convexplorer.words import percent, times

Size = tuple[int, int]


def field_sentence(size: Size, inner: Size | None, share: float, spatial: Size) -> str:
    """Return what is shown bright, what is faded, and what is dashed.

    Parameters
    ----------
    size : rows and columns of the receptive field, padding included.
    inner : rows and columns of the part that holds this share of the influence; None where it is not known or all.
    spatial : rows and columns of the picture.

    Examples
    --------
    >>> field_sentence((7, 7), (5, 5), 0.95, (40, 50))
    'Receptive field: 7 × 7 cells; what is faded does not change this value. Dashed: 5 × 5 with 95 % of the influence.'
    """
    if all(n >= whole for n, whole in zip(size, spatial, strict=True)):
        text = "Receptive field: all of the picture."
    else:
        text = f"Receptive field: {times(size)} cells; what is faded does not change this value."
    if inner is None:
        return text
    if 0 in inner:
        return f"{text} In this picture nothing moves it: its gradient is 0."
    return f"{text} Dashed: {times(inner)} with {percent(share)} of the influence."
