"""Delivery to a real mail server in a process of its own: what each of its answers makes of a notice."""

import datetime as clock
import ipaddress

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from notices.actions import delivery
from notices.models import Notice
from notices.post import Post, ServerAway
from tests import smtp_sink
from tests.builders import ground, people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kind")]


@pytest.fixture(scope="module")
def sink(tmp_path_factory):
    with smtp_sink.running(tmp_path_factory.mktemp("sink")) as server:
        yield server


def use(settings, server, **more):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 10
    for name, value in more.items():
        setattr(settings, name, value)


@pytest.fixture
def deliver(sink, settings, now):
    """Owe a notice to each of these addresses and deliver them over one connection; the notices as they then stand."""
    use(settings, sink)

    def deliver(*wishes):
        notices = [
            ground.notice(recipient=people.person(now=now, email=f"{wish}@example.org"), now=now) for wish in wishes
        ]
        with Post() as post:
            for notice in notices:
                delivery.deliver(notice_id=notice.pk, post=post, by=None, now=now)
        for notice in notices:
            notice.refresh_from_db()
        return notices

    return deliver


def arrived(sink, notice):
    return sink.accepted().count(f"<{notice.message_id}@example.org>")


@pytest.mark.parametrize(
    ("wish", "trouble", "said"),
    [
        ("refused", "address", "The mail server answered 550: 5.1.1 No such user here"),
        ("spam", "message", "The mail server answered 554: 5.7.1 This looks like spam"),
    ],
)
def test_smtp_for_good_is_not_tried_again_and_the_next_one_goes(deliver, sink, wish, trouble, said):
    failed, next_one = deliver(wish, "ama")
    assert (failed.state, failed.trouble, failed.reason, failed.attempts) == ("failed", trouble, said, 1)
    assert arrived(sink, failed) == 0
    assert (next_one.state, arrived(sink, next_one)) == ("sent", 1)


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ("greylisted", "The mail server answered 450: 4.2.0 Greylisted, try again later"),
        ("full", "The mail server answered 452: 4.2.2 Mailbox full"),
        ("busy", "The mail server answered 451: 4.3.0 Try again later"),
        ("closing", "The mail server answered 421: 4.3.2 Closing"),
        ("dropped", "The connection to the mail server broke (SMTPServerDisconnected)."),
    ],
)
def test_smtp_for_now_is_put_off_and_the_next_one_goes(deliver, sink, now, wish, said):
    waiting, next_one = deliver(wish, "ben")
    assert (waiting.state, waiting.trouble, waiting.reason) == ("owed", "delayed", said)
    assert waiting.leased_until == now + delivery.BACK_OFF[0]
    assert (next_one.state, arrived(sink, next_one)) == ("sent", 1)


def test_smtp_server_that_does_not_answer_holds_nobody_up_for_long(deliver, sink, settings):
    settings.EMAIL_TIMEOUT = 1
    waiting, next_one = deliver("slow", "cara")
    assert (waiting.state, waiting.trouble) == ("owed", "delayed")
    assert (next_one.state, arrived(sink, next_one)) == ("sent", 1)


def test_smtp_server_that_is_not_there_costs_no_attempt(settings, sink, now):
    notice = ground.notice(recipient=people.person(now=now), now=now)
    use(settings, sink, EMAIL_PORT=1)
    with Post() as post, pytest.raises(ServerAway):
        delivery.deliver(notice_id=notice.pk, post=post, by=None, now=now)
    assert set(Notice.objects.values_list("state", "attempts", "leased_until")) == {("owed", 0, None)}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of 127.0.0.1 that nobody has signed, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    today = clock.datetime.now(clock.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - clock.timedelta(days=1))
        .not_valid_after(today + clock.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("certificate") / "both.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return file


@pytest.mark.parametrize("is_trusted", [True, False])
def test_smtp_over_starttls_sends_to_a_server_that_it_can_trust_alone(
    settings, tmp_path, monkeypatch, now, certificate, is_trusted
):
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    notice = ground.notice(recipient=people.person(now=now), now=now)
    with smtp_sink.running(tmp_path, certificate=certificate) as server:
        use(settings, server, EMAIL_USE_TLS=True)
        with Post() as post:
            if is_trusted:
                delivery.deliver(notice_id=notice.pk, post=post, by=None, now=now)
            else:
                with pytest.raises(ServerAway, match="SSLCertVerificationError"):
                    delivery.deliver(notice_id=notice.pk, post=post, by=None, now=now)
        assert arrived(server, notice) == is_trusted


def test_smtp_server_that_wants_tls_gets_nothing_in_the_clear(settings, tmp_path, now, certificate):
    """It refuses our own address with 530: that is no fault of this message."""
    notice = ground.notice(recipient=people.person(now=now), now=now)
    with smtp_sink.running(tmp_path, certificate=certificate) as server:
        use(settings, server, EMAIL_USE_TLS=False)
        with Post() as post, pytest.raises(ServerAway):
            delivery.deliver(notice_id=notice.pk, post=post, by=None, now=now)
        assert arrived(server, notice) == 0
    assert set(Notice.objects.values_list("state", "attempts")) == {("owed", 0)}
