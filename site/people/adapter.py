"""Where allauth meets our people."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils import translation

from people.models import User


class AccountAdapter(DefaultAccountAdapter):
    def new_user(self, request: HttpRequest) -> User:
        """Somebody who signs up is written to in the language of the page they signed up on."""
        return User(language=translation.get_language() or "en")

    def render_mail(self, template_prefix, email, context, headers=None):
        """Write in the recipient's own language when we know them, whatever page the request came from."""
        person = User.objects.filter(email=User.objects.normalise(email)).only("language").first()
        with translation.override(person.language if person else translation.get_language()):
            return super().render_mail(
                template_prefix,
                email,
                {**context, "base_url": settings.BASE_URL},
                headers={"Auto-Submitted": "auto-generated", **(headers or {})},
            )
