"""Where allauth meets our people."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from people.models import User

# Reserved for examples (RFC 2606): no real person has an address there.
DEMO_DOMAIN = "@demo.example"


class AccountAdapter(DefaultAccountAdapter):
    def new_user(self, request: HttpRequest) -> User:
        """Somebody who signs up is written to in the language of the page they signed up on."""
        return User(language=translation.get_language() or "en")

    def pre_login(self, request: HttpRequest, user: User, **kwargs) -> HttpResponse | None:
        """The demonstration's people, whose password everybody knows, are nobody in a real Centre, even where its
        database was a demonstration's before."""
        if user.email.endswith(DEMO_DOMAIN) and not settings.DEMO:
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **kwargs)

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
