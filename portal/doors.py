"""Every door of the portal in one table: who may pass, and by which methods.

`tests/access` fails for a URL pattern without a row here, for a row without a pattern, and for a door that behaves
otherwise than its row says, for any role at any place. The table decides nothing at run time: what an actor sees
behind a door is decided by `organisations/access.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from organisations.choices import Role


class Who(StrEnum):
    """Who may pass a door at all."""

    EVERYONE = "everyone"
    SIGNED_IN = "signed in"
    STAFF = "staff"
    """Whoever may enter the back office; each page there asks again."""


Roles = frozenset[Role]


@dataclass(frozen=True, slots=True)
class Door:
    """One address.

    `roles` are those who pass with something of an organisation's, each as far as it reaches
    (`organisations.choices.REACHING_DOWN`): in the organisation itself, and for those roles above it. None: it shows
    nothing of one organisation, or to each what is their own.
    """

    who: Who
    methods: frozenset[str]
    roles: Roles | None = None
    anywhere: bool = False
    """A post of the roles in any organisation opens it; it shows what that post reaches."""
    superiors: bool = False
    """Only those above the organisation pass, not its own people."""
    here_only: Roles = frozenset()
    """Roles that reach down elsewhere and pass here only in the organisation itself."""
    personal: bool = False
    """It leads to something of one person's; for everybody else there is nothing, whatever their role."""


READ = frozenset({"GET", "HEAD"})
SEND = frozenset({"POST"})

_NOBODY: Roles = frozenset()
_WRITES: Roles = frozenset({Role.SECRETARY})
_AT_WORK = _WRITES | {Role.REVIEWER, Role.APPROVER}
_WATCHES: Roles = frozenset({Role.INSPECTOR})
_KEEPS: Roles = frozenset({Role.ADMINISTRATOR})
_CONCERNED = _AT_WORK | _WATCHES | _KEEPS
_STAFF: Roles = frozenset(Role) - {Role.MEMBER}

_reading = Door(Who.EVERYONE, READ)
_at_desk = Door(Who.SIGNED_IN, READ)

