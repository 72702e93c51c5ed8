"""The organisations of the sample, and what the texts need to know of them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache, cached_property
from pathlib import Path
from random import Random

from organisations.choices import OrganisationKind

DATA = Path(__file__).parent / "data"


class Group(StrEnum):
    """Kinds of organisation that speak of the same things."""

    DISTRICT = "district"
    TOWN = "town"
    VILLAGE = "village"
    ESTATE = "estate"
    FIRM = "firm"
    OFFICE = "office"
    BRANCH = "branch"


_GROUPS = {
    OrganisationKind.CITY_COMMITTEE: Group.DISTRICT,
    OrganisationKind.DISTRICT_COMMITTEE: Group.DISTRICT,
    OrganisationKind.TOWN_COMMITTEE: Group.TOWN,
    OrganisationKind.STREET_COMMITTEE: Group.TOWN,
    OrganisationKind.WORKING_COMMITTEE: Group.TOWN,
    OrganisationKind.VILLAGE: Group.VILLAGE,
    OrganisationKind.NEIGHBOURHOOD: Group.ESTATE,
    OrganisationKind.ENTERPRISE: Group.FIRM,
    OrganisationKind.TWO_NEW: Group.FIRM,
    OrganisationKind.ORGAN: Group.OFFICE,
    OrganisationKind.INSTITUTION: Group.OFFICE,
    OrganisationKind.SERVICE_STATION: Group.OFFICE,
    OrganisationKind.GENERAL_BRANCH: Group.BRANCH,
    OrganisationKind.BRANCH: Group.BRANCH,
}

_HERE = {
    Group.DISTRICT: "本区",
    Group.VILLAGE: "本村",
    Group.ESTATE: "本居民区",
    Group.FIRM: "本企业",
    Group.OFFICE: "本单位",
    Group.BRANCH: "本支部",
}
_PEOPLE = {
    Group.DISTRICT: "干部群众",
    Group.TOWN: "居民群众",
    Group.VILLAGE: "村民",
    Group.ESTATE: "居民",
    Group.FIRM: "职工",
    Group.OFFICE: "职工",
    Group.BRANCH: "群众",
}
_BODIES = ("党总支", "党支部", "党工委", "工作党委", "党委", "区委")

SURNAMES = "陆沈顾朱徐金吴蒋何杨陶乔瞿康诸范秦俞奚龚"
GIVEN_NAMES = (
    "怀瑾 知行 明远 砚秋 映雪 清和 予安 景行 致远 书航 云舒 亦可 思齐 望舒 若谷 闻溪 立言 守正 慕白 晓棠 "
    "青禾 川柏 嘉木 乐山 文昭 念真 子衿 南乔 星野 溯洄 松年 允和 一鸣 知微 听澜 朝颜 敬之 安澜 静姝 修远"
).split()


@dataclass(frozen=True)
class Place:
    """One row of organisations.csv. `members` are Party members, `population` those it serves or employs."""

    code: str
    parent: str
    name: str
    short: str
    kind: OrganisationKind
    members: int
    population: int
    established_on: date | None
    superior_approves: bool
    merged_into: str
    responsible_person: str
    address: str
    phone: str
    office_hours: str
    longitude: str
    latitude: str
    profile: str

    @cached_property
    def group(self) -> Group:
        return _GROUPS[self.kind]

    @cached_property
    def body(self) -> str:
        """What the organisation calls itself in a sentence: 党总支, 党支部, 党委, 党工委."""
        return next((body for body in _BODIES if body in self.short), "党组织")

    @cached_property
    def here(self) -> str:
        """本村, 本居民区, 本镇: the ground it works on."""
        if self.group == Group.TOWN:
            return {
                OrganisationKind.TOWN_COMMITTEE: "本镇",
                OrganisationKind.STREET_COMMITTEE: "本街道",
            }.get(self.kind, "本系统")
        return _HERE[self.group]

    @cached_property
    def people(self) -> str:
        """Whom it serves: 村民, 居民, 职工."""
        return _PEOPLE[self.group]

    @cached_property
    def local(self) -> str:
        """The ground itself, without the Party body: 金星村, 古美路街道."""
        for body in _BODIES[:-1]:
            if self.short.endswith(body):
                return self.short.removesuffix(body)
        return self.short

    def rng(self, *key: object) -> Random:
        """Chance that always falls the same way for the organisation and the key."""
        return Random(":".join(map(str, (self.code, *key))))

    def someone(self, *key: object) -> str:
        """An invented person of the organisation, always the same for the key."""
        return full_name(self.rng("name", *key))


def full_name(rng: Random) -> str:
    """An invented name; any likeness is chance."""
    return rng.choice(SURNAMES) + rng.choice(GIVEN_NAMES)


@cache
def places() -> dict[str, Place]:
    """All organisations of the sample by code, superiors first."""
    with (DATA / "organisations.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: _place(row) for row in csv.DictReader(file)}


def _place(row: dict[str, str]) -> Place:
    return Place(
        code=row["code"],
        parent=row["parent"],
        name=row["name"],
        short=row["short_name"],
        kind=OrganisationKind(row["kind"]),
        members=int(row["members"]),
        population=int(row["population"]),
        established_on=date.fromisoformat(row["established_on"]) if row["established_on"] else None,
        superior_approves=bool(row["superior_approves"]),
        merged_into=row["merged_into"],
        responsible_person=row["responsible_person"],
        address=row["address"],
        phone=row["phone"],
        office_hours=row["office_hours"],
        longitude=row["longitude"],
        latitude=row["latitude"],
        profile=row["profile"],
    )
