"""Devices as values: what a scanner or a card reader sent, apart from any screen."""
