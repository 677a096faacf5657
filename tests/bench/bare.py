"""The floor: the least that Django answers, with no middleware, no template and no database."""

from django.conf import settings
from django.http import HttpResponse
from django.urls import path

settings.configure(SECRET_KEY="bench", ALLOWED_HOSTS=["127.0.0.1"], ROOT_URLCONF=__name__, MIDDLEWARE=[])

from django.core.wsgi import get_wsgi_application  # noqa: E402

urlpatterns = [path("", lambda request: HttpResponse("x" * 1000))]
application = get_wsgi_application()
