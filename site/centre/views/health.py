"""For the machines that look after the machines."""

import logging

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

logger = logging.getLogger(__name__)


@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """200 as long as this process answers at all."""
    return JsonResponse({"live": True})


@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """200 when the database and the cache answer, else 503 with the name of what does not."""
    checks = {"database": _database, "cache": _cache}
    answers = {}
    for name, check in checks.items():
        try:
            check()
            answers[name] = True
        except Exception as error:
            logger.warning("Not ready: %s (%s)", name, type(error).__name__)
            answers[name] = False
    return JsonResponse(answers, status=200 if all(answers.values()) else 503)


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _cache() -> None:
    cache.set("ready", 1, 5)
    if cache.get("ready") != 1:
        raise RuntimeError("the cache forgot")
