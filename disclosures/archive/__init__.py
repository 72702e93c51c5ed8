"""Filing a year's disclosures of an organisation: a volume that can be read without the portal, and checked.

contents  what is filed, gathered once        pages    as HTML, for the screen and for print
pdf       print-quality PDF, where it can be  package  the ZIP: PDF, HTML, index, attachments, checksums
work      the errand that makes a volume
"""
