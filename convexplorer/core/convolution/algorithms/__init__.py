"""The ways to compute one and the same convolution; `core.plans` lists them and chooses."""
