"""What tiles say of maps that are dead, constant, saturated, or duplicates of others."""

from dataclasses import replace

from convexplorer.gui.canvas.pictures.tile import TileView
from convexplorer.results.picture import Picture


def with_fault(tile: TileView, index: int, judged: Picture | None, *, is_film: bool) -> TileView:
    """Return the tile of a map with what is the matter with it.

    Parameters
    ----------
    judged : the result that tells; None if nothing is known of these maps.
    is_film : the tile shows another frame by now, so that the judged one is named.
    """
    fault = judged.faults[index] if judged is not None and index < len(judged.faults) else None
    if fault is None or judged is None:
        return tile if not tile.badges else replace(tile, badges=())
    where = f"frame {judged.frame.index + 1}" if is_film else "this picture"
    tip = f"{fault.sentence} Judged on {where} alone."
    return replace(tile, badges=fault.badges, tip="\n".join(filter(None, (tip, tile.tip))))
