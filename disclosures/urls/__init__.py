"""Addresses of boards, postings and catalogues; printed on paper and in QR codes, so stable for ever."""
