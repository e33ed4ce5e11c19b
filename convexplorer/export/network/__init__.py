"""A project's network as what leaves the program: steps in order, each with its weights, its inputs and its name."""
