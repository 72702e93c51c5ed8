"""M3: how the organisation is built and kept: groups, elections, admissions, dues."""

from __future__ import annotations

from datetime import date, timedelta

from ..places import Group, Place
from .html import heading, numbered, paragraphs, table, yuan
from .scene import Scene, Text, about, cn, cn_full, split


@about("M301")
def structure(s: Scene) -> Text:
    members = max(s.place.members, 9)
    count = max(2, min(9, members // 15))
    sizes = split(s.rng, members, [1] * count)
    women = members * s.rng.randint(30, 46) // 100
    unit = {Group.TOWN: "下属党组织", Group.DISTRICT: "下属党组织"}.get(s.place.group, "党小组")
    numerals = "一二三四五六七八九"
    rows = [
        (f"第{numerals[index]}{unit}", size, f"{s.place.someone('group', index)[0]}某某")
        for index, size in enumerate(sizes)
    ]
    return Text(
        f"{s.short}组织设置和党员名册",
        paragraphs(
            f"{s.place.body}现有党员{members}名，其中女党员{women}名、男党员{members - women}名，划分为{count}个{unit}。"
            f"党员数为{cn_full(s.day)}统计，名册全文（只列姓名、入党时间）张贴于公开栏，不公开证件号码与住址。"
        )
        + table(("名称", "党员数", "负责人"), [*rows, ("合计", members, "")])
        + paragraphs("组织设置或党员人数发生变化的，当月更新。"),
    )


@about("M302", "换届选举", "届中补选委员", stages=("筹备", "候选人公示", "选举结果"), gap=20, a_year=(0, 1))
def election(s: Scene) -> Text:
    due, came = s.attendance()
    seats = 3 if due < 60 else 5
    if s.stage == "选举结果":
        votes = sorted((came - s.rng.randint(0, max(1, came // 8)) for _ in range(seats)), reverse=True)
        rows = [
            (index, f"{s.place.someone('seat', index)[0]}某某", vote, "当选") for index, vote in enumerate(votes, 1)
        ]
        unused = sum(came - vote for vote in votes)  # a ballot names no more people than there are seats
        rows.append((seats + 1, f"{s.place.someone('seat', seats + 1)[0]}某某", min(unused, came // 3), "未当选"))
        body = paragraphs(
            f"{cn(s.day)}召开党员大会，应到有选举权党员{due}人，实到{came}人，发出选票{came}张，收回{came}张，全部有效，选举有效。"
        ) + table(("序号", "姓名", "得票", "结果"), rows)
    elif s.stage == "候选人公示":
        names = "、".join(f"{s.place.someone('seat', index)[0]}某某" for index in range(1, seats + 2))
        body = paragraphs(
            f"经党员推荐、组织考察、报上级党组织同意，确定候选人预备人选{seats + 1}名（排名不分先后）：{names}，差额1名。",
            "公示期自发布之日起5个工作日。如有意见，请以书面或当面形式向上级党组织或本党组织反映，反映人身份依规保密。",
        )
    else:
        body = paragraphs(f"{s.place.body}{s.subject}工作启动，拟设委员{seats}名。程序如下：") + numbered(
            ["向上级党组织请示", "党员推荐候选人", "组织考察和公示", "召开党员大会投票选举", "报上级党组织审批"]
        )
    return Text(f"{s.short}{s.subject}：{s.stage}", body)


@about("M303", "确定入党积极分子", "确定发展对象", "接收预备党员", "预备党员转正", a_year=(1, 3))
def admissions(s: Scene) -> Text:
    who = f"{s.place.someone('admission', s.day)[0]}某某"
    years = s.rng.randint(24, 47)
    job = {
        Group.VILLAGE: "村务工作者",
        Group.ESTATE: "社区工作者",
        Group.FIRM: "技术人员",
        Group.OFFICE: "业务骨干",
    }.get(s.place.group, "志愿服务骨干")
    return Text(
        f"{s.short}发展党员公示（{s.subject}）",
        paragraphs(
            f"根据《中国共产党发展党员工作细则》，经党小组推荐、群团组织推优和{s.place.body}会议讨论，现将有关情况公示如下："
        )
        + table(
            ("项目", "内容"),
            [
                ("公示事项", s.subject),
                ("姓名", who),
                ("性别、年龄", f"{s.rng.choice('男女')}，{years}岁"),
                ("岗位", job),
                ("递交入党申请书", f"{s.day.year - s.rng.randint(2, 4)}年{s.rng.randint(1, 12)}月"),
                ("培养联系人", "两名正式党员"),
            ],
        )
        + paragraphs(
            "公示期自发布之日起5个工作日。党员、群众如有不同意见，请在公示期内向党组织办公室或上级组织部门反映。"
        ),
    )


@about("M304")
def appraisal(s: Scene) -> Text:
    due, came = s.attendance()
    excellent = came * s.rng.randint(20, 30) // 100
    basic = s.rng.choice([0, 0, 1, 2])
    return Text(
        f"{s.short}{s.when}民主评议党员结果",
        paragraphs(
            f"{s.when}民主评议党员按照学习动员、个人自评、党员互评、民主测评、组织评定的程序进行，应参评{due}人，实际参评{came}人。"
        )
        + table(
            ("等次", "人数", "占比"),
            [
                ("优秀", excellent, f"{excellent / came:.1%}"),
                ("合格", came - excellent - basic, f"{(came - excellent - basic) / came:.1%}"),
                ("基本合格", basic, f"{basic / came:.1%}"),
                ("不合格", 0, "0.0%"),
            ],
        )
        + paragraphs("对评为基本合格的党员，由党组织负责人谈话提醒，限期改进。" if basic else "无需处置的党员。")
        + paragraphs("未参评党员为长期患病或外出人员，已按规定办理请假。" if due > came else ""),
    )


@about("M305")
def organisational_life(s: Scene) -> Text:
    problems = s.pick(
        (
            ("学习形式单一，研讨不够深入", "每季度安排一次现场教学"),
            ("联系群众不够经常，走访记录不完整", "班子成员每月走访不少于十户并当月登记"),
            ("公开内容更新不够及时", "公开事项由专人按目录逐项核对"),
            ("年轻党员参与议事不多", "议事会隔月安排在晚间，鼓励年轻党员列席"),
            ("制度执行前紧后松", "纪检委员每季度检查一次制度执行情况"),
        ),
        3,
    )
    return Text(
        f"{s.short}{s.when}组织生活会情况",
        paragraphs(
            f"{s.place.body}按要求召开{s.when}组织生活会，主题为“对照检查、改进作风、服务{s.place.people}”。会前谈心谈话{s.rng.randint(12, 30)}人次，征求意见{s.rng.randint(8, 20)}条。"
        )
        + table(("查摆问题", "整改承诺"), problems)
        + paragraphs("整改事项列入清单，完成情况在“组织生活会整改”栏目逐段公开。"),
    )


def dues_left(place: Place, quarter_end: date) -> int:
    """Balance of the dues account in fen at the end of a quarter: what one period closes with opens the next."""
    chance = place.rng("dues", quarter_end.year, quarter_end.month)
    base = (200_000 + max(place.members, 9) * 1_800) // 100 * 100
    return base + chance.randint(-base // 25, base // 25) // 10 * 10


@about("M306")
def dues(s: Scene) -> Text:
    members = max(s.place.members, 9)
    opening = dues_left(s.place, s.start - timedelta(days=1))
    closing = dues_left(s.place, s.end)
    collected = members * 3 * s.rng.randint(900, 2600) // 10 * 10
    back = collected * 2 // 5 // 10 * 10 + abs(closing - opening)
    spent = opening + back - closing
    lines = split(s.rng, spent, (4, 3, 3), step=10)
    late = s.rng.choice([0, 0, 0, 1, 2])
    return Text(
        f"{s.short}{s.when}党费收缴使用管理情况",
        paragraphs(f"{s.when}应缴党费党员{members}名，应缴{yuan(collected)}元，实缴{yuan(collected)}元，收缴率100%。")
        + table(
            ("项目", "金额（元）"),
            [
                ("上期结存", yuan(opening)),
                ("本期收缴", yuan(collected)),
                ("本期上缴上级党组织", yuan(collected)),
                ("上级返还和拨入", yuan(back)),
                ("本期支出", yuan(spent)),
                ("期末结存", yuan(closing)),
            ],
        )
        + heading("支出明细")
        + table(
            ("用途", "金额（元）"),
            [
                *zip(
                    ("慰问生活困难党员和老党员", "党员教育培训和学习资料", "主题党日活动"),
                    map(yuan, lines),
                    strict=True,
                ),
                ("合计", yuan(spent)),
            ],
        )
        + paragraphs(
            (f"{late}名党员因病推迟缴纳，已在本季度内补缴。" if late else "")
            + "以上数据经组织委员、纪检委员共同核对，票据存党组织办公室备查。"
        ),
    )


@about("M307")
def transfers(s: Scene) -> Text:
    came, left = s.rng.randint(0, 3), s.rng.randint(0, 2)
    rows = [
        ("转入", came, "3个工作日内办结"),
        ("转出", left, "3个工作日内办结"),
        ("因公外出登记", s.rng.randint(0, 4), "当日登记"),
    ]
    return Text(
        f"{s.short}{s.when}党员组织关系转接情况",
        paragraphs(f"{s.when}共办理组织关系转接{came + left}人次，均通过党员管理信息系统线上办理，没有超期情况。")
        + table(("类别", "人数", "办理时间"), rows)
        + paragraphs("需要办理转接的党员，请携带本人身份证件到党组织办公室，或由支部书记代办。"),
    )
