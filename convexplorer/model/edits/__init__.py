"""All edits in one namespace: functions `Project → Project` that leave the old project unchanged.

Each edit checks its arguments and raises `ValueError` with a sentence for the user. An edit that changes nothing
returns the same project object, so that the history gains no step.
"""

from convexplorer.kernels.transforms import TRANSFORMS, Transform
from convexplorer.model.edits.bank import (
    add_filter,
    duplicate_filter,
    move_filter,
    remove_filter,
    rename_filter,
    replace_filter,
    set_bias,
    set_filters,
)
from convexplorer.model.edits.grid import (
    GRID_OPERATIONS,
    fill_grid,
    grid_values,
    nudge_grid_cell,
    resize_grid,
    set_grid,
    set_grid_cell,
    transform_grid,
)
from convexplorer.model.edits.group import free_group_name, group_by_names, group_layers, rename_group, ungroup
from convexplorer.model.edits.kernel import (
    merge_planes,
    set_planes,
    set_preset_parameter,
    set_weight,
    split_planes,
    transform_filter,
    transformed_planes,
)
from convexplorer.model.edits.layer import (
    add_layer,
    duplicate_layer,
    initialize_layer,
    move_layer,
    remove_layer,
    set_channels,
    set_display,
    set_inputs,
    set_kernel_size,
    set_layer,
    set_numbers,
    set_source,
    set_weight_array,
)
from convexplorer.model.edits.network import cut_behind, replace_network, set_class_names, set_preprocessing
from convexplorer.model.edits.source import clear_source_options, set_source_option

__all__ = [
    "GRID_OPERATIONS",
    "TRANSFORMS",
    "Transform",
    "add_filter",
    "add_layer",
    "clear_source_options",
    "cut_behind",
    "duplicate_filter",
    "duplicate_layer",
    "fill_grid",
    "free_group_name",
    "grid_values",
    "group_by_names",
    "group_layers",
    "initialize_layer",
    "merge_planes",
    "move_filter",
    "move_layer",
    "nudge_grid_cell",
    "remove_filter",
    "remove_layer",
    "rename_filter",
    "rename_group",
    "replace_filter",
    "replace_network",
    "resize_grid",
    "set_bias",
    "set_channels",
    "set_class_names",
    "set_display",
    "set_filters",
    "set_grid",
    "set_grid_cell",
    "set_inputs",
    "set_kernel_size",
    "set_layer",
    "set_numbers",
    "set_planes",
    "set_preprocessing",
    "set_preset_parameter",
    "set_source",
    "set_source_option",
    "set_weight",
    "set_weight_array",
    "split_planes",
    "transform_filter",
    "transform_grid",
    "transformed_planes",
    "ungroup",
]
