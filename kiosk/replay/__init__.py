"""Ringing real sales from a CSV file through the till; the file's format is a map in TOML."""
