"""M1: resolutions and decisions of the organisation, and how they are carried out."""

from __future__ import annotations

from ..places import Group
from .html import heading, numbered, paragraphs, table
from .scene import Scene, Text, about, cn

_ALL_YEAR = tuple(range(1, 13))
_FROM_ABOVE: tuple[tuple[tuple[int, ...], str, str, str, str, int], ...] = (
    (_ALL_YEAR, "区委全会精神", "党员大会传达、书记讲党课", "把年度任务分解到人，列出{n}项清单", "已完成{m}项", 12),
    (
        _ALL_YEAR,
        "党务公开目录动态管理要求",
        "支委会学习、公开员培训",
        "对照目录自查，发现需补齐要素{n}项",
        "已补齐{m}项",
        9,
    ),
    (_ALL_YEAR, "基层减负若干措施", "书面传达、会议学习", "清理台账报表{n}项", "取消或合并{m}项", 10),
    (_ALL_YEAR, "安全生产专项整治部署", "专题会议、上门宣传", "排查安全隐患{n}处", "整改{m}处，其余已明确时限", 20),
    ((10, 11, 12, 1, 2, 3), "冬春季火灾防控部署", "党员大会、公开栏宣传", "检查消防设施和通道{n}处", "整改{m}处", 24),
    (
        (4, 5, 6, 7, 8, 9),
        "防汛防台工作要求",
        "支委会传达、值守培训",
        "落实应急值守人员{n}人",
        "巡查{m}人次，未发生险情",
        20,
    ),
    (_ALL_YEAR, "生活垃圾分类提质增效部署", "主题党日、志愿宣讲", "组织志愿者{n}人次值守投放点", "劝导混投{m}次", 24),
    (_ALL_YEAR, "反诈宣传和平安建设部署", "党员包干、入户宣传", "走访{n}户", "解答疑问{m}次", 24),
    (_ALL_YEAR, "为民办实事项目推进要求", "党员大会、公开承诺", "承诺实事{n}项", "兑现{m}项，其余按期推进", 5),
    (_ALL_YEAR, "优化营商环境工作部署", "专题学习、走访座谈", "走访企业商户{n}家", "协调问题{m}个", 14),
)
"""Months in which it comes down, what came down, how it was passed on, what was done, what came of it, at most how many."""


