"""A network as ONNX: the graph's parts as bytes, and a table of how each kind of layer is said in its operators."""
