"""Layers that feed each other: all their maps, shapes, costs, receptive fields and gradients."""

from convexplorer.core.network.evaluation import Evaluation, Result
from convexplorer.core.network.execution import evaluate
from convexplorer.core.network.gradients import input_gradient
from convexplorer.core.network.graph import IMAGE, Graph, Layers, as_graph
from convexplorer.core.network.summary import multiply_adds, parameter_counts, receptive_field, shapes

__all__ = [
    "IMAGE",
    "Evaluation",
    "Graph",
    "Layers",
    "Result",
    "as_graph",
    "evaluate",
    "input_gradient",
    "multiply_adds",
    "parameter_counts",
    "receptive_field",
    "shapes",
]
