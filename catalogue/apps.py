from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogueConfig(AppConfig):
    name = "catalogue"
    verbose_name = _("Catalogues")

    def ready(self) -> None:
        """Loads the access rules, which register themselves."""
        from . import rules  # noqa: F401
