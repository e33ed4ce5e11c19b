"""The context menus of a map, and of a layer of the network at a glance."""

from convexplorer.gui.widgets.action_menu import REGION, Submenu

ZOOM: Submenu = ("Zoom", ("zoom-in", "zoom-out", "zoom-fit", "zoom-actual", "loupe"))
# Names of commands, None for a separator, submenus.
MENU = (
    *("pin", "unpin", "explanation", "lens", "profile", "study", None),
    *("copy-map", "copy-map-values", "copy-address", "export-map", "export-values", None),
    *("enlarge", "channels", "compare", "compare-two", "combine-two", "keep-reference", "favourite", None),
    *(ZOOM, REGION, None),
    *("copy-kernel", "nearest", "duplicate-filter", "remove-filter"),
)

FAVOURITE_MENU = ("favourite", "copy-address")

NETWORK_MENU = (
    *("copy-address", "copy-layer-address", "go-to-address", None),
    *("bank", "explanation", "lens", None),
    *("leave-out", "duplicate-layer", "remove-layer", None),
    *("find-layer", "show-summary"),
)
