"""The demonstration's people, whose password everybody knows."""

import pytest
from django.test import override_settings
from django.urls import reverse

SIGN_IN = {"login": "staff@demo.example", "password": "demo"}


@pytest.mark.django_db
@pytest.mark.parametrize("demo", [True, False])
def test_sign_in_in_a_demonstration_and_nowhere_else(client, demo):
    with override_settings(DEMO=demo):
        client.post(reverse("account_login"), SIGN_IN)
        assert ("_auth_user_id" in client.session) is demo
