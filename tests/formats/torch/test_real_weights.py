"""Weights that others have trained and published, in the container of before version 1.6, as many still are.

`pnet.pt` finds faces: the first network of MTCNN, from facenet-pytorch 2.6.0 (MIT, its licence lies beside it).
"""

import hashlib
from pathlib import Path

from convexplorer.formats.torch.torch_file import read_torch

FILE = Path(__file__).parents[2] / "networks" / "facenet" / "pnet.pt"
# Shapes, and the beginnings of the SHA-256 of the bytes that torch 2.14 reads.
EXPECTED = {
    "conv1.weight": ((10, 3, 3, 3), "5b5127d88290a180"),
    "conv1.bias": ((10,), "83fd809228678b04"),
    "prelu1.weight": ((10,), "45adbefa01108f18"),
    "conv2.weight": ((16, 10, 3, 3), "b85e783a5f632a12"),
    "conv2.bias": ((16,), "72bd983207b4b5c5"),
    "prelu2.weight": ((16,), "6540801da4f97819"),
    "conv3.weight": ((32, 16, 3, 3), "9d5aae6ca2dbba98"),
    "conv3.bias": ((32,), "dd636cec55f59b36"),
    "prelu3.weight": ((32,), "6465b2b6d0df8df6"),
    "conv4_1.weight": ((2, 32, 1, 1), "f745afb4a8007397"),
    "conv4_1.bias": ((2,), "575f7af6d2ed0b63"),
    "conv4_2.weight": ((4, 32, 1, 1), "d72b47f2c3d67d19"),
    "conv4_2.bias": ((4,), "7376962a9927027d"),
}


def test_published_weights_are_read_bit_for_bit():
    found = read_torch(FILE).tensors

    assert {
        name: (array.shape, hashlib.sha256(array.astype("<f4").tobytes()).hexdigest()[:16])
        for name, array in found.items()
    } == EXPECTED
