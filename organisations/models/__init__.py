from .appointment import Appointment
from .counter import RateCounter
from .organisation import Organisation, Succession
from .user import User

__all__ = ["Appointment", "Organisation", "RateCounter", "Succession", "User"]
