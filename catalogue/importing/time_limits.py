"""The words of a time-limit cell read as a rule.

A cell may hold two rules, a proviso, a notice period or a mere “in time”. The first rule is taken; whatever was
guessed or left out is said in `guesses`. The cell's own words are kept beside the rule by the caller.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from ..choices import DayType, DueRule, Period, TimeLimitClass
from .cells import half_width

PERIODIC_DAYS = 10
"""Working days after the end of the period, where a cell says only how often."""

PROMPT_DAYS = 5
"""Working days for “in time” and “at any time” in Party, village, neighbourhood and enterprise matters."""

GOVERNMENT_PROMPT_DAYS = 20
"""The same in government matters: 《政府信息公开条例》 Art. 26 sets 20 working days as the most."""

REGULAR_PERIOD = Period.QUARTERLY
"""“Regularly” without a period: 《村民委员会组织法》 Art. 30 asks for once a quarter at least."""


@dataclass(frozen=True, slots=True)
class ReadLimit:
    """What a time-limit cell was understood to say. All empty: not understood."""

    time_limit_class: str = ""
    period: str = ""
    due_rule: str = ""
    due_days: int | None = None
    day_type: str = DayType.WORKING
    fixed_month: int | None = None
    fixed_day: int | None = None
    notice_days: int | None = None
    guesses: tuple[str, ...] = ()


_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2}
_CHINESE_NUMBER = re.compile(
    r"[一二两三四五六七八九十]{1,3}(?=个?(?:工作日|自然日|日|天|小时|周|星期|月(?!份)|季度|年内))"
)
_DAYS = r"(\d{1,4})\s*个?\s*(工作日|自然日|日|天|小时|周|星期|月)"
_NOTICE = re.compile(r"[,;]?\s*公示(?:期|时间)?(?:为|不少于|不得少于|至少)?\s*" + _DAYS)
_PARENTHESIS = re.compile(r"\(([^()]*)\)")
_NEXT_RULE = re.compile(r"[。;]|,?\s*或者?(?=按|根据|依)|,(?=法律|法规|其中|另有|特殊|有特殊|但)")
_RULE_LIKE = re.compile(r"\d|每|及时|随时|规定|长期|定期")
_BEFORE = re.compile(r"提前\s*" + _DAYS + "|" + _DAYS + r"\s*以?前")
_FIXED = re.compile(
    r"每(个?季度?|个?月|半年|年)度?的?\s*(?:(首|末|第?(\d{1,2}))个?月份?|(\d{1,2})月份?)?的?(?:(\d{1,2})\s*[日号]|(底|末))"
)
_NEXT_MONTH = re.compile(r"(?:次|下个?)月的?(\d{1,2})[日号]")
_OFTEN = (
    (Period.HALF_YEARLY, re.compile(r"半年|[一1每]年(?:两|2)次")),
    (Period.QUARTERLY, re.compile(r"季度|每季|按季|季公布")),
    (Period.MONTHLY, re.compile(r"每\d?个?月|按月|月度|逐月|每周|每旬|每[两2]周")),
    (Period.YEARLY, re.compile(r"每1?年|年度|按年|每届|[一1]年[一1]次")),
)
_STAGED = re.compile(r"逐段|分阶段|阶段性|按进展|进展情况|按进度|工程进度|按阶段|各阶段")
_AT_ONCE = re.compile(r"实时|即时|立即|当日|当天")
_PROMPT = re.compile(r"及时|随时|适时|尽快|临时")
_PERMANENT = re.compile(r"永久|长期|常年|始终|固定公开|动态")


def read_time_limit(text: str, *, prompt_days: int = PROMPT_DAYS) -> ReadLimit:
    """The rule in a cell. `prompt_days` are the working days taken where the cell says only “in time”.

    An empty result with no guesses means an empty cell, one with guesses a cell that was not understood.
    """
    words = _CHINESE_NUMBER.sub(lambda match: str(_number(match[0])), half_width(text).replace(" ", ""))
    if not words:
        return ReadLimit()
    guesses: list[str] = []
    words, notice = _without_notice(words, guesses)
    rest = _PARENTHESIS.findall(words)
    parts = [part for part in _NEXT_RULE.split(_PARENTHESIS.sub("", words)) if part] or [""]
    rules = [_rule(part, prompt_days) for part in parts]
    taken = next((number for number, rule in enumerate(rules) if rule.due_rule), 0)
    limit = rules[taken]
    others = [part for part in parts[:taken] + parts[taken + 1 :] + rest if _RULE_LIKE.search(part)]
    if not limit.due_rule and notice is not None:
        limit = _prompt(prompt_days, _("only a notice period is given"))
    if not limit.due_rule:
        guesses.append(_("The time limit “%(text)s” was not understood; fill it in.") % {"text": _short(text)})
        return ReadLimit(notice_days=notice, guesses=tuple(guesses))
    if others:
        guesses.append(
            _("The time limit holds more than one rule; the first was taken, left out: “%(text)s”.")
            % {"text": _short("；".join(others))}
        )
    return replace(limit, notice_days=notice, guesses=(*limit.guesses, *guesses))


def _rule(text: str, prompt_days: int) -> ReadLimit:
    """The rule in one part of a cell, or an empty limit."""
    for reader in (_next_month, _before, _fixed, _counted, _often):
        limit = reader(text)
        if limit.due_rule:
            return limit
    if _STAGED.search(text):
        return replace(_prompt(prompt_days, _("the words say “by stage”")), time_limit_class=TimeLimitClass.STAGED)
    if _AT_ONCE.search(text):
        return _prompt(1, _("the words say “at once”"))
    if _PROMPT.search(text):
        return _prompt(prompt_days, _("the words say “in time”"))
    if "定期" in text:
        guess = _("“Regularly” names no period; read as quarterly, %(days)d working days after its end.")
        return ReadLimit(
            TimeLimitClass.PERIODIC,
            REGULAR_PERIOD,
            DueRule.AFTER_PERIOD,
            PERIODIC_DAYS,
            guesses=(guess % {"days": PERIODIC_DAYS},),
        )
    if _PERMANENT.search(text):
        return ReadLimit(TimeLimitClass.PERMANENT, due_rule=DueRule.STANDING)
    return ReadLimit()


def _before(text: str) -> ReadLimit:
    """“A week ahead”, “10 days before the meeting”; “by the 20th” is none of these."""
    match = _BEFORE.search(text)
    if not match or (not match[1] and _FIXED.search(text)):
        return ReadLimit()
    days, day_type, guesses = _length(match[1] or match[3], match[2] or match[4])
    return ReadLimit(
        TimeLimitClass.PROMPT, due_rule=DueRule.BEFORE_EVENT, due_days=days, day_type=day_type, guesses=guesses
    )


def _next_month(text: str) -> ReadLimit:
    """“By the 10th of the month after”: that many calendar days after the end of the period."""
    match = _NEXT_MONTH.search(text)
    if not match:
        return ReadLimit()
    period = next((period for period, words in _OFTEN if words.search(text[: match.start()])), Period.MONTHLY)
    return ReadLimit(TimeLimitClass.PERIODIC, period, DueRule.AFTER_PERIOD, int(match[1]), day_type=DayType.CALENDAR)


def _fixed(text: str) -> ReadLimit:
    """“The 20th of the first month of each quarter”, “by 31 January each year”, “at the end of each month”."""
    match = _FIXED.search(text)
    if not match:
        return ReadLimit()
    period = _period(match[1])
    day = int(match[5]) if match[5] else 31
    number = match[3] or match[4]
    if number:
        month = int(number)
    else:
        last = match[2] == "末" or (not match[5] and not match[2])
        month = period.months if last else 1
    if not 1 <= month <= period.months or not 1 <= day <= 31:
        return ReadLimit()
    return ReadLimit(
        TimeLimitClass.PERIODIC,
        period,
        DueRule.FIXED_DAY,
        fixed_month=month,
        fixed_day=day,
        day_type=DayType.CALENDAR,
    )


def _counted(text: str) -> ReadLimit:
    """“Within 20 working days”, after the event or, where a period is named, after its end."""
    match = re.search(_DAYS, text)
    if not match or (match[2] in {"月", "周", "星期"} and re.search(r"每\s*$", text[: match.start()])):
        return ReadLimit()
    days, day_type, guesses = _length(match[1], match[2])
    period = next((period for period, words in _OFTEN if words.search(text[: match.start()])), None)
    if period:
        return ReadLimit(
            TimeLimitClass.PERIODIC, period, DueRule.AFTER_PERIOD, days, day_type=day_type, guesses=guesses
        )
    kind = TimeLimitClass.STAGED if _STAGED.search(text) else TimeLimitClass.PROMPT
    return ReadLimit(kind, due_rule=DueRule.AFTER_EVENT, due_days=days, day_type=day_type, guesses=guesses)


def _often(text: str) -> ReadLimit:
    """“Once a quarter”: how often, but not how soon after."""
    for period, words in _OFTEN:
        if words.search(text):
            guess = _("How soon after the period is not said; read as %(days)d working days.") % {"days": PERIODIC_DAYS}
            guesses = [guess]
            if re.search(r"每周|每旬|每[两2]周|每[2-9]个月|每届", text):
                guesses.append(
                    _("The portal knows no period such as “%(text)s”; read as %(period)s.")
                    % {"text": _short(text), "period": period.label}
                )
            return ReadLimit(
                TimeLimitClass.PERIODIC, period, DueRule.AFTER_PERIOD, PERIODIC_DAYS, guesses=tuple(guesses)
            )
    return ReadLimit()


def _prompt(days: int, why: str) -> ReadLimit:
    guess = _("The days are a guess, %(days)d working days: %(why)s.") % {"days": days, "why": why}
    return ReadLimit(TimeLimitClass.PROMPT, due_rule=DueRule.AFTER_EVENT, due_days=days, guesses=(guess,))


def _without_notice(words: str, guesses: list[str]) -> tuple[str, int | None]:
    """The words without “公示7个工作日”, and the length of that notice period in working days."""
    match = _NOTICE.search(words)
    if not match:
        return words, None
    days, day_type, _guesses = _length(match[1], match[2])
    if day_type == DayType.CALENDAR:
        working = max(1, round(days * 5 / 7))
        guesses.append(
            _("The notice period of %(days)d calendar days was read as %(working)d working days.")
            % {"days": days, "working": working}
        )
        days = working
    return words[: match.start()] + words[match.end() :], days


def _length(number: str, unit: str) -> tuple[int, str, tuple[str, ...]]:
    """Days and their kind; longer and shorter units become calendar days, which is said."""
    days = int(number)
    if unit == "工作日":
        return min(days, 1000), DayType.WORKING, ()
    factor = {"周": 7, "星期": 7, "月": 30}.get(unit, 1)
    if unit == "小时":
        days = max(1, -(-days // 24))
    days = min(days * factor, 1000)
    if unit in {"日", "天", "自然日", "周", "星期"}:
        return days, DayType.CALENDAR, ()
    guess = _("“%(words)s” was read as %(days)d calendar days.") % {"words": number + unit, "days": days}
    return days, DayType.CALENDAR, (guess,)


def _period(word: str) -> Period:
    if "季" in word:
        return Period.QUARTERLY
    if word == "半年":
        return Period.HALF_YEARLY
    return Period.YEARLY if word == "年" else Period.MONTHLY


def _number(chinese: str) -> int:
    """一 to 九十九."""
    tens, ten, ones = chinese.partition("十")
    if not ten:
        return _DIGITS.get(chinese[-1], 0)
    return _DIGITS.get(tens, 1) * 10 + (_DIGITS.get(ones, 0) if ones else 0)


def _short(text: str) -> str:
    text = half_width(text)
    return text if len(text) <= 60 else text[:59] + "…"
