"""Where windows lie: borders, padding, strides, receptive fields, and the arrays they read."""
