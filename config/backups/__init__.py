"""Copies of a whole register: database, files and a manifest with checksums; and the way back."""
