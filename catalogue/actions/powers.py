"""The lists of powers that come with the portal: one real in its counts, one composed (docs/catalogue-files.md)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from organisations.models import Organisation

from ..models import PowerLink, PowerStep
from .builtin import rows


@dataclass(frozen=True, slots=True)
class PowerList:
    """A list of powers. `own_codes`: its codes are one organisation's; else each organisation's come before them."""

    own_codes: bool


POWER_LISTS = {
    "minhang_power_links": PowerList(own_codes=True),
    "village_power_links": PowerList(own_codes=False),
}
"""By name, which is also that of the file."""


@transaction.atomic
def load_powers(name: str, organisation: Organisation) -> list[PowerLink]:
    """The organisation's list of powers with their steps, in order; those that are there stay as they are.

    Raises KeyError for an unknown name.
    """
    prefix = "" if POWER_LISTS[name].own_codes else f"{organisation.code}-"
    said = [row for row in rows("power_disclosures") if row["list"] == name]
    loaded = []
    for position, row in enumerate(rows(name), start=1):
        of_this = {one["step"]: one for one in said if one["code"] == row["code"]}
        power, is_new = PowerLink.objects.get_or_create(
            code=f"{prefix}{row['code']}",
            defaults={
                "organisation": organisation,
                "position": position,
                "title": row["title"],
                "basis": row["basis"],
                "deadline_days": int(row["deadline_days"]),
                "responsible_department": row["responsible_department"],
                "published_result": row["published_result"],
                "item_code": next((one["item_code"] for one in of_this.values()), ""),
            },
        )
        if is_new:
            _add_steps(power, row["steps"].split(";"), of_this)
        loaded.append(power)
    return loaded


def _add_steps(power: PowerLink, titles: list[str], said: dict[str, dict[str, str]]) -> None:
    """Saved one by one, so that each has its history. Raises ValueError if a disclosure names no step."""
    if unknown := said.keys() - set(titles):
        raise ValueError(f"{power.code}: no such step: {', '.join(sorted(unknown))}")
    for ordinal, title in enumerate(titles, start=1):
        one = said.get(title, {})
        PowerStep.objects.create(
            power=power,
            ordinal=ordinal,
            title=title,
            condition=one.get("condition", ""),
            disclosed=bool(one.get("gives")),
            gives=one.get("gives", ""),
            item_code=one.get("step_item_code", ""),
        )
