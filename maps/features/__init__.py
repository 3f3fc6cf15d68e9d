"""The register as collections of features: for OGC API - Features and for files. Declared → asked → read → written."""
