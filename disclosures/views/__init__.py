"""Doors: each finds what is asked for, asks once, and renders."""
