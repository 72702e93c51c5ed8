"""X04 and X08 to X16: village money, lettings and land."""

from __future__ import annotations

from datetime import date, timedelta

from ..days import AnyCalendar
from ..places import Group, Place
from .html import heading, numbered, paragraphs, table, yuan
from .scene import Scene, Text, about, cn, cn_full, split

WORKSHOPS = (
    "1号厂房",
    "2号厂房东侧",
    "3号厂房",
    "5号厂房二层",
    "仓储用房B区",
    "沿街门面6号",
    "沿街门面11号",
    "农贸市场南侧店铺",
)


@about("X04")
def pay(s: Scene) -> Text:
    posts = ("党总支书记", "村委会主任", "副书记", "条线干部（4人）", "财务协理员")
    rows: list[tuple[str, ...]] = []
    sums = [0, 0, 0]
    for index, post in enumerate(posts):
        base = (24_600 - index * 1_800) * 100
        merit = s.rng.randint(40, 75) * 100_00
        extra = s.rng.randint(9, 18) * 100_00
        if "4人" in post:
            base, merit, extra = base * 4, merit * 4, extra * 4
        sums = [one + other for one, other in zip(sums, (base, merit, extra), strict=True)]
        rows.append((post, yuan(base), yuan(merit), yuan(extra), yuan(base + merit + extra)))
    rows.append(("合计", *map(yuan, sums), yuan(sum(sums))))
    return Text(
        f"{s.place.local}{s.when}村干部报酬情况",
        paragraphs(f"{s.when}村干部报酬按镇核定标准发放，经村民代表会议通报，按岗位公开如下（单位：元）：")
        + table(("岗位", "基本报酬", "绩效", "补贴", "合计"), rows)
        + paragraphs("绩效按镇考核结果发放；除上述报酬外，村干部未从集体经济组织领取其他收入。"),
    )


def auction_day(announced: date, calendar: AnyCalendar) -> date:
    """When the lot of a letting announced on a day is auctioned."""
    return calendar.next_working(announced + timedelta(days=12))


def _lot(place: Place, unit: str) -> tuple[int, int]:
    """Floor space in square metres and lowest rent in yuan a square metre and month: the same before and after."""
    chance = place.rng("lot", unit)
    return chance.randint(12, 160) * 10, chance.randint(8, 24)


@about("X08", *(f"{name}招租" for name in WORKSHOPS), a_year=(2, 3))
def letting(s: Scene) -> Text:
    unit = s.subject.removesuffix("招租")
    area, floor_price = _lot(s.place, unit)
    opens = auction_day(s.day, s.calendar)
    return Text(
        f"{s.place.local}集体资产招租公告：{unit}",
        paragraphs(f"经村民代表会议讨论通过并报镇集体资产管理部门备案，现对{s.place.local}{unit}公开招租。")
        + table(
            ("项目", "内容"),
            [
                ("标的", f"{s.place.local}{unit}，建筑面积{area}平方米"),
                ("现状", "空置，水电齐全，消防验收合格"),
                ("底价", f"每平方米每月{floor_price}元，年租金底价{yuan(area * floor_price * 12 * 100)}元"),
                ("租期", f"{s.rng.choice([3, 3, 5])}年，期满重新公开招租"),
                ("保证金", f"{yuan(area * floor_price * 2 * 100)}元，未成交的5个工作日内无息退还"),
            ],
        )
        + heading("报名条件")
        + numbered(
            [
                "具有完全民事行为能力的自然人或依法设立的企业；",
                "经营项目符合环保、消防和产业导向要求，不得转租；",
                "无拖欠集体租金的记录。",
            ]
        )
        + heading("报名和竞价")
        + paragraphs(
            f"自公告发布之日起7个工作日内，到{s.place.local}经济合作社报名（{s.place.address}）。竞价会定于{cn_full(opens)}上午9时在村会议室举行，采取现场举牌、价高者得的方式，邀请村民代表和村务监督委员会现场监督。"
        ),
    )


@about("X09", *(f"{name}竞价" for name in WORKSHOPS), a_year=(2, 3))
def auction(s: Scene) -> Text:
    unit = s.subject.removesuffix("竞价")
    area, floor_price = _lot(s.place, unit)
    price = floor_price + s.rng.randint(1, 7)
    bidders = s.rng.randint(3, 8)
    rounds = [floor_price + (price - floor_price) * step / 3 for step in (1, 2, 3)]
    return Text(
        f"{s.place.local}招租竞价结果：{unit}",
        paragraphs(
            f"{cn(s.day)}，{s.place.local}{unit}公开竞价，报名{bidders + 1}人，审核合格{bidders}人，全程录像，村务监督委员会现场监督。"
        )
        + table(
            ("轮次", "最高报价（元/平方米·月）"),
            [(f"第{number}轮", f"{amount:.2f}") for number, amount in zip("一二三", rounds, strict=True)],
        )
        + table(
            ("项目", "结果"),
            [
                ("竞租人数", f"{bidders}人"),
                ("成交价", f"每平方米每月{price}元，高于底价{(price - floor_price) / floor_price:.1%}"),
                ("年租金", f"{yuan(area * price * 12 * 100)}元（{area}平方米）"),
                (
                    "承租人",
                    s.rng.choice(["某精密五金有限公司", "某包装材料有限公司", "某家居用品经营部", "某汽车配件商行"]),
                ),
                ("租期", "3年"),
            ],
        )
        + paragraphs("对竞价结果有异议的，可自公布之日起5个工作日内向镇集体资产管理部门书面提出。"),
    )


