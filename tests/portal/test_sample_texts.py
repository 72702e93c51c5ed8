"""The texts of the sample district: plausible, complete, with figures that add up, and nobody's data."""

import csv
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.validators import validate_slug

import catalogue
from catalogue.deadlines import WorkingCalendar, period_of
from disclosures.privacy.markup import text_pieces
from disclosures.privacy.scanning import scan
from disclosures.richtext import clean, words
from organisations.models import Organisation
from organisations.models.organisation import CODE_VALIDATOR
from portal.sample import PASSWORD, accounts
from portal.sample.histories import when
from portal.sample.people import people
from portal.sample.places import Group, places
from portal.sample.planning import Year, happenings
from portal.sample.texts import MATTERS, Scene, district, remarks

DATA = Path(catalogue.__file__).parent / "data"
PERSONAL_DATA = re.compile(
    r"(?<!\d)\d{17}[\dXx](?!\d)"  # citizen ID numbers
    r"|(?<!\d)1[3-9]\d{9}(?!\d)"  # mobile numbers
    r"|(?<!\d)0\d{2,3}-\d{4}-?\d{3,4}(?!\d)"  # landline numbers
    r"|(?<!\d)\d{16,19}(?!\d)"  # bank cards
)
LEFT_OVER = re.compile(r"[{}~|]|None|NaN|\bTODO\b|lorem", re.IGNORECASE)
EVENTS = {"prompt", "staged"}


def leaves(name):
    with (DATA / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["code"]: row for row in csv.DictReader(file) if row["time_limit_class"]}


GRASSROOTS = leaves("grassroots_7_plus_x")
DISTRICTS = [("QP", "qingpu_district"), ("XH", "xuhui_district")]


def scenes(place, row, subjects=("",), stages=("",), day=date(2026, 10, 9)):
    """Every scene that may come up for an item at a place."""
    is_event = row["time_limit_class"] in EVENTS
    span = period_of(row["period"], date(2026, 8, 1)) if row["period"] else None
    for subject in subjects:
        for stage in stages:
            yield Scene(
                place=place,
                item=row["title"],
                when=when(span.key) if span else "",
                start=span.starts_on if span else day - timedelta(days=30),
                end=span.ends_on if span else day,
                day=day,
                subject=subject if is_event else "",
                stage=stage if is_event else "",
                elements=row["content_elements"],
                department=row["responsible_department"],
                rng=place.rng(row["code"], subject, stage),
            )


def check(text):
    assert text.title and len(text.title) <= 200
    assert clean(text.body) == text.body, "the cleaner would change it"
    assert len(words(text.body)) > 40, text.title
    for part in (text.title, text.body):
        assert not LEFT_OVER.search(part), part
        assert not PERSONAL_DATA.search(part), part
    assert not scan(text_pieces(text.title, text.body, "")), "the privacy gate would hold it up"


def test_every_entry_of_the_grass_roots_catalogue_has_a_writer_and_no_writer_is_idle():
    assert len(GRASSROOTS) == 61
    assert set(MATTERS) == set(GRASSROOTS)


@pytest.mark.parametrize("code", sorted(GRASSROOTS))
def test_an_entry_reads_well_at_every_place(code):
    matter, row = MATTERS[code], GRASSROOTS[code]
    written = 0
    for place in places().values():
        if place.group == Group.DISTRICT:
            continue
        subjects = matter.subjects_for(place) if row["time_limit_class"] in EVENTS else ("",)
        for scene in scenes(place, row, subjects, matter.stages or ("",)):
            check(matter.write(scene))
            written += 1
    assert written > 0


@pytest.mark.parametrize(("code", "name"), DISTRICTS)
def test_every_entry_of_a_districts_catalogue_has_a_text_with_all_its_elements(code, name):
    for row in leaves(name).values():
        for scene in scenes(places()[code], row, (f"{row['title']}（2026年第1期）",), district.STAGES):
            text = district.write(scene)
            check(text)
            for element in row["content_elements"].split("、"):
                assert f"<td>{element}</td>" in text.body


