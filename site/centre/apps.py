from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class CentreConfig(AppConfig):
    name = "centre"
    verbose_name = _("centre")

    def ready(self) -> None:
        """Every app's words for notices, ears for facts and part in "my data", from the bottom of the ladder up."""
        autodiscover_modules("kinds", "receivers", "mydata")
