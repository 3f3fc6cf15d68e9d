"""Settings, health and the commands that concern all of Sổ Trạm."""
