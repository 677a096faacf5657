from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from centre.demo.mail import sent


@never_cache
def demo_mail(request: HttpRequest) -> HttpResponse:
    """Every mail this demonstration has sent. There is no such page in a real Centre."""
    if not settings.DEMO:
        raise Http404
    return render(request, "demo/mail.html", {"mails": sent()})
