"""Two networks on one frame: which layers belong together, how far their values and weights differ, and as a table."""
