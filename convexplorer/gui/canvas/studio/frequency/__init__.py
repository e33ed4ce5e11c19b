"""The wanted response as something to draw into and to pull at."""
