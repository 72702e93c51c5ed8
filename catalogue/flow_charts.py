"""Where the boxes of a power's flow chart stand: one column, so that it is read on a phone and on paper.

Geometry only. Who draws it says of each step what was reached; the words stand in the boxes, colour only helps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

WIDTH = 320
_BOX_X, _BOX_WIDTH = 8, 304
_LINE = 25
_PADDING = 13
_ARROW = 30
_TITLE_WIDTH, _WORDS_WIDTH = 30, 36
"""How much fits into a line, counted in Latin letters; a Chinese character takes two."""


class Mark(StrEnum):
    """How a box looks. The plain one is a step of a power, or one still to come."""

    PLAIN = "plain"
    DONE = "done"
    CURRENT = "current"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class FlowStep:
    """A step to be drawn: its title, further sentences, and what became of it in words."""

    title: str
    words: Sequence[str] = ()
    mark: Mark = Mark.PLAIN
    standing: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    text: str
    y: int
    css: str


@dataclass(frozen=True, slots=True)
class Box:
    """A step with its place. `arrow` is where the arrow to the next box ends; 0 for the last."""

    number: int
    mark: str
    y: int
    height: int
    lines: list[Line]
    arrow: int

    @property
    def bottom(self) -> int:
        return self.y + self.height

    @property
    def arrow_head(self) -> str:
        """The points of the arrow's head."""
        middle = WIDTH // 2
        return f"{middle - 6},{self.arrow - 9} {middle + 6},{self.arrow - 9} {middle},{self.arrow - 1}"

    @property
    def arrow_foot(self) -> int:
        return self.arrow - 8


@dataclass(frozen=True, slots=True)
class FlowChart:
    boxes: list[Box]
    height: int
    width: int = WIDTH
    box_x: int = _BOX_X
    box_width: int = _BOX_WIDTH
    middle: int = WIDTH // 2
    text_x: int = _BOX_X + 14


def flow_chart(steps: Sequence[FlowStep]) -> FlowChart:
    """The boxes from top to bottom, each as high as its words need."""
    boxes: list[Box] = []
    y = 4
    for number, step in enumerate(steps, start=1):
        texts = [(text, "title") for text in wrapped(f"{number}. {step.title}", _TITLE_WIDTH)]
        texts += [(text, "words") for words in step.words for text in wrapped(words, _WORDS_WIDTH)]
        texts += [(text, "standing") for text in wrapped(step.standing, _WORDS_WIDTH)]
        height = 2 * _PADDING + _LINE * len(texts) - 6
        lines = [
            Line(text, y + _PADDING + _LINE * index + 14, f"flow__{css}") for index, (text, css) in enumerate(texts)
        ]
        is_last = number == len(steps)
        boxes.append(Box(number, step.mark, y, height, lines, 0 if is_last else y + height + _ARROW))
        y += height + _ARROW
    return FlowChart(boxes, height=max(y - _ARROW + 4, 8))


def wrapped(text: str, width: int) -> list[str]:
    """The text in lines that fit: broken after any Chinese character, and between Latin words if it can be."""
    lines: list[str] = []
    line, used = "", 0
    for word in _pieces(text):
        size = sum(2 if ord(letter) > 0x2E7F or letter in "“”‘’…—·" else 1 for letter in word)
        if line and used + size > width and word not in "，。；：、）”》！？":
            lines.append(line.rstrip())
            line, used = "", 0
            word = word.lstrip()
        line, used = line + word, used + size
    return [*lines, line] if line.strip() else lines


def _pieces(text: str) -> list[str]:
    """Single Chinese characters, and runs of others up to a space."""
    pieces: list[str] = []
    for letter in text:
        if pieces and pieces[-1][-1] != " " and ord(letter) < 0x2E80 and ord(pieces[-1][-1]) < 0x2E80:
            pieces[-1] += letter
        else:
            pieces.append(letter)
    return pieces
