"""What the kinds of convolution are called: their names in Keras, and a sentence each."""

CONV_LABELS = {
    "conv": "Conv2D",
    "depthwise_conv": "DepthwiseConv2D",
    "separable_conv": "SeparableConv2D",
    "conv_transpose": "Conv2DTranspose",
}
CONV_TIPS = {
    "conv": "Each filter looks at all channels; the results are summed to one map.",
    "depthwise_conv": "Each filter looks at each channel alone: a map for every pair.",
    "separable_conv": "Depthwise first, then a 1×1 step adds each filter's maps over the channels.",
    "conv_transpose": "Each value is spread by the filters: strides make the maps larger.",
}
