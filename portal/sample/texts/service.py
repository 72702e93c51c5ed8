"""M6: contact with members and people."""

from __future__ import annotations

from datetime import timedelta

from ..places import Group
from .html import heading, paragraphs, table
from .scene import Scene, Text, about, cn

_OPINIONS: dict[str, tuple[tuple[str, str], ...]] = {
    "": (
        ("建议主题党日增加现场教学", "已采纳，列入下月安排"),
        ("建议学习资料提前发放", "已采纳，提前三天发放"),
        ("建议公开栏字体放大", "已采纳，改用大字版"),
        ("建议增加线上缴纳党费提醒", "已采纳，由组织委员每月提醒"),
        ("建议调整会议时间便于上班党员参加", "部分采纳，隔月安排在晚间"),
    ),
    Group.VILLAGE: (
        ("建议村口公示栏加装照明", "已采纳，本月完成安装"),
        ("建议厂房招租合同到期提前三个月公告", "已采纳，写入招租办法"),
        ("建议财务公开表附票据目录", "已采纳，自下期起附目录"),
        ("建议增设老年活动室开放时间", "已采纳，周末延长两小时"),
        ("建议硬化东片田间道路", "部分采纳，列入明年项目库"),
    ),
    Group.ESTATE: (
        ("建议增设电动自行车充电位", "已采纳，方案正在公示"),
        ("建议公共收益按季公开到楼道", "已采纳，张贴至门厅"),
        ("建议修剪遮挡路灯的树木", "已采纳，已由养护单位完成"),
        ("建议议事会安排在晚间", "已采纳，隔月安排一次"),
        ("建议加密垃圾厢房清运", "部分采纳，周末增加一次"),
    ),
}


@about("M601")
def opinions(s: Scene) -> Text:
    chosen = s.pick(_OPINIONS.get(s.place.group, _OPINIONS[""]), s.rng.randint(2, 4))
    rows = [(number, opinion, answer, cn(s.date_between(50, 95))) for number, (opinion, answer) in enumerate(chosen, 1)]
    return Text(
        f"{s.short}{s.when}党员意见建议办理情况",
        paragraphs(f"{s.when}共收到党员意见建议{len(rows)}条，全部办理并反馈本人：")
        + table(("序号", "意见建议", "采纳情况", "反馈时间"), rows),
    )


