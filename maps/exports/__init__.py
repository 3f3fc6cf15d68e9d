"""What a map shows, as a file: chosen → read → written, row after row, whatever its size."""
