"""The commands of the menu “Compare”."""

from convexplorer.gui.commands import comparing
from convexplorer.gui.window.actions.command import Command

COMPARE: dict[str, Command] = {
    "keep-reference": Command(
        "Compare",
        "Keep as the reference",
        ("Ctrl+Alt+K",),
        "history",
        "Keep this result, and compare with it whatever you change or open from now on.",
        comparing.keep_reference,
        why_not=comparing.why_not_keep,
    ),
    "forget-reference": Command(
        "Compare",
        "Let go of the reference",
        (),
        "",
        "Forget what was kept, and free its memory.",
        comparing.forget_reference,
        why_not=comparing.why_not_forget,
    ),
    "compare-before": Command(
        "Compare",
        "Compare with what goes in",
        (),
        "",
        "The selected map against what its layer reads.",
        comparing.compare_before,
        begins_group=True,
    ),
    "compare-two": Command(
        "Compare",
        "Compare marked maps",
        ("Ctrl+Alt+M",),
        "",
        "The map that was clicked with Ctrl against the selected one.",
        comparing.compare_two,
        why_not=comparing.why_not_compare_two,
    ),
    "blink": Command(
        "Compare",
        "Blink",
        ("Ctrl+Alt+B",),
        "",
        "Show all of one side, and again all of the other; in the picture hold A or B.",
        comparing.blink,
        why_not=comparing.why_not_comparing,
    ),
    "swap-sides": Command(
        "Compare",
        "Swap both sides",
        ("Ctrl+Alt+X",),
        "mirror",
        "Exchange left and right; the difference turns its sign.",
        comparing.swap_sides,
        why_not=comparing.why_not_comparing,
    ),
    "combine-two": Command(
        "Compare",
        "Combine two maps",
        ("Ctrl+Alt+J",),
        "",
        "A layer that makes one map, such as the magnitude, of the selected and one clicked with Ctrl, or the next.",
        comparing.combine_two,
        why_not=comparing.why_not_combine,
        begins_group=True,
    ),
}
