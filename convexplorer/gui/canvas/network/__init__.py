"""The network at a glance: all layers as cards with their maps, wrapped into rows, and what feeds what."""
