"""The desk: what waits for a person, and each version of a posting from the first word to the last step."""
