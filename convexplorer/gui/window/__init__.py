"""The main window: its panels, menus, actions and messages."""
