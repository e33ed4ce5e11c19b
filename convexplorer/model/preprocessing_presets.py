"""What common networks were trained on: the range of their numbers, as frameworks and model zoos write it."""

from dataclasses import replace

from convexplorer.model.preprocessing import Preprocessing

_DEVIATION = (0.229, 0.224, 0.225)
# By name: the label, and the numbers; size and fit are those of a single network.
PRESETS: dict[str, tuple[str, Preprocessing]] = {
    "unit": ("0 … 1", Preprocessing()),
    "bytes": ("0 … 255", Preprocessing(high=255.0)),
    "signed": ("−1 … 1", Preprocessing(low=-1.0)),
    "torch": ("ImageNet, PyTorch", Preprocessing(mean=(0.485, 0.456, 0.406), deviation=_DEVIATION)),
    "caffe": ("ImageNet, Caffe", Preprocessing(order="bgr", high=255.0, mean=(103.939, 116.779, 123.68))),
}


def with_preset(given: Preprocessing, name: str) -> Preprocessing:
    """Return the numbers of a preset with the size and the fit that are given.

    The order of the channels changes only where the numbers belong to one; a network of grey pictures stays one.
    """
    new = replace(PRESETS[name][1], size=given.size, fit=given.fit)
    return with_order(new, given.order) if given.order == "grey" or len(new.mean) == 1 else new


def preset_of(given: Preprocessing) -> str:
    """Return the name of the preset whose numbers these are; "" if none has them."""
    return next((name for name in PRESETS if with_preset(given, name) == given), "")


def with_order(given: Preprocessing, order: str) -> Preprocessing:
    """Return another order of the channels, with as many means and deviations as it has channels.

    Red and blue exchange their numbers between RGB and BGR; grey takes the mean of both, weighted as luminance is.
    """
    if order == given.order:
        return given
    mean, deviation = (_in_order(numbers, given.order, order) for numbers in (given.mean, given.deviation))
    return replace(given, order=order, mean=mean, deviation=deviation)  # type: ignore[arg-type]  # checked there


def _in_order(numbers: tuple[float, ...], before: str, after: str) -> tuple[float, ...]:
    if len(numbers) == 1:
        return numbers
    rgb = numbers if before == "rgb" else numbers[::-1]
    if after == "grey":
        return (round(0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2], 6),)
    return rgb if after == "rgb" else rgb[::-1]
