"""What PostgreSQL's planner knows of the small tables that every page joins with.

Autovacuum looks at a table once fifty of its rows have changed: catalogues, duties and rungs never come to that.
Without statistics the planner takes each for thousands of rows, and a board costs six times as many buffers.
"""

from django.db import connection

from catalogue.models import Catalogue, Item
from disclosures.models import Demand, Duty, ReminderRung

SMALL = (Catalogue, Item, Duty, Demand, ReminderRung)


def look_again() -> None:
    """Have the small tables counted; a few milliseconds. SQLite plans without."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {', '.join(model._meta.db_table for model in SMALL)}")
