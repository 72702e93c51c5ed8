"""Disclosing by workbook: a template with a row for each open obligation, filled in off line and handed in again.

columns  what the workbook looks like          workbook  writing it
owed     which obligations it has a row for    reading   reading what was handed in
plan     what each row comes to, or its faults  work     the three errands: template, check, import
"""
