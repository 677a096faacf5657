"""What people hears: that allauth added a second lock to an account, or took one away."""

from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.dispatch import receiver
from django.http import HttpRequest

from people.middleware import SecondLock


@receiver([authenticator_added, authenticator_removed], dispatch_uid="people.look_at_the_second_lock_again")
def look_again(request: HttpRequest, **_: object) -> None:
    request.session.pop(SecondLock.KEY, None)
