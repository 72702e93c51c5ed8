from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = _("Portal")

    def ready(self) -> None:
        """Says who writes the portal's own letters."""
        from notices import outbox

        from . import letters

        outbox.register(letters.DEPUTY, letters.deputies)
