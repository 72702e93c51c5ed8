"""M4 and M5: the leading group, and the choosing and keeping of cadres."""

from __future__ import annotations

from ..places import Group
from .html import bullets, heading, numbered, paragraphs, table
from .scene import Scene, Text, about, cn, cn_full

_PORTFOLIOS: dict[Group, tuple[tuple[str, str], ...]] = {
    Group.VILLAGE: (
        ("党总支书记", "主持全面工作，分管党建、党务村务公开"),
        ("党总支副书记、村委会主任", "村务、集体经济、工程建设"),
        ("组织委员", "发展党员、党费、组织生活"),
        ("宣传委员", "学习教育、精神文明、公开栏管理"),
        ("纪检委员", "廉政监督、村务监督联络"),
    ),
    Group.ESTATE: (
        ("居民区党组织书记", "主持全面工作，分管党建和群众工作"),
        ("副书记、居委会主任", "居务、物业联系、议事协商"),
        ("组织委员", "党员管理、楼组建设"),
        ("宣传委员", "学习教育、公开栏和二维码维护"),
        ("纪检委员", "廉政监督、经费核对"),
    ),
    Group.BRANCH: (
        ("支部书记", "主持支部全面工作"),
        ("组织委员", "党员管理、党费收缴"),
        ("宣传委员", "学习教育、公开事项提出"),
    ),
}
_PORTFOLIOS_ELSEWHERE = (
    ("书记", "主持全面工作，党务公开第一责任人"),
    ("副书记", "党建、群众工作、党务公开日常工作"),
    ("组织委员", "干部、党员队伍建设"),
    ("宣传委员", "学习教育、新闻宣传"),
    ("纪检委员", "党风廉政建设、监督检查"),
)


@about("M401")
def leaders(s: Scene) -> Text:
    posts = _PORTFOLIOS.get(s.place.group, _PORTFOLIOS_ELSEWHERE)
    rows = [
        (s.place.responsible_person if index == 0 else s.place.someone("leader", index), post, work)
        for index, (post, work) in enumerate(posts)
    ]
    return Text(
        f"{s.short}班子成员分工和联系方式",
        paragraphs(f"{s.place.body}班子成员分工如下（人员均为示例）：")
        + table(("姓名", "职务", "分管工作"), rows)
        + paragraphs(
            f"联系方式：办公地址为{s.place.address}，接待时间为{s.place.office_hours}，办公电话见本页组织简介。",
            "分工调整后三个工作日内更新本页。",
        ),
    )


@about("M402")
def rules_of_procedure(s: Scene) -> Text:
    return Text(
        f"{s.short}议事规则和决策程序",
        paragraphs(f"为规范{s.place.body}议事决策，经党员大会讨论通过，制定本规则。")
        + heading("一、议题范围")
        + paragraphs("贯彻上级决策部署，党的建设，重要人事、重大项目、大额资金使用，涉及群众切身利益的事项。")
        + heading("二、议事程序")
        + numbered(
            [
                "议题由班子成员提出，书记审定，会议三日前书面通知；",
                "到会人员超过应到会半数方可举行，讨论重要事项须三分之二以上到会；",
                "逐项讨论，充分发表意见，书记末位表态；",
                "采用口头、举手或无记名投票方式表决，赞成票超过应到会人数半数为通过；",
                "专人记录，决议按公开目录规定的范围和时限公开。",
            ]
        )
        + heading("三、监督")
        + paragraphs(
            "纪检委员列席会议并监督执行；党员对决议有不同意见的，可以保留或向上级党组织反映，但在决议未改变前应当执行。"
        ),
    )


@about("M403", "组织生活会整改", "民主生活会整改", stages=("整改清单", "整改进展", "整改结果"), gap=60, a_year=(1, 1))
def rectification(s: Scene) -> Text:
    matters = ("公开事项更新及时性", "班子成员联系群众制度", "党员学习教育质量")
    if s.stage == "整改结果":
        states = ("已完成", "已完成", "已完成，长期坚持")
    elif s.stage == "整改进展":
        states = ("已完成", "正在推进，完成七成", "正在推进，完成六成")
    else:
        states = ("三个月内完成", "三个月内完成", "六个月内完成")
    owners = ("宣传委员", "书记", "组织委员")
    return Text(
        f"{s.short}{s.subject}：{s.stage}",
        paragraphs(f"{s.place.body}根据会议查摆的问题和征求到的意见，确定整改事项3项。截至{cn(s.day)}情况如下：")
        + table(("整改事项", "责任人", "完成情况"), zip(matters, owners, states, strict=True))
        + paragraphs("欢迎党员、群众对整改结果进行评议。"),
    )


@about("M404")
def report_and_vote(s: Scene) -> Text:
    _, came = s.attendance()
    good = came * s.rng.randint(70, 85) // 100
    fair = came - good - s.rng.choice([0, 0, 1])
    return Text(
        f"{s.short}{s.when}班子述职和民主测评结果",
        paragraphs(
            f"{s.place.body}班子向党员大会述职，围绕党的建设、中心工作、服务{s.place.people}、廉洁自律四个方面报告{s.when}工作，指出不足{s.rng.randint(2, 4)}条，提出改进措施。",
            f"大会当场进行无记名民主测评，发出测评表{came}张，收回{came}张。",
        )
        + table(("等次", "票数"), [("好", good), ("较好", fair), ("一般", came - good - fair), ("差", 0)])
        + paragraphs("测评结果已报上级党组织，作为年度考核依据之一。"),
    )


