"""Paging by key: every row once, in both directions, at any depth, whatever the cursor says."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from notices.choices import Channel
from notices.models import Notice
from organisations.keyset import BadCursor, Code, Day, Keyset, Moment, Number
from organisations.models import Organisation
from tests.factories.organisations import OrganisationFactory, UserFactory

BY_PATH = Keyset({"path": Code()})
NEWEST = Keyset({"created_at": Moment(), "id": Number()}, descending=True)
SAME = datetime(2026, 11, 21, 1, 30, 0, 123456, tzinfo=UTC)


@pytest.fixture
def notices(db):
    """Seven notices, five of them written in the same microsecond."""
    person = UserFactory()
    moments = [datetime(2026, 11, 20, tzinfo=UTC), *[SAME] * 5, datetime(2026, 11, 22, tzinfo=UTC)]
    for n, at in enumerate(moments):
        Notice.objects.create(
            recipient=person, channel=Channel.INBOX, key=str(n), kind="x", not_before=at, created_at=at
        )
    return [*Notice.objects.order_by("-created_at", "-id")]


def walk(size, direction="after"):
    page = NEWEST.page(Notice.objects.all(), size=size)
    pages = [page]
    while page.after:
        page = NEWEST.page(Notice.objects.all(), size=size, after=page.after)
        pages.append(page)
    return pages


@pytest.mark.parametrize("size", [1, 2, 3, 6, 7, 8])
def test_walking_forward_shows_every_row_once_in_order(notices, size):
    assert [row.pk for page in walk(size) for row in page.rows] == [row.pk for row in notices]


@pytest.mark.parametrize("size", [1, 2, 3, 6])
def test_walking_back_leads_over_the_same_pages_to_the_first(notices, size):
    forward = walk(size)
    page = forward[-1]
    for earlier in reversed(forward[:-1]):
        page = NEWEST.page(Notice.objects.all(), size=size, before=page.before)
        assert page.rows == earlier.rows
    assert page.before == ""


def test_the_last_page_has_no_next_and_the_only_page_no_neighbours(notices):
    assert walk(3)[-1].after == ""
    only = NEWEST.page(Notice.objects.all(), size=7)
    assert (only.before, only.after, len(only.rows)) == ("", "", 7)


def test_a_row_added_in_front_neither_repeats_nor_hides_another(notices):
    first = NEWEST.page(Notice.objects.all(), size=3)
    at = datetime(2026, 11, 23, tzinfo=UTC)
    Notice.objects.create(
        recipient=notices[0].recipient, channel=Channel.INBOX, key="new", kind="x", not_before=at, created_at=at
    )
    second = NEWEST.page(Notice.objects.all(), size=3, after=first.after)
    assert [row.pk for row in second.rows] == [row.pk for row in notices[3:6]]


def test_a_page_before_the_third_row_is_filled_up_to_a_whole_first_page(notices):
    page = NEWEST.page(Notice.objects.all(), size=4, before=NEWEST.cursor(notices[2]))
    assert page.rows == notices[:4]
    assert page.before == ""


def test_rows_may_be_mappings(notices):
    rows = Notice.objects.values("created_at", "id")
    page = NEWEST.page(rows, size=2)
    assert page.after == NEWEST.cursor(notices[1])


def test_ascending_by_text_in_byte_order(db):
    for _ in range(5):
        OrganisationFactory()
    first = BY_PATH.page(Organisation.objects.all(), size=3)
    second = BY_PATH.page(Organisation.objects.all(), size=3, after=first.after)
    assert [o.path for o in first.rows + second.rows] == sorted(Organisation.objects.values_list("path", flat=True))


def test_an_empty_list_has_one_empty_page(db):
    page = NEWEST.page(Notice.objects.all(), size=3)
    assert (page.rows, page.before, page.after) == ([], "", "")


def test_past_the_end_there_is_an_empty_page(notices):
    page = NEWEST.page(Notice.objects.all(), size=3, after=NEWEST.cursor(notices[-1]))
    assert (page.rows, page.after) == ([], "")


BAD = [
    "x",
    "1~2~3",
    "~",
    "1~",
    "~1",
    "1~x",
    "1 ~2",
    "9" * 17 + "~1",
    "1~" + "9" * 19,
    "1~-2",
    "1~\x00",
    "１~２",
    "a" * 999,
]


@pytest.mark.parametrize("cursor", BAD)
def test_a_damaged_cursor_is_refused_before_any_query(cursor, db):
    with pytest.raises(BadCursor):
        NEWEST.page(Notice.objects.all(), size=3, after=cursor)


def test_before_and_after_at_once_are_refused(db):
    with pytest.raises(BadCursor):
        NEWEST.page(Notice.objects.all(), size=3, after="1~1", before="1~1")


@given(st.text(max_size=50))
def test_any_text_is_read_or_refused(text):
    keyset = Keyset({"a": Moment(), "b": Day(), "c": Code(), "d": Number()})
    for cursor in (text, "1~2026-11-21~" + text, text + "~2026-02-30~A~1"):
        try:
            keyset._read(cursor)
        except BadCursor:
            continue


@given(st.integers(-2 * 10**15, 7 * 10**15), st.dates(), st.integers(0, 10**18 - 1))
def test_what_is_written_is_read_back_exactly(microseconds, day, number):
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    keyset = Keyset({"a": Moment(), "b": Day(), "d": Number()})
    row = {"a": moment, "b": day, "d": number}
    assert keyset._read(keyset.cursor(row)) == [*row.values()]


def test_a_deep_page_is_found_by_index_not_by_scanning(notices):
    """The page's rows come from the index in order: no sort, no scan of the whole table."""
    place = NEWEST.cursor(notices[3])
    keyset = Keyset({"id": Number()}, descending=True)
    inbox = Notice.objects.filter(recipient=notices[0].recipient, channel=Channel.INBOX)
    with connection.execute_wrapper(_Recorder()) as _:
        keyset.page(inbox, size=2, after=place.split("~")[1])
    sql, params = _Recorder.last
    prefix = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute(prefix + sql, params)
        plan = " ".join(str(part) for row in cursor.fetchall() for part in row)
    assert "Index" in plan or "INDEX" in plan
    assert "TEMP B-TREE" not in plan and "Sort" not in plan


class _Recorder:
    last: tuple[str, tuple] = ("", ())

    def __call__(self, execute, sql, params, many, context):
        type(self).last = (sql, params)
        return execute(sql, params, many, context)
