"""What goes wrong with a file, in words for the person who handed it in."""

import errno

from django.utils.translation import gettext as _


class AttachmentRefused(ValueError):
    """A file was not taken; the message says why and what to do. Nothing of it is left on disk."""


def not_written(error: OSError) -> AttachmentRefused:
    """The refusal for a file that could not be written."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return no_room()
    return AttachmentRefused(_("The file could not be saved. Try again; if it fails again, tell the operator."))


def no_room() -> AttachmentRefused:
    return AttachmentRefused(
        _("The server has run out of storage; the file was not saved. Tell the operator, then upload it again.")
    )
