"""The context menu of a map."""

from convexplorer.gui.widgets.action_menu import REGION, Submenu

# Names of commands, None for a separator, submenus.
FILTER: Submenu = ("Filter", ("preset", "nearest", "copy-kernel", "duplicate-filter", "remove-filter"))
MENU = (
    *("pin", "unpin", "explanation", "lens", "profile", "study", None),
    *("copy-map", "copy-map-values", "export-map", "export-values", None),
    *("enlarge", "channels", "compare", "compare-two", "combine-two", "keep-reference", None),
    *("zoom-in", "zoom-out", "zoom-fit", "zoom-actual", "loupe", REGION, None),
    FILTER,
)