@about("M602")
def appeals(s: Scene) -> Text:
    low, high = {Group.TOWN: (60, 240), Group.BRANCH: (3, 9), Group.FIRM: (3, 12)}.get(s.place.group, (8, 46))
    received = s.rng.randint(low, high)
    cannot = 1 if received > 12 and s.rng.random() < 0.5 else 0
    going = s.rng.randint(1, max(1, received // 4))
    resolved = received - going - cannot
    fields = {
        Group.VILLAGE: ("宅基地翻建", "道路积水", "出租房屋管理", "为老服务"),
        Group.ESTATE: ("停车秩序", "加装电梯", "高空抛物", "物业服务"),
        Group.TOWN: ("动迁安置", "道路交通", "环境卫生", "教育医疗"),
        Group.FIRM: ("食堂伙食", "班车线路", "加班调休", "劳动保护"),
    }.get(s.place.group, ("办事流程", "服务态度", "设施维护", "信息咨询"))
    cannot_reason = (
        "暂不能办的事项涉及规划调整，已当面说明理由，三个月后复查。" if cannot else "本月没有暂不能办的事项。"
    )
    return Text(
        f"{s.short}{s.when}群众诉求办理和反馈情况",
        table(("收件", "已办结", "正在办理", "暂不能办"), [(received, resolved, going, cannot)])
        + paragraphs(
            f"{s.when}收到诉求{received}件，主要涉及{'、'.join(s.pick(fields, 3))}。已办结的均已答复诉求人，其中当场答复{min(resolved, s.rng.randint(1, 8))}件。",
            f"正在办理的{going}件已明确承办人和时限。{cannot_reason}",
        )
        + paragraphs("诉求人信息不予公开；对办理结果不满意的，可以要求复核。"),
    )


@about("M603")
def help_given(s: Scene) -> Text:
    standards = (("生活困难党员", 800), ("重病住院人员", 1000), ("独居高龄老人", 300), ("困难家庭学生", 600))
    rows = []
    total = 0
    for name, standard in s.pick(standards, 3):
        people = s.rng.randint(1, 6)
        total += people * standard
        rows.append((name, people, f"{standard:,}", f"{people * standard:,}"))
    return Text(
        f"{s.short}{s.when}困难党员群众帮扶情况",
        paragraphs(
            f"{s.when}帮扶对象经本人申请、评议小组评议、{s.place.body}会议确定，按类别公开如下（不公开姓名和家庭信息）："
        )
        + table(("类别", "人数", "标准（元/人）", "金额（元）"), [*rows, ("合计", "", "", f"{total:,}")])
        + paragraphs("资金来源为党费支出、上级帮扶资金和结对单位捐助，发放均由本人签收。"),
    )


@about(
    "M604",
    "便民服务点设置",
    by_group={
        Group.VILLAGE: ("村内道路路灯改造", "老年助餐点建设", "公共厕所翻建"),
        Group.ESTATE: ("非机动车库充电改造", "楼道扶手加装", "小区健身步道修复"),
        Group.FIRM: ("职工休息室改造", "通勤班车增设站点"),
        Group.OFFICE: ("无障碍窗口改造", "自助服务区扩容"),
        Group.TOWN: ("社区食堂建设", "口袋公园改造", "菜市场标准化改造"),
    },
    stages=("承诺", "推进", "兑现"),
    gap=80,
    a_year=(1, 1),
)
def promises(s: Scene) -> Text:
    detail = {
        "承诺": "经征求意见和会议讨论确定为年度民生实事，现向社会作出承诺：年内完成，质量和费用接受监督。",
        "推进": f"已完成{s.rng.randint(45, 75)}%，资金支付与进度相符，现场设立公示牌。",
        "兑现": f"已全部完成并投入使用，组织{s.place.people}代表{s.rng.randint(9, 21)}人验收评议，满意率{s.rng.randint(93, 100)}%。",
    }.get(s.stage, "按计划推进。")
    return Text(
        f"{s.place.local}民生实事“{s.subject}”{s.stage}情况",
        paragraphs(f"{s.subject}为{s.place.here}民生实事项目，责任人为{s.place.body}书记。", detail)
        + table(
            ("环节", "要求"),
            [("完成时限", "本年度内"), ("当前环节", s.stage), ("监督方式", "公开栏意见箱、议事会、现场查看")],
        ),
    )


@about("M605")
def deliberation_days(s: Scene) -> Text:
    number = 11 if s.place.code.startswith("YJ") else 15
    ordinary = s.working_day(s.start.replace(day=number))
    following = s.working_day((s.end + timedelta(days=1)).replace(day=number))
    weekly = s.place.code.startswith(("JX", "MQ"))
    name = "周周会" if weekly else "党群议事日"
    topics = {
        Group.VILLAGE: ("人居环境整治进度", "厂房租赁到期安排", "困难家庭帮扶"),
        Group.ESTATE: ("停车位改造", "公共收益使用", "垃圾投放点管理"),
        Group.TOWN: ("道路改造施工影响", "社区食堂选址", "动迁安置进度"),
    }.get(s.place.group, ("服务流程优化", "职工关心事项", "志愿服务安排"))
    rows = [
        (cn(ordinary), topics[0], f"党员、{s.place.people}代表{s.rng.randint(15, 40)}人", "已举行"),
        (cn(s.date_between(60, 90)), topics[1], f"党员、{s.place.people}代表{s.rng.randint(12, 35)}人", "已举行"),
        (cn(following), topics[2], f"党员、{s.place.people}代表，欢迎旁听", "预告"),
    ]
    note = (
        "镇领导和职能部门到场听取意见，当场能答复的当场答复，需协调的会后三日内分解到责任部门。"
        if weekly
        else "当月收集意见，次月反馈办理结果。"
    )
    return Text(
        f"{s.short}{s.when}{name}与接待日安排",
        table(("日期", "议题", "参加人", "情况"), rows)
        + heading("接待日")
        + paragraphs(f"每周三下午为{s.place.body}书记接待日，地点为{s.place.address}一楼接待室。{note}"),
    )
