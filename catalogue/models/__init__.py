from .calendar import FIRST_CALENDAR_YEAR, LAST_CALENDAR_YEAR, CalendarDay, CalendarYear
from .catalogues import CODE_VALIDATOR, Catalogue, ImportWarning, Item, ItemProposal
from .powers import PowerLink, PowerStep

__all__ = [
    "CODE_VALIDATOR",
    "FIRST_CALENDAR_YEAR",
    "LAST_CALENDAR_YEAR",
    "CalendarDay",
    "CalendarYear",
    "Catalogue",
    "ImportWarning",
    "Item",
    "ItemProposal",
    "PowerLink",
    "PowerStep",
]
