import uuid
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from wagtail.models import Locale, Page, Site

from centre import content
from centre.groups import make_groups
from pages import loading, shipped
from pages.models import HomePage


class Command(BaseCommand):
    help = "Load the shipped pages, guides, stories and course in three languages. A second run changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("--overwrite", action="store_true", help="also pages that an editor has changed since")
        parser.add_argument("--pages", type=Path, default=content.PAGES, help="folder of the home page")
        parser.add_argument("--courses", type=Path, default=content.COURSES, help="folder of the list of courses")

    def handle(self, *args, overwrite: bool, pages: Path, courses: Path, verbosity: int, **options):
        for code, _name in settings.LANGUAGES:
            Locale.objects.get_or_create(language_code=code)
        try:
            below_root, below_home = (loading.prepare(shipped.read_tree(folder)) for folder in (pages, courses))
        except shipped.ContentError as error:
            raise CommandError(f"Nothing was loaded. {error}") from None

        how = {"overwrite": overwrite, "tell": self.stdout.write if verbosity > 1 else lambda title: None}
        root = Page.get_first_root_node()
        _remove_welcome_page(root)
        reports = [loading.load(below_root, under=root, **how)]
        home = HomePage.objects.get(locale=Locale.get_default(), translation_key=below_root[0].key)
        _point_site_at(home)
        reports.append(loading.load(below_home, under=home, **how))
        if reports[1].created:
            _put_first(below_home[0].key)
        make_groups()

        for page in (page for report in reports for page in report.left_alone):
            self.stdout.write(f"left alone, edited since it was loaded: {page}")
        if verbosity:
            self.stdout.write(
                f"Pages: {sum(r.created for r in reports)} new, {sum(r.changed for r in reports)} changed, "
                f"{sum(r.unchanged for r in reports)} as they were, "
                f"{sum(len(r.left_alone) for r in reports)} left alone."
            )


def _remove_welcome_page(root: Page) -> None:
    """Wagtail's first migration leaves a placeholder that nobody has edited."""
    for page in root.get_children().exact_type(Page).filter(slug="home"):
        page.delete()


def _put_first(key: uuid.UUID) -> None:
    """Courses lead the navigation, in every language; later editors order it as they like."""
    for page in Page.objects.filter(translation_key=key):
        first = page.get_first_sibling()
        if first.pk != page.pk:
            page.move(first, pos="left")


def _point_site_at(home: HomePage) -> None:
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    if site.root_page_id != home.pk:
        site.hostname, site.port, site.root_page, site.site_name = "localhost", 80, home, settings.WAGTAIL_SITE_NAME
        site.save()
