"""The commands of the menu “View” that put maps in order."""

from convexplorer.gui.commands import favourites, sorting
from convexplorer.gui.window.actions.command import Command

_STAYS = "The order stays while pictures change; sort again to renew it."

SORTING: dict[str, Command] = {
    "sort-number": Command(
        "View",
        "Maps by number",
        (),
        "",
        "Put the maps in the order in which the layer makes them.",
        sorting.sort_by(None),
        sorting.is_sorted_by(None),
        begins_group=True,
    ),
    "sort-mean": Command(
        "View",
        "Maps by mean",
        (),
        "",
        f"Put the map with the largest mean first. {_STAYS}",
        sorting.sort_by("mean"),
        sorting.is_sorted_by("mean"),
    ),
    "sort-maximum": Command(
        "View",
        "Maps by maximum",
        (),
        "",
        f"Put the map with the largest value first. {_STAYS}",
        sorting.sort_by("maximum"),
        sorting.is_sorted_by("maximum"),
    ),
    "sort-deviation": Command(
        "View",
        "Maps by variance",
        (),
        "",
        f"Put the map whose values vary most first; its tile says the standard deviation σ. {_STAYS}",
        sorting.sort_by("deviation"),
        sorting.is_sorted_by("deviation"),
    ),
    "sort-zeros": Command(
        "View",
        "Maps by share of zeros",
        (),
        "",
        f"Put the map with the most zeros first, the sparsest. {_STAYS}",
        sorting.sort_by("zeros"),
        sorting.is_sorted_by("zeros"),
    ),
    "sort-change": Command(
        "View",
        "Maps by change since the last edit",
        (),
        "",
        "Put the map first that differs most from what the settings before the last edit give for the same picture. "
        "After another edit, sort again.",
        sorting.sort_by("change"),
        sorting.is_sorted_by("change"),
        why_not=sorting.why_no_change,
    ),
    "sort-similarity": Command(
        "View",
        "Maps by similarity to the selected one",
        (),
        "",
        "Put the maps most like the selected one first, by the cosine between them. Select another and sort again.",
        sorting.sort_by("similarity"),
        sorting.is_sorted_by("similarity"),
    ),
    "sort-again": Command(
        "View",
        "Sort the maps again",
        ("Ctrl+Alt+T",),
        "",
        "Put the maps in order by their numbers of now: the order stays as it is while pictures and weights change.",
        sorting.sort_again,
        why_not=sorting.why_not_again,
    ),
    "favourite": Command(
        "View",
        "Favourite map",
        ("Ctrl+Shift+T",),
        "",
        "Keep the selected map in the row below the maps, live, whichever layer is selected; again to let it go.",
        favourites.toggle,
        favourites.is_favourite,
        why_not=favourites.why_not,
    ),
    "next-fault": Command(
        "View",
        "Next dead, saturated or duplicate map",
        ("Ctrl+Alt+Q",),
        "",
        "Select the next map that is 0 or constant, at an end of its activation, or another one times a factor.",
        sorting.select_next_fault,
        why_not=sorting.why_no_fault,
    ),
}
