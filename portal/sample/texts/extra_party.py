"""X01, X02, X05 to X07 and X26: what people ask Party bodies about most."""

from __future__ import annotations

from datetime import timedelta

from ..places import Group
from .html import heading, numbered, paragraphs, table, yuan
from .scene import Scene, Text, about, cn, cn_full

_SELECTION = ("动议条件", "民主推荐", "考察情况", "任用结果")


@about(
    "X01",
    "机关中层副职选拔",
    by_group={Group.TOWN: ("村居党组织书记选拔", "机关中层正职选拔", "事业单位负责人选拔")},
    stages=_SELECTION,
    gap=21,
    a_year=(1, 1),
)
def selection(s: Scene) -> Text:
    voters = s.rng.randint(60, 120)
    detail = {
        "动议条件": "根据班子结构和工作需要提出动议，明确职位1个，资格条件为：任现级职务满规定年限，近三年考核均为称职以上，熟悉基层治理工作。",
        "民主推荐": f"召开推荐会，参加推荐{voters}人，收回有效推荐票{voters}张，谈话推荐{s.rng.randint(18, 30)}人。得票集中，推荐票数范围在六成至八成之间，前3名列为考察备选。",
        "考察情况": f"确定考察对象1名，考察组谈话{s.rng.randint(20, 32)}人，审核档案、核查个人有关事项，书面征求纪检监察机关意见，未发现影响任用的问题。",
        "任用结果": "经集体讨论、票决通过，任职前公示5个工作日未收到不同意见，现已办理任职手续，试用期一年。",
    }.get(s.stage, "按程序推进。")
    return Text(
        f"{s.short}{s.subject}：{s.stage}",
        paragraphs(f"为接受党员群众监督，{s.short}对本次选拔任用实行全过程公开。截至{cn(s.day)}：", detail)
        + table(
            ("环节", "公开情况"),
            [(stage, "本次公开" if stage == s.stage else "另行逐段公开") for stage in _SELECTION],
        ),
    )


@about(
    "X02",
    "办公设备集中更新",
    "党群服务中心修缮",
    by_group={
        Group.TOWN: ("道路积水点改造工程", "中小学周边交通改造", "养老服务设施补助", "村居公开栏统一更新"),
        Group.VILLAGE: ("村内道路大修", "农田水利设施维修", "老年活动室改造"),
        Group.FIRM: ("生产设备更新", "消防系统改造"),
    },
    a_year=(1, 3),
)
def large_sums(s: Scene) -> Text:
    total = s.rng.randint(12, 96) * 10_000_00
    first = total * 3 // 10
    second = total * 4 // 10
    return Text(
        f"{s.short}大额资金使用公开：{s.subject}",
        table(
            ("项目", "内容"),
            [
                ("用途", s.subject),
                ("金额", f"{yuan(total)}元"),
                ("资金来源", "年度预算安排"),
                ("决策会议", f"{cn(s.day)}{s.place.body}会议集体讨论，到会{s.rng.randint(7, 11)}人，一致同意"),
                ("经办和审核", "经办部门提出，财务审核，分管领导审签，集体决定"),
            ],
        )
        + heading("付款进度")
        + table(
            ("节点", "金额（元）", "条件"),
            [
                ("首付款", yuan(first), "合同签订后"),
                ("进度款", yuan(second), "完成过半并经确认后"),
                ("尾款", yuan(total - first - second), "验收、审价后"),
                ("合计", yuan(total), ""),
            ],
        ),
    )


@about("X05")
def receptions(s: Scene) -> Text:
    reasons = (
        "兄弟单位考察党务公开工作",
        "上级部门专项调研",
        "对口支援地区来访",
        "行业主管部门检查指导",
        "结对单位座谈交流",
    )
    chosen = s.pick(reasons, s.rng.randint(1, 4))
    rows = []
    total = 0
    for day, reason in zip(sorted(s.date_between(3, 97) for _ in chosen), chosen, strict=True):
        people, standard = s.rng.randint(4, 12), s.rng.choice([40, 50, 60])
        total += people * standard
        rows.append((cn(day), reason, people, f"{standard}元/人", people * standard))
    return Text(
        f"{s.short}{s.when}公务接待情况",
        paragraphs(f"{s.when}公务接待{len(rows)}批次，均有公函，安排工作餐，未饮酒，无陪餐超标情况：")
        + table(("日期", "事由", "人数", "标准", "金额（元）"), [*rows, ("合计", "", "", "", f"{total:,}")]),
    )


