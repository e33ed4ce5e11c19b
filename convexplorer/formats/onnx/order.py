"""The order in which a graph can be computed."""

from collections import defaultdict, deque
from collections.abc import Collection, Sequence

from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.onnx.graph import Node


def ordered(nodes: Sequence[Node], wanted: Collection[str] = ()) -> list[Node]:
    """Return nodes so that each stands behind those that it reads, else in the order of the file.

    Parameters
    ----------
    wanted : names of tensors; nodes that none of them depends on are left out. () keeps all nodes.

    Raises
    ------
    NetworkFileError : nodes read each other in a circle, or two write the same tensor.
    """
    writers = _writers(nodes)
    kept = set(range(len(nodes))) if not wanted else _needed(nodes, writers, wanted)
    waiting, readers = {}, defaultdict(list)
    for i in sorted(kept):
        sources = {writers[name] for name in nodes[i].inputs if name in writers}
        waiting[i] = len(sources)
        for source in sources:
            readers[source].append(i)
    ready = deque(i for i in sorted(kept) if not waiting[i])
    found: list[Node] = []
    while ready:
        i = ready.popleft()
        found.append(nodes[i])
        for reader in readers[i]:
            waiting[reader] -= 1
            if not waiting[reader]:
                ready.append(reader)
    if len(found) < len(kept):
        circle = next(i for i in sorted(kept) if waiting[i])
        raise NetworkFileError(f"{described(nodes[circle])} waits for its own result: the graph has a circle")
    return found


def described(node: Node) -> str:
    """Return operator and name of a node, for a sentence: "Conv 'layer1/conv'"."""
    name = node.name or next(filter(None, node.outputs), "")
    return f"{node.operator or 'a node'} {name!r}"


def _writers(nodes: Sequence[Node]) -> dict[str, int]:
    writers: dict[str, int] = {}
    for i, node in enumerate(nodes):
        for name in filter(None, node.outputs):
            if name in writers:
                raise NetworkFileError(f"two nodes write the tensor {name!r}")
            writers[name] = i
    return writers


def _needed(nodes: Sequence[Node], writers: dict[str, int], wanted: Collection[str]) -> set[int]:
    """Return the nodes that the wanted tensors depend on."""
    kept: set[int] = set()
    open_ends = [writers[name] for name in wanted if name in writers]
    while open_ends:
        i = open_ends.pop()
        if i not in kept:
            kept.add(i)
            open_ends.extend(writers[name] for name in nodes[i].inputs if name in writers)
    return kept
