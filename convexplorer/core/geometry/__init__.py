"""The geometry of sliding windows: borders, padding, strides, receptive fields, and the arrays that windows read."""
