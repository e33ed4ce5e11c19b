"""Operators other than convolution: pools, resampling, dense sums, normalization, activations, initializers."""
