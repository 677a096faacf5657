import os

from daphne.cli import CommandLineInterface
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from centre.demo.people import PASSWORD, PEOPLE
from centre.preparation import prepare


class Command(BaseCommand):
    help = "Prepare a demonstration and serve it on this machine alone. Ctrl-C stops it; nothing is lost."

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))

    def handle(self, *args, port: int, **options):
        if not settings.DEMO:
            raise CommandError("This starts demonstrations. For a real Centre see docs/operating.md.")
        prepare(self.stdout.write)
        self.stdout.write(f"\nThe Centre is open:  {settings.BASE_URL}/\n")
        self.stdout.write(f"Mail that it sends:   {settings.BASE_URL}/demo/mail/")
        self.stdout.write(f"Demo people (the password of each is “{PASSWORD}”):")
        for person in PEOPLE:
            self.stdout.write(f"  {person.email:<28} {person.what}")
        self.stdout.write("\nCtrl-C stops it.")
        os.environ["EMBEDDED_TICK"] = "1"
        CommandLineInterface().run(["-b", "127.0.0.1", "-p", str(port), "--verbosity", "0", "centre.asgi:application"])
