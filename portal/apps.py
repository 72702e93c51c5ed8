from django.apps import AppConfig, apps
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = _("Portal")

    def ready(self) -> None:
        """Says who writes the portal's own letters."""
        from notices import outbox

        from . import letters

        apps.get_app_config("axes").verbose_name = _("Sign-ins")
        outbox.register(letters.DEPUTY, letters.deputies)
