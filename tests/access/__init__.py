"""Who passes which door: a sweep over every address, role and place."""
