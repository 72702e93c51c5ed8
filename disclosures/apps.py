from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DisclosuresConfig(AppConfig):
    name = "disclosures"
    verbose_name = _("Disclosures")

    def ready(self) -> None:
        """Loads the access rules, which register themselves."""
        from . import rules  # noqa: F401
