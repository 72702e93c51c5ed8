"""X03 and X17 to X25: neighbourhoods, enterprises, service stations, projects."""

from __future__ import annotations

from datetime import date, timedelta

from ..places import Group, Place
from .html import bullets, heading, numbered, paragraphs, table, yuan
from .scene import Scene, Text, about, cn, split


@about(
    "X03",
    "公共服务设施布局规划",
    by_group={Group.TOWN: ("郊野单元村庄规划", "老旧工业区转型规划", "慢行系统专项规划")},
    stages=("征求意见", "规划公布"),
    gap=70,
    a_year=(1, 1),
)
def plans(s: Scene) -> Text:
    asked = s.constant.randint(40, 180)
    taken = asked * s.constant.randint(35, 60) // 100
    opinion = (
        "征求意见期为30日，可书面提交规划办或在公开栏意见箱投递。"
        if s.stage == "征求意见"
        else f"征求意见期间收到意见{asked}条，采纳{taken}条，未采纳{asked - taken}条并逐条说明理由。"
    )
    return Text(
        f"{s.short}{s.subject}：{s.stage}",
        table(
            ("项目", "内容"),
            [
                ("规划名称", s.subject),
                ("范围", s.place.here + "全域"),
                ("期限", f"{s.day.year}—{s.day.year + 9}年"),
                ("主要内容", "功能布局、公共服务、交通和生态空间"),
            ],
        )
        + paragraphs(opinion, f"规划图件自{cn(s.day)}起在{s.place.local}公开栏和规划展示窗口张贴。"),
    )


def office_money(place: Place, quarter_end: date) -> int:
    """What is left of the neighbourhood's working funds at a quarter's end, in fen."""
    chance = place.rng("funds", quarter_end.year, quarter_end.month)
    return (2_600_000 + place.population * 300 + chance.randint(-300_000, 300_000)) // 10 * 10


@about("X17")
def working_funds(s: Scene) -> Text:
    opening, closing = office_money(s.place, s.start - timedelta(days=1)), office_money(s.place, s.end)
    granted = s.rng.randint(42, 60) * 100_000
    spent = opening + granted - closing
    parts = split(s.rng, spent, (30, 28, 24, 18), step=10)
    names = ("社区活动和志愿服务", "公共设施小修小补", "困难居民慰问", "办公、水电和耗材")
    return Text(
        f"{s.place.local}{s.when}居委会工作经费使用情况",
        table(
            ("上期结余（元）", "本期拨入（元）", "本期支出（元）", "期末结余（元）"),
            [(yuan(opening), yuan(granted), yuan(spent), yuan(closing))],
        )
        + heading("支出明细")
        + table(("项目", "金额（元）"), [*zip(names, map(yuan, parts), strict=True), ("合计", yuan(spent))])
        + paragraphs("支出均经居委会会议讨论，五百元以上由居民代表见证，票据可向居务监督员申请查阅。"),
    )


@about(
    "X18",
    "3号楼加装电梯",
    "12号楼加装电梯",
    "小区综合改造方案",
    "电动自行车充电设施加装",
    stages=("听证", "表决结果", "施工公示"),
    gap=40,
    a_year=(1, 1),
)
def hearings(s: Scene) -> Text:
    present = s.constant.randint(22, 60)
    for_it = present - s.rng.randint(1, 5)
    detail = {
        "听证": f"听证会{present}人参加，居民代表、业委会、物业和设计单位到场，提出意见{s.rng.randint(6, 15)}条，主要涉及采光、费用分摊和施工时间。",
        "表决结果": f"按规定书面征询业主意见，发出{present}份、收回{present}份，同意{for_it}份，不同意{present - for_it}份，符合法定比例，方案通过。",
        "施工公示": "施工单位、工期、施工时间（工作日8:00—17:00）、投诉渠道已张贴于门厅，费用分摊表同步公布。",
    }.get(s.stage, "按程序推进。")
    return Text(
        f"{s.place.local}{s.subject}：{s.stage}",
        paragraphs(f"{cn(s.day)}，{s.place.local}就“{s.subject}”进行{s.stage}。", detail)
        + paragraphs("方案文本、图纸和费用测算可到居委会查阅，后续环节逐段公开。"),
    )


