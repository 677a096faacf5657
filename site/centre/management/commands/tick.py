from django.core.management.base import BaseCommand

from centre import tick


class Command(BaseCommand):
    help = "Do the work that is due: scheduled publishing, queued tasks, mail, ended sessions."

    def add_arguments(self, parser):
        parser.add_argument("--forever", action="store_true", help=f"again every {tick.EVERY_SECONDS} s")

    def handle(self, *args, forever: bool, **options):
        if forever:
            tick.run_forever()
        else:
            tick.tick()
