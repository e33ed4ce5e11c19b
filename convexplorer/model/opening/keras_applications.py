"""The pictures that networks of `keras.applications` were trained on, which their files do not tell: by their names."""

import re
from dataclasses import replace

from convexplorer.model.preprocessing import Preprocessing
from convexplorer.model.preprocessing_presets import PRESETS

# As `keras.applications.imagenet_utils.preprocess_input` has them.
_NETWORKS = {
    r"vgg1[69]|resnet(50|101|152)": "caffe",
    r"resnet(50|101|152)v2|xception|inception_v3|inception_resnet_v2|mobilenet(v2)?_[\d.]+_\d+|nasnet.*": "signed",
    r"densenet(121|169|201)": "torch",
}


def preprocessing_of(name: str, size: tuple[int, int] | None) -> Preprocessing | None:
    """Return the preprocessing of a network of this name for pictures of a size; None if the name is none of them.

    Examples
    --------
    >>> preprocessing_of("resnet50", (224, 224)).order
    'bgr'
    """
    for pattern, preset in _NETWORKS.items():
        if re.fullmatch(pattern, name):
            return replace(PRESETS[preset][1], size=size)
    return None
