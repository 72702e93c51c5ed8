"""What people and the clock do about obligations and postings: verbs, each one transaction."""
