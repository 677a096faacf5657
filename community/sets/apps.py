from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SetsConfig(AppConfig):
    name = "community.sets"
    label = "sets"
    verbose_name = _("action learning sets")
