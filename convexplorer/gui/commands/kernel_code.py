"""The command that copies or saves kernels as code, commands and tables of other programs."""

from __future__ import annotations

from pathlib import Path

from convexplorer.gui.commands.editing import NO_FILTER
from convexplorer.gui.commands.exporting import ask_path, file_stem, save_and_tell
from convexplorer.gui.commands.shell import Shell
from convexplorer.words import plain


def show_forms(window: Shell) -> None:
    """Show the forms in which the selected kernel, or all filters of its layer, can leave."""
    from convexplorer.export.kernel_code.leaving import leaving_of
    from convexplorer.export.kernel_code.table import KERNEL_FORMS, kernel_text
    from convexplorer.gui.commands.pasting import white_of_window
    from convexplorer.gui.widgets.kernel_code_card import FormEntry, KernelCodeCard

    chosen = window.choice()
    if chosen is None:
        return
    layer, index, name, white = chosen.layer, chosen.filter_index, chosen.filter.name, white_of_window(window)

    def text_of(form: str, is_all: bool) -> str:
        return kernel_text(form, leaving_of(layer, () if is_all else (index,), white))

    def copied(entry: FormEntry, text: str) -> None:
        lines = text.count("\n")
        window.say(f"Copied “{plain(name)}” for {entry.label}: {lines} line{'s' if lines > 1 else ''}.", kind="info")

    def saved(entry: FormEntry, text: str) -> None:
        suffix = KERNEL_FORMS[entry.key].suffix
        path = ask_path(window, "Export kernel as", f"{file_stem(name)}{suffix}", f"{entry.label} (*{suffix})")
        if path is not None:
            save_and_tell(window, path, lambda: _write(path, text), 0)

    entries = [FormEntry(key, form.label, form.tip, form.keywords) for key, form in KERNEL_FORMS.items()]
    card = KernelCodeCard(entries, text_of, len(layer.filters), window, on_copied=copied, on_saved=saved)
    card.open()


def why_not_forms(window: Shell) -> str:
    """Return the reason why no kernel can leave as code, or ""."""
    chosen = window.choice()
    if chosen is None:
        return NO_FILTER
    return "" if chosen.layer.rank == 2 else "Kernels of rows and columns leave as code; these have other axes."


def _write(path: Path, text: str) -> None:
    """Write a text whole or not at all."""
    from convexplorer.export.files import replacing

    with replacing(path, (path.suffix,)) as part:
        part.write_text(text, encoding="utf-8")
