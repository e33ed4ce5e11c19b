"""The pictures that networks of `keras.applications` were trained on, which their files do not tell: by their names."""

import re
from dataclasses import replace

from convexplorer.model.preprocessing import Preprocessing

# As `keras.applications.imagenet_utils.preprocess_input` has them.
_CAFFE = Preprocessing(order="bgr", high=255.0, mean=(103.939, 116.779, 123.68))
_TF = Preprocessing(low=-1.0)
_TORCH = Preprocessing(mean=(0.485, 0.456, 0.406), deviation=(0.229, 0.224, 0.225))
_NETWORKS = {
    r"vgg1[69]|resnet(50|101|152)": _CAFFE,
    r"resnet(50|101|152)v2|xception|inception_v3|inception_resnet_v2|mobilenet(v2)?_[\d.]+_\d+|nasnet.*": _TF,
    r"densenet(121|169|201)": _TORCH,
}


def preprocessing_of(name: str, size: tuple[int, int] | None) -> Preprocessing | None:
    """Return the preprocessing of a network of this name for pictures of a size; None if the name is none of them.

    Examples
    --------
    >>> preprocessing_of("resnet50", (224, 224)).order
    'bgr'
    """
    for pattern, found in _NETWORKS.items():
        if re.fullmatch(pattern, name):
            return replace(found, size=size)
    return None
