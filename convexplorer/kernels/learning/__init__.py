"""Banks of filters learned from pictures, in NumPy alone: patches, whitening, and four methods that learn in rounds."""
