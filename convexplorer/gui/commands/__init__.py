"""The functions behind the actions, called with the window and grouped like the menus."""
