"""Levels on the grid: tables, the kernel that fills a tile with the best server, its exact twin, tiles as files."""
