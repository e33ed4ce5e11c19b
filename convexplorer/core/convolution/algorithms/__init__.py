"""The algorithms of `conv`, which give the same numbers; `convolution.plans` lists them and chooses."""
