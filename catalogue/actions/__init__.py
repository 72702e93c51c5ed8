"""What can be done with catalogues: import, edit a draft, put it in force, add an organisation's own X items.

Every write to the tree of items holds the catalogue lock, inside a transaction (organisations/locks.py).
"""

from .builtin import BUILTINS, load_builtin
from .editions import change_draft, discard_draft, new_draft_from, put_in_force, start_draft
from .imports import ImportResult, import_catalogue
from .items import POSITIONS, add_item, change_item, delete_item, move_item
from .missing import Missing, missing_in
from .powers import POWER_LISTS, load_powers
from .proposals import approve_proposal, propose_item, return_proposal
from .refusals import CatalogueRefused, DraftIncomplete, EditionFrozen
from .trees import check_items, repair_items

__all__ = [
    "BUILTINS",
    "POSITIONS",
    "POWER_LISTS",
    "CatalogueRefused",
    "DraftIncomplete",
    "EditionFrozen",
    "ImportResult",
    "Missing",
    "add_item",
    "approve_proposal",
    "change_draft",
    "change_item",
    "check_items",
    "delete_item",
    "discard_draft",
    "import_catalogue",
    "load_builtin",
    "load_powers",
    "missing_in",
    "move_item",
    "new_draft_from",
    "propose_item",
    "put_in_force",
    "repair_items",
    "return_proposal",
    "start_draft",
]