@about("X10")
def rents(s: Scene) -> Text:
    lots = (("标准厂房", 18, 30), ("仓储用房", 7, 14), ("沿街门面", 5, 12), ("农贸市场摊位", 3, 8))
    rows: list[tuple[str, ...]] = []
    sums = [0, 0, 0, 0]
    for name, low, high in lots:
        owed = s.rng.randint(low, high) * 10_000_00 // 2
        relief = s.rng.choice([0, 0, 0, owed // 20])
        open_still = s.rng.choice([0, 0, owed // 25])
        paid = owed - relief - open_still
        sums = [one + other for one, other in zip(sums, (owed, paid, relief, open_still), strict=True)]
        rows.append((name, yuan(owed), yuan(paid), yuan(relief), yuan(open_still)))
    rows.append(("合计", *map(yuan, sums)))
    return Text(
        f"{s.place.local}{s.when}租金收缴与减免情况",
        table(("类别", "应收（元）", "实收（元）", "减免（元）", "待收（元）"), rows)
        + paragraphs(
            "减免理由：道路施工影响经营，经村民代表会议讨论、镇集体资产管理部门批准。"
            if sums[2]
            else "本月没有租金减免。",
            "待收租金已发催缴单，逾期超过一个月的按合同收取违约金。" if sums[3] else "本月租金全部收齐。",
        ),
    )


def village_cash(place: Place, month_end: date) -> int:
    """Balance of the village account in fen at a month's end: what one month closes with opens the next."""
    chance = place.rng("cash", month_end.year, month_end.month)
    base = (60_000_000 + place.population * 9_000) // 100 * 100
    return base + chance.randint(-2_400_000, 2_400_000)


@about("X11")
def accounts(s: Scene) -> Text:
    opening = village_cash(s.place, s.start - timedelta(days=1))
    closing = village_cash(s.place, s.end)
    income = s.rng.randint(31_000_000, 42_000_000)
    spent = opening + income - closing
    earned = split(s.rng, income, (58, 22, 16, 4), step=100)
    paid = split(s.rng, spent, (30, 22, 18, 12, 8, 10), step=100)
    income_rows = zip(
        ("厂房、仓储租金", "门面和市场租金", "上级补助资金", "利息和其他收入"), map(yuan, earned), strict=True
    )
    lines = (
        ("村干部和条线人员报酬", "镇核定标准"),
        ("环境卫生和绿化养护", "合同，月度考核"),
        ("道路、水利等设施维护", "三家比价，村监委验收"),
        ("困难家庭慰问和为老服务", "评议小组名单"),
        ("党建、文体活动", "活动方案、签到表"),
        ("办公、水电和保险", "发票、缴费单"),
    )
    spent_rows = [
        (index, name, yuan(amount), voucher)
        for index, ((name, voucher), amount) in enumerate(zip(lines, paid, strict=True), 1)
    ]
    return Text(
        f"{s.place.local}{s.when}村级财务收支公开",
        table(
            ("上月结余（元）", "本月收入（元）", "本月支出（元）", "本月结余（元）"),
            [(yuan(opening), yuan(income), yuan(spent), yuan(closing))],
        )
        + heading("一、收入")
        + table(("项目", "金额（元）"), [*income_rows, ("合计", yuan(income))])
        + heading("二、支出")
        + table(("序号", "项目", "金额（元）", "依据"), [*spent_rows, ("", "合计", yuan(spent), "")])
        + paragraphs(
            "以上账目已由民主理财小组逐笔审核，村务监督委员会签字。逐笔凭证目录附于公开栏，村民可于每月查账日到村财务室查阅。"
        ),
    )


@about("X12", "报废变压器处置", "闲置农机具处置", "老旧仓库拆除残值处置", "公务电动车处置", a_year=(0, 1))
def disposal(s: Scene) -> Text:
    value = s.rng.randint(6, 90) * 1_000_00
    price = value * s.rng.randint(101, 128) // 100
    return Text(
        f"{s.place.local}集体资产处置公开：{s.subject}",
        table(
            ("项目", "内容"),
            [
                ("标的", s.subject.removesuffix("处置")),
                ("决策", "村民代表会议讨论通过，报镇集体资产管理部门备案"),
                ("评估", f"委托有资质的机构评估，评估价{yuan(value)}元"),
                ("方式", f"公开竞价，{s.rng.randint(3, 6)}家参加"),
                ("成交结果", f"成交价{yuan(price)}元，高于评估价{(price - value) / value:.1%}"),
                ("款项去向", f"{cn(s.day)}已缴入村集体经济组织账户"),
            ],
        ),
    )


@about("X13")
def homesteads(s: Scene) -> Text:
    rows = []
    for number in range(1, s.rng.randint(2, 5)):
        area = s.rng.choice([80, 90, 100, 120])
        result = s.rng.choice(["批准", "批准", "批准", "补正材料"])
        rows.append(
            (
                number,
                f"{s.place.someone('household', s.when, number)[0]}某某户",
                f"第{s.rng.randint(1, 12)}村民小组",
                f"{area}平方米",
                result,
            )
        )
    return Text(
        f"{s.place.local}{s.when}宅基地与农民建房审批情况",
        paragraphs(f"{s.when}受理农民建房申请{len(rows)}户，经村民小组讨论、村审查、镇审批，结果如下：")
        + table(("序号", "申请户", "村民小组", "核定面积", "审批结果"), rows)
        + paragraphs(
            "申请、审查、批准三个环节均已张榜，张榜时间各不少于5个工作日。对结果有异议的，可向村务监督委员会或镇规建部门反映。"
        ),
    )


@about("X14", "道路拓宽工程征地补偿", "河道整治工程征地补偿", a_year=(0, 1))
def compensation(s: Scene) -> Text:
    total = s.rng.randint(180, 460) * 10_000_00
    kept, shared = total * 2 // 10, total - total * 2 // 10
    households = s.rng.randint(18, 46)
    groups = split(s.rng, shared, (4, 3, 3), step=100_00)
    rows = [
        (f"第{number}村民小组", share, yuan(amount))
        for number, share, amount in zip((2, 5, 7), split(s.rng, households, (4, 3, 3)), groups, strict=True)
    ]
    return Text(
        f"{s.place.local}{s.subject}使用分配情况",
        paragraphs(
            f"{s.subject}总额{yuan(total)}元，已到村集体专户。分配方案经{cn(s.day)}村民代表会议讨论通过：集体留存{yuan(kept)}元，用于公共设施；分配到户{yuan(shared)}元。"
        )
        + table(("村民小组", "户数", "金额（元）"), [*rows, ("合计", households, yuan(shared))])
        + paragraphs("到户金额以一户一单方式送达，由户主签收。本内容仅向有关村民公开。"),
    )


@about("X15")
def relief(s: Scene) -> Text:
    rows = []
    total = 0
    for name, standard, low, high in (
        ("最低生活保障", 1595, 2, 9),
        ("低收入家庭专项补助", 800, 1, 5),
        ("临时救助", 2000, 0, 3),
        ("重残无业人员补助", 2074, 1, 4),
    ):
        households = s.rng.randint(low, high)
        total += households * standard * (3 if name != "临时救助" else 1)
        rows.append((name, households, f"{standard:,}元/{'次' if name == '临时救助' else '月'}"))
    return Text(
        f"{s.place.local}{s.when}低保救助与临时帮扶情况",
        table(("类别", "户（人）数", "标准"), rows)
        + paragraphs(
            f"{s.when}合计发放{total:,}元，全部通过银行卡打卡发放。新增、退出对象经入户调查、评议、公示、镇审核确认，依规隐去姓名、住址等隐私信息。标准为示例。"
        ),
    )


@about(
    "X16",
    "任期经济责任审计",
    "离任审计",
    by_group={Group.VILLAGE: ("党总支书记任期审计", "村委会主任离任审计")},
    a_year=(0, 1),
)
def audit(s: Scene) -> Text:
    checked = s.rng.randint(900, 2400)
    return Text(
        f"{s.place.local}{s.subject}结果",
        table(
            ("项目", "内容"),
            [
                ("审计范围", "任期内财务收支、债权债务、合同履行、工程项目"),
                ("审计数量", f"抽查凭证{checked}份、合同{s.rng.randint(40, 110)}份"),
                ("总体结论", "任期内财务管理基本规范，集体资产保值增值，未发现违纪违法问题"),
                ("发现问题", "个别工程结算资料不完整；部分租赁合同未及时续签"),
                ("整改情况", f"截至{cn(s.day)}结算资料已补齐，合同续签完成九成"),
            ],
        )
        + paragraphs("审计报告全文可到村财务室查阅，整改完成后再次公开结果。"),
    )