def test_the_same_scene_gives_the_same_text():
    place, matter = places()["JX"], MATTERS["X11"]
    first, second = (matter.write(next(scenes(place, GRASSROOTS["X11"]))) for _ in range(2))
    assert first == second


def amounts(cells):
    return [round(float(cell.replace(",", "")) * 100) for cell in cells]


def rows(body, table=0):
    tables = re.findall(r"<table>.*?</table>", body)
    return [re.findall(r"<td>(.*?)</td>", row) for row in re.findall(r"<tr>(.*?)</tr>", tables[table])][1:]


def monthly(place, code, month):
    span = period_of("monthly", month)
    scene = Scene(
        place, code, when(span.key), span.starts_on, span.ends_on, span.ends_on, rng=place.rng(code, span.key)
    )
    return MATTERS[code].write(scene).body


@pytest.mark.parametrize("code", ["JX", "YJ", "QB-JX", "XH-HJ-1"])
def test_village_accounts_add_up_and_carry_over_from_month_to_month(code):
    carried = None
    for month in range(1, 13):
        body = monthly(places()[code], "X11", date(2026, month, 1))
        opening, income, spent, closing = amounts(rows(body)[0])
        assert opening + income - spent == closing
        assert carried in (None, opening)
        earned, paid = rows(body, 1), rows(body, 2)
        assert sum(amounts(row[1] for row in earned[:-1])) == income == amounts([earned[-1][1]])[0]
        assert sum(amounts(row[2] for row in paid[:-1])) == spent == amounts([paid[-1][2]])[0]
        assert min(amounts(row[2] for row in paid)) > 0
        carried = closing


def quarterly(place, code, quarter):
    span = period_of("quarterly", date(2026, quarter * 3, 1))
    scene = Scene(
        place, code, when(span.key), span.starts_on, span.ends_on, span.ends_on, rng=place.rng(code, span.key)
    )
    return MATTERS[code].write(scene).body


@pytest.mark.parametrize("code", ["JX", "JX-LN", "MQ", "XZ-QY"])
def test_membership_dues_add_up_and_carry_over_from_quarter_to_quarter(code):
    carried = None
    for quarter in (1, 2, 3, 4):
        body = quarterly(places()[code], "M306", quarter)
        opening, collected, passed_on, back, spent, closing = amounts(row[1] for row in rows(body))
        assert opening + collected - passed_on + back - spent == closing
        assert carried in (None, opening)
        detail = rows(body, 1)
        assert sum(amounts(row[1] for row in detail[:-1])) == spent == amounts([detail[-1][1]])[0]
        assert min(amounts(row[1] for row in detail)) > 0
        carried = closing


def test_working_funds_of_a_neighbourhood_add_up_and_carry_over():
    carried = None
    for quarter in (1, 2, 3, 4):
        body = quarterly(places()["XZT-KC"], "X17", quarter)
        opening, granted, spent, closing = amounts(rows(body)[0])
        assert opening + granted - spent == closing
        assert carried in (None, opening)
        assert sum(amounts(row[1] for row in rows(body, 1)[:-1])) == spent
        carried = closing


def test_appeals_balance_everywhere():
    for place in places().values():
        if place.group != Group.DISTRICT:
            received, resolved, going, cannot = map(int, rows(monthly(place, "M602", date(2026, 6, 1)))[0])
            assert received == resolved + going + cannot
            assert min(resolved, going) >= 0 <= cannot


def test_members_counted_in_groups_are_all_members():
    for place in places().values():
        if place.group != Group.DISTRICT:
            counted = rows(MATTERS["M301"].write(next(scenes(place, GRASSROOTS["M301"]))).body)
            assert sum(int(row[1]) for row in counted[:-1]) == int(counted[-1][1])


