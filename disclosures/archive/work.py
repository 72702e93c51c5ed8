"""The errand that makes a volume, and what there is of volumes."""

from __future__ import annotations

from datetime import datetime
from typing import BinaryIO

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from organisations.access import Actor, can
from organisations.models import Organisation, User

from .. import attachments, errands
from ..errands import ErrandFailed, Finished, Progress
from ..models import ArchiveVolume, Errand
from ..models.archive import volume_number
from . import package, pages, pdf
from .contents import Contents, gather, years
from .pages import Maker

VOLUME = "archive-volume"
FOLDER = "volumes"


def allows(actor: Actor, errand: Errand) -> bool:
    """Whoever may still file for the organisation."""
    return errand.organisation is not None and can(actor, "file", errand.organisation)


def ask(organisation: Organisation, year: int, *, by: User, at: datetime) -> Errand:
    """Asks for the volume of the year. Raises ErrandFailed where there is no such year to file."""
    this_year = timezone.localdate(at).year
    if year not in {*years(organisation), this_year, this_year - 1}:
        raise ErrandFailed(_("There is nothing to file of %(year)d.") % {"year": year})
    return errands.ask(VOLUME, by=by, at=at, organisation=organisation, parameters={"year": year})


def after(errand: Errand) -> str:
    """Where the volume is to be fetched."""
    code = errand.organisation.code if errand.organisation else ""
    return f"{reverse('desk:archive')}?organisation={code}"


def make_volume(errand: Errand, progress: Progress) -> Finished:
    """Makes the volume of `parameters` year, unless nothing has changed since the last one."""
    organisation, year = errand.organisation, errand.parameters["year"]
    if organisation is None or not can(errand.asked_by, "file", organisation):
        raise ErrandFailed(_("You may not file for this organisation any more."))
    progress(0, 0, _("Gathering what is to be filed"))
    contents = gather(organisation, year)
    last = ArchiveVolume.objects.filter(organisation=organisation, year=year).order_by("edition").last()
    if last is not None and _still_holds(last, contents):
        message = _("Nothing has changed since edition %(n)d (%(number)s); there is nothing to file anew.")
        return Finished(message % {"n": last.edition, "number": last.number}, outcome={"volume": last.pk})
    edition = last.edition + 1 if last else 1
    return _made(errand, progress, organisation, contents, edition)


def _still_holds(last: ArchiveVolume, contents: Contents) -> bool:
    """Same content, the file is there, and it has its PDF or cannot have one."""
    same = last.content_sha256 == contents.sha256 and last.file_path.exists()
    return same and (last.pages is not None or bool(pdf.why_not()))


def _made(errand: Errand, progress: Progress, organisation: Organisation, contents: Contents, edition: int) -> Finished:
    at, by = progress.moment(), errand.asked_by
    writer = _Writer(contents, volume_number(organisation, contents.year, edition), edition, by, at, progress)
    made = attachments.store_made(writer.write, folder=FOLDER, at=at)
    volume = ArchiveVolume(
        organisation=organisation,
        year=contents.year,
        edition=edition,
        title=contents.title[:200],
        pieces=len(contents.pieces),
        decisions=len(contents.decisions),
        files=len(contents.attachments),
        pages=writer.pages,
        remarks="\n".join(writer.remarks),
        path=made.path,
        size=made.size,
        sha256=made.sha256,
        content_sha256=contents.sha256,
        made_by=by,
        made_at=at,
    )
    words = ngettext(
        "Volume %(number)s is made: %(n)d piece. Download it.",
        "Volume %(number)s is made: %(n)d pieces. Download it.",
        volume.pieces,
    )
    finished = Finished("\n".join([words % {"number": volume.number, "n": volume.pieces}, *writer.remarks]))
    try:
        with transaction.atomic():
            volume.save(force_insert=True)
            progress.finish(finished)
    except IntegrityError:
        attachments.remove(made.path)
        raise ErrandFailed(_("Somebody else made this volume at the same moment. Look at theirs.")) from None
    except BaseException:
        attachments.remove(made.path)
        raise
    return finished


class _Writer:
    """Writes the ZIP; notes what has to be remarked on and how many pages were printed."""

    def __init__(
        self, contents: Contents, number: str, edition: int, by: User, at: datetime, progress: Progress
    ) -> None:
        self.contents, self.at, self.progress = contents, at, progress
        self.remarks: list[str] = []
        self.pages: int | None = None
        self.maker = Maker(number, edition, str(by), timezone.localdate(at).isoformat(), self.remarks)

    def write(self, file: BinaryIO) -> None:
        packing = package.opened(file, self.at)
        self.progress(0, len(self.contents.attachments), _("Filing the attachments"))
        self.remarks += package.add_attachments(packing, self.contents, self.progress)
        names = self._print(packing)
        packing.add("volume.html", pages.screen(self.contents, self.maker).encode())
        package.add_index(packing, self.contents)
        package.close(packing, self.contents, self.maker, pdfs=names)

    def _print(self, packing: package.Packing) -> list[str]:
        """The PDFs, and their names; without what it takes a remark says what to install."""
        if why := pdf.why_not():
            self.remarks.append(why)
            return []
        portions = pages.parts(self.contents)
        if len(portions) > 1:
            self.remarks.append(
                _("The PDF is in %(n)d parts; part 0 holds the cover, the index and the closing sheet.")
                % {"n": len(portions) + 1}
            )
        self.progress(0, len(portions), _("Printing"))
        names, self.pages = pdf.print_volume(self.contents, self.maker, portions, packing.add, self.progress)
        return names
