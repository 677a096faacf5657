import os
from urllib.parse import urlsplit

from daphne.cli import CommandLineInterface
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from centre.demo.people import introduce
from centre.demo.sets import have_a_meeting_ahead
from centre.preparation import prepare


class Command(BaseCommand):
    help = "Prepare a demonstration and serve it on this machine alone. Ctrl-C stops it; nothing is lost."

    def handle(self, *args, **options):
        if not settings.DEMO:
            raise CommandError("This starts demonstrations. For a real Centre see docs/operating.md.")
        prepare(self.stdout.write)
        have_a_meeting_ahead()
        self.stdout.write(f"\nThe Centre is open:  {settings.BASE_URL}/\n")
        self.stdout.write(f"Mail that it sends:   {settings.BASE_URL}/demo/mail/")
        introduce(self.stdout.write)
        self.stdout.write("\nCtrl-C stops it.")
        os.environ["EMBEDDED_TICK"] = "1"
        port = str(urlsplit(settings.BASE_URL).port or 8000)
        CommandLineInterface().run(["-b", "127.0.0.1", "-p", port, "--verbosity", "0", "centre.asgi:application"])
