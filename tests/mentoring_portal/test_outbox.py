"""The demo's mail is readable in the demo, harmlessly, and nowhere else."""

import os

import pytest
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse


@pytest.fixture
def mail(settings, tmp_path):
    """A demo whose mail folder is empty; call it to put a message there."""
    settings.DEMO = True
    settings.EMAIL_FILE_PATH = tmp_path

    def post(name, *, subject="You have been matched", text="See http://127.0.0.1:8000/ <now>", html="", at=0):
        letter = EmailMultiAlternatives(subject, text, "portal@example.org", ["priya.nair@example.org"])
        if html:
            letter.attach_alternative(html, "text/html")
        path = tmp_path / f"{name}.eml"
        path.write_bytes(letter.message().as_bytes())
        os.utime(path, (at, at))

    return post


@pytest.mark.django_db
def test_outbox_list_shows_the_newest_first(client, mail):
    mail("a", subject="Priya’s first letter", at=1_800_000_000)
    mail("b", subject="A second letter", at=1_800_000_600)
    page = client.get(reverse("outbox-list")).content.decode()
    assert page.index("A second letter") < page.index("Priya’s first letter")
    assert "15 January 2027, 08:00" in page


@pytest.mark.django_db
def test_outbox_list_without_mail_says_how_to_get_some(client, mail):
    assert "No mail yet" in client.get(reverse("outbox-list")).content.decode()


@pytest.mark.django_db
def test_outbox_message_shows_the_text_and_only_text(client, mail):
    mail("a", text="<script>alert(1)</script> http://127.0.0.1:8000/welcome/x/")
    page = client.get(reverse("outbox-message", args=["a"])).content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert 'href="http://127.0.0.1:8000/welcome/x/"' in page
    assert "<iframe" not in page


@pytest.mark.django_db
def test_outbox_message_frames_html_without_rights(client, mail):
    mail("a", html="<p>Hello</p>")
    page = client.get(reverse("outbox-message", args=["a"])).content.decode()
    assert f'<iframe src="{reverse("outbox-html", args=["a"])}"' in page
    assert "allow-scripts" not in page
    assert "allow-same-origin" not in page


@pytest.mark.django_db
def test_outbox_html_is_walled_off(client, mail):
    mail("a", html="<script>alert(1)</script>")
    answer = client.get(reverse("outbox-html", args=["a"]))
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "script-src" not in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.django_db
def test_outbox_html_of_a_plain_letter_is_absent(client, mail):
    mail("a")
    assert client.get(reverse("outbox-html", args=["a"])).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["nothing", "..", "%2e%2e%2fportal", "a.eml"])
def test_outbox_message_knows_only_what_the_list_shows(client, mail, name):
    mail("a")
    assert client.get(f"/outbox/{name}/").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["outbox-list", "outbox-message", "outbox-html"])
def test_outbox_is_absent_outside_the_demo(client, mail, settings, address):
    mail("a", html="<p>Hello</p>")
    settings.DEMO = False
    assert client.get(reverse(address, args=[] if address == "outbox-list" else ["a"])).status_code == 404
