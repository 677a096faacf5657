"""For daphne: sockets, and on one machine everything."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "centre.settings")
pages = get_asgi_application()

# Only now that Django is set up.
from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.conf import settings  # noqa: E402

from centre import serving  # noqa: E402
from centre.sockets import OurOrigins, urlpatterns  # noqa: E402
from centre.tick import start_embedded  # noqa: E402

serving.prepare()
application = ProtocolTypeRouter(
    {
        "http": pages,
        "websocket": OurOrigins(AuthMiddlewareStack(URLRouter(urlpatterns)), settings.ALLOWED_HOSTS),
    }
)

if os.environ.get("EMBEDDED_TICK"):
    start_embedded()
