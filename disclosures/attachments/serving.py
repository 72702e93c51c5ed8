"""Handing a file out so that no browser runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from django.http import FileResponse

if TYPE_CHECKING:
    from ..models import Attachment, CarrierEvidence

_SHOWN_IN_PLACE = {"image/png", "image/jpeg"}
"""Pictures were drawn anew when they came in; everything else is saved, never shown."""


def open_attachment(attachment: Attachment | CarrierEvidence) -> BinaryIO:
    """The file, opened for reading. Raises FileNotFoundError if it is gone from the disk."""
    attachment.file.open("rb")
    return attachment.file.file


def as_response(attachment: Attachment | CarrierEvidence) -> FileResponse:
    """The file as an answer to a request that was found to be allowed. Raises FileNotFoundError.

    It carries its original name (RFC 6266), is not sniffed for another type, and runs nothing.
    """
    response = FileResponse(
        open_attachment(attachment),
        as_attachment=attachment.content_type not in _SHOWN_IN_PLACE,
        filename=attachment.name,
        content_type=attachment.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
