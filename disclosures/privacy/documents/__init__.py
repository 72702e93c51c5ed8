"""The text of files: read by a process of its own, with limits on time and memory, that knows no database."""
