"""Who may do what in the CMS: editors, translators of one language who cannot publish, and those who look after people
and cohorts."""

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from pages.models import HomePage

FILE_APPS = ("wagtailimages", "wagtaildocs")
FILES = ("add_image", "change_image", "choose_image", "add_document", "change_document", "choose_document")


PROGRAMME_STAFF = "Programme staff"
# What the queues of centre.queues ask for; nothing of journals, messages or profiles, which no CMS page shows.
QUEUES = {
    "cohorts": (
        *("view_cohort", "add_cohort", "change_cohort"),
        *("view_enrolment", "change_enrolment", "view_placerequest", "change_placerequest"),
    ),
    "people": (
        *("view_organisation", "add_organisation", "change_organisation"),
        *("view_membership", "add_membership", "change_membership", "view_auditline"),
    ),
    "notices": ("view_duework", "change_duework"),
}


def translators_group(language: str) -> str:
    return f"Translators ({language})"


def make_groups() -> None:
    """Make the groups and their permissions where they are missing; what the staff has added stays."""
    enter = Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    translate = Permission.objects.filter(
        content_type__app_label="wagtail_localize", codename__in=("submit_translation",)
    )
    for code, _name in settings.LANGUAGES[1:]:
        group, _ = Group.objects.get_or_create(name=translators_group(code))
        group.permissions.add(enter)
        # “Sync translated pages” publishes without asking for the right to publish.
        group.permissions.remove(*translate)
        for home in HomePage.objects.filter(locale__language_code=code):
            _allow(group, home, "change_page")
    editors, _ = Group.objects.get_or_create(name="Editors of all languages")
    editors.permissions.add(enter, *translate)
    for codename in FILES:
        permission = Permission.objects.get(codename=codename, content_type__app_label__in=FILE_APPS)
        root = Collection.get_first_root_node()
        GroupCollectionPermission.objects.get_or_create(group=editors, collection=root, permission=permission)
    for home in HomePage.objects.all():
        for codename in ("add_page", "change_page", "publish_page"):
            _allow(editors, home, codename)
    make_programme_staff(enter)


def make_programme_staff(enter: Permission) -> None:
    staff, _ = Group.objects.get_or_create(name=PROGRAMME_STAFF)
    staff.permissions.add(enter)
    for app, codenames in QUEUES.items():
        staff.permissions.add(*Permission.objects.filter(content_type__app_label=app, codename__in=codenames))


def _allow(group: Group, page: Page, codename: str) -> None:
    permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)
    GroupPagePermission.objects.get_or_create(group=group, page=Page.objects.get(pk=page.pk), permission=permission)
