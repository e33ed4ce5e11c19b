"""The directive `public-names` for Sphinx: everything a package offers, without a list that could grow stale.

::

    .. public-names:: convexplorer.core
       :rooms: convolution.conv convolution
       :except: convolution.plans

documents the names in the package's `__all__` that these modules or folders define, in this order; without `rooms`, all
of them. Names from the modules or folders in `except` are left to another page. A package without `__all__` is
documented module by module.
"""

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar, NamedTuple

from docutils import nodes
from numpy.typing import ArrayLike
from sphinx.application import Sphinx
from sphinx.pycode import ModuleAnalyzer
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import stringify_annotation

from convexplorer.core.geometry.windows import Padding, PerAxis

logger = logging.getLogger(__name__)

# Packages that document all names in their `__all__`.
PACKAGES = ("convexplorer.core", "convexplorer.sources")

# The longest first: "int or a sequence" is also a part of Padding.
_ALIASES = {
    stringify_annotation(alias, "smart"): name
    for alias, name in ((ArrayLike, "ArrayLike"), (Padding, "Padding"), (PerAxis, "PerAxis"))
}
_CODE_SPAN = re.compile(r"`+[^`]+`+")
_NAME = re.compile(r"[A-Za-z_]\w*(\.\w+)*")
_MARKUP = re.compile(r"[*|]|(?<=\w)_(?!\w)")


class PublicName(NamedTuple):
    """A name that a package offers, and its origin.

    Attributes
    ----------
    module, original : the module that defines the object, and its name there.
    line : position of the definition in its file, which orders the page.
    """

    name: str
    module: str
    original: str
    line: int
    value: Any


class PublicNames(SphinxDirective):
    """Insert the documentation of a package's public names."""

    required_arguments = 1
    option_spec: ClassVar[dict[str, Any]] = {"rooms": str.split, "except": str.split}

    def run(self) -> list[nodes.Node]:
        """Return the nodes of all names."""
        package = importlib.import_module(self.arguments[0])
        lines = list(_lines_of_package(package, self.options.get("rooms", [""]), self.options.get("except", [])))
        if not lines:
            raise self.error(f"{package.__name__} has no public names in {self.options['rooms']}")
        return self.parse_text_to_nodes("\n".join(["```{eval-rst}", *lines, "```"]), allow_section_headings=True)


def public_names(package: ModuleType) -> list[PublicName]:
    """Return the names in a package's `__all__`, ordered by defining module and line."""
    return sorted(
        (PublicName(name, *_origin_of(package.__name__, name), getattr(package, name)) for name in package.__all__),
        key=lambda found: found[1:4:2],
    )


def is_in(module: str, package: str, room: str) -> bool:
    """Return whether a module is the room itself or lies in it; every module lies in the room ""."""
    return not room or f"{module}.".startswith(f"{package}.{room}.")


def translate(_app: Sphinx, _what: str, _name: str, _obj: object, _options: object, lines: list[str]) -> None:
    """Translate a docstring in place from backticks as in Markdown to reStructuredText, except for code."""
    is_doctest, literal_indent = False, -1
    for i, line in enumerate(lines):
        indent = len(line) - len(line.lstrip())
        is_doctest = line.lstrip().startswith(">>>") or (is_doctest and bool(line.strip()))
        if line.strip() and indent <= literal_indent:
            literal_indent = -1
        if not is_doctest and literal_indent < 0:
            lines[i] = _as_restructured_text(line)
            literal_indent = indent if line.endswith("::") else -1


def shorten(
    _app: Sphinx, _what: str, _name: str, _obj: object, _options: object, signature: str | None, returned: str | None
) -> tuple[str | None, str | None]:
    """Write the names of type aliases into a signature, instead of all the types that they stand for."""
    for long, short in _ALIASES.items():
        signature = signature and signature.replace(long, short)
        returned = returned and returned.replace(long, short)
    return signature, returned


