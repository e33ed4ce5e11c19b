"""The grid of weights: painting, typing, scrolling."""
