"""Random graphs that move, cut, join and turn tensors: whatever becomes layers gives ONNX Runtime's numbers."""

import math

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from onnx import helper

from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.onnx.reader import read_model
from convexplorer.model.opening.onnx_layers import translate
from tests.model.opening.onnx_oracle import compared_tensors, evaluated, tensor_of
from tests.model.opening.test_onnx_operators import model_bytes

STEPS = ("Transpose", "Reshape", "Relu", "Scale", "Concat", "Slice", "Softmax", "Mul", "Conv", "ReduceMean")


class Graph:
    """A graph while it is drawn: its nodes, its constants, and the shape of each tensor."""

    def __init__(self, draw, shape):
        self.draw = draw
        self.nodes, self.constants = [], {}
        self.shapes = {"x": (1, *shape)}

    def constant(self, value):
        name = f"k{len(self.constants)}"
        self.constants[name] = np.asarray(value)
        return name

    def weights(self, *shape):
        return self.constant(np.random.default_rng(len(self.constants)).normal(size=shape).astype(np.float32))

    def node(self, operator, inputs, shape, **attributes):
        name = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [name], **attributes))
        self.shapes[name] = tuple(shape)

    def step(self):
        operator = self.draw(st.sampled_from(STEPS))
        name = self.draw(st.sampled_from(list(self.shapes)[-3:]))
        shape = self.shapes[name]
        axis = self.draw(st.integers(1, len(shape) - 1))
        if operator == "Transpose":
            order = (0, *self.draw(st.permutations(range(1, len(shape)))))
            self.node(operator, [name], [shape[i] for i in order], perm=order)
        elif operator == "Reshape":
            first = self.draw(st.sampled_from([n for n in range(1, 13) if math.prod(shape) % n == 0]))
            wanted = self.draw(
                st.sampled_from([(1, first, math.prod(shape) // first), (*shape, 1), (1, 1, *shape[1:])])
            )
            self.node(operator, [name, self.constant(np.array(wanted))], wanted)
        elif operator == "Scale":
            wide = [n if i == axis else 1 for i, n in enumerate(shape)]
            self.node(self.draw(st.sampled_from(["Add", "Mul", "Sub"])), [name, self.weights(*wide)], shape)
        elif operator in ("Concat", "Mul"):
            alike = [other for other, found in self.shapes.items() if found == shape]
            inputs, joined = [name, self.draw(st.sampled_from(alike))], list(shape)
            joined[axis] *= 2 if operator == "Concat" else 1
            self.node(operator, inputs, joined, **({"axis": axis} if operator == "Concat" else {}))
        elif operator == "Slice":
            cells = range(self.draw(st.integers(0, shape[axis] - 1)), shape[axis], self.draw(st.integers(1, 2)))
            numbers = [self.constant(np.array([n])) for n in (cells.start, cells.stop, axis, cells.step)]
            self.node(operator, [name, *numbers], [len(cells) if i == axis else n for i, n in enumerate(shape)])
        elif operator == "Conv" and len(shape) in (3, 4):
            self.node(operator, [name, self.weights(2, shape[1], *(1,) * (len(shape) - 2))], (1, 2, *shape[2:]))
        elif operator == "ReduceMean" and len(shape) == 4:
            axes = self.draw(st.sampled_from([(2, 3), (1, 2)]))
            self.node(operator, [name], [1 if i in axes else n for i, n in enumerate(shape)], axes=axes)
        elif operator in ("Relu", "Softmax"):
            self.node(operator, [name], shape, **({"axis": axis} if operator == "Softmax" else {}))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_what_becomes_layers_of_a_random_graph_gives_the_runtimes_numbers(data):
    shape = tuple(data.draw(st.sampled_from([1, 2, 3, 4, 6])) for _ in range(3))
    graph = Graph(data.draw, shape)
    for _ in range(data.draw(st.integers(2, 7))):
        graph.step()
    nodes = [*graph.nodes, helper.make_node("Tanh", [list(graph.shapes)[-1]], ["y"])]
    content = model_bytes(nodes, graph.constants, shape, 13)
    try:
        translated = translate(read_model(content, "/nowhere"), "it")
    except NetworkFileError:  # nothing but steps that no layer can be
        return
    assume(translated.picture.maps_shape == shape and translated.tensors)
    image = np.random.default_rng(0).uniform(-1, 1, shape).astype(np.float32)

    results = dict(zip(translated.opened.layers, evaluated(translated, image).results, strict=True))

    by_id = {layer.id: result for layer, result in results.items()}
    expected = compared_tensors(content, translated, image, "/nowhere")
    for layer_id, (name, view) in translated.tensors.items():
        if by_id[layer_id].maps is not None:  # of none behind an operator that no layer can be
            scale = max(np.abs(expected[name]).max(), 1e-3)
            found = tensor_of(by_id[layer_id].maps, view)
            np.testing.assert_allclose(found, expected[name], rtol=0, atol=2e-5 * scale, err_msg=layer_id)
