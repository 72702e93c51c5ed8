"""Addresses of persons in lists: where the needy, the members or the applicants of a list live.

One address in a sentence is no find, nor is that of an office. A list is a column of a table, or lines that each
begin with a person's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .characters import plain

LEAST = 3
"""Addresses that make a list."""
_LONGEST = 80
MASK = "***"
"""Stands for the house; a masked address still counts for the list it is in."""

_NUMBERED = "[0-9一二三四五六七八九十百]"
_DWELLING = re.compile(
    rf"{_NUMBERED}{{1,5}} ?(?:号楼|弄|幢|栋|单元|室|号(?!文|令|线|楼))"
    rf"|(?:村|组|队|宅|里|巷|路|街|弄|苑|坊|新村|小区) ?{_NUMBERED}{{1,5}} ?(?:组|队|号|室|宅)"
    rf"|[村社区] ?第?{_NUMBERED}{{1,3}} ?(?:村民)?(?:小?组|生产队)"
)
_HOME_HEADING = re.compile(
    r"(?:家庭|居住|户籍|户口|现|常住|联系|通讯|房屋)?(?:住址|住所|地址|所在地|居住地|户籍地|坐落)"
)
_PERSON_HEADING = re.compile(
    r"姓名|户主|申请人|救助对象|保障对象|帮扶对象|慰问对象|受助人|领取人|补助对象|承租人|残疾人|老人|党员|学生|家长|村民"
)
_OFFICE_HEADING = re.compile(
    r"单位|机构|企业|公司|网点|场所|办公|服务站|窗口|受理点|投票站|会场|公开栏|地点|支部|部门|商户|店"
)
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟"
    "谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤瞿诸俞奚盛乔翁庄褚计"
    "倪戚薄朴季康章祝温柳施洪柴管安牛葛单骆喻樊"
)
_PLACE_ENDINGS = frozenset("村镇路街区委会部组室站所局办队院厂社校园店号楼弄里线桥河湾浜塘")
_NAME_FIRST = re.compile(r"[0-9.、)） ]{0,6}([\u4e00-\u9fff]{2,4})[ ,，、:：(（\-]")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table, with an index by which the caller knows it again."""

    row: int
    column: int
    text: str
    index: int


def addresses_in_table(cells: Sequence[Cell]) -> list[int]:
    """The indices of the cells that say where a person lives."""
    columns: dict[int, list[Cell]] = {}
    for cell in cells:
        columns.setdefault(cell.column, []).append(cell)
    headings = {column: _heading(rows) for column, rows in columns.items()}
    if not _lists_persons(columns, headings):
        return []
    return [
        cell.index
        for column, rows in columns.items()
        if not _OFFICE_HEADING.search(headings[column])
        for cell in _homes(rows, headings[column])
    ]


def _heading(rows: Iterable[Cell]) -> str:
    """What stands over a column: the short texts without figures in its first four rows."""
    tops = (cell.text for cell in rows if cell.row <= 4 and len(cell.text) <= 14)
    return " ".join(text for text in tops if not any(char.isdigit() for char in text))


def _lists_persons(columns: dict[int, list[Cell]], headings: dict[int, str]) -> bool:
    if any(_PERSON_HEADING.search(heading) and not _OFFICE_HEADING.search(heading) for heading in headings.values()):
        return True
    return any(sum(is_name(cell.text.strip()) for cell in rows) >= LEAST for rows in columns.values())


def _homes(rows: list[Cell], heading: str) -> list[Cell]:
    """The addresses of a column, if there are enough of them and most of the column is addresses."""
    least = 2 if _HOME_HEADING.search(heading) else LEAST
    homes = [cell for cell in rows if is_dwelling(cell.text)]
    masked = sum(cell.text.endswith(MASK) for cell in rows)
    filled = sum(bool(cell.text.strip()) for cell in rows)
    count = len(homes) + masked
    return homes if count >= least and 2 * count >= filled - 2 else []


def addresses_in_lines(lines: Sequence[str]) -> list[int]:
    """The indices of lines that each name a person and where they live, if there are enough of them."""
    named = [
        index for index, line in enumerate(lines) if (name := _NAME_FIRST.match(plain(line[:40]))) and is_name(name[1])
    ]
    masked = sum(MASK in lines[index] for index in named)
    found = [index for index in named if house(lines[index]) is not None]
    return found if len(found) + masked >= LEAST else []


def is_dwelling(text: str) -> bool:
    """Whether a short text says house, flat or group."""
    return len(text) <= _LONGEST and house(text) is not None


def house(text: str) -> tuple[int, int] | None:
    """Where the text says house, flat or group, from the first figure to the end of the last."""
    searched = plain(text[: 3 * _LONGEST]).replace("\n", " ")
    found = list(_DWELLING.finditer(searched))
    if not found:
        return None
    figures = re.compile(_NUMBERED).search(searched, found[0].start())
    return (figures.start() if figures else found[0].start()), found[-1].end()


def is_name(text: str) -> bool:
    """Whether a word is most likely a person's name."""
    return 2 <= len(text) <= 4 and text[0] in _SURNAMES and text[-1] not in _PLACE_ENDINGS and text.isalpha()
