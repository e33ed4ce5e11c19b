"""Files of ONNX: the bytes of protobuf, the graph in them as values, and what follows from its constants alone."""
