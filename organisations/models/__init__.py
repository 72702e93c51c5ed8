from .appointment import Appointment
from .organisation import Organisation, Succession
from .user import User

__all__ = ["Appointment", "Organisation", "Succession", "User"]
