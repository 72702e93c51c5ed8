"""What stands in the addresses of doors, so that each leads to something of the marked village."""

from __future__ import annotations

from typing import Any

from tests.access.world import World

_OF_A_DRAFT = ("version", "autosave", "preview", "preview-phone", "preview-framed", "evidence", "upload")
_OF_THE_GATE = ("privacy", "privacy-mask", "privacy-pass", "privacy-reopen", "privacy-remove", "privacy-confirm")


def arguments(world: World) -> dict[str, list[Any]]:
    """Of every door that takes any, by its name."""
    published, draft, objects = world.published, world.draft, world.objects
    errand = world.errand
    return {
        "boards:board": [world.village.code],
        "boards:catalogue": [world.village.code],
        "boards:overdue": [world.village.code],
        "postings:posting": [published.number],
        "postings:version": [published.number, 1],
        "postings:attachment": [published.number, 1, 1],
        "catalogues:catalogue": [published.item.catalogue.code],
        "catalogues:item": [published.item.catalogue.code, published.item.code],
        "powers:power": [world.matter.power.code],
        "powers:matter": [world.matter.power.code, world.matter.number],
        "desk:obligation": [objects["disclosures.obligation"].pk],
        "desk:decide": [objects["disclosures.obligation"].pk, "nil"],
        "desk:request": [world.request.pk],
        "desk:request-take-back": [world.request.pk],
        "desk:start": [objects["disclosures.obligation"].pk],
        "desk:errand": [errand.token],
        "desk:errand-file": [errand.token],
        "desk:bulk-checked": [errand.token],
        "desk:bulk-confirm": [errand.token],
        "desk:volume": [world.volume.pk],
        **{f"desk:{name}": [draft.pk] for name in (*_OF_A_DRAFT, *_OF_THE_GATE)},
        "desk:evidence-photo": [world.evidence.pk],
        "desk:matter": [world.matter.pk],
        "desk:notice": [published.pk],
        "postings:objection": [published.number],
        "desk:file": [draft.pk, world.attachment.pk],
        "desk:step": [draft.pk, "propose"],
        "inbox-read": [world.letter.pk],
        "absence-end": [world.deputy.pk],
    }


def admin_arguments(world: World) -> dict[str, list[Any]]:
    """Of every address of the back office beside the five of each model."""
    objects = world.objects

    def history(label: str) -> list[Any]:
        row = objects[label]
        return [row.pk, row.history.first().pk]

    return {
        "auth_user_password_change": [world.officer.pk],
        "catalogue_calendarday_load": [],
        "catalogue_catalogue_import": [],
        "organisations_appointment_import": [],
        "organisations_organisation_import": [],
        "catalogue_catalogue_new_draft": [objects["catalogue.catalogue"].pk],
        "catalogue_catalogue_put_in_force": [objects["catalogue.importwarning"].catalogue_id],
        "catalogue_catalogue_simple_history": history("catalogue.catalogue"),
        "catalogue_itemproposal_decide": [objects["catalogue.itemproposal"].pk],
        "catalogue_powerlink_simple_history": history("catalogue.powerlink"),
        "disclosures_duty_simple_history": history("disclosures.duty"),
        "organisations_appointment_simple_history": history("organisations.appointment"),
        "organisations_organisation_end": [world.village.pk],
        "organisations_organisation_simple_history": history("organisations.organisation"),
    }
