from collections.abc import Iterator

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Model

from kernel.sealed import CannotOpen, SealedTextField

AT_ONCE = 100


class Command(BaseCommand):
    help = (
        "Seal everything anew with the first of SEALING_KEYS. Then the keys behind it can go. Says counts, never words."
    )

    def handle(self, *args, verbosity: int, **options):
        lost = 0
        for model, fields in sealed_models():
            sealed, unopened = reseal(model, fields)
            lost += unopened
            if verbosity:
                self.stdout.write(f"{model._meta.label}: {sealed} sealed, {unopened} could not be opened")
        if lost:
            raise CommandError(f"{lost} rows could not be opened by any of SEALING_KEYS; they are as they were.")


def sealed_models() -> Iterator[tuple[type[Model], list[str]]]:
    """Every table with sealed fields, and their names."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy:
            fields = [field.name for field in model._meta.local_fields if isinstance(field, SealedTextField)]
            if fields:
                yield model, fields


def reseal(model: type[Model], fields: list[str]) -> tuple[int, int]:
    """(how many rows were sealed anew, how many could not be opened). Each batch a transaction: nobody waits long."""
    sealed = unopened = 0
    last = None
    rows = model._base_manager.order_by("pk")
    while True:
        batch = list((rows if last is None else rows.filter(pk__gt=last)).values_list("pk", flat=True)[:AT_ONCE])
        if not batch:
            return sealed, unopened
        last = batch[-1]
        try:
            sealed += _seal(model, fields, batch)
        except CannotOpen:
            for pk in batch:
                try:
                    sealed += _seal(model, fields, [pk])
                except CannotOpen:
                    unopened += 1


@transaction.atomic
def _seal(model: type[Model], fields: list[str], keys: list) -> int:
    # Locked: what somebody writes meanwhile must not be undone by what was read before.
    rows = list(model._base_manager.select_for_update().filter(pk__in=keys).only("pk", *fields))
    model._base_manager.bulk_update(rows, fields)
    return len(rows)
