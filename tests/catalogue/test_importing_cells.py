"""The words of single cells: time limits, channels, titles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.choices import Carrier, DayType, DueRule, Period, TimeLimitClass
from catalogue.deadlines import TimeLimit
from catalogue.importing.attributes import exemption_reason, kinds_at_level, openness_of, scope_of
from catalogue.importing.cells import holds_several_titles, is_ditto, is_none_mark, is_tick, title_of
from catalogue.importing.channels import read_channels
from catalogue.importing.time_limits import read_time_limit

EVENT, BEFORE, PERIOD = DueRule.AFTER_EVENT, DueRule.BEFORE_EVENT, DueRule.AFTER_PERIOD
WORKING, CALENDAR = DayType.WORKING, DayType.CALENDAR


class TestTimeLimits:
    @pytest.mark.parametrize(
        ("text", "rule", "days", "day_type"),
        [
            ("信息形成或者变更之日起20个工作日内", EVENT, 20, WORKING),
            ("自信息形成或者变更之日起20个工作日内及时公开", EVENT, 20, WORKING),
            ("20工作日", EVENT, 20, WORKING),
            ("信息形成后３个工作日内", EVENT, 3, WORKING),
            ("五个工作日内", EVENT, 5, WORKING),
            ("形成后十五日内", EVENT, 15, CALENDAR),
            ("20个工作日内，长期公开", EVENT, 20, WORKING),
            ("提前一周发通知邀请", BEFORE, 7, CALENDAR),
            ("会议召开十日前", BEFORE, 10, CALENDAR),
            ("选举日的二十日以前", BEFORE, 20, CALENDAR),
            ("至少提前5个工作日", BEFORE, 5, WORKING),
            ("每月结束后5个工作日内", PERIOD, 5, WORKING),
            ("次月10日前", PERIOD, 10, CALENDAR),
        ],
    )
    def test_counted_limits_are_read_without_guessing(self, text, rule, days, day_type):
        limit = read_time_limit(text)
        assert (limit.due_rule, limit.due_days, limit.day_type, limit.guesses) == (rule, days, day_type, ())

    @pytest.mark.parametrize(
        ("text", "period", "month", "day"),
        [
            ("每季度的首个月20日", Period.QUARTERLY, 1, 20),
            ("每季度第二个月10日前", Period.QUARTERLY, 2, 10),
            ("每季度末", Period.QUARTERLY, 3, 31),
            ("每月10日前", Period.MONTHLY, 1, 10),
            ("每年1月31日前", Period.YEARLY, 1, 31),
            ("每年3月底前", Period.YEARLY, 3, 31),
        ],
    )
    def test_fixed_days_are_read_without_guessing(self, text, period, month, day):
        limit = read_time_limit(text)
        assert (limit.due_rule, limit.period, limit.fixed_month, limit.fixed_day, limit.guesses) == (
            DueRule.FIXED_DAY, period, month, day, (),
        )  # fmt: skip

    @pytest.mark.parametrize("text", ["永久公开", "长期公开", "常年公开"])
    def test_standing_limits_have_no_days(self, text):
        limit = read_time_limit(text)
        assert (limit.time_limit_class, limit.due_rule, limit.due_days) == (
            TimeLimitClass.PERMANENT, DueRule.STANDING, None,
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("text", "kind", "period", "days"),
        [
            ("及时公开", TimeLimitClass.PROMPT, "", 5),
            ("随时公布", TimeLimitClass.PROMPT, "", 5),
            ("实时公开", TimeLimitClass.PROMPT, "", 1),
            ("按进展情况及时公开", TimeLimitClass.STAGED, "", 5),
            ("逐段公开", TimeLimitClass.STAGED, "", 5),
            ("每季度公开一次", TimeLimitClass.PERIODIC, Period.QUARTERLY, 10),
            ("每半年", TimeLimitClass.PERIODIC, Period.HALF_YEARLY, 10),
            ("一年两次", TimeLimitClass.PERIODIC, Period.HALF_YEARLY, 10),
            ("每两个月一次", TimeLimitClass.PERIODIC, Period.MONTHLY, 10),
            ("定期公开", TimeLimitClass.PERIODIC, Period.QUARTERLY, 10),
        ],
    )
    def test_vague_words_get_days_and_the_guess_is_told(self, text, kind, period, days):
        limit = read_time_limit(text)
        assert (limit.time_limit_class, limit.period, limit.due_days) == (kind, period, days)
        assert limit.guesses

    def test_the_days_for_in_time_are_the_callers(self):
        assert read_time_limit("及时公开", prompt_days=20).due_days == 20

    def test_a_notice_period_is_kept_apart_from_the_limit(self):
        limit = read_time_limit("3个工作日内，公示7个工作日")
        assert (limit.due_days, limit.notice_days, limit.guesses) == (3, 7, ())

    def test_a_notice_period_in_calendar_days_is_turned_into_working_days_and_told(self):
        limit = read_time_limit("10个工作日内，公示期为7天")
        assert (limit.notice_days, len(limit.guesses)) == (5, 1)

    @pytest.mark.parametrize(
        ("text", "days", "left_out"),
        [
            ("信息产生后20个工作日内或按行业主管部门规定执行", 20, "行业主管部门"),
            ("20个工作日内。法律、法规对期限另有规定的，从其规定。", 20, "从其规定"),
            ("10个工作日内（重大事项及时公开）", 10, "重大事项"),
        ],
    )
    def test_of_two_rules_the_first_is_taken_and_the_other_told(self, text, days, left_out):
        limit = read_time_limit(text)
        assert limit.due_days == days and left_out in "".join(limit.guesses)

    @pytest.mark.parametrize("text", ["视情况而定", "按规定", "见附件"])
    def test_what_is_not_understood_is_left_empty_and_told(self, text):
        limit = read_time_limit(text)
        assert (limit.due_rule, len(limit.guesses)) == ("", 1)

    def test_an_empty_cell_is_neither_a_rule_nor_a_guess(self):
        assert read_time_limit(" ").guesses == () and read_time_limit("").due_rule == ""

    @given(
        st.text(
            alphabet="每季年月半首末第一二三十日号天周内前后个工作提公示期长及时随0123456789,，。（）() 或", max_size=40
        )
    )
    def test_whatever_is_read_can_be_worked_out(self, text):
        limit = read_time_limit(text)
        if limit.due_rule:
            TimeLimit(
                DueRule(limit.due_rule), limit.due_days, DayType(limit.day_type), limit.fixed_month, limit.fixed_day
            )
            if limit.due_rule in {DueRule.AFTER_PERIOD, DueRule.FIXED_DAY}:
                assert limit.period and (limit.fixed_month or 1) <= Period(limit.period).months

    @given(st.text(max_size=300))
    def test_no_text_is_too_odd_to_read(self, text):
        read_time_limit(text)
        read_channels(text)
        title_of(text)


class TestChannels:
    @pytest.mark.parametrize(
        ("text", "carriers"),
        [
            ("■政府网站□政府公报", ["website"]),
            ("■ 政府网站 ■ 公示栏", ["board", "website"]),
            ("■政府网站\n■街道文化站公示栏", ["board", "website"]),
            ("■政府网站http://www.dg.gov.cn/x#1", ["website"]),
            ("☑发布会/听证会 ☐政府公报", ["meeting"]),
            ("√政府公报 □精准推送", ["bulletin"]),
            ("t政府网站□政府公报\n□两微一端\nt社区/企事业单位/村公示栏(电子屏)\n□其他", ["board", "website"]),
            ("▄政府网站;口政府公报;口发布会/听证会", ["website"]),
            ("村务公开栏、政府网站", ["board", "website"]),
            ("企业网站、公众号等", ["website"]),
            ("会议;文件;简报", ["meeting", "bulletin", "document"]),
        ],
    )
    def test_ticked_boxes_and_plain_lists_become_carriers_without_guessing(self, text, carriers):
        channels = read_channels(text)
        assert (list(channels.carriers), channels.guesses) == (carriers, ())

    @pytest.mark.parametrize(
        ("text", "carriers", "told"),
        [
            ("入户/现场", [], "入户/现场"),
            ("■政府网站 ■居委会", ["website"], "居委会"),
            ("▄政府网站;口政府公报;国家档案馆;口其他。", ["website"], "国家档案馆"),
            ("□政府网站 □公示栏", [], ""),
        ],
    )
    def test_what_fits_no_carrier_or_has_no_box_or_no_tick_is_told(self, text, carriers, told):
        channels = read_channels(text)
        assert list(channels.carriers) == carriers
        assert channels.guesses and told in "".join(channels.guesses)

    def test_the_character_for_mouth_in_a_word_is_no_box(self):
        assert read_channels("人口服务窗口").carriers == ("board",)

    def test_carriers_come_in_their_usual_order(self):
        assert read_channels("网站、公示栏、文件、简报、会议").carriers == tuple(Carrier.values)


class TestTitles:
    @pytest.mark.parametrize(
        ("text", "title"),
        [
            ("1. 公共服务", "公共服务"),
            ("1.1主要文艺演出", "主要文艺演出"),
            ("(1)党组织基本情况", "党组织基本情况"),
            ("（一）组织建设", "组织建设"),
            ("一、制度类", "制度类"),
            ("0505残疾人补贴", "残疾人补贴"),
            ("第二部分 主动公开", "主动公开"),
            ("村规民约；", "村规民约"),
            ("政策 文件", "政策文件"),
            ("公开\n事项", "公开事项"),
            ("2023年度计划", "2023年度计划"),
            ("12345热线办理", "12345热线办理"),
            ("5万元以上支出", "5万元以上支出"),
            ("1.5万元以上支出", "1.5万元以上支出"),
            ("《收养证》(试行) 办理", "《收养证》(试行) 办理"),
        ],
    )
    def test_numbers_and_stray_breaks_go_and_words_stay(self, text, title):
        assert title_of(text) == title

    def test_two_long_lines_are_two_titles_and_a_broken_word_is_one(self):
        assert holds_several_titles("举办各类展览讲座\n辅导培训文化骨干")
        assert not holds_several_titles("政策\n文件")


class TestMarks:
    def test_ticks_blanks_and_dittos_in_their_many_shapes(self):
        assert all(map(is_tick, ["√", "✓", "是", " √ ", "☑"])) and not is_tick("")
        assert all(map(is_none_mark, ["\\", "/", "—", "－", "无"])) and not is_none_mark("无锡")
        assert is_ditto("同上") and is_ditto("〃") and not is_ditto("同上级")

    def test_words_for_openness_scope_grounds_and_levels(self):
        assert [openness_of(t) for t in ("主动公开", "依申请公开", "不予公开", "?")] == [
            "proactive", "on_application", "withheld", "",
        ]  # fmt: skip
        assert [scope_of(t) for t in ("全社会", "全党", "本单位党员", "特定群众", "?")] == [
            "society", "whole_party", "unit", "specific", "",
        ]  # fmt: skip
        assert [exemption_reason(t) for t in ("个人隐私;", "内部管理信息;", "国家秘密", "?")] == [
            "personal_privacy", "internal_affairs", "state_secret", "",
        ]  # fmt: skip
        assert kinds_at_level("乡、村级") == ("town_committee", "street_committee", "village")
