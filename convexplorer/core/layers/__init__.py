"""Layers as frozen values, in one table. Calling one computes it; arguments are checked when it is made."""

from convexplorer.core.layers.activated import ActivatedLayer
from convexplorer.core.layers.activation import LINEAR, Activation
from convexplorer.core.layers.blocks import DepthToSpace, SpaceToDepth
from convexplorer.core.layers.combine import OPERATIONS, CombineMaps
from convexplorer.core.layers.concatenate import Concatenate
from convexplorer.core.layers.conv import Conv
from convexplorer.core.layers.dense import Dense, Flatten
from convexplorer.core.layers.depthwise import DepthwiseConv
from convexplorer.core.layers.global_pool import GlobalAveragePool, GlobalMaxPool
from convexplorer.core.layers.group_norm import GroupNorm, LayerNorm
from convexplorer.core.layers.layer import Layer, Shape
from convexplorer.core.layers.local_response import LocalResponseNorm
from convexplorer.core.layers.merge import Add, Average, Maximum, Minimum, Multiply, Subtract
from convexplorer.core.layers.normalization import BatchNorm
from convexplorer.core.layers.pad import Pad
from convexplorer.core.layers.padding import Crop, ZeroPad
from convexplorer.core.layers.plain import CellLayer, Identity, PlainLayer
from convexplorer.core.layers.pool import AveragePool, MaxPool
from convexplorer.core.layers.prelu import PRelu
from convexplorer.core.layers.rearranging import Permute, Reshape
from convexplorer.core.layers.resample import Upsample
from convexplorer.core.layers.rescaling import Rescaling
from convexplorer.core.layers.resize import Resize
from convexplorer.core.layers.scale_shift import ScaleShift
from convexplorer.core.layers.select_maps import SelectMaps
from convexplorer.core.layers.separable import SeparableConv
from convexplorer.core.layers.transpose import ConvTranspose
from convexplorer.core.layers.unpool import Unpool

__all__ = [
    "LAYERS",
    "LINEAR",
    "OPERATIONS",
    "ActivatedLayer",
    "Activation",
    "Add",
    "Average",
    "AveragePool",
    "BatchNorm",
    "CellLayer",
    "CombineMaps",
    "Concatenate",
    "Conv",
    "ConvTranspose",
    "Crop",
    "Dense",
    "DepthToSpace",
    "DepthwiseConv",
    "Flatten",
    "GlobalAveragePool",
    "GlobalMaxPool",
    "GroupNorm",
    "Identity",
    "Layer",
    "LayerNorm",
    "LocalResponseNorm",
    "MaxPool",
    "Maximum",
    "Minimum",
    "Multiply",
    "PRelu",
    "Pad",
    "Permute",
    "PlainLayer",
    "Rescaling",
    "Reshape",
    "Resize",
    "ScaleShift",
    "SelectMaps",
    "SeparableConv",
    "Shape",
    "SpaceToDepth",
    "Subtract",
    "Unpool",
    "Upsample",
    "ZeroPad",
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
    "zero_pad": ZeroPad,
    "crop": Crop,
    "unpool": Unpool,
    "local_response_norm": LocalResponseNorm,
    "rescaling": Rescaling,
    "add": Add,
    "subtract": Subtract,
    "multiply": Multiply,
    "average": Average,
    "maximum": Maximum,
    "minimum": Minimum,
    "concatenate": Concatenate,
    "combine_maps": CombineMaps,
    "prelu": PRelu,
    "scale_shift": ScaleShift,
    "select_maps": SelectMaps,
    "pad": Pad,
    "resize": Resize,
    "group_norm": GroupNorm,
    "layer_norm": LayerNorm,
    "depth_to_space": DepthToSpace,
    "space_to_depth": SpaceToDepth,
    "reshape": Reshape,
    "permute": Permute,
}
