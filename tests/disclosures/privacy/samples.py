"""Numbers that belong to nobody, with valid check digits, for tests that need one."""

from random import Random

from . import composing

CITIZEN_ID = composing.citizen_id(Random(1))
OTHER_ID = composing.citizen_id(Random(2))
CARD = composing.bank_card(Random(3))
MOBILE = "13800138000"
