"""The pages in docs/ agree with the program and with each other; Sphinx checks links to headings."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import convexplorer

ROOT = Path(__file__).parents[1]
DECISIONS = ROOT / "docs" / "decisions"
CODE = re.compile(r"```.*?```|`[^`]+`", re.S)
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)[^)]*\)")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def picture() -> ET.Element:
    return ET.parse(ROOT / "docs" / "architecture.svg").getroot()


@pytest.mark.parametrize(
    "page", [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")], ids=lambda page: str(page.relative_to(ROOT))
)
def test_relative_links_lead_to_files(page: Path) -> None:
    targets = LINK.findall(CODE.sub("", page.read_text(encoding="utf-8")))

    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_the_index_of_decisions_names_each_page_by_its_title() -> None:
    pages = sorted(page for page in DECISIONS.glob("*.md") if page.name != "index.md")
    titles = {page.name: page.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ") for page in pages}

    rows = re.findall(r"^\| (\d+) \| \[(.+)\]\((.+)\) \|$", (DECISIONS / "index.md").read_text(encoding="utf-8"), re.M)

    assert {name: title for _, title, name in rows} == titles
    numbers = [int(number) for number, _, _ in rows]
    assert numbers == sorted(set(numbers))
    assert all(name.startswith(f"{number}-") for number, _, name in rows)


@pytest.mark.parametrize("page", sorted(DECISIONS.glob("0*.md")), ids=lambda page: page.stem)
def test_a_decision_tells_context_decision_and_consequences(page: Path) -> None:
    headings = re.findall(r"^## (.+)$", page.read_text(encoding="utf-8"), re.M)

    assert headings == ["Context", "Decision", "Consequences"]


def test_the_picture_of_the_architecture_shows_every_package(picture: ET.Element) -> None:
    here = Path(convexplorer.__file__).parent
    packages = {package.parent.name for package in here.glob("*/__init__.py")}

    shown = {text.text for group in picture.iter(f"{SVG}g") if group.get("font-weight") for text in group}

    assert packages | {"cli"} <= shown


def test_the_picture_of_the_architecture_has_dark_colours_for_every_part(picture: ET.Element) -> None:
    dark = (picture.findtext(f"{SVG}style") or "").partition("prefers-color-scheme: dark")[2]
    classes = {element.get("class") for element in picture.iter() if element.get("class")}

    assert classes == set(re.findall(r"\.(\w+) \{", dark))