def test_an_auction_is_held_on_the_day_and_for_the_lot_that_was_announced():
    calendar = WorkingCalendar(days_off={date(2026, 10, day): "国庆节" for day in range(1, 9)})
    place = places()["JX"]
    items = dict.fromkeys(("X08", "X09"))
    found = happenings(place, items, Year(date(2025, 10, 1), date(2026, 11, 20), calendar))
    letting, auction = next(
        (letting, auction)
        for letting in found
        for auction in found
        if letting.item == "X08" and auction.item == "X09" and auction.title == letting.title.replace("招租", "竞价")
    )
    announced, held = (
        MATTERS[one.item]
        .write(
            Scene(
                place, one.item, "", one.day, one.day, one.day, one.title, calendar=calendar, rng=place.rng(one.title)
            )
        )
        .body
        for one in (letting, auction)
    )
    assert f"{auction.day.year}年{auction.day.month}月{auction.day.day}日上午9时" in announced
    area = re.search(r"建筑面积(\d+)平方米", announced)[1]
    assert f"（{area}平方米）" in held


def test_everything_happens_on_working_days_within_the_year():
    calendar = WorkingCalendar(days_off={date(2026, 10, day): "国庆节" for day in range(1, 9)})
    year = Year(date(2025, 10, 1), date(2026, 11, 20), calendar)
    found = happenings(places()["MQ"], dict.fromkeys(MATTERS), year)
    assert len(found) > 20
    assert all(year.since <= one.day <= year.until and calendar.is_working(one.day) for one in found)
    assert found == happenings(places()["MQ"], dict.fromkeys(MATTERS), year)


@pytest.mark.parametrize(
    ("key", "named"),
    [
        ("2026", "2026年度"),
        ("2026H1", "2026年上半年"),
        ("2026H2", "2026年下半年"),
        ("2026Q1", "2026年第一季度"),
        ("2026Q4", "2026年第四季度"),
        ("2026-01", "2026年1月"),
        ("2026-12", "2026年12月"),
        ("once", ""),
        ("E12", ""),
    ],
)
def test_periods_are_named_as_people_say_them(key, named):
    assert when(key) == named


def test_organisations_are_well_formed_and_say_that_they_are_invented():
    known = places()
    for place in known.values():
        CODE_VALIDATOR(place.code)
        limits = {"name": place.name, "short_name": place.short, "address": place.address, "phone": place.phone}
        for name, value in limits.items():
            assert 0 < len(value) <= Organisation._meta.get_field(name).max_length
        assert re.fullmatch(r"021-555\d-\d{4}", place.phone), "a number that nobody has"
        assert 30.6 < float(place.latitude) < 31.9 and 120.8 < float(place.longitude) < 122.0
        assert place.profile and place.office_hours and place.responsible_person
        assert place.parent == "" or place.parent in known
    assert len({place.phone for place in known.values()}) == len(known)
    for code in ("SH", "MH", "QP", "XH"):
        assert "示例" in known[code].name and "演示" in known[code].short


def test_a_branch_that_cannot_approve_lies_below_an_organisation_that_can():
    known = places()
    small = [place for place in known.values() if place.superior_approves]
    assert small
    assert not [place for place in small if known[place.parent].superior_approves]


def test_accounts_are_few_distinct_and_shown_in_words():
    shown = accounts()
    assert [account.username for account in shown] == [
        "jinxing_secretary",
        "jinxing_reviewer",
        "jinxing_approver",
        "jinxing_member",
        "maqiao_approver",
        "minhang_inspector",
        "minhang_admin",
        "qingpu_secretary",
        "xuhui_secretary",
        "city_inspector",
        "admin",
    ]
    assert all(all(account) for account in shown)
    names = [person.username for person in people()]
    assert len(names) == len(set(names))
    for name in names:
        validate_slug(name)
    assert len(PASSWORD) >= 10


def test_corrections_are_noted_as_they_are_made():
    assert len(remarks.CORRECTION_NOTES) == len(remarks.CORRECTION_ADDENDA)
    for addendum in remarks.CORRECTION_ADDENDA:
        assert clean(addendum) == addendum
    assert clean(remarks.URGENT_BODY) == remarks.URGENT_BODY
