"""What the actions do: functions of the window, grouped as the menus are."""
