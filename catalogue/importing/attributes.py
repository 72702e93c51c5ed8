"""Further words of published tables: openness, grounds, levels, and what a table is about."""

from __future__ import annotations

from organisations.choices import OrganisationKind

from ..choices import DisclosureType, ExemptionReason, Openness, Scope
from .cells import matchable

_REASONS = (
    ("国家秘密", ExemptionReason.STATE_SECRET),
    ("党的秘密", ExemptionReason.PARTY_SECRET),
    ("党内秘密", ExemptionReason.PARTY_SECRET),
    ("商业秘密", ExemptionReason.TRADE_SECRET),
    ("个人隐私", ExemptionReason.PERSONAL_PRIVACY),
    ("隐私", ExemptionReason.PERSONAL_PRIVACY),
    ("个人信息", ExemptionReason.PERSONAL_PRIVACY),
    ("执法案卷", ExemptionReason.ENFORCEMENT_FILE),
    ("案卷", ExemptionReason.ENFORCEMENT_FILE),
    ("在办案件", ExemptionReason.PENDING_CASE),
    ("办案", ExemptionReason.PENDING_CASE),
    ("内部管理", ExemptionReason.INTERNAL_AFFAIRS),
    ("内部事务", ExemptionReason.INTERNAL_AFFAIRS),
    ("人事", ExemptionReason.INTERNAL_AFFAIRS),
    ("过程性", ExemptionReason.PROCESS_INFORMATION),
    ("讨论记录", ExemptionReason.PROCESS_INFORMATION),
    ("请示", ExemptionReason.PROCESS_INFORMATION),
    ("禁止公开", ExemptionReason.FORBIDDEN_BY_LAW),
    ("社会稳定", ExemptionReason.SECURITY_STABILITY),
    ("公共安全", ExemptionReason.SECURITY_STABILITY),
    ("国家安全", ExemptionReason.SECURITY_STABILITY),
    ("经济安全", ExemptionReason.SECURITY_STABILITY),
    ("不宜公开", ExemptionReason.NOT_SUITABLE_NOW),
    ("暂缓", ExemptionReason.NOT_SUITABLE_NOW),
)

_LEVELS = (
    ("市级", (OrganisationKind.CITY_COMMITTEE,)),
    ("县级", (OrganisationKind.DISTRICT_COMMITTEE,)),
    ("区级", (OrganisationKind.DISTRICT_COMMITTEE,)),
    ("区县", (OrganisationKind.DISTRICT_COMMITTEE,)),
    ("街道", (OrganisationKind.STREET_COMMITTEE,)),
    ("乡", (OrganisationKind.TOWN_COMMITTEE, OrganisationKind.STREET_COMMITTEE)),
    ("镇", (OrganisationKind.TOWN_COMMITTEE, OrganisationKind.STREET_COMMITTEE)),
    ("村", (OrganisationKind.VILLAGE,)),
    ("社区", (OrganisationKind.NEIGHBOURHOOD,)),
    ("居", (OrganisationKind.NEIGHBOURHOOD,)),
)

_TYPES = (
    ("党务", DisclosureType.PARTY),
    ("党支部", DisclosureType.PARTY),
    ("村务", DisclosureType.VILLAGE),
    ("居务", DisclosureType.NEIGHBOURHOOD),
    ("企业", DisclosureType.ENTERPRISE),
    ("厂务", DisclosureType.ENTERPRISE),
    ("站所", DisclosureType.SERVICE_STATION),
    ("办事公开", DisclosureType.SERVICE_STATION),
    ("政务", DisclosureType.GOVERNMENT),
    ("政府信息", DisclosureType.GOVERNMENT),
    ("村民委员会组织法", DisclosureType.VILLAGE),
    ("居民委员会组织法", DisclosureType.NEIGHBOURHOOD),
    ("主动公开", DisclosureType.GOVERNMENT),
)


def exemption_reason(text: str) -> str:
    """The ground a publisher's words name, or ''."""
    words = matchable(text)
    return next((reason.value for word, reason in _REASONS if word in words), "")


def openness_of(text: str) -> str:
    """主动公开, 依申请公开 or 不予公开, or ''."""
    words = matchable(text)
    if "不予" in words or "不公开" in words:
        return Openness.WITHHELD
    if "依申请" in words:
        return Openness.ON_APPLICATION
    return Openness.PROACTIVE if "主动" in words or words == "公开" else ""


def scope_of(text: str) -> str:
    """To whom: 社会, 全党, 本单位, 特定; or ''."""
    words = matchable(text)
    if "社会" in words or "公众" in words:
        return Scope.SOCIETY
    if "全党" in words:
        return Scope.WHOLE_PARTY
    if "特定" in words or "当事人" in words or "相关人" in words:
        return Scope.SPECIFIC
    inside = ("本单位", "单位内", "内部", "党内", "党员", "村民", "居民", "职工", "本村", "本社区", "支部")
    return Scope.UNIT if any(word in words for word in inside) else ""


def kinds_at_level(text: str) -> tuple[str, ...]:
    """The kinds of organisation a level column such as 县级, 乡、村级 or 社区 speaks of."""
    words = matchable(text)
    kinds = [kind.value for word, found in _LEVELS if word in words for kind in found]
    return tuple(dict.fromkeys(kinds))


def disclosure_type_of(text: str) -> str:
    """What sort of affairs a table is about, by its title or its laws; or ''."""
    words = matchable(text)
    return next((kind.value for word, kind in _TYPES if word in words), "")


def usual_scope(disclosure_type: str) -> str:
    """The scope taken where a table does not say: government and station matters to society, the rest to the unit."""
    open_to_all = (DisclosureType.GOVERNMENT, DisclosureType.SERVICE_STATION)
    return Scope.SOCIETY if disclosure_type in open_to_all else Scope.UNIT
