"""The volume as PDF/A, by WeasyPrint. It needs Pango and a Chinese font from the system; without them there is no PDF.

WeasyPrint is imported where it is used and nowhere else: a machine without Pango runs everything but this.
"""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from typing import Any

from django.utils.translation import gettext as _

from .contents import Contents, Piece
from .pages import Maker, Print, printed

PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk"
VARIANT = "pdf/a-3b"


def why_not() -> str:
    """Why no PDF can be made on this machine and what to install, in a sentence; empty if one can."""
    if not _has_pango() or not _has_chinese_font():
        return _(
            "No PDF was made: the server lacks what it takes. Ask the operator to install %(packages)s "
            "(apt-get install …), restart the worker and make the volume again."
        ) % {"packages": PACKAGES}
    return ""


@cache
def _has_pango() -> bool:
    try:
        import weasyprint  # noqa: F401
    except OSError:  # a shared library is missing
        return False
    return True


@cache
def _has_chinese_font() -> bool:
    """Asked of fontconfig, which Pango asks too. Without such a font every character would be an empty box."""
    program = shutil.which("fc-list")
    if program is None:
        return False
    try:
        found = subprocess.run([program, ":lang=zh-cn", "family"], capture_output=True, timeout=30, check=False)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return False
    return bool(found.stdout.strip())


def print_volume(
    contents: Contents,
    maker: Maker,
    portions: list[list[Piece]],
    add: Callable[[str, bytes], object],
    report: Callable[[int, int], object],
) -> tuple[list[str], int]:
    """Prints the volume in one PDF, or one for each portion and one for what stands before and after them.

    Gives the names and the number of pages. Memory is that of the largest portion.
    """
    if len(portions) == 1:
        data, pages, _starts = _printed(contents, maker, Print(portions[0]))
        add("volume.pdf", data)
        return ["volume.pdf"], pages
    names: list[str] = []
    begins: dict[int, str] = {}
    total = 0
    for part, pieces in enumerate(portions, start=1):
        what = Print(pieces, has_front=False, has_end=False, after_page=total, part=part)
        data, pages, starts = _printed(contents, maker, what)
        begins |= {order: f"{part}–{total + page}" for order, page in starts.items()}
        total += pages
        names.append(f"volume-{part:02}.pdf")
        add(names[-1], data)
        report(part, len(portions) + 1)
    data, pages, _starts = _printed(contents, maker, Print([], pages=begins, total=total))
    add("volume-00.pdf", data)
    return ["volume-00.pdf", *names], total + pages


def _printed(contents: Contents, maker: Maker, what: Print) -> tuple[bytes, int, dict[int, int]]:
    """The PDF, its number of pages, and on which of them each piece begins."""
    import weasyprint

    html = weasyprint.HTML(string=printed(contents, maker, what), base_url="volume:/", url_fetcher=_nothing)
    document = html.render()
    starts: dict[int, int] = {}
    for number, page in enumerate(document.pages, start=1):
        for anchor in page.anchors:
            if anchor.startswith("piece-"):
                starts.setdefault(int(anchor.removeprefix("piece-")), number)
    out = io.BytesIO()
    document.write_pdf(out, pdf_variant=VARIANT)
    return out.getvalue(), len(document.pages), starts


def _nothing(url: str, *args: Any, **kwargs: Any) -> Any:
    """A volume holds all it needs: whatever somebody wrote into a text, nothing is fetched from anywhere."""
    raise ValueError(f"Nothing is fetched: {url}")
