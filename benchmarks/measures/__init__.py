"""What is measured, by the kind of work. Each module's `measure` returns figures by name."""