@about(
    "X19",
    "小区停车秩序治理",
    "宠物文明饲养公约",
    "广场舞时间和音量约定",
    "垃圾投放点优化",
    stages=("协商结论", "落实进度"),
    gap=50,
    a_year=(1, 1),
)
def deliberation(s: Scene) -> Text:
    people = s.rng.randint(18, 45)
    rows = [
        ("协商议题", s.subject),
        ("参加人员", f"居民代表、业委会、物业、志愿者共{people}人"),
        ("协商结论", "达成一致，形成三条约定并由各方签字"),
        ("落实进度", "正在制定细则" if s.stage == "协商结论" else f"已落实{s.rng.randint(60, 95)}%"),
    ]
    return Text(
        f"{s.place.local}社区协商：{s.subject}（{s.stage}）",
        table(("项目", "内容"), rows) + paragraphs("落实情况由居民议事会每月督促，欢迎居民对照约定提出意见。"),
    )


@about("X20", "分公司整合方案", "岗位优化调整方案", "职工安置补偿方案", a_year=(0, 1))
def reform(s: Scene) -> Text:
    present = s.rng.randint(28, 64)
    return Text(
        f"{s.short}企业改革与职工权益公开：{s.subject}",
        paragraphs(f"{s.subject}涉及职工切身利益，按照《上海市职工代表大会条例》提交职工（代表）大会审议。")
        + numbered(
            [
                f"方案会前七日送达职工代表，收集意见{s.rng.randint(9, 26)}条，修改{s.rng.randint(2, 6)}处；",
                f"{cn(s.day)}召开大会，应到{present}人，实到{present - 1}人，无记名投票同意{present - 3}票；",
                "职工岗位、工龄、社保关系依法接续，不降低原有待遇；",
                "有异议的职工可向工会或劳动关系协调机构反映。",
            ]
        ),
    )


@about("X21")
def income_and_titles(s: Scene) -> Text:
    voters = s.rng.randint(24, 60)
    first = voters - s.rng.randint(2, 6)
    return Text(
        f"{s.short}{s.when}收入分配与职称聘任情况",
        paragraphs(
            f"{s.when}收入分配按经职工大会通过的办法执行：基本工资占六成、绩效占四成，绩效按岗位系数和考核结果核定。"
        )
        + table(
            ("类别", "人均（元/月）"),
            [("管理岗位", "11,260"), ("专业技术岗位", "10,430"), ("一线岗位", f"{s.rng.randint(84, 98) * 100:,}")],
        )
        + heading("评聘和票决结果")
        + paragraphs(
            f"本期聘任中级以上职称{s.rng.randint(2, 6)}人；先进评选由干部、职工同票同权投票，现场计票、当场公布：发出{voters}票，收回{voters}票，首名得{first}票。名单已张贴公开栏公示。"
        ),
    )


