"""The commands of the menu “Help”."""

from convexplorer.gui.commands import finding, looking
from convexplorer.gui.window.actions.command import Command

HELP: dict[str, Command] = {
    "palette": Command(
        "Help", "All commands…", ("Ctrl+K",), "command", "Search all commands and presets.", finding.show_palette
    ),
    "shortcuts": Command(
        "Help", "Keys and mouse", ("F1",), "help", "Help with all shortcuts and gestures.", finding.show_shortcuts
    ),
    "about": Command(
        "Help", "About ConvExplorer", (), "info", "Version and licence.", looking.show_about, begins_group=True
    ),
}