@about(
    "X06",
    "厉行节约反对浪费专项检查",
    "公务用车专项检查",
    "节日期间作风建设专项检查",
    "村级财务管理专项检查",
    a_year=(1, 2),
)
def special_checks(s: Scene) -> Text:
    found = s.rng.randint(2, 5)
    problems = (
        ("会议用餐未严格执行自助餐标准", "修订会议用餐规定"),
        ("公车派车单填写不完整", "补齐并实行线上派车"),
        ("办公耗材领用登记不规范", "统一台账、按月公布"),
        ("食堂存在浪费现象", "推行小份菜并张贴提示"),
        ("个别票据附件不全", "退回补正，组织培训"),
    )
    deadline = s.day + timedelta(days=30)
    rows = [(number, what, how, f"{cn(deadline)}前") for number, (what, how) in enumerate(s.pick(problems, found), 1)]
    return Text(
        f"{s.short}{s.subject}结果与整改",
        paragraphs(
            f"{cn(s.day)}完成{s.subject}，抽查单位和部门{s.rng.randint(4, 12)}个、凭证{s.rng.randint(60, 180)}份，发现问题{found}个，现公开检查结果和整改要求："
        )
        + table(("序号", "发现问题", "整改措施", "整改时限"), rows)
        + paragraphs("整改结果由纪检部门验收，逾期未整改的予以通报。"),
    )


@about("X07")
def thrift(s: Scene) -> Text:
    rows = []
    total_now = total_before = 0
    for name, low, high in (("会议费", 8_000, 26_000), ("差旅费", 3_000, 18_000), ("公务用车运行费", 12_000, 34_000)):
        before = s.rng.randint(low, high) * 100
        now = before * s.rng.randint(82, 103) // 100
        total_now, total_before = total_now + now, total_before + before
        rows.append((name, yuan(now), yuan(before), f"{(now - before) / before:+.1%}"))
    change = (total_now - total_before) / total_before
    rows.append(("合计", yuan(total_now), yuan(total_before), f"{change:+.1%}"))
    return Text(
        f"{s.short}{s.when}厉行节约执行情况",
        table(("项目", "本期（元）", "上年同期（元）", "变化"), rows)
        + paragraphs(
            "主要做法：压减会议、推行视频会议；公务出行优先选择公共交通；办公用品集中采购、循环使用。"
            + ("个别项目略有增加，系集中安排业务培训所致，下期严格控制。" if change > 0 else "各项支出总体下降。")
        ),
    )


@about(
    "X26",
    "公共收益使用明细",
    "停车费收支情况",
    "维修资金使用情况",
    by_group={
        Group.VILLAGE: ("集体厂房租约到期时间表", "征地补偿款专户余额", "村级工程合同清单", "村干部值班安排"),
        Group.FIRM: ("职工福利费使用明细", "食堂成本构成"),
        Group.OFFICE: ("绩效分配办法", "评优票决结果", "培训经费使用明细"),
        Group.TOWN: ("道路改造完工时间", "社区食堂补贴标准", "集体资产租赁台账"),
        Group.BRANCH: ("主题党日活动费用", "党费返还使用情况"),
    },
    a_year=(1, 2),
)
def asked_for(s: Scene) -> Text:
    supporters = s.rng.randint(8, 65)
    asked_on = s.day - timedelta(days=s.rng.randint(6, 12))
    return Text(
        f"{s.short}点单公开答复：{s.subject}",
        table(
            ("项目", "内容"),
            [
                ("点单内容", s.subject),
                ("提出时间", cn_full(asked_on)),
                ("附议人数", f"{supporters}人"),
                ("公开结论", "予以公开"),
                ("答复时间", cn_full(s.day)),
            ],
        )
        + paragraphs("经审核，该事项不涉及国家秘密、商业秘密和个人隐私，属于应当让党员群众知道的内容，答复如下：")
        + numbered(
            [
                f"{s.subject}的具体内容已张贴在公开栏，并可到党组织办公室查阅。",
                "涉及金额的，附票据目录；涉及合同的，附合同要点。",
                "该事项今后列入自选动作（X）候选，按程序报上级批准后定期公开。",
            ]
        ),
    )
