"""What panels and commands share: the bridge to the engine, the selection, settings, errands."""
