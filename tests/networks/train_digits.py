"""Train the digit reader that comes with the program: `python -m tests.networks.train_digits`.

It needs PyTorch and scikit-learn, `pip install '.[training]'`, and about a minute. Everything is drawn from a seed: the
same versions on the same machine give the same weights.

Written are `resources/networks/digits.safetensors`, whose header tells recipe, seed, data and accuracy, and beside the
tests what PyTorch computes from a few digits, in each layer.
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[2]
WEIGHTS = ROOT / "resources" / "networks" / "digits.safetensors"
OUTPUTS = Path(__file__).with_name("digits_outputs.npz")

SIDE, BOX = 28, 22  # cells of the picture, and of the digit in its middle
COPIES, EPOCHS, BATCH = 24, 3, 64
PAPER = 0.35  # share of digits on grey, unevenly lit ground
HARD = 0.75  # share of digits that are drawn with the hard edge of a pen
RATE, DECAY = 5e-3, 1e-3
START = 0.05  # what the first layer's start is multiplied by: noise that small vanishes under what is learned
HELD_OUT = 360
ALIVE = 0.02  # of the largest value of the first layer: a filter that answers less to all digits counts as dead
SEEDS = 20
CREDIT = (
    "Optical Recognition of Handwritten Digits, E. Alpaydin and C. Kaynak, UCI Machine Learning Repository "
    "(CC BY 4.0, as UCI states), in the copy of scikit-learn (BSD-3-Clause), 1797 digits of 8x8"
)

try:
    import torch
    from safetensors.numpy import save_file
    from sklearn.datasets import load_digits
    from torch import nn
    from torch.nn import functional
except ImportError as error:
    sys.exit(f"{error.name} is missing: pip install '.[training]'")


def main() -> None:
    """Train with one seed after the other until no filter of the first layer is dead, and write the weights."""
    torch.set_num_threads(1)  # the order of sums, and so the weights, is that of one thread
    torch.use_deterministic_algorithms(True)
    digits, labels = load_digits(return_X_y=True)
    pictures = torch.tensor(digits, dtype=torch.float32).reshape(-1, 1, 8, 8) / 16
    order = np.random.default_rng(0).permutation(len(labels))
    test, train = order[:HELD_OUT], order[HELD_OUT:]
    x, y = pictures[train], torch.tensor(labels[train])
    test_x, test_y = rounded(upright(pictures[test])), torch.tensor(labels[test])
    for seed in range(SEEDS):
        network = trained(x, y, seed)
        correct = share_of_correct(network, test_x, test_y)
        weak = strengths(network, test_x).lt(ALIVE).sum().item()
        print(f"seed {seed}: {correct:.2%} of {HELD_OUT} digits, {weak} dead filters", flush=True)
        if not weak:
            write(network, seed, correct, test_x, test_y)
            return
    sys.exit(f"all of {SEEDS} seeds have a dead filter")


def make_network() -> nn.Sequential:
    """Return the network, its first layer started small."""
    network = nn.Sequential(
        nn.Conv2d(1, 8, 7, padding=3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(16 * 7 * 7, 10),
    )
    with torch.no_grad():
        network[0].weight *= START
        network[0].bias *= START
    return network


def trained(x: torch.Tensor, y: torch.Tensor, seed: int) -> nn.Sequential:
    """Train a network on digits that are turned, sheared, stretched, moved, and drawn with pens of many widths."""
    torch.manual_seed(seed)
    chance = torch.Generator().manual_seed(seed)
    network = make_network()
    x, y = varied(x.repeat(COPIES, 1, 1, 1), chance), y.repeat(COPIES)
    optimizer = torch.optim.AdamW(network.parameters(), RATE, weight_decay=DECAY)
    steps = EPOCHS * -(-len(x) // BATCH)
    pace = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps)
    for _ in range(EPOCHS):
        for chosen in torch.randperm(len(x), generator=chance).split(BATCH):
            optimizer.zero_grad()
            functional.cross_entropy(network(x[chosen]), y[chosen]).backward()
            optimizer.step()
            pace.step()
    return network.eval()


def upright(pictures: torch.Tensor) -> torch.Tensor:
    """Return pictures of 8×8 as 28×28 with the digit in the middle, without any change."""
    return placed(pictures, torch.eye(2).expand(len(pictures), 2, 2), torch.zeros(len(pictures), 2))


def varied(pictures: torch.Tensor, chance: torch.Generator) -> torch.Tensor:
    """Return pictures as 28×28, each placed and drawn in another way."""
    count = len(pictures)

    def between(low: float, high: float) -> torch.Tensor:
        return low + (high - low) * torch.rand(count, generator=chance)

    angle, shear = between(-0.3, 0.3), between(-0.25, 0.25)
    turned = torch.stack([angle.cos(), -angle.sin() + shear, angle.sin(), angle.cos()], 1).reshape(-1, 2, 2)
    size = between(0.6, 1.3)
    sizes = torch.stack([size * between(0.85, 1.15), size * between(0.85, 1.15)], 1)
    moved = torch.stack([between(-0.3, 0.3), between(-0.3, 0.3)], 1)
    soft = placed(pictures, turned / sizes[:, None], moved)
    # Most digits get the hard edge of a pen: steep around a brightness that decides how thick the stroke is.
    middle, steepness = between(0.25, 0.7)[:, None, None, None], between(6, 24)[:, None, None, None]
    hard = torch.sigmoid((soft - middle) * steepness)
    is_hard = (torch.rand(count, generator=chance) < HARD)[:, None, None, None]
    drawn = torch.where(is_hard, hard, soft * between(0.7, 1.0)[:, None, None, None])
    return torch.where(
        (torch.rand(count, generator=chance) < PAPER)[:, None, None, None], on_paper(drawn, chance), drawn
    )


def on_paper(drawn: torch.Tensor, chance: torch.Generator) -> torch.Tensor:
    """Return digits as a camera sees ink on paper, light and dark exchanged: a grey ground, uneven light, and noise."""
    count = len(drawn)
    ground = 0.35 * torch.rand(count, 1, 1, 1, generator=chance)
    ink = (0.6 + 0.4 * torch.rand(count, 1, 1, 1, generator=chance)) * (1 - ground)
    across = torch.linspace(-0.5, 0.5, SIDE)
    down, right = (0.3 * (torch.rand(count, 1, 1, 1, generator=chance) - 0.5) for _ in range(2))
    light = down * across[:, None] + right * across
    noise = 0.03 * torch.randn(drawn.shape, generator=chance)
    return (ground + ink * drawn + light + noise).clamp(0, 1)


def placed(pictures: torch.Tensor, matrix: torch.Tensor, moved: torch.Tensor) -> torch.Tensor:
    """Return pictures as 28×28, read through a linear map and a shift in units of half the digit's box."""
    place = torch.cat([matrix * (SIDE / BOX), moved[:, :, None]], 2)
    grid = functional.affine_grid(place, [len(pictures), 1, SIDE, SIDE], align_corners=False)
    return functional.grid_sample(pictures, grid, mode="bicubic", align_corners=False).clamp(0, 1)


