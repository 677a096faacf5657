"""Everything the Centre knows about somebody, in one file for machines and one for people."""

from __future__ import annotations

import json
import tempfile
import zipfile
from pathlib import Path
from typing import IO

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.serializers.json import DjangoJSONEncoder
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import format_html
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from kernel import clock
from people import audit, zones
from people.contributions import contributions
from people.models import User
from people.proof import fresh_proof_required, is_fresh
from people.readable import part_of

# Inside the file, which is alone when it is read; nothing in it that HTML would escape.
STYLE = (Path(__file__).parent.parent / "my_data.css").read_text()
IN_MEMORY = 5 * 1024 * 1024  # bytes; beyond them the file is made on disk


@login_required
@never_cache
def my_data(request: HttpRequest) -> HttpResponse:
    """What there is, and the button to take it along."""
    proved = "proved" in request.GET and is_fresh(request)
    return render(request, "people/my_data.html", {"parts": contributions(), "proved": proved})


@login_required
@require_POST
@never_cache
@fresh_proof_required(back_to="my_data")
def my_data_download(request: HttpRequest) -> HttpResponse:
    """A zip of `data.json` and `data.html`, in the person's own language."""
    audit.record("data.downloaded", by=request.user, about=request.user)
    name = f"my-data-{clock.now():%Y-%m-%d}.zip"
    response = FileResponse(_zipped(request.user), as_attachment=True, filename=name, content_type="application/zip")
    # Nor in the memory of a browser that others use.
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex"
    return response


def _zipped(person: User) -> IO[bytes]:
    made_at = clock.now()
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the response closes it
    with translation.override(person.language), zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        collected = [(part, part.collect(person)) for part in contributions()]
        machine = {
            "made_at": made_at.isoformat(),
            "language": person.language,
            "parts": {part.key: values for part, values in collected},
        }
        archive.writestr("data.json", json.dumps(machine, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2))
        readable = [(part, part_of(part, values, person.zone)) for part, values in collected]
        context = {"person": person, "made": zones.instant_in_words(made_at, person.zone), "parts": readable}
        context |= {"style": format_html("<style>{}</style>", STYLE), "base_url": settings.BASE_URL}
        archive.writestr("data.html", render_to_string("people/my_data_file.html", context))
    file.seek(0)
    return file