@about("X22", "办公家具采购", "保洁服务外包", "设备维保服务采购", "标准厂房屋面维修工程", a_year=(1, 2))
def procurement(s: Scene) -> Text:
    budget = s.rng.randint(15, 60) * 10_000_00
    price = budget * s.rng.randint(86, 94) // 100
    offers = [price, *sorted(price + (budget - price) * share // 100 for share in s.rng.sample(range(10, 95), 2))]
    names = ("某实业发展有限公司", "某科技服务有限公司", "某商贸有限公司")
    rows = [
        (rank, name, yuan(amount), score)
        for rank, (name, amount, score) in enumerate(zip(names, offers, (93.6, 89.2, 84.5), strict=True), 1)
    ]
    return Text(
        f"{s.short}采购招标结果公开：{s.subject}",
        paragraphs(
            f"{s.subject}预算{yuan(budget)}元，采用公开招标（比选）方式，{cn(s.day)}开标，评审由5名人员组成，纪检人员全程监督。"
        )
        + table(("排名", "投标人", "报价（元）", "综合得分"), rows)
        + paragraphs(
            f"第一名为中标人，中标金额{yuan(offers[0])}元。公示期自发布之日起3个工作日，异议请书面向企业纪检部门提出。"
        ),
    )


@about("X23")
def procedures(s: Scene) -> Text:
    rows = [
        ("一般咨询", "岗位职责规定", "无", "当场答复", "不收费"),
        ("材料受理", "办事指南", "申请表、身份证明原件核验", "当场受理，5个工作日办结", "不收费"),
        ("证照（证明）领取", "主管部门规定", "受理凭证", "即到即领", "按物价部门核定"),
        ("投诉反映", "《信访工作条例》", "书面或口头", "15日内告知受理情况", "不收费"),
    ]
    return Text(
        f"{s.place.local}办事依据与流程",
        table(("事项", "依据", "材料", "时限", "收费"), rows)
        + heading("办理流程")
        + numbered(["取号或线上预约", "窗口受理、一次告知", "内部审核", "结果告知与领取", "满意度评价"])
        + paragraphs(
            f"地址：{s.place.address}。办公时间：{s.place.office_hours}。依据、流程有变化的，三个工作日内更新。"
        ),
    )


_HYGIENE = (
    ("未按规定公示卫生许可信息", "警告，责令限期改正"),
    ("未按规定清洗消毒公共用品用具", "警告，罚款1,000元"),
    ("从业人员未取得健康合格证明上岗", "警告，责令限期改正"),
    ("未按规定进行卫生检测", "警告，罚款500元"),
)
_STREETS = (
    ("超出门窗占道经营", "责令改正，罚款300元"),
    ("擅自设置户外广告设施", "责令限期拆除"),
    ("乱扔乱倒生活垃圾", "责令改正，罚款200元"),
    ("油烟未经处理排放", "责令限期整改"),
)


@about(
    "X24",
    by_group={
        "WJS": ("公共场所卫生检查", "生活饮用水卫生检查", "学校卫生检查", "游泳场所卫生检查"),
        "ML-CG": ("占道经营整治检查", "夜市油烟扰民检查", "户外广告设施检查"),
        "QB-GJ": ("古镇占道经营整治检查",),
    },
    a_year=(2, 4),
)
def enforcement(s: Scene) -> Text:
    checked = s.rng.randint(20, 80)
    chosen = s.pick(_HYGIENE if "卫生" in s.subject else _STREETS, s.rng.randint(1, 3))
    rows = [(number, "某经营单位", cause, result) for number, (cause, result) in enumerate(chosen, 1)]
    return Text(
        f"{s.place.local}{s.subject}和处罚结果",
        paragraphs(
            f"{cn(s.day)}完成{s.subject}，共检查{checked}户次，立案{len(rows)}件，其余当场整改。处罚结果公开如下："
        )
        + table(("序号", "对象", "案由", "处罚结果"), rows)
        + paragraphs("被处罚人不服的，可依法申请行政复议或提起行政诉讼。当事人个人信息依规不予公开。"),
    )


@about(
    "X25",
    "社区文化活动中心修缮工程",
    by_group={Group.TOWN: ("学校周边道路改造工程", "河道护岸整治工程", "公共停车场建设工程")},
    stages=("立项", "招标", "竣工结算"),
    gap=60,
    a_year=(1, 1),
)
def projects(s: Scene) -> Text:
    invested = s.constant.randint(120, 900) * 10_000_00
    price = invested * s.constant.randint(88, 97) // 100
    detail = {
        "立项": [f"批复投资{yuan(invested)}元，资金来源为财政预算", "可行性研究、环评手续齐全", "决策经集体讨论通过"],
        "招标": [
            f"公开招标，{s.rng.randint(5, 11)}家投标，中标价{yuan(price)}元",
            "评标委员会从专家库随机抽取",
            "公示期未收到有效异议",
        ],
        "竣工结算": [
            f"竣工验收合格，送审价{yuan(price + price // 40)}元，审定价{yuan(price)}元",
            "设计变更2处，均经审批",
            "审计意见：程序合规，核减不合理费用",
        ],
    }.get(s.stage, ["按计划推进"])
    return Text(
        f"{s.short}{s.subject}：{s.stage}",
        paragraphs(f"{s.subject}实行全过程公开，截至{cn(s.day)}情况如下：")
        + bullets(detail)
        + table(("环节", "状态"), _project_states(s.stage)),
    )


def _project_states(stage: str) -> list[tuple[str, str]]:
    stages = ("立项", "招标", "竣工结算")
    reached = stages.index(stage) if stage in stages else 0
    words = {True: "已完成", False: "待推进"}
    return [(name, "本次公开" if index == reached else words[index < reached]) for index, name in enumerate(stages)]
