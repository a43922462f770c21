"""Home: what needs me today."""

import pytest
from django.urls import reverse


@pytest.mark.django_db
def test_home_sends_a_stranger_to_sign_in(client):
    answer = client.get(reverse("home"))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))
