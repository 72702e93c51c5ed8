"""Forms of the back office, by what they are about."""