def check_completeness(app: Sphinx, _error: Exception | None) -> None:
    """Warn of each public name of a documented package that no page documents."""
    documented = app.env.get_domain("py").data["objects"]
    for package in map(importlib.import_module, PACKAGES):
        for name in package.__all__:
            if f"{package.__name__}.{name}" not in documented:
                logger.warning("%s.%s is on no page of docs/api", package.__name__, name)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive, and the translation of docstrings ahead of numpydoc's."""
    app.add_directive("public-names", PublicNames)
    app.connect("autodoc-process-docstring", translate, priority=400)
    app.connect("autodoc-process-signature", shorten)
    app.connect("build-finished", check_completeness)
    return {"parallel_read_safe": True}


def _lines_of_package(package: ModuleType, rooms: list[str], others: list[str]) -> Iterator[str]:
    if not hasattr(package, "__all__"):
        for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            yield from _lines_of_module(importlib.import_module(found.name))
        return
    yield from (f".. currentmodule:: {package.__name__}", "")
    left = [
        name
        for name in public_names(package)
        if not any(is_in(name.module, package.__name__, other) for other in others)
    ]
    for room in rooms:
        for name in [name for name in left if is_in(name.module, package.__name__, room)]:
            left.remove(name)
            yield from _lines_of_name(name)


def _lines_of_module(module: ModuleType) -> Iterator[str]:
    foreign = [
        name for name, value in vars(module).items() if getattr(value, "__module__", module.__name__) != module.__name__
    ]
    title = module.__name__.partition(".")[2]
    yield from (f".. rubric:: {title}", "", f".. automodule:: {module.__name__}", "   :members:")
    yield from (f"   :exclude-members: {', '.join(foreign)}", "")


def _lines_of_name(public: PublicName) -> Iterator[str]:
    name, module, original, _, value = public
    if inspect.isclass(value):
        yield from (f".. autoclass:: {name}", "   :members:", "")
    elif callable(value):
        yield from (f".. autofunction:: {name}", "")
    else:
        comment = ModuleAnalyzer.for_module(module).find_attr_docs().get(("", original), [])
        yield from (f".. py:data:: {name}", "", *(f"   {_as_restructured_text(line)}" for line in comment), "")
        if isinstance(value, tuple):
            yield from (f"   Values: {', '.join(f'``{item}``' for item in value)}.", "")
        elif isinstance(value, dict) and all(map(_summary, value.values())):
            yield from (f"   * ``{key}`` – {_as_restructured_text(_summary(row))}" for key, row in value.items())
            yield ""
        elif isinstance(value, dict):
            yield from (f"   Keys: {', '.join(f'``{key}``' for key in value)}.", "")


def _summary(row: Any) -> str:
    """Return one sentence about a row of a table, or "" if there is none."""
    words = getattr(row, "explanation", "") or getattr(row, "label", "")
    return words or ((inspect.getdoc(row) or "").partition("\n")[0] if callable(row) else str(row))


def _origin_of(module: str, name: str) -> tuple[str, str, int]:
    """Return (module, name there, line) of a definition, following imports through `__init__` files."""
    tree = ast.parse(Path(inspect.getfile(importlib.import_module(module))).read_text(encoding="utf-8"))
    line = 0
    for statement in tree.body:
        if isinstance(statement, ast.ImportFrom) and statement.module:
            for alias in statement.names:
                if (alias.asname or alias.name) == name:
                    return _origin_of(statement.module, alias.name)
        targets = {getattr(target, "id", "") for target in getattr(statement, "targets", [])}
        targets |= {getattr(statement, "name", ""), getattr(getattr(statement, "target", None), "id", "")}
        if name in targets:
            line = statement.lineno
    return module, name, line


def _as_restructured_text(line: str) -> str:
    pieces, end = [], 0
    for span in _CODE_SPAN.finditer(line):
        text = span.group().strip("`")
        pieces.append(_MARKUP.sub(r"\\\g<0>", line[end : span.start()]))
        # Markup must not touch a word: an escaped space separates the two and is not printed.
        pieces.append("" if line[: span.start()].endswith((" ", "(")) or not span.start() else "\\ ")
        pieces.append(f":py:obj:`{text}`" if _NAME.fullmatch(text) else f"``{text}``")
        pieces.append("\\ " if line[span.end() :][:1].isalnum() else "")
        end = span.end()
    return "".join([*pieces, _MARKUP.sub(r"\\\g<0>", line[end:])])
