"""The privacy gate (Personal Information Protection Law, Art. 25): nothing personal goes out by mistake.

Finds citizen ID numbers, bank cards, mobile numbers and addresses of persons in texts and files, and what hides in
files. Everything here but `fingerprints` and `files` is pure: text in, finds out, without database or settings.
What is done about a find is in `actions/privacy.py`; what the gate can and cannot see in docs/privacy-gate.md.
"""
