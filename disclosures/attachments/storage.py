"""Putting a file on disk so that it is there as a whole or not at all."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from .contents import KINDS, Kind, heic_refused, identify
from .errors import AttachmentRefused, no_room, not_written
from .names import extension_of, safe_name

FOLDER = "attachments"


@dataclass(frozen=True)
class StoredFile:
    """A file on disk that no row points to yet. `path` is relative to MEDIA_ROOT."""

    path: str
    name: str
    content_type: str
    size: int
    sha256: str


def accepted_kinds() -> list[str]:
    """The endings that are let in, each with its dot, for forms and messages."""
    return [f".{extension}" for extension in KINDS]


def store(upload: UploadedFile, *, at: datetime, taken: Collection[str] = ()) -> StoredFile:
    """Checks an uploaded file and puts it on disk under a random name.

    Written to a temporary name, synced, then renamed. `taken` are the names beside which it must be told apart.
    Raises AttachmentRefused, and then leaves nothing behind, whatever went wrong.
    """
    name = upload.name or ""
    kind = _kind_of(name)
    _check_size(upload.size or 0)
    folder = Path(settings.MEDIA_ROOT, FOLDER, f"{at:%Y}", f"{at:%m}")
    try:
        _make_folder(folder)
        if shutil.disk_usage(folder).free - (upload.size or 0) < settings.ATTACHMENT_FREE_SPACE:
            raise no_room()
        with _temporary(folder) as temporary:
            _receive(upload, temporary)
            _examine(temporary, kind, safe_name(name, extension_of(name)))
            final = folder / secrets.token_hex(16)
            size, sha256 = _settle(temporary, final)
    except OSError as error:
        raise not_written(error) from error
    return StoredFile(
        path=str(final.relative_to(settings.MEDIA_ROOT)),
        name=safe_name(name, extension_of(name), taken=taken),
        content_type=kind.content_type,
        size=size,
        sha256=sha256,
    )


@dataclass(frozen=True)
class MadeFile:
    """A file the portal itself made. `path` is relative to MEDIA_ROOT."""

    path: str
    size: int
    sha256: str


def store_made(write: Callable[[BinaryIO], object], *, folder: str, at: datetime) -> MadeFile:
    """Puts on disk what `write` writes, under a random name in the folder.

    Raises AttachmentRefused where there is no room, and whatever `write` raises; then nothing is left behind.
    """
    place = Path(settings.MEDIA_ROOT, folder, f"{at:%Y}", f"{at:%m}")
    try:
        _make_folder(place)
        if shutil.disk_usage(place).free < settings.ATTACHMENT_FREE_SPACE:
            raise no_room()
        with _temporary(place) as temporary:
            with _create(temporary) as file:
                write(file)
            final = place / secrets.token_hex(16)
            size, sha256 = _settle(temporary, final)
    except OSError as error:
        raise not_written(error) from error
    return MadeFile(str(final.relative_to(settings.MEDIA_ROOT)), size, sha256)


def remove(path: str) -> None:
    """Takes a stored file away again; that it is gone already is no error."""
    Path(settings.MEDIA_ROOT, path).unlink(missing_ok=True)


def _kind_of(name: str) -> Kind:
    extension = extension_of(name)
    if extension in KINDS:
        return KINDS[extension]
    if extension in {"heic", "heif"}:
        raise heic_refused(name)
    if extension in {"doc", "xls", "wps", "et"}:
        raise AttachmentRefused(
            _("Files in the older format .%(extension)s are not accepted. Save it as .docx, .xlsx or PDF.")
            % {"extension": extension}
        )
    raise AttachmentRefused(
        _("Files of this kind are not accepted. Upload one of these: %(kinds)s.")
        % {"kinds": " ".join(accepted_kinds())}
    )


def _check_size(size: int) -> None:
    if not size:
        raise AttachmentRefused(_("The file is empty. Check that it opens, then upload it again."))
    if size > settings.ATTACHMENT_BYTES:
        raise AttachmentRefused(
            _("The file is larger than %(limit)s. Make it smaller, or split it, and upload it again.")
            % {"limit": filesizeformat(settings.ATTACHMENT_BYTES)}
        )


def _make_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


@contextmanager
def _temporary(folder: Path) -> Iterator[Path]:
    """A name for the file while it is examined; nothing is left under it or its companion afterwards."""
    path = folder / f".{secrets.token_hex(16)}.part"
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)
        path.with_suffix(".new").unlink(missing_ok=True)


def _create(path: Path) -> BinaryIO:
    """A new file that only its owner may read."""
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b")


def _receive(upload: UploadedFile, path: Path) -> None:
    """Writes what was sent. Its real length counts, not the one that was announced."""
    received = 0
    with _create(path) as file:
        for chunk in upload.chunks():
            received += len(chunk)
            _check_size(received)
            file.write(chunk)
    _check_size(received)


def _examine(path: Path, kind: Kind, name: str) -> None:
    """Looks into the file; a picture is replaced by what was drawn anew."""
    with path.open("rb") as file:
        identify(file, kind, name)
        kind.check(file)
        if kind.redraw:
            with _create(path.with_suffix(".new")) as drawn:
                kind.redraw(file, drawn)
    if kind.redraw:
        path.with_suffix(".new").replace(path)


def _settle(path: Path, final: Path) -> tuple[int, str]:
    """Makes sure the file is on the disk and gives it its name. Size in bytes and SHA-256."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
        size = os.fstat(file.fileno()).st_size
    path.rename(final)
    try:
        _sync_folder(final.parent)
    except OSError:
        final.unlink(missing_ok=True)
        raise
    return size, digest


def _sync_folder(folder: Path) -> None:
    """Puts the new name itself on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