def rounded(pictures: torch.Tensor) -> torch.Tensor:
    """Return pictures as files of 8 bits would hold them."""
    return (pictures * 255).round() / 255


@torch.no_grad()
def share_of_correct(network: nn.Sequential, x: torch.Tensor, y: torch.Tensor) -> float:
    """Return the share of digits that are read correctly."""
    return float((network(x).argmax(1) == y).float().mean())


@torch.no_grad()
def strengths(network: nn.Sequential, x: torch.Tensor) -> torch.Tensor:
    """Return the largest value of each map of the first layer over all digits, the strongest being 1."""
    largest = network[:2](x).amax((0, 2, 3))
    return largest / largest.max()


@torch.no_grad()
def write(network: nn.Sequential, seed: int, correct: float, x: torch.Tensor, y: torch.Tensor) -> None:
    """Write the weights, and what each layer makes of the first held-out digit, and the scores of forty."""
    names = {"0": "conv1", "3": "conv2", "7": "scores"}
    tensors = {
        f"{names[place]}.{what}": values.numpy()
        for place, what, values in ((*name.split("."), tensor) for name, tensor in network.state_dict().items())
    }
    recipe = (
        f"7x7x8, ReLU, pool 2, 5x5x16, ReLU, pool 2, dense 10; first layer's start x {START}, AdamW {RATE} one-cycle, "
        f"weight decay {DECAY}, batch {BATCH}, {EPOCHS} epochs of {COPIES} varied copies of 1437 digits"
    )
    facts = {
        "recipe": recipe,
        "seed": str(seed),
        "accuracy": f"{correct:.2%} of {HELD_OUT} held-out digits, by writers that are also among the others",
        "data": CREDIT,
        "script": "tests/networks/train_digits.py",
        "software": f"torch {torch.__version__.partition('+')[0]}",
    }
    WEIGHTS.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, WEIGHTS, metadata=facts)
    outputs: dict[str, Any] = {
        "digits": (x[:40, 0] * 255).round().byte().numpy(),
        "labels": y[:40].byte().numpy(),
        "scores": functional.softmax(network(x[:40]), 1).numpy(),
    }
    values = x[:1]
    for i, layer in enumerate((*network, nn.Softmax(1))):
        values = layer(values)
        outputs[f"layer {i}"] = values[0].numpy()
    np.savez_compressed(OUTPUTS, **outputs)
    print("\n".join(f"{name}: {text}" for name, text in facts.items()))


if __name__ == "__main__":
    main()
