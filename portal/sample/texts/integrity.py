"""M7: clean government."""

from __future__ import annotations

from ..places import Group
from .html import bullets, paragraphs, table
from .scene import Scene, Text, about, cn


@about("M701")
def duties(s: Scene) -> Text:
    rows = [
        ("党组织书记", "第一责任人，廉政教育和重大事项把关", "每季度一次"),
        ("副书记", "分管领域廉政风险排查", "每季度一次"),
        ("组织委员", "选人用人、党费管理监督", "每半年一次"),
        ("纪检委员", "监督检查、受理反映", "每月一次"),
    ]
    return Text(
        f"{s.short}{s.when}廉政责任分工落实情况",
        table(("责任人", "责任事项", "检查频次"), rows)
        + paragraphs(
            f"{s.when}共开展检查{s.rng.randint(9, 18)}次，发现一般性问题{s.rng.randint(1, 5)}个，均已整改。新一年度分工不变，责任书已签订并存档。"
        ),
    )


@about("M702")
def self_discipline(s: Scene) -> Text:
    meetings = s.rng.randint(2, 6)
    return Text(
        f"{s.short}{s.when}廉洁自律规定执行情况",
        paragraphs(f"{s.when}，{s.place.body}对照中央八项规定及其实施细则、《中国共产党廉洁自律准则》开展自查。")
        + table(
            ("自查内容", "结果"),
            [
                ("公款吃喝、违规接待", "未发现"),
                ("违规发放津补贴", "未发现"),
                ("公车私用", "未发现" if s.place.group != Group.BRANCH else "无公务用车"),
                ("收受礼品礼金", "未发现"),
                ("会议、文件精简", f"召开会议{meetings}次，较上期减少{s.rng.randint(0, 2)}次"),
            ],
        )
        + paragraphs("节日前组织廉政提醒，覆盖全体班子成员和重点岗位人员。"),
    )


@about("M703")
def integrity_report(s: Scene) -> Text:
    _, came = s.attendance()
    good = came - s.rng.randint(0, max(1, came // 10))
    return Text(
        f"{s.short}{s.when}班子成员述责述廉情况",
        paragraphs(
            f"{s.place.body}班子成员向党员大会述责述廉，重点报告履行“一岗双责”、执行廉洁纪律、家风建设等情况，并接受现场询问{s.rng.randint(2, 5)}次。"
        )
        + table(("测评等次", "票数"), [("满意", good), ("基本满意", came - good), ("不满意", 0)])
        + paragraphs("述责述廉报告要点张贴于公开栏，测评结果报上级纪检机关备案。"),
    )


@about("M704", "违反组织纪律处理", "违反工作纪律处理", a_year=(0, 1))
def discipline(s: Scene) -> Text:
    kind = s.rng.choice(["批评教育", "责令检查", "党内警告处分"])
    return Text(
        f"{s.short}纪律处分与组织处理通报（{s.subject}）",
        paragraphs(
            f"经核实，{s.place.here}1名党员{s.subject.removesuffix('处理')}，{cn(s.day)}经{s.place.body}会议讨论并按权限报批，决定给予{kind}。",
            "按照规定，本通报在本单位范围内公开处理对象范围、事由和决定，不公开个人信息。被处理人对决定不服的，可以依规提出申诉。",
        )
        + bullets(["已组织全体党员开展警示教育。", "相关制度漏洞已修订完善。"]),
    )


@about("M705", "上级巡察", stages=("反馈意见", "整改进展", "整改结果"), gap=60, a_year=(0, 1))
def inspection(s: Scene) -> Text:
    total = s.constant.randint(6, 12)
    done = {"反馈意见": 0, "整改进展": total * 2 // 3, "整改结果": total}.get(s.stage, 0)
    if s.stage == "反馈意见":
        body = paragraphs(f"上级巡察组反馈问题{total}个，主要集中在以下方面：") + bullets(
            [
                "学习贯彻不够深入，联系实际不紧；",
                "制度执行不严，台账不规范；",
                f"服务{s.place.people}不够主动，公开内容更新不及时。",
            ]
        )
    else:
        body = paragraphs(f"巡察反馈的{total}个问题，截至{cn(s.day)}已完成整改{done}个。") + table(
            ("类别", "问题数", "已整改"),
            [
                ("学习教育", 2, min(2, done)),
                ("制度执行", total - 4, max(0, done - 4)),
                ("服务群众", 2, min(2, max(0, done - 2))),
            ],
        )
        if done < total:
            body += paragraphs("未完成的事项因需与上级部门协同推进，已明确年内完成。")
    return Text(f"{s.short}{s.subject}{s.stage}", body + paragraphs("整改情况欢迎党员、群众监督评议。"))