DOORS: dict[str, Door] = {
    "home": _reading,
    "boards:index": _reading,
    "boards:board": _reading,
    "boards:catalogue": _reading,
    "boards:overdue": _reading,
    "postings:posting": _reading,
    "postings:version": _reading,
    "postings:track": Door(Who.EVERYONE, READ | SEND),
    "postings:objection": Door(Who.EVERYONE, READ | SEND),
    "postings:attachment": _reading,
    "catalogues:index": _reading,
    "catalogues:catalogue": _reading,
    "catalogues:item": _reading,
    "desk:home": _at_desk,
    "desk:new": Door(Who.SIGNED_IN, READ | SEND, _WRITES, anywhere=True),
    "desk:words": _at_desk,
    "desk:owed": Door(Who.SIGNED_IN, READ, _WRITES, anywhere=True),
    "desk:obligation": Door(Who.SIGNED_IN, READ, _CONCERNED),
    "desk:start": Door(Who.SIGNED_IN, SEND, _WRITES),
    "desk:decide": Door(Who.SIGNED_IN, READ | SEND, _WRITES),
    "desk:requests": Door(Who.SIGNED_IN, READ, _WRITES | {Role.APPROVER} | _WATCHES, anywhere=True),
    "desk:request": Door(Who.SIGNED_IN, READ | SEND, _AT_WORK | _WATCHES),
    "desk:request-take-back": Door(Who.SIGNED_IN, SEND, _WRITES),
    "desk:review": Door(Who.SIGNED_IN, READ, frozenset({Role.REVIEWER}), anywhere=True),
    "desk:approve": Door(Who.SIGNED_IN, READ | SEND, frozenset({Role.APPROVER}), anywhere=True),
    "desk:errands": _at_desk,
    "desk:errand": Door(Who.SIGNED_IN, READ, personal=True),
    "desk:errand-file": Door(Who.SIGNED_IN, READ, personal=True),
    "desk:bulk": Door(Who.SIGNED_IN, READ | SEND, _WRITES, anywhere=True),
    "desk:bulk-template": Door(Who.SIGNED_IN, READ, _WRITES, anywhere=True),
    "desk:bulk-checked": Door(Who.SIGNED_IN, READ, personal=True),
    "desk:bulk-confirm": Door(Who.SIGNED_IN, SEND, personal=True),
    "desk:archive": Door(Who.SIGNED_IN, READ | SEND, _CONCERNED, anywhere=True),
    "desk:volume": Door(Who.SIGNED_IN, READ, _CONCERNED),
    "desk:matters": Door(Who.SIGNED_IN, READ, _WRITES, anywhere=True),
    "desk:matter-new": Door(Who.SIGNED_IN, READ | SEND, _WRITES, anywhere=True),
    "desk:matter": Door(Who.SIGNED_IN, READ | SEND, _WRITES),
    "desk:notices": Door(Who.SIGNED_IN, READ, _WRITES | {Role.APPROVER} | _WATCHES, anywhere=True),
    "desk:notice": Door(
        Who.SIGNED_IN, READ | SEND, _WRITES | {Role.APPROVER} | _WATCHES, here_only=frozenset({Role.APPROVER})
    ),
    "desk:version": Door(Who.SIGNED_IN, READ | SEND, _AT_WORK),
    "desk:autosave": Door(Who.SIGNED_IN, READ | SEND, _WRITES),
    "desk:preview": Door(Who.SIGNED_IN, READ, _AT_WORK),
    "desk:preview-phone": Door(Who.SIGNED_IN, READ, _AT_WORK),
    "desk:preview-framed": Door(Who.SIGNED_IN, READ, _AT_WORK),
    "desk:evidence": Door(Who.SIGNED_IN, READ | SEND, _AT_WORK),
    "desk:evidence-photo": Door(Who.SIGNED_IN, READ, _AT_WORK),
    "desk:upload": Door(Who.SIGNED_IN, SEND, _WRITES),
    "desk:file": Door(Who.SIGNED_IN, READ, _AT_WORK),
    "desk:privacy": Door(Who.SIGNED_IN, READ, _AT_WORK),
    "desk:privacy-mask": Door(Who.SIGNED_IN, SEND, _WRITES),
    "desk:privacy-pass": Door(Who.SIGNED_IN, SEND, _WRITES),
    "desk:privacy-reopen": Door(Who.SIGNED_IN, SEND, _WRITES),
    "desk:privacy-remove": Door(Who.SIGNED_IN, SEND, _WRITES),
    "desk:privacy-confirm": Door(Who.SIGNED_IN, SEND, frozenset({Role.REVIEWER})),
    "desk:step": Door(Who.SIGNED_IN, READ | SEND, _WRITES),
    "powers:index": _reading,
    "powers:power": _reading,
    "powers:matter": _reading,
    "oversight:review": Door(Who.SIGNED_IN, READ, _WATCHES, anywhere=True),
    "inbox": Door(Who.SIGNED_IN, READ),
    "inbox-read": Door(Who.SIGNED_IN, SEND, personal=True),
    "inbox-read-all": Door(Who.SIGNED_IN, SEND),
    "inbox-wishes": Door(Who.SIGNED_IN, READ | SEND),
    "display": Door(Who.EVERYONE, SEND),
    "login": Door(Who.EVERYONE, READ | SEND),
    "logout": Door(Who.EVERYONE, SEND),
    "password_change": Door(Who.SIGNED_IN, READ | SEND),
    "password_change_done": Door(Who.SIGNED_IN, READ),
    "absence": Door(Who.SIGNED_IN, READ | SEND),
    "absence-end": Door(Who.SIGNED_IN, SEND, _KEEPS),
    "admin-login": _reading,
    "healthz": _reading,
    "readyz": _reading,
}

ADMIN = Door(Who.STAFF, READ | SEND)
"""All of /admin/, as one class; who sees which page is in `PAGES`."""


