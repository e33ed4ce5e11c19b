"""What a layer does besides convolution: pools, resampling, dense sums, normalization, activations, initializers."""
