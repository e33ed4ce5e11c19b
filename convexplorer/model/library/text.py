"""A file of the library as text: its entries, and the sentence with its line for each that cannot be read."""

import re
import tomllib
from collections.abc import Mapping
from typing import Any

from convexplorer._dataclass import dataclass
from convexplorer.kernels.filter import Filter
from convexplorer.model.library.entry import GROUP, Entry, LibraryError, is_slug
from convexplorer.model.library.toml_text import table_text
from convexplorer.model.storage.documents import Node, ProjectError
from convexplorer.model.storage.schema import filter_from_node, filter_to_document
from convexplorer.words import plain

MAX_ENTRIES = 1000
_KINDS = ("kernel", "bank")
_HEADER = re.compile(r"[ \t]*\[\[[ \t]*(kernel|bank)[ \t]*\]\]")
_STRINGS = re.compile(
    r'"""(?:\\[\s\S]|[^\\])*?"""|\'\'\'[\s\S]*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*', re.MULTILINE
)
_MOST_DOTS = 16  # of one key: reading takes time with the square of their number
_OWN = ("name", "label", "explanation", "keywords", "says", "tags", "notes")
_WEIGHTS = ("rows", "planes", "divisor", "rank", "bias", "preset", "parameters", "made")


@dataclass(frozen=True)
class Fault:
    """Why a file, or an entry of it, is left out.

    Attributes
    ----------
    line : from 1; 0 for the file as a whole.
    reason : what is wrong, without a full stop.
    """

    file: str
    line: int
    reason: str

    @property
    def sentence(self) -> str:
        """File, line and reason, for the user."""
        place = f"{self.file}, line {self.line}" if self.line else self.file
        return f"{place}: {self.reason.rstrip('.')}."


def read_entries(text: str, file: str) -> tuple[tuple[Entry, ...], tuple[Fault, ...]]:
    """Return what a file's text holds: its entries in their order, and what could not be read; never raises.

    Parameters
    ----------
    file : its name, by which entries and faults are called.
    """
    try:
        _check_keys(text)
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return (), (_syntax_fault(file, str(error), text.rstrip().count("\n") + 1),)
    except RecursionError:
        return (), (Fault(file, 0, "its brackets are nested too deeply"),)
    except ValueError as error:
        return (), (Fault(file, 0, plain(str(error), 200)),)
    lines = header_lines(text)
    entries: list[Entry] = []
    faults = [Fault(file, 0, f"“{plain(name, 40)}” is neither kernel, bank nor group") for name in _unknown(content)]
    group = content.get("group", GROUP)
    for kind in _KINDS:
        items = content.get(kind, [])
        known = lines[kind] if isinstance(items, list) and len(lines[kind]) == len(items) else []
        for i, item in enumerate(items if isinstance(items, list) else [items]):
            line = known[i] if known else 0
            if len(entries) == MAX_ENTRIES:
                faults.append(Fault(file, line, f"a file has at most {MAX_ENTRIES} entries, the rest is left out"))
                break
            try:
                entry = _read_entry(Node(item, ""), kind, str(group), file, line)
            except (ProjectError, LibraryError, ValueError, OverflowError) as error:
                faults.append(Fault(file, line, plain(str(error), 300)))
                continue
            if any(entry.name == other.name for other in entries):
                faults.append(Fault(file, line, f"a second entry is called “{entry.name}”; it is left out"))
                continue
            entries.append(entry)
    if not entries and not faults:
        faults.append(Fault(file, 0, "it holds no [[kernel]] and no [[bank]]"))
    return tuple(sorted(entries, key=lambda entry: entry.line)), tuple(faults)


def entry_text(entry: Entry) -> str:
    """Return an entry as text, as it stands in a file."""
    table: dict[str, Any] = {"name": entry.name, "label": entry.label}
    if entry.explanation:
        table["explanation"] = entry.explanation
    if entry.tags:
        table["tags"] = list(entry.tags)
    if entry.notes:
        table["notes"] = entry.notes
    if not entry.is_bank:
        return table_text("kernel", table | _weights(entry.filters[0]), is_item=True)
    filters = [table_text("bank.filter", {"name": one.name} | _weights(one), is_item=True) for one in entry.filters]
    return "\n".join([table_text("bank", table, is_item=True), *filters])