_POSTS: dict[str, tuple[str, ...]] = {
    "": ("综合管理岗位", "党建工作指导员"),
    Group.VILLAGE: ("村委会条线干部", "集体资产管理员"),
    Group.ESTATE: ("居委会专职社工", "楼组建设指导员"),
    Group.FIRM: ("生产班组长", "工会干事"),
    Group.OFFICE: ("科室副职", "窗口组长"),
    Group.TOWN: ("村居党组织副书记", "机关中层副职"),
}


@about("M501", by_group=_POSTS, stages=("岗位公告", "报名审核", "考察情况"), gap=18, a_year=(0, 1))
def vacancy(s: Scene) -> Text:
    applicants = s.constant.randint(4, 11)
    if s.stage == "岗位公告":
        body = table(
            ("项目", "内容"),
            [
                ("岗位", f"{s.subject}1名"),
                ("条件", "政治素质好，有三年以上相关工作经历，大专以上学历，年龄45周岁以下"),
                ("方式", "个人自荐与组织推荐相结合，竞争择优"),
                ("程序", "公告、报名、资格审核、面试、考察、集体讨论、公示、任用"),
                ("报名时间", "自公告发布之日起7个工作日"),
            ],
        )
    elif s.stage == "报名审核":
        body = paragraphs(
            f"“{s.subject}”岗位共{applicants}人报名，经资格审核符合条件{applicants - 2}人，进入面试。不符合条件的已逐一说明理由。"
        )
    else:
        body = paragraphs(
            "面试由5名评委现场打分、当场公布，取前2名进入考察。考察采取个别谈话、民主测评、征求纪检意见等方式，考察组谈话"
            f"{s.rng.randint(12, 20)}人，结果已提交{s.place.body}集体讨论。"
        )
    return Text(
        f"{s.short}{s.subject}选任：{s.stage}", body + paragraphs("监督意见请向上级组织部门或本单位纪检委员反映。")
    )


@about("M502", by_group=_POSTS, a_year=(0, 1))
def candidate_notice(s: Scene) -> Text:
    who = f"{s.place.someone('candidate', s.day)[0]}某"
    return Text(
        f"{s.short}拟任人选公示（{s.subject}）",
        paragraphs("经民主推荐、组织考察和集体研究，现将拟任人选有关情况公示如下：")
        + table(
            ("项目", "内容"),
            [
                ("姓名", who),
                ("性别", s.rng.choice("男女")),
                ("出生年月", f"19{s.rng.randint(82, 97)}年{s.rng.randint(1, 12)}月"),
                ("政治面貌", "中共党员"),
                ("现任职务", "条线工作人员"),
                ("拟任职务", s.subject),
            ],
        )
        + paragraphs(
            "公示期自发布之日起不少于5个工作日。如对拟任人选有意见，可以来人、来信等方式向上级组织部门反映，受理电话见本页组织简介。反映情况应当实事求是，提倡署实名。"
        ),
    )


@about("M503", by_group=_POSTS, a_year=(0, 1))
def appointment(s: Scene) -> Text:
    who, before = (f"{s.place.someone(key, s.day)[0]}某某" for key in ("new", "old"))
    return Text(
        f"{s.short}任免事项（{s.subject}）",
        paragraphs(
            f"经{s.place.body}研究并报上级党组织批准：",
            f"任命{who}为{s.subject}，试用期一年；免去{before}的{s.subject}职务（到龄）。",
            f"以上任免自{cn_full(s.day)}起生效。任职前已按规定公示，公示期内未收到不同意见。",
        ),
    )


@about("M504")
def yearly_assessment(s: Scene) -> Text:
    total = s.rng.randint(6, 16)
    best = max(1, total // 5)
    return Text(
        f"{s.short}{s.when}干部年度考核和奖惩情况",
        paragraphs(f"{s.when}列入考核的干部{total}人，考核经个人述职、民主测评、集体评定，并报上级党委审定：")
        + table(("等次", "人数"), [("优秀", best), ("称职（合格）", total - best), ("基本称职", 0), ("不称职", 0)])
        + paragraphs(
            f"考核为优秀的{best}人按规定给予嘉奖；本年度没有干部受到处分。优秀等次名单已在公开栏公示5个工作日。"
        ),
    )


@about("M505")
def supervision_of_cadres(s: Scene) -> Text:
    talks, letters = s.rng.randint(1, 5), s.rng.choice([0, 0, 1])
    return Text(
        f"{s.short}{s.when}干部监督制度执行情况",
        table(
            ("方式", "次数", "主要事由"),
            [
                ("提醒谈话", talks, "工作节点滞后、公开更新不及时"),
                ("函询", letters, "群众反映核实" if letters else "无"),
                ("诫勉", 0, "无"),
            ],
        )
        + bullets(
            [
                "任前廉政谈话覆盖全部新任干部。",
                "个人有关事项变动均按规定时限报告。",
                "提醒事项均已整改，结果由纪检委员逐项核实。",
            ]
        ),
    )
