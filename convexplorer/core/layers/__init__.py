"""Layers as frozen values, in one table. Calling one computes it; arguments are checked when it is made."""

from convexplorer.core.layers.activated import ActivatedLayer
from convexplorer.core.layers.activation import LINEAR, Activation
from convexplorer.core.layers.conv import Conv
from convexplorer.core.layers.dense import Dense, Flatten
from convexplorer.core.layers.layer import Layer, Shape
from convexplorer.core.layers.normalization import BatchNorm
from convexplorer.core.layers.plain import CellLayer, Identity, PlainLayer
from convexplorer.core.layers.pool import AveragePool, GlobalAveragePool, GlobalMaxPool, MaxPool
from convexplorer.core.layers.resample import Upsample
from convexplorer.core.layers.separable import DepthwiseConv, SeparableConv
from convexplorer.core.layers.transpose import ConvTranspose

__all__ = [
    "LAYERS",
    "LINEAR",
    "ActivatedLayer",
    "Activation",
    "AveragePool",
    "BatchNorm",
    "CellLayer",
    "Conv",
    "ConvTranspose",
    "Dense",
    "DepthwiseConv",
    "Flatten",
    "GlobalAveragePool",
    "GlobalMaxPool",
    "Identity",
    "Layer",
    "MaxPool",
    "PlainLayer",
    "SeparableConv",
    "Shape",
    "Upsample",
]

LAYERS: dict[str, type[Layer]] = {
    "conv": Conv,
    "conv_transpose": ConvTranspose,
    "depthwise_conv": DepthwiseConv,
    "separable_conv": SeparableConv,
    "max_pool": MaxPool,
    "average_pool": AveragePool,
    "global_max_pool": GlobalMaxPool,
    "global_average_pool": GlobalAveragePool,
    "upsample": Upsample,
    "batch_norm": BatchNorm,
    "flatten": Flatten,
    "dense": Dense,
    "activation": Activation,
    "identity": Identity,
}
