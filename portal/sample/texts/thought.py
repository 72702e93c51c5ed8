"""M2: study and education."""

from __future__ import annotations

from ..places import Group
from .html import bullets, heading, paragraphs, table
from .scene import Scene, Text, about, cn

MONTH_THEMES = {
    1: ("盘点一年工作、定好新年计划", "开展节前安全检查"),
    2: ("新春走访慰问", "看望困难党员和独居老人"),
    3: ("学雷锋志愿服务", "开展便民服务和环境清洁"),
    4: ("缅怀先烈、重温入党誓词", "瞻仰烈士纪念设施"),
    5: ("劳动最光荣", "到党员责任区参加义务劳动"),
    6: ("迎接党的生日", "重温入党志愿书、过集体政治生日"),
    7: ("庆祝党的生日、学习身边榜样", "表扬先进、慰问老党员"),
    8: ("防汛防台党员在岗", "巡查低洼点位和危旧房屋"),
    9: ("垃圾分类党员先行", "在投放点值守和宣传"),
    10: ("爱国爱家乡", "参观本地发展变化展陈"),
    11: ("消防安全进万家", "清理楼道和出租房屋隐患"),
    12: ("公开内容大家评", "对全年公开事项逐项评议"),
}

_STUDY_TOPICS = (
    "党章党规党纪",
    "党的创新理论原著选读",
    "《中国共产党党务公开条例（试行）》",
    "《中国共产党支部工作条例（试行）》",
    "基层治理典型案例",
    "中央八项规定及其实施细则精神",
    "总体国家安全观与保密常识",
    "民法典与群众工作",
)


@about("M201")
def study_plan(s: Scene) -> Text:
    topics = s.pick(_STUDY_TOPICS, 4)
    hours = [s.rng.randint(2, 4) * 2 for _ in topics]
    rows = [
        (f"第{quarter}季度", topic, manner, f"{hour}学时")
        for quarter, topic, manner, hour in zip(
            "一二三四", topics, ("集中学习", "专题党课", "现场教学", "交流研讨"), hours, strict=True
        )
    ]
    return Text(
        f"{s.short}{s.when}理论学习计划执行情况与新一年度安排",
        paragraphs(f"{s.when}理论学习共{sum(hours)}学时，按计划完成，每季度一个专题：")
        + table(("时间", "主题", "方式", "学时"), rows)
        + paragraphs(
            "新一年度继续按“每季一专题、每月一集中”安排，学习主题由党员提出、支委会汇总后确定，每次学习前一周在公开栏预告。"
        ),
    )


@about("M202")
def meetings_and_lectures(s: Scene) -> Text:
    due, came = s.attendance()
    theme, deed = MONTH_THEMES[s.start.month]
    day = s.date_between(15, 60)
    committee = s.date_between(5, 30)
    rows = [
        ("支部委员会（班子会）", cn(committee), "研究本月党建工作和公开事项", "全体到会"),
        ("党小组会", cn(s.date_between(60, 85)), "学习交流、收集意见", f"{s.rng.randint(2, 6)}个小组"),
        ("主题党日", cn(day), theme, f"应到{due}人，实到{came}人"),
    ]
    lecture = ""
    if s.start.month % 3 == 0:
        rows.append(("党课", cn(s.date_between(60, 90)), s.rng.choice(_STUDY_TOPICS), f"{came}人"))
        lecture = f"本季度党课由{s.place.body}书记主讲，会后发放学习卡{came}份。"
    absent = due - came
    excuse = f"缺席{absent}人均已请假并补学。" if absent else "无缺席。"
    return Text(
        f"{s.short}{s.when}“三会一课”和主题党日记录",
        paragraphs(f"{s.when}“三会一课”按计划开展，情况如下：")
        + table(("形式", "时间", "主题", "出勤"), rows)
        + heading("主题党日")
        + paragraphs(
            f"{cn(day)}，{s.place.body}以“{theme}”为主题开展党日活动，{deed}。实到{came}名党员，{excuse}{lecture}",
            f"活动中收集意见建议{s.rng.randint(2, 9)}条，已列入意见建议办理清单。",
        ),
    )


@about(
    "M203",
    "党内集中学习教育",
    "作风建设学习教育",
    stages=("动员部署", "学习研讨", "查摆整改", "总结评估"),
    gap=50,
    a_year=(1, 1),
)
def campaign(s: Scene) -> Text:
    due, came = s.attendance()
    content = {
        "动员部署": f"制定实施方案，召开动员会，{came}名党员参加，发放学习资料{due}份。",
        "学习研讨": f"组织集中学习{s.rng.randint(3, 6)}次、交流研讨{s.rng.randint(2, 4)}次，撰写心得{came}篇。",
        "查摆整改": f"对照要求查摆问题{s.rng.randint(6, 14)}个，建立清单，逐一明确责任人和时限。",
        "总结评估": f"整改完成率{s.rng.randint(92, 100)}%，党员、群众评议满意度{s.rng.randint(94, 99)}%。",
    }.get(s.stage, f"按方案推进，{came}名党员参加。")
    return Text(
        f"{s.subject}“{s.stage}”阶段开展情况",
        paragraphs(f"截至{cn(s.day)}，{s.place.body}开展{s.subject}进入“{s.stage}”阶段。", content)
        + bullets(
            [
                f"联系实际：围绕{s.place.people}关心的事项确定为民服务清单{s.rng.randint(2, 5)}项。",
                "下一步：按方案进入后续阶段，结果继续公开。"
                if s.stage != "总结评估"
                else "长效机制：形成制度两项，纳入日常管理。",
            ]
        ),
    )


@about("M204")
def training(s: Scene) -> Text:
    due, came = s.attendance()
    rows = [
        (topic, f"{hours}学时", f"{came - s.rng.randint(0, max(1, came // 15))}人")
        for topic, hours in zip(s.pick(_STUDY_TOPICS, 3), (8, 4, 4), strict=True)
    ]
    newcomers = (
        "新党员集中培训由上级党组织统一安排。" if s.place.group == Group.BRANCH else "新党员参加上级党校集中培训3天。"
    )
    return Text(
        f"{s.short}{s.when}党员教育培训情况",
        paragraphs(f"{s.when}应参训党员{due}人，培训情况如下：")
        + table(("培训内容", "学时", "参训人数"), rows)
        + paragraphs(f"年老体弱党员采取送学上门方式，共送学{s.rng.randint(3, 12)}人次。{newcomers}"),
    )
