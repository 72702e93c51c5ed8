"""Files of postings: what is let in, where it lies, how it goes out.

Kinds are an allow-list, checked by the file's ending and by its content. Pictures are drawn anew, so that
nothing but the picture is left. On disk a file has a random name without an ending, in a folder no web server
serves; it goes out through a view that has asked `can(actor, "read", attachment)`.
"""

from .errors import AttachmentRefused
from .names import extension_of, safe_name
from .serving import as_response, open_attachment
from .storage import MadeFile, StoredFile, accepted_kinds, remove, store, store_made

__all__ = [
    "AttachmentRefused",
    "MadeFile",
    "StoredFile",
    "accepted_kinds",
    "as_response",
    "extension_of",
    "open_attachment",
    "remove",
    "safe_name",
    "store",
    "store_made",
]
