"""Doors of the site itself: front page, display wishes, signing in, inbox, health, errors."""