@dataclass(frozen=True, slots=True)
class Page:
    """The pages of one model in the back office. Nothing is deleted there by anybody.

    `lists` are the roles that see the list, in which stands what their role reaches; `opens` those that open a row
    and its history (as far as they reach; None: as `lists`); `adds` those that get the form for a new one.
    """

    lists: Roles = _NOBODY
    opens: Roles | None = None
    adds: Roles = _NOBODY
    actions: Mapping[str, Roles] = field(default_factory=dict)
    """Actions on many rows at once, by name, with the roles that are offered them."""
    public: bool = False
    """The rows belong to no organisation, or are public anyway: whoever sees the list opens each of them."""
    redirects: bool = False
    """The list and the rows are shown elsewhere."""


PAGES: dict[str, Page] = {
    "catalogue.calendarday": Page(_STAFF, public=True),
    "catalogue.calendaryear": Page(_STAFF, public=True),
    "catalogue.catalogue": Page(_STAFF, adds=_KEEPS, public=True),
    "catalogue.importwarning": Page(_KEEPS, actions={"dealt_with": _KEEPS}),
    "catalogue.item": Page(redirects=True),
    "catalogue.itemproposal": Page(_WRITES | {Role.APPROVER} | _WATCHES | _KEEPS, adds=_WRITES),
    "catalogue.powerlink": Page(_STAFF, adds=_KEEPS, public=True),
    "disclosures.duechange": Page(_CONCERNED),
    "disclosures.duty": Page(_WATCHES | _KEEPS, adds=_KEEPS),
    "disclosures.event": Page(_AT_WORK | _WATCHES, adds=_WRITES),
    "disclosures.generationrun": Page(_WATCHES | _KEEPS, public=True),
    "disclosures.obligation": Page(_CONCERNED),
    "disclosures.obligationdecision": Page(_CONCERNED),
    "disclosures.overdueentry": Page(_CONCERNED),
    "disclosures.phrase": Page(_KEEPS, adds=_KEEPS),
    "disclosures.posting": Page(_AT_WORK | _WATCHES, opens=_AT_WORK),
    "disclosures.reminder": Page(_WATCHES | _KEEPS),
    "disclosures.reminderrung": Page(_KEEPS, public=True),
    "disclosures.version": Page(redirects=True),
    "notices.deadletter": Page(_KEEPS, actions={"retry": _KEEPS}),
    "notices.jobrun": Page(_KEEPS, public=True),
    "organisations.appointment": Page(_KEEPS, adds=_KEEPS),
    "organisations.organisation": Page(_KEEPS, adds=_KEEPS, public=True),
    "organisations.user": Page(_KEEPS, adds=_KEEPS),
    "axes.accessattempt": Page(),
    "axes.accessfailurelog": Page(),
    "axes.accesslog": Page(),
}

_kept = Door(Who.STAFF, READ | SEND, _KEEPS)

MORE_PAGES: dict[str, Door] = {
    "auth_user_password_change": _kept,
    "catalogue_calendarday_load": Door(Who.STAFF, READ | SEND, _NOBODY),
    "catalogue_catalogue_import": Door(Who.STAFF, READ | SEND, _KEEPS, anywhere=True),
    "catalogue_catalogue_new_draft": _kept,
    "catalogue_catalogue_put_in_force": _kept,
    "catalogue_catalogue_simple_history": Door(Who.STAFF, READ | SEND, _STAFF, anywhere=True),
    "catalogue_itemproposal_decide": Door(Who.STAFF, READ | SEND, frozenset({Role.APPROVER}), superiors=True),
    "catalogue_powerlink_simple_history": Door(Who.STAFF, READ | SEND, _STAFF, anywhere=True),
    "disclosures_duty_simple_history": Door(Who.STAFF, READ | SEND, _WATCHES | _KEEPS),
    "organisations_appointment_simple_history": _kept,
    "organisations_appointment_import": Door(Who.STAFF, READ | SEND, _KEEPS, anywhere=True),
    "organisations_organisation_end": _kept,
    "organisations_organisation_import": Door(Who.STAFF, READ | SEND, _KEEPS, anywhere=True),
    "organisations_organisation_simple_history": Door(Who.STAFF, READ | SEND, _KEEPS, anywhere=True),
}
"""The other addresses of the back office, by name. The working calendar is loaded by the administrators of an
organisation without superior, and by whoever runs the machine."""
