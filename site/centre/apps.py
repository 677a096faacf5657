from importlib import import_module

from django.apps import AppConfig
from django.conf import settings
from django.utils.module_loading import module_has_submodule
from django.utils.translation import gettext_lazy as _


class CentreConfig(AppConfig):
    name = "centre"
    verbose_name = _("centre")

    def ready(self) -> None:
        """Every app's words for notices, ears for facts and part in "my data", from the bottom of the ladder up."""
        for app in settings.LADDER:
            for name in ("kinds", "receivers", "mydata"):
                if module_has_submodule(import_module(app), name):
                    import_module(f"{app}.{name}")
