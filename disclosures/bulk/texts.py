"""The text of a posting as a cell holds it: a line for each paragraph, headings in 【】."""

from __future__ import annotations

from html import escape

from .. import richtext


def skeleton_cell(elements: str) -> str:
    """A text to fill in: a heading for each content element, room below each."""
    return "\n".join(f"【{element}】\n" for element in richtext.content_elements(elements)).strip("\n")


def as_html(cell: str) -> str:
    """The cell as the text of a posting, cleaned."""
    lines = (line.strip() for line in cell.splitlines())
    return richtext.clean("".join(_paragraph(line) for line in lines if line))


def _paragraph(line: str) -> str:
    if line.startswith("【") and line.endswith("】") and "】" not in line[1:-1]:
        return f"<h3>{escape(line[1:-1], quote=False)}</h3>"
    return f"<p>{escape(line, quote=False)}</p>"


def is_written(cell: str, elements: str) -> bool:
    """Whether anything was written into the cell beside what it came with."""
    return "".join(cell.split()) not in {"", "".join(skeleton_cell(elements).split())}
