"""Pictures that editors uploaded. The proxy serves them in production; this serves them everywhere else."""

from posixpath import normpath

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe
from django.views.static import serve


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Never run, never framed: whatever an upload says it is, the browser shows a picture or keeps a file."""
    if normpath(f"/{path}").lstrip("/").startswith("documents/"):
        raise Http404  # documents are asked for at /documents/, where Wagtail looks at who may have them
    response = serve(request, path, document_root=settings.MEDIA_ROOT)
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response["Cache-Control"] = "public, max-age=86400"
    return response
