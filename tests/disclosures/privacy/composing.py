# ruff: noqa: E501 - sentences as they are written
"""The labelled set of the privacy gate, composed: the same texts and numbers each time, and nobody's.

`python -m tests.disclosures.privacy.composing` writes positives.jsonl and clean.jsonl anew. Every number is drawn by
chance from a fixed seed and given its check digit; regions, card beginnings and telephone beginnings are real ones.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

HERE = Path(__file__).parent
_REGIONS = "310112 310101 310115 310118 310230 320583 330106 340104 350203 360102 370202 410105 420106 430104 440305 "
_REGIONS += "450103 460105 500103 510107 520103 530102 540102 610113 620102 630104 640104 650102 110105 120101 130102"
_CARDS = [
    ("622202", 19),
    ("621700", 19),
    ("622848", 19),
    ("622588", 16),
    ("622260", 17),
    ("621226", 19),
    ("625965", 16),
]
_CARDS += [
    ("620522", 19),
    ("623052", 18),
    ("955880", 19),
    ("955990", 19),
    ("436742", 19),
    ("456351", 19),
    ("601382", 19),
]
_MOBILES = (
    "130 131 132 133 134 135 136 137 138 139 145 147 150 151 152 153 155 156 157 158 159 165 166 172 173 175 176 "
)
_MOBILES += "177 178 180 181 182 183 184 185 186 187 188 189 190 191 193 195 196 197 198 199"
_NAMES = (
    "王建国 李秀英 张伟 刘芳 陈静 杨桂兰 赵磊 黄勇 周敏 吴霞 徐丽娟 孙强 朱杰 胡军 林涛 何平 郭超 马兰英 罗秀珍 高峰"
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def citizen_id(rng: Random) -> str:
    day = date(1935, 1, 1) + timedelta(days=rng.randrange(30_000))
    head = f"{rng.choice(_REGIONS.split())}{day:%Y%m%d}{rng.randrange(1, 1000):03}"
    return head + "10X98765432"[sum(int(a) * b for a, b in zip(head, _WEIGHTS, strict=True)) % 11]


def old_citizen_id(rng: Random) -> str:
    day = date(1931, 1, 1) + timedelta(days=rng.randrange(24_000))
    return f"{rng.choice(_REGIONS.split())}{day:%y%m%d}{rng.randrange(1, 999):03}"


def bank_card(rng: Random) -> str:
    start, length = rng.choice(_CARDS)
    head = start + "".join(str(rng.randrange(10)) for _ in range(length - len(start) - 1))
    total = sum(int(d) if i % 2 else sum(divmod(2 * int(d), 10)) for i, d in enumerate(reversed(head)))
    return f"{head}{-total % 10}"


def mobile(rng: Random) -> str:
    return rng.choice(_MOBILES.split()) + f"{rng.randrange(10**8):08}"


def _by(*sizes: int, sep: str) -> Callable[[str], str]:
    def write(number: str) -> str:
        parts, at = [], 0
        for size in sizes:
            parts.append(number[at : at + size])
            at += size
        return sep.join(part for part in [*parts, number[at:]] if part)

    return write


def _wide(number: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) for char in number)


def _spelt(number: str) -> str:
    return " ".join(number)


def _strewn(char: str) -> Callable[[str], str]:
    return lambda number: number[:4] + char + number[4:9] + char + number[9:]


_COMMON: dict[str, Callable[[str], str]] = {
    "plain": str,
    "full width": _wide,
    "spelt with spaces": _spelt,
    "zero-width space": _strewn("\u200b"),
    "zero-width joiner": _strewn("\u200d"),
    "byte order mark": _strewn("\ufeff"),
    "soft hyphen": _strewn("\u00ad"),
    "mathematical digits": lambda n: "".join(chr(0x1D7CE + int(c)) if c.isdigit() else c for c in n),
}
FORMS: dict[str, dict[str, Callable[[str], str]]] = {
    "citizen_id": _COMMON
    | {
        "6-8-4 spaces": _by(6, 8, sep=" "),
        "6-8-4 hyphens": _by(6, 8, sep="-"),
        "6-4-4-4 spaces": _by(6, 4, 4, sep=" "),
        "3-3-4-4-4 spaces": _by(3, 3, 4, 4, sep=" "),
        "ideographic spaces": _by(6, 8, sep="\u3000"),
        "no-break spaces": _by(6, 8, sep="\u00a0"),
        "dashes": _by(6, 8, sep="\u2014"),
        "small x": str.lower,
        "broken line": _by(10, sep="\n"),
        "1 over": _by(17, sep=" "),
    },
    "old_citizen_id": {"plain": str, "full width": _wide, "6-6-3 spaces": _by(6, 6, sep=" ")},
    "bank_card": _COMMON
    | {
        "fours, spaces": _by(4, 4, 4, 4, sep=" "),
        "fours, hyphens": _by(4, 4, 4, 4, sep="-"),
        "fours, ideographic spaces": _by(4, 4, 4, 4, sep="\u3000"),
        "6 and the rest": _by(6, sep=" "),
        "broken line": _by(8, sep="\n"),
    },
    "mobile": _COMMON
    | {
        "3-4-4 spaces": _by(3, 4, sep=" "),
        "3-4-4 hyphens": _by(3, 4, sep="-"),
        "3-4-4 dots": _by(3, 4, sep="."),
        "3-4-4 no-break spaces": _by(3, 4, sep="\u00a0"),
        "3-4-4 non-breaking hyphens": _by(3, 4, sep="\u2011"),
        "3-8": _by(3, sep=" "),
        "4-4-3": _by(4, 4, sep=" "),
        "+86": lambda n: f"+86{n}",
        "+86 3-4-4": lambda n: f"+86 {_by(3, 4, sep=' ')(n)}",
        "+86-": lambda n: f"+86-{n}",
        "(+86)": lambda n: f"(+86){n}",
        "0086": lambda n: f"0086{n}",
        "86": lambda n: f"86{n}",
        "0 before": lambda n: f"0{n}",
    },
}
_FRAMES: dict[str, list[str]] = {
    "citizen_id": [
        "身份证号：{}，家庭人口3人。",
        "{name}（{}）",
        "经审核，{name}，女，{}，符合低保条件。",
        "公民身份号码{}已登记",
        "1.{name} {} 金星村",
        "{}",
    ],
    "bank_card": [
        "开户行：农商银行，卡号：{}。",
        "补贴发放至{}（{name}）",
        "银行卡号{}，户名{name}",
        "{}",
        "账号 {} 已核对",
    ],
    "mobile": [
        "联系人：{name}，电话：{}。",
        "手机{}（微信同号）",
        "报名请致电{name} {}",
        "{name}{}",
        "tel:{}",
        "咨询电话：021-64101234，{}",
        "{}",
    ],
}
_FRAMES["old_citizen_id"] = ["身份证号：{}", "旧身份证号码 {} 已换领", "{name}，身份证{}"]
_MAKERS: dict[str, Callable[[Random], str]] = {
    "citizen_id": citizen_id,
    "old_citizen_id": old_citizen_id,
    "bank_card": bank_card,
    "mobile": mobile,
}


def _cell(text: str) -> str:
    return text.replace("\n", "<br>")


def positives() -> Iterator[dict[str, Any]]:
    """Each form of each kind, in sentences and in tables; then whole documents written by hand."""
    rng = Random(20261122)
    for kind, forms in FORMS.items():
        for form, write in forms.items():
            for number in range(36):
                value = _MAKERS[kind](rng)
                if form == "small x":
                    while not value.endswith("X"):
                        value = _MAKERS[kind](rng)
                name, written = rng.choice(_NAMES.split()), write(value)
                expected = [[kind.removeprefix("old_"), value]]
                if number % 3 == 0 or form == "broken line":
                    head = {"bank_card": "银行卡号", "mobile": "联系方式"}.get(kind, "身份证号")
                    html = f"<table><tr><th>序号</th><th>姓名</th><th>{head}</th><th>金额（元）</th></tr>"
                    html += f"<tr><td>{number + 1}</td><td>{name}</td><td>{_cell(written)}</td><td>1,380.00</td></tr></table>"
                else:
                    frame = _FRAMES[kind][number % len(_FRAMES[kind])]
                    html = f"<p>{frame.replace('{name}', name).replace('{}', written)}</p>"
                yield {"form": f"{kind}: {form}", "html": html, "expected": expected}
    yield from _handwritten(rng)


def _handwritten(rng: Random) -> Iterator[dict[str, Any]]:
    """Documents as branches write them; `{kind}` or `{kind: form}` is filled in."""
    for text in (HERE / "handwritten.txt").read_text(encoding="utf-8").split("\n=====\n"):
        for _time in range(4):
            expected: list[list[str]] = []
            parts = text.strip().split("{")
            filled = parts[0]
            for part in parts[1:]:
                inside, rest = part.split("}", 1)
                kind, _colon, form = inside.partition(": ")
                value = _MAKERS[kind](rng)
                expected.append([kind.removeprefix("old_"), value])
                filled += FORMS[kind][form or "plain"](value).replace("\n", "<br>") + rest
            yield {"form": "document by hand", "html": filled, "expected": expected}


def clean() -> Iterator[dict[str, str]]:
    """Documents with long numbers, and nothing personal in them."""
    rng = Random(731)
    for text in (HERE / "clean.txt").read_text(encoding="utf-8").split("\n=====\n"):
        yield {"about": "by hand", "html": text.strip()}
    for maker in _CLEAN:
        for _number in range(22):
            yield {"about": maker.__name__.strip("_"), "html": maker(rng)}


def _digits(rng: Random, count: int) -> str:
    return "".join(str(rng.randrange(10)) for _ in range(count))


def _table(head: str, rows: list[list[str]]) -> str:
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return "<table><tr>" + "".join(f"<th>{cell}</th>" for cell in head.split()) + f"</tr>{body}</table>"


def _accounts(rng: Random) -> str:
    rows = [
        [f"{rng.randint(1, 12)}月", f"{rng.uniform(1e3, 9e9):,.2f}", f"{rng.uniform(1e3, 9e9):.2f}"] for _ in range(12)
    ]
    return _table("月份 收入（元） 支出（元）", rows) + f"<p>合计{rng.randrange(10**10, 2 * 10**10)}元。</p>"


def _credit_codes(rng: Random) -> str:
    letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    rows = []
    for number in range(8):
        code = f"{rng.choice(['91', '92', '52', '12', '54'])}{rng.choice(_REGIONS.split())}"
        code += "".join(rng.choice(letters) for _ in range(10))
        rows.append([str(number + 1), f"上海金星第{number + 1}农产品专业合作社", code])
    return _table("序号 单位名称 统一社会信用代码", rows)


def _file_list(rng: Random) -> str:
    rows = [
        [f"闵马委〔{rng.randint(2012, 2026)}〕{rng.randint(1, 199)}号", _digits(rng, rng.choice([12, 14, 20, 22, 24])),
         f"{rng.randint(2019, 2026)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"]
        for _ in range(10)
    ]  # fmt: skip
    return "<p>发文目录（部分）</p>" + _table("文号 档案编号 日期", rows)


def _office_phones(rng: Random) -> str:
    rows = [
        [unit, f"021-{rng.randint(3, 6)}{_digits(rng, 7)}", f"七莘路{rng.randint(1, 3999)}号{rng.randint(1, 20)}楼"]
        for unit in (
            "党建办公室",
            "纪检监察办公室",
            "社区事务受理服务中心",
            "信访办公室",
            "农业农村办公室",
            "金星村党总支",
        )
    ]
    return (
        _table("单位 办公电话 办公地址", rows)
        + f"<p>热线：12345、400-{_digits(rng, 3)}-{_digits(rng, 4)}转{rng.randint(1, 9)}</p>"
    )


def _projects(rng: Random) -> str:
    code = f"{rng.choice(_REGIONS.split())}{rng.randint(2019, 2026)}{_digits(rng, 6)}"
    return (
        f"<p>项目编号：{code}，招标编号SHXM-12-{rng.randint(2019, 2026)}{_digits(rng, 8)}-{_digits(rng, 4)}，"
        f"报建编号{_digits(rng, 10)}，最高限价{rng.randint(10**5, 10**8):,}元，工期{rng.randint(30, 180)}日历天。</p>"
        f"<p>中标通知书编号{_digits(rng, 15)}，合同编号：{_digits(rng, 18)}。</p>"
    )


def _company_accounts(rng: Random) -> str:
    return (
        f"<p>收款单位：马桥镇农村集体资产经营有限公司，开户银行：农商银行马桥支行，账号：1001{_digits(rng, 15)}，"
        f"行号{_digits(rng, 12)}。发票代码{_digits(rng, 12)}，发票号码{_digits(rng, 8)}，全电发票号码{_digits(rng, 20)}。</p>"
    )


def _statistics(rng: Random) -> str:
    lines = [" ".join(str(rng.randint(100, 9999)) for _ in range(6)) for _ in range(6)]
    return "".join(f"<p>第{number + 1}组 {line}</p>" for number, line in enumerate(lines))


def _land(rng: Random) -> str:
    rows = [
        [f"3101120070{_digits(rng, 2)}GB{_digits(rng, 5)}W{_digits(rng, 8)}", f"{rng.uniform(0.1, 90):.4f}",
         f"X={rng.uniform(3e6, 4e6):.3f} Y={rng.uniform(4e5, 5e5):.3f}"]
        for _ in range(6)
    ]  # fmt: skip
    return _table("不动产单元号 面积（亩） 坐标", rows)


def _minutes(rng: Random) -> str:
    day = date(2026, 1, 1) + timedelta(days=rng.randrange(300))
    return (
        f"<p>时间：{day:%Y年%m月%d日}19:30，地点：村委会二楼会议室（金星村3组12号东侧）。应到会党员{rng.randint(30, 200)}人。</p>"
        f"<p>表决：同意{rng.randint(20, 99)}票，反对{rng.randint(0, 5)}票，弃权{rng.randint(0, 5)}票。会议编号{day:%Y%m%d}{_digits(rng, 3)}。</p>"
        f"<p>决定：投入{rng.randint(10, 900)}万元修缮金星村{rng.randint(1, 9)}组至{rng.randint(10, 14)}组道路。监督电话021-6410{_digits(rng, 4)}。</p>"
    )


def _masked(rng: Random) -> str:
    rows = [
        [name, f"310***********{_digits(rng, 4)}", f"138****{_digits(rng, 4)}", f"6222***********{_digits(rng, 4)}"]
        for name in _NAMES.split()[:6]
    ]
    return _table("姓名 身份证号 手机 银行卡", rows)


def _meters(rng: Random) -> str:
    rows = [
        [f"A-{number}", _digits(rng, 13), _digits(rng, 10), f"{rng.uniform(10, 9999):.1f}度"] for number in range(8)
    ]
    return _table("电表 电表编号 户号 用量", rows)


def _links(rng: Random) -> str:
    return (
        f'<p>详见<a href="https://www.example.gov.cn/art/2026/{rng.randint(1, 12)}/art_{_digits(rng, 5)}_{_digits(rng, 7)}.html">'
        f"通知</a>，视频号{_digits(rng, 9)}，ISBN 978-7-01-{_digits(rng, 6)}-{_digits(rng, 1)}，"
        f"时间戳{1763000000000 + rng.randrange(10**9)}，IP 10.{rng.randint(0, 255)}.138.{rng.randint(0, 255)}。</p>"
    )


def _rules(rng: Random) -> str:
    return (
        f"<p>依据《中国共产党党务公开条例（试行）》第{rng.randint(1, 27)}条、闵委发〔{rng.randint(2018, 2026)}〕{rng.randint(1, 99)}号，"
        f"自{rng.randint(2020, 2026)}年{rng.randint(1, 12)}月{rng.randint(1, 28)}日起施行，有效期至2030-12-31。备案号：沪ICP备{_digits(rng, 8)}号-1。</p>"
        f"<p>公示期：2026-11-{rng.randint(10, 14)} 至 2026-11-{rng.randint(15, 28)}，共{rng.randint(5, 7)}个工作日。</p>"
    )


def _organisations(rng: Random) -> str:
    units = ("马桥镇金星村", "马桥镇同心村", "浦江镇友建村", "梅陇镇龙西村", "七宝镇九星村")
    rows = [
        [f"{unit}便民服务站", f"{unit}{rng.randint(1, 9)}组{rng.randint(1, 300)}号", "8:30-17:00"] for unit in units
    ]
    return _table("服务站 地址 服务时间", rows)


_CLEAN = [
    _accounts, _credit_codes, _file_list, _office_phones, _projects, _company_accounts, _statistics, _land, _minutes,
    _masked, _meters, _links, _rules, _organisations,
]  # fmt: skip


def write(name: str, rows: Iterator[Any]) -> None:
    lines = (json.dumps(row, ensure_ascii=False) for row in rows)
    (HERE / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write("positives.jsonl", positives())
    write("clean.jsonl", clean())
