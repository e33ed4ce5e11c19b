"""Learns the banks that ship as presets, from the sample pictures: `python -m tests.kernels.learning.make_banks`.

Writes `resources/kernels/learned-*.toml`. Seed 0; the weights are whole numbers that sum to 0, over their norm.
"""

from itertools import islice

import numpy as np

from convexplorer import assets
from convexplorer.kernels.learning.methods import METHODS, learn, ranked
from convexplorer.kernels.learning.patches import PatchPool
from convexplorer.kernels.learning.shipped import GROUP, SHIPPED, ShippedBank
from convexplorer.sources import open_reader, parse
from convexplorer.words import percent

LARGEST = 99  # of the whole numbers
PATCHES = 40_000
_BY = {"whitened-kmeans": "k-means on whitened patches", "ica": "ICA", "sparse": "sparse coding"}


def learned(bank: ShippedBank) -> tuple[np.ndarray, np.ndarray]:
    """Return the filters of a bank, (count, P, rows, columns), and their shares."""
    pool = PatchPool(bank.size, PATCHES)
    for name in bank.pictures:
        image = open_reader(parse(f"sample:{name}")).read().image
        image = np.repeat(image, 3, axis=0) if len(image) == 1 else image
        pool.add(image.mean(axis=0, keepdims=True) if bank.is_grey else image)
    patches = pool.patches()
    *_, found = islice(learn(patches, bank.method, bank.learned), METHODS[bank.method].rounds + 1)
    order = ranked(found)[: bank.count]
    return patches.as_planes(found.vectors[order]), found.shares[order]


def whole_numbers(planes: np.ndarray) -> np.ndarray:
    """Return planes as whole numbers that sum to 0: those that lose least by it are moved by 1."""
    exact = planes / np.abs(planes).max() * LARGEST
    exact = exact - exact.mean()
    whole = np.round(exact)
    while (excess := int(whole.sum())) != 0:
        step = np.sign(excess)
        gain = np.where(np.abs(whole - step) <= LARGEST, (whole - exact) * step, -np.inf).ravel()
        whole.ravel()[np.argsort(-gain, kind="stable")[: abs(excess)]] -= step
    return whole.astype(int)


def text_of(key: str, bank: ShippedBank) -> str:
    """Return the file of a bank."""
    pictures = ", ".join(bank.pictures)
    lines = [
        f"# Learned of the sample pictures {pictures} (authors and licences in resources/images/LICENSES.md)",
        f"# by `python -m tests.kernels.learning.make_banks`: {_BY[bank.method]}, {bank.learned} filters, of which",
        f"# these {bank.count} stand for most of the patches. The numbers are ConvExplorer's own, under its licence.",
        f'group = "{GROUP}"',
    ]
    for i, (planes, share) in enumerate(zip(*learned(bank), strict=True), 1):
        whole = whole_numbers(planes)
        rows = [", ".join("[" + ", ".join(map(str, row)) + "]" for row in plane.tolist()) for plane in whole]
        told = (
            f"{percent(float(share), '.2g')} of what {bank.learned} filters explain of {len(bank.pictures)} photographs"
        )
        if bank.method == "whitened-kmeans":
            told = (
                f"{percent(float(share), '.2g')} of the patches of {len(bank.pictures)} photographs are nearest to it"
            )
        lines += [
            "",
            "[[kernel]]",
            f'name = "{key}-{i}"',
            f'label = "Learned by {_BY[bank.method].partition(" on")[0]}, {i}"',
            f'explanation = "Learned by {_BY[bank.method]}: {told}."',
            f'keywords = ["learned", "bank", "{bank.method}"]',
            f"divisor = {np.sqrt(np.square(whole).sum()):.6f}",
            *([f"rows = [{rows[0]}]"] if len(rows) == 1 else ["planes = [", *(f"  [{one}]," for one in rows), "]"]),
        ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    for key, bank in SHIPPED.items():
        path = assets.path("kernels") / f"{key}.toml"
        path.write_text(text_of(key, bank), encoding="utf-8")
        print(f"{path}: {path.stat().st_size} bytes")
