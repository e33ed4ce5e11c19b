"""The commands of the menu “View”."""

from convexplorer.gui.commands import explaining, exporting, looking
from convexplorer.gui.window.actions.command import Command
from convexplorer.gui.window.actions.sorting import SORTING

VIEW: dict[str, Command] = {
    "bank": Command("View", "All filters", ("Alt+1",), "", "One map for each filter.", looking.show_mode("bank")),
    "channels": Command(
        "View",
        "Per channel",
        ("Alt+2",),
        "",
        "The selected filter as an equation of pictures.",
        looking.show_mode("channels"),
    ),
    "compare": Command(
        "View", "Compare", ("Alt+3",), "", "Two maps, and their difference.", looking.show_mode("compare")
    ),
    "network": Command(
        "View",
        "Network",
        ("Alt+4",),
        "",
        "All layers at a glance with their maps, and what feeds what.",
        looking.show_mode("network"),
    ),
    "next-filter": Command(
        "View",
        "Next filter",
        ("Ctrl+PgDown",),
        "",
        "Select the next filter.",
        looking.next_filter,
        why_not=looking.why_not_filter(+1),
    ),
    "previous-filter": Command(
        "View",
        "Previous filter",
        ("Ctrl+PgUp",),
        "",
        "Select the previous filter.",
        looking.previous_filter,
        why_not=looking.why_not_filter(-1),
    ),
    "enlarge": Command(
        "View",
        "Enlarge the map",
        ("F4",),
        "",
        "Show one map large, or one channel of the equation; again to go back.",
        looking.toggle_enlarged,
        begins_group=True,
    ),
    **SORTING,
    "score-bars": Command(
        "View",
        "Scores as bars",
        (),
        "",
        "Show the values of a dense layer, a softmax or a global pool as bars with names; else as cells.",
        looking.toggle_bars,
        looking.shows_bars,
        why_not=looking.why_no_bars,
    ),
    "score-order": Command(
        "View",
        "Highest score first",
        ("Ctrl+Alt+R",),
        "",
        "Sort the bars of scores from the highest to the lowest, on every frame; else they stand in their order.",
        looking.toggle_sorted,
        looking.are_sorted,
        why_not=looking.why_no_bars,
    ),
    "zoom-in": Command(
        "View", "Zoom in", ("Ctrl++", "Ctrl+="), "zoom-in", "Zoom all pictures in.", looking.zoom_in, begins_group=True
    ),
    "zoom-out": Command("View", "Zoom out", ("Ctrl+-",), "zoom-out", "Zoom all pictures out.", looking.zoom_out),
    "zoom-fit": Command("View", "Fit", ("Ctrl+0",), "fit", "Show the whole picture.", looking.zoom_fit),
    "zoom-actual": Command(
        "View",
        "One to one",
        ("Ctrl+1",),
        "",
        "Show one pixel of the picture on one pixel of the screen, in the pane with the focus.",
        looking.zoom_actual,
    ),
    "loupe": Command(
        "View",
        "Loupe",
        ("Ctrl+Alt+L",),
        "",
        "Show the cells under the cursor large, with their numbers, as a magnifier in a corner of each picture.",
        explaining.toggle_overlay("loupe"),
        explaining.has_overlay("loupe"),
    ),
    "zoom-to": Command(
        "View",
        "Zoom to…",
        ("Ctrl+Alt+0",),
        "",
        "The zoom of input and maps. Type that of the pane with the focus: pixels on screen per pixel of the input.",
        looking.zoom_to,
    ),
    "histogram": Command(
        "View",
        "Large histogram",
        ("Ctrl+H",),
        "",
        "Show how the values of the selected map are distributed, before and after its activation.",
        explaining.show_histogram,
        why_not=exporting.why_no_map,
        begins_group=True,
    ),
    "opencv": Command(
        "View",
        "As 8-bit OpenCV would show it",
        ("Ctrl+8",),
        "",
        "Clip and round as an 8-bit filter would, to see what is lost.",
        looking.toggle_opencv,
        looking.is_opencv,
        begins_group=True,
    ),
    "checkerboard": Command(
        "View",
        "Checkerboard behind the input",
        ("Ctrl+Shift+B",),
        "",
        "Show where the input is transparent; the maps do not change.",
        looking.toggle_checkerboard,
        looking.has_checkerboard,
        why_not=looking.why_not_checkerboard,
    ),
    "races": Command(
        "View",
        "Use the fastest algorithms here",
        (),
        "",
        "Let ways to compute a convolution race in idle moments, and take the fastest on this machine; "
        "large networks are computed by ONNX Runtime, if it is installed. "
        "Off: chosen by the sizes alone, with the same digits on every machine. The tip of a layer tells which it was.",
        looking.toggle_races,
        looking.has_races,
        why_not=looking.why_not_races,
    ),
    "controls": Command(
        "View",
        "Controls",
        ("Ctrl+B",),
        "settings",
        "Hide or show the column of controls.",
        looking.toggle_controls,
        looking.has_controls,
        begins_group=True,
    ),
    "theme": Command(
        "View", "Light / dark", ("Ctrl+T",), "moon", "Switch between light and dark.", looking.switch_theme
    ),
    "theme-system": Command(
        "View", "Theme of the system", (), "", "Follow the system's light or dark theme.", looking.follow_system
    ),
    "larger": Command(
        "View",
        "Larger interface",
        ("Ctrl+Alt++", "Ctrl+Alt+="),
        "",
        "Text and controls at a larger scale, as for a projector.",
        looking.larger,
        why_not=looking.why_not_larger,
    ),
    "smaller": Command(
        "View",
        "Smaller interface",
        ("Ctrl+Alt+-",),
        "",
        "For a small screen.",
        looking.smaller,
        why_not=looking.why_not_smaller,
    ),
    "full-screen": Command(
        "View", "Full screen", ("F11",), "", "Use the whole screen; again to go back.", looking.toggle_full_screen
    ),
}
