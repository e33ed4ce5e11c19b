"""The state and services shared by panels and commands: the bridge to the engine, the selection, settings, errands."""
