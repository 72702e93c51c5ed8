"""The tests of the portal. `python -m tests` runs them on every database at hand."""
