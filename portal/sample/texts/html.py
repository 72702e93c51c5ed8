"""The few elements that a posting's body is made of."""

from __future__ import annotations

from collections.abc import Iterable


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts if text)


def heading(text: str) -> str:
    return f"<h3>{text}</h3>"


def numbered(items: Iterable[str]) -> str:
    return "<ol>" + "".join(f"<li>{item}</li>" for item in items) + "</ol>"


def bullets(items: Iterable[str]) -> str:
    return "<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>"


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A table with one header row; cells are shown as they are."""
    return (
        "<table><thead><tr>"
        + "".join(f"<th>{cell}</th>" for cell in head)
        + "</tr></thead><tbody>"
        + "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
        + "</tbody></table>"
    )


def yuan(cents: int) -> str:
    """An amount given in fen, as 1,234.50."""
    return f"{cents / 100:,.2f}"
