from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from centre.demo.people import PEOPLE, introduce, make_people


class Command(BaseCommand):
    help = "Make the demonstration's people where they are missing, and say who they are."

    def handle(self, *args, **options):
        if not settings.DEMO:
            raise CommandError("This is not a demonstration (DEMO=0): no account with a known password is made here.")
        made = make_people()
        if options["verbosity"]:
            self.stdout.write(f"Demo people: {len(made)} made, {len(PEOPLE) - len(made)} were there.")
            introduce(self.stdout.write)
