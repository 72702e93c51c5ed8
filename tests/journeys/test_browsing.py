"""A resident looks something up: from the front page to any item in three clicks, and every link leads somewhere."""

import re
from html import unescape

import pytest
import time_machine
from django.conf import settings

from tests.disclosures.boards import NOON, village

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    with time_machine.travel(NOON, tick=False):
        found = village()
        found.owes(0, key="2026Q3", due=NOON.date().replace(month=10))
        yield found


def page(client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def links(html: str, base: str) -> set[str]:
    """Addresses of this site that a page leads to."""
    found = {unescape(href).partition("#")[0] for href in re.findall(r'<a [^>]*href="([^"]+)"', html)}
    here = base.partition("?")[0]
    return {href if href.startswith("/") else here + href for href in found if href and "://" not in href}


def test_a_villager_finds_the_village_the_posting_and_what_is_late(here, client):
    posting = here.posts(2, key="2026Q1")
    found = page(client, "/boards/?q=金星")
    assert here.url in links(found, "/boards/")
    board = page(client, here.url)
    assert f"/postings/{posting.number}/" in links(board, here.url)
    assert "逾期1项" in board and f"{here.url}overdue/" in links(board, here.url)
    assert "租金收缴" in page(client, f"/postings/{posting.number}/")
    assert "党费收缴情况" in page(client, f"{here.url}overdue/")


def test_every_link_of_the_public_pages_leads_somewhere(here, client):
    here.posts(2, key="2026Q1")
    waiting, seen = {"/"}, set()
    while waiting:
        path = waiting.pop()
        seen.add(path)
        response = client.get(path)
        assert response.status_code == 200, path
        waiting |= links(response.content.decode(), path) - seen
    kinds = {path.split("/")[1] for path in seen}
    assert kinds == {"", "boards", "postings", "catalogues", "powers", "accounts"}
    assert len(seen) > 15


def test_any_posting_is_three_clicks_away(here, client):
    posting = here.posts(2, key="2026Q1")
    reached = {"/"}
    for _click in range(3):
        reached |= {link for path in reached for link in links(page(client, path), path)}
    assert f"/postings/{posting.number}/" in reached


def test_every_page_can_be_read_without_colour_script_or_mouse(here, client):
    posting = here.posts(2, key="2026Q1")
    for path in (
        "/",
        "/boards/",
        here.url,
        f"{here.url}overdue/",
        f"/postings/{posting.number}/",
        "/catalogues/C-JX/M101/",
    ):
        html = page(client, path)
        assert html.count("<h1") == 1, path
        for landmark in ("<header", "<nav", "<main", "<footer"):
            assert landmark in html, path
        assert not re.findall(r'<span class="badge[^"]*">\s*</span>', html), path
        assert not re.findall(r"<img (?![^>]*alt=)", html), path
        labelled = set(re.findall(r'<label [^>]*for="([^"]+)"', html))
        fields = re.findall(r"<(?:input|select)(?![^>]*type=\"hidden\")[^>]*id=\"([^\"]+)\"", html)
        assert set(fields) <= labelled, path
        ids = re.findall(r'\sid="([^"]+)"', html)
        assert len(ids) == len(set(ids)), path


def test_the_style_sheets_are_small_and_ask_nothing_of_others():
    sheets = list((settings.BASE_DIR / "static" / "css").glob("*.css"))
    public = [sheet for sheet in sheets if sheet.name not in {"admin.css", "desk.css"}]
    assert 0 < sum(sheet.stat().st_size for sheet in public) < 40 * 1024
    for sheet in sheets:
        rules = sheet.read_text(encoding="utf-8")
        assert "url(" not in rules and "@import" not in rules and "@layer" not in rules, sheet.name
