"""What editors and translators find in the CMS about translations."""

from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from pages.translations import out_of_date
from pages.views import translations_out_of_date


@hooks.register("register_admin_urls")
def admin_urls() -> list:
    return [path("translations-out-of-date/", translations_out_of_date, name="translations_out_of_date")]


@hooks.register("register_reports_menu_item")
def report() -> MenuItem:
    return MenuItem(
        _("Translations out of date"),
        reverse("translations_out_of_date"),
        icon_name="wagtail-localize-language",
        order=50,
    )


class OutOfDatePanel(Component):
    """On the first page of the CMS: how many translations are behind."""

    order = 60

    def render_html(self, parent_context=None) -> SafeString:
        return render_to_string("pages/admin/out_of_date_panel.html", {"count": len(out_of_date())})


@hooks.register("construct_homepage_panels")
def home_panel(request, panels: list) -> None:
    panels.append(OutOfDatePanel())
