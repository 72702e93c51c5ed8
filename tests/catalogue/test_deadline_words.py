"""Due dates explain themselves: the rule, where it is counted from, what was skipped, the result."""

from datetime import date

import pytest
from django.utils import translation

from catalogue.choices import DayType, DueRule
from catalogue.deadlines import TimeLimit, explain

from .test_deadlines import MONDAY, after_event, after_period, before_event, due, fixed


@pytest.mark.parametrize(
    ("limit", "anchor", "period", "words"),
    [
        (
            after_period(10),
            None,
            "2025Q3",
            "应于2025年第三季度结束（9月30日）后10个工作日内公开，跳过国庆节、中秋节放假及周末，"
            "10月11日调休上班计入工作日，截止日为10月21日。",
        ),
        (
            after_period(10),
            None,
            "2026",
            "应于2026年结束（12月31日）后10个工作日内公开，跳过周末，截止日为2027年1月14日。"
            "2027年放假安排尚未公布或尚未录入，截止日为暂定。",
        ),
        (
            after_event(20, DayType.CALENDAR),
            date(2026, 9, 11),
            None,
            "应自事项发生之日（2026年9月11日，当日不计入）起20日内公开，因10月1日为国庆节放假，"
            "顺延至下一个工作日，截止日为10月8日。",
        ),
        (
            before_event(7, DayType.CALENDAR),
            date(2026, 11, 14),
            None,
            "应于事项发生（2026年11月14日）前至少7日公开，因11月7日为周末，提前至上一个工作日，截止日为11月6日。",
        ),
        (
            before_event(2),
            MONDAY,
            None,
            "应于事项发生（2026年11月9日）前至少2个工作日公开，跳过周末，截止日为11月5日。",
        ),
        (
            fixed(1, 31),
            None,
            "2026Q2",
            "应不晚于2026年第二季度第1个月31日（4月30日）公开，当月无31日，以当月最后一日为准，截止日为4月30日。",
        ),
        (
            fixed(1, 19),
            None,
            "2026-07",
            "应不晚于2026年7月的固定公开日（7月19日）公开，因7月19日为周末，顺延至下一个工作日，截止日为7月20日。",
        ),
        (
            TimeLimit(DueRule.STANDING),
            date(2026, 11, 2),
            None,
            "应长期公开，自义务开始之日（2026年11月2日，当日不计入）起20个工作日内首次公开，跳过周末，截止日为11月30日。",
        ),
        (after_event(0), MONDAY, None, "应于事项发生当日（2026年11月9日）公开，截止日为11月9日。"),
        (
            after_event(1),
            date(2026, 11, 4),
            None,
            "应自事项发生之日（2026年11月4日，当日不计入）起1个工作日内公开，截止日为11月5日。",
        ),
    ],
)
def test_in_chinese(limit, anchor, period, words):
    assert explain(due(limit, anchor, period)) == words


def test_each_holiday_is_named_once_and_many_make_up_days_are_counted():
    words = explain(due(after_event(500), date(2024, 9, 1)))
    assert words.count("国庆节") == 1
    assert "个调休上班日计入工作日" in words


def test_in_english_where_that_is_the_language_in_use():
    found = due(after_period(10), period="2026")
    with translation.override("en"):
        assert explain(found) == (
            "Due within 10 working days after the end of the year 2026 (31 December), skipping weekends, "
            "the last day is 14 January 2027. The days off of 2027 have not been announced or not been entered; "
            "the due date is provisional."
        )
