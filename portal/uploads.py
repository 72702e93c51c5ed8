"""Uploads that are too large are turned away before they fill the disk they are kept on meanwhile."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler


class RefuseLargeUploads(FileUploadHandler):
    """First of the upload handlers: refuses a request whose body is longer than UPLOAD_BYTES, and keeps nothing."""

    def handle_raw_input(
        self, input_data: Any, META: dict[str, Any], content_length: int, boundary: str, encoding: str | None = None
    ) -> None:
        """Raises RequestDataTooBig, which the visitor sees as a refusal (400), not as an error of the portal."""
        if content_length > settings.UPLOAD_BYTES:
            raise RequestDataTooBig("The upload is larger than UPLOAD_BYTES.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Hands the data on to the next handler."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leaves the file to the next handler."""
