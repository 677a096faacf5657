"""What stands around every page on which somebody reads or writes in private."""

from __future__ import annotations

import functools
import traceback
from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from kernel.errors import NotAllowed, Refused

View = Callable[..., HttpResponse]

# Answers, not accidents; and a database that is away, which has a page of its own.
ANSWERS = (
    *(Http404, BadRequest, PermissionDenied, SuspiciousOperation, NotAllowed, Refused),
    *(OperationalError, InterfaceError),
)


class Broken(Exception):
    """Something broke on a private page. Says what kind of thing and where, in files and lines, never which words."""


def private(view: View) -> View:
    """For whoever is signed in; kept by no cache and no browser; and if it breaks, no log quotes what it was about."""
    return unrecorded(login_required(view))


def unrecorded(view: View) -> View:
    """The same for an address that answers strangers in its own way."""
    return never_cache(sensitive_post_parameters()(_unquoted(view)))


def _unquoted(view: View) -> View:
    @functools.wraps(view)
    @sensitive_variables()
    def answer(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except ANSWERS:
            raise
        except Exception as error:
            broken = Broken(where(error))
        # Outside of the handler: the exception itself, which may quote what somebody wrote, is not chained to this one.
        raise broken

    return answer


def where(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    places = (f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames)
    return f"{type(error).__name__} at {' > '.join(places)}"