def file_text(entry: Entry) -> str:
    """Return the text of a file that holds one entry."""
    return f"{table_text('', {'group': entry.group})}\n{entry_text(entry)}"


def header_lines(text: str) -> dict[str, list[int]]:
    """Return the lines, from 1, in which kernels and banks begin; a line inside of a text may be taken for one."""
    found: dict[str, list[int]] = {kind: [] for kind in _KINDS}
    for number, line in enumerate(text.split("\n"), 1):
        if match := _HEADER.match(line):
            found[match[1]].append(number)
    return found


def _read_entry(node: Node, kind: str, group: str, file: str, line: int) -> Entry:
    is_bank = kind == "bank"
    known = node.fields(*_OWN, "filter") if is_bank else node.fields(*_OWN, *_WEIGHTS)
    if "name" not in known:
        raise ProjectError(f"the {kind} has no name")
    name = known["name"].text()
    if not is_slug(name):
        raise ProjectError(f"a name has small letters, digits and hyphens, as soft-edge; got “{plain(name, 60)}”")
    tags = [each.text() for key in ("keywords", "tags") if key in known for each in known[key].items(0, 1000, "texts")]
    own = {key: known[key].text() for key in ("label", "explanation", "notes") if key in known}
    if is_bank:
        if "filter" not in known:
            raise ProjectError("the bank has no [[bank.filter]]")
        items = known["filter"].items(1, 1 << 16, "filters")
        filters = tuple(_read_filter(each, f"{name} {i}") for i, each in enumerate(items, 1))
    else:
        weights = {key: value for key, value in node.value.items() if key in _WEIGHTS}
        filters = (_read_filter(Node(weights, ""), own.get("label", "").strip() or name),)
    return Entry(
        name,
        own.get("label", name),
        filters,
        is_bank,
        plain(own.get("explanation", ""), 1000),
        tuple(tags),
        own.get("notes", ""),
        plain(group, 60),
        file,
        line,
    )


def _read_filter(node: Node, name: str) -> Filter:
    """Return a filter from a table with `rows`, or `planes` as one plane per channel, over a `divisor`."""
    known = node.fields("name", *_WEIGHTS)
    if ("rows" in known) == ("planes" in known):
        raise ProjectError(f"{node.place or 'a kernel'} has either rows or planes")
    document = {key: value for key, value in node.value.items() if key not in ("rows", "divisor")}
    document.setdefault("name", name)
    if "rows" in known:
        document["planes"] = [known["rows"].value]
    one = filter_from_node(Node(document, node.place))
    divisor = known["divisor"].number() if "divisor" in known else 1.0
    if divisor == 0:
        raise ProjectError("the divisor is 0")
    return one if divisor == 1 else Filter(one.name, one.planes / divisor, one.bias, rank=one.rank)


def _weights(one: Filter) -> dict[str, Any]:
    """Return a filter as a table, without its name: that of a kernel is the label of its entry."""
    document = filter_to_document(one)
    planes, recipe = document.pop("planes"), document.pop("made", None)
    del document["name"]
    if document["bias"] == 0:
        del document["bias"]
    parameters = document.pop("parameters", {})
    table = document | ({"rows": planes[0]} if len(planes) == 1 and one.rank == 2 else {"planes": planes})
    table |= {"parameters": parameters} if parameters else {}
    return table | ({"made": recipe} if recipe else {})


def _check_keys(text: str) -> None:
    """Raise ValueError for a key of very many parts, which would take hours to read."""
    for line in _STRINGS.sub("q", text).split("\n"):
        if line.count(".") > _MOST_DOTS and any(part.count(".") > _MOST_DOTS for part in re.split(r"[,=\[\]{}]", line)):
            raise ValueError("a key in it has too many parts")


def _syntax_fault(file: str, message: str, last_line: int) -> Fault:
    reason, _, place = message.partition(" (at ")
    found = re.match(r"line (\d+), column (\d+)", place)
    told = f"this is no TOML: {plain(reason[:1].lower() + reason[1:], 200)}"
    return Fault(file, int(found[1]), f"{told}, column {found[2]}") if found else Fault(file, last_line, told)


def _unknown(content: Mapping[str, Any]) -> list[str]:
    return [name for name in content if name not in (*_KINDS, "group")]