@about("M101")
def superiors_decisions(s: Scene) -> Text:
    season = [task for task in _FROM_ABOVE if s.start.month in task[0]]
    rows = []
    for number, (_, name, how, measure, result, most) in enumerate(s.pick(season, 3), 1):
        total = s.rng.randint(most // 2, most)
        done = s.rng.randint(total * 2 // 3, total)
        rows.append((number, name, how, measure.format(n=total), result.format(m=done)))
    return Text(
        f"{s.short}{s.when}上级决策部署传达与落实情况",
        paragraphs(f"{s.when}，{s.place.body}共组织传达学习上级决策部署3项，落实情况公开如下：")
        + table(("序号", "部署名称", "传达方式", "落实举措", "完成情况"), rows)
        + paragraphs(
            f"尚未完成的事项由{s.place.body}班子成员分工负责，下一期公开时一并报告结果。"
            "党员群众如有意见，请向公开栏意见箱或党组织办公室反映。"
        ),
    )


_YEAR_TASKS: dict[Group, tuple[tuple[str, str], ...]] = {
    Group.VILLAGE: (
        ("集体资产保值增值，厂房出租率保持在九成以上", "村经济合作社负责人"),
        ("人居环境整治，清理宅前屋后堆物", "环境卫生条线"),
        ("为老服务站点改造并投入使用", "民政条线"),
        ("发展党员、培养入党积极分子", "组织委员"),
        ("村级事务按月公开，做到账目日清月结", "党总支书记"),
    ),
    Group.ESTATE: (
        ("完成议事协商项目并逐段公开进度", "居民区书记"),
        ("推进加装电梯和非机动车库改造", "居委会主任"),
        ("组建楼组党小组，实现楼组全覆盖", "组织委员"),
        ("独居老人定期探访", "民政条线"),
        ("居委会工作经费按季公开", "财务条线"),
    ),
    Group.FIRM: (
        ("完成年度经营目标，安全生产零事故", "行政负责人"),
        ("职工技能培训全覆盖", "工会主席"),
        ("设立党员先锋岗和攻关小组", "党组织书记"),
        ("厂务公开事项按目录逐项公开", "纪检委员"),
        ("困难职工帮扶和健康体检", "工会主席"),
    ),
    Group.OFFICE: (
        ("提高服务效率，压缩办事等候时间", "分管领导"),
        ("党员示范岗评选和服务承诺公开", "组织委员"),
        ("教职工（职工）代表大会提案办理", "工会主席"),
        ("业务培训和岗位练兵", "业务科室"),
        ("廉政风险排查和制度修订", "纪检委员"),
    ),
    Group.TOWN: (
        ("完善“周周会”“议事日”制度，诉求办理全程公开", "党群办"),
        ("村居公开目录执行情况每季检查", "纪检监察办"),
        ("重点工程和民生实事项目推进", "建设管理办"),
        ("集体资产监管平台全覆盖", "农业农村办"),
        ("基层党组织书记培训轮训", "组织办"),
    ),
    Group.BRANCH: (
        ("按月开展主题党日，出勤率保持在九成以上", "支部书记"),
        ("设立党员责任区，联系群众到户到人", "组织委员"),
        ("党费按季收缴、按期公示", "组织委员"),
        ("结对帮扶困难党员群众", "宣传委员"),
    ),
}


@about("M102")
def term_goals(s: Scene) -> Text:
    tasks = _YEAR_TASKS.get(s.place.group, _YEAR_TASKS[Group.OFFICE])
    rows = [
        (number, task, who, s.rng.choice(["已完成", "已完成", "基本完成", "持续推进"]))
        for number, (task, who) in enumerate(tasks, 1)
    ]
    return Text(
        f"{s.short}{s.when}任务完成情况和下一年度计划",
        paragraphs(
            f"对照本届{s.place.body}任期目标，{s.when}确定的{len(rows)}项任务完成情况经党员大会审议通过，现予公开："
        )
        + table(("序号", "任务", "责任人", "完成情况"), rows)
        + heading("下一年度安排")
        + paragraphs("未完成和持续推进的任务转入下一年度，逐项明确完成时限；新增任务在年度第一次党员大会上讨论确定。"),
    )


@about(
    "M103",
    "讨论年度党费使用方案",
    "确定发展对象人选",
    "审议公开目录调整事项",
    "讨论主题党日全年安排",
    "推选出席上级党代会代表候选人建议",
    by_group={
        Group.VILLAGE: (
            "审议厂房招租底价",
            "讨论村级公益事业支出",
            "确定发展对象人选",
            "讨论人居环境整治方案",
            "审议集体收益分配方案",
        ),
        Group.ESTATE: ("讨论居民区工作经费安排", "讨论非机动车库改造方案", "确定发展对象人选", "审议年度议事协商课题"),
        Group.TOWN: (
            "审议村居公开检查结果",
            "讨论民生实事项目安排",
            "研究集体资产租赁管理办法",
            "审议党代表列席会议办法",
        ),
    },
    a_year=(2, 4),
)
def resolutions(s: Scene) -> Text:
    due, came = s.attendance()
    against = s.rng.choice([0, 0, 0, 1, 2])
    return Text(
        f"{s.short}关于“{s.subject}”的会议决议",
        paragraphs(
            f"{cn(s.day)}，{s.place.body}召开会议，应到{due}人，实到{came}人，符合规定人数。会议由{s.place.body}书记主持。",
            f"议题：{s.subject}。会前三日已将材料送达全体应到会人员，会上作了说明并逐一听取意见。",
        )
        + heading("表决结果")
        + table(("同意", "不同意", "弃权"), [(came - against, against, 0)])
        + paragraphs("决议自通过之日起执行，由组织委员牵头落实，执行情况列入下一次会议报告。"),
    )


@about(
    "M104",
    "党支部规范化建设",
    "为民办实事项目",
    by_group={
        Group.VILLAGE: ("集体厂房消防改造", "村庄清洁行动", "村卫生室改建"),
        Group.ESTATE: ("雨污混接改造", "楼道整治", "适老化改造"),
        Group.FIRM: ("节能降耗技术改造", "安全生产标准化建设"),
        Group.OFFICE: ("“一件事”办理流程优化", "服务窗口标准化建设"),
        Group.TOWN: ("集体资产监管平台建设", "河道综合整治", "道路积水点改造"),
    },
    stages=("启动", "中期", "收尾"),
    gap=75,
    a_year=(1, 1),
)
def key_tasks(s: Scene) -> Text:
    done = {"启动": s.rng.randint(5, 15), "中期": s.rng.randint(45, 65), "收尾": 100}.get(s.stage, 50)
    trouble = {
        "启动": "部分物料需重新询价，已请上级业务部门协助。",
        "中期": "雨天较多，室外作业进度略有推迟，已增加班次。",
    }.get(s.stage, "无。")
    return Text(
        f"{s.place.local}{s.subject}{s.stage}阶段进展情况",
        paragraphs(f"{s.subject}是{s.place.here}年度重点工作，由{s.place.body}书记牵头。截至{cn(s.day)}，进展如下：")
        + table(
            ("项目", "内容"),
            [
                ("当前阶段", s.stage),
                ("完成比例", f"{done}%"),
                ("时间节点", "按计划推进" if done < 100 else "已全部完成，进入验收"),
                ("存在困难", trouble),
            ],
        )
        + paragraphs("下一阶段进展在达到节点后五个工作日内公开。"),
    )


@about(
    "M105",
    "公共服务用房使用调整",
    "党员活动经费年度安排",
    by_group={
        Group.VILLAGE: ("村文化活动室改建", "集体用房招租方案", "村民福利发放办法"),
        Group.ESTATE: ("机动车停车管理办法修订", "公共收益使用方案", "垃圾箱房改造选址"),
        Group.FIRM: ("职工食堂外包方案", "生产线搬迁方案"),
        Group.TOWN: ("社区食堂选址", "镇级文体设施开放办法"),
    },
    a_year=(1, 2),
)
def major_decisions(s: Scene) -> Text:
    due, came = s.attendance()
    asked = s.rng.randint(18, 60)
    return Text(
        f"{s.short}重大事项决策过程公开：{s.subject}",
        paragraphs(f"“{s.subject}”按照民主决策程序办理，各环节公开如下：")
        + numbered(
            [
                f"提议：{s.place.body}班子根据{s.place.people}反映和实地了解，提出初步方案。",
                f"商议：班子会议两次讨论，修改{s.rng.randint(2, 5)}处。",
                f"审议：征求党员和{s.place.people}代表意见{asked}条，采纳{asked - s.rng.randint(3, 9)}条，未采纳的逐条说明理由。",
                f"决议：{cn(s.day)}召开会议表决，应到{due}人，实到{came}人，同意{came}票，获得通过。",
            ]
        )
        + paragraphs("决议全文张贴于公开栏，实施结果另行公开。"),
    )
