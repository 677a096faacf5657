import uuid
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from wagtail.models import Locale, Page, Site

from centre.groups import make_groups
from courses import curriculum
from pages import loading, shipped
from pages.models import HomePage

FOLDERS = {
    "pages": Path(shipped.__file__).parent / "content",
    "courses": Path(curriculum.__file__).parent / "content",
}


class Command(BaseCommand):
    help = "Load the shipped pages, guides, stories and course in three languages. A second run changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("--overwrite", action="store_true", help="also pages that an editor has changed since")
        parser.add_argument("--pages", type=Path, default=FOLDERS["pages"], help="folder of the home page")
        parser.add_argument("--courses", type=Path, default=FOLDERS["courses"], help="folder of the list of courses")

    def handle(self, *args, overwrite: bool, pages: Path, courses: Path, **options):
        try:
            trees = shipped.read_tree(pages), shipped.read_tree(courses)
        except shipped.ContentError as error:
            raise CommandError(f"Nothing was loaded. {error}") from None
        for code, _name in settings.LANGUAGES:
            Locale.objects.get_or_create(language_code=code)
        reports = []
        try:
            root = Page.get_first_root_node()
            _remove_welcome_page(root)
            reports.append(loading.load(trees[0], under=root, overwrite=overwrite, tell=self._tell))
            home = HomePage.objects.get(locale=Locale.get_default(), translation_key=loading.page_key(trees[0].key))
            _point_site_at(home)
            reports.append(loading.load(trees[1], under=home, overwrite=overwrite, tell=self._tell))
            if reports[1].created:
                _put_first(loading.page_key(trees[1].key))
        except shipped.ContentError as error:
            raise CommandError(f"Nothing more was loaded. {error}") from None
        make_groups()
        for report in reports:
            for page in report.left_alone:
                self.stdout.write(f"left alone, edited since it was loaded: {page}")
        if self.verbosity:
            self.stdout.write(
                f"Pages: {sum(r.created for r in reports)} new, {sum(r.changed for r in reports)} changed, "
                f"{sum(r.unchanged for r in reports)} as they were, "
                f"{sum(len(r.left_alone) for r in reports)} left alone."
            )

    def _tell(self, title: str) -> None:
        if self.verbosity > 1:
            self.stdout.write(title)

    def execute(self, *args, **options):
        self.verbosity = options["verbosity"]
        return super().execute(*args, **options)


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
