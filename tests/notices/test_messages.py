"""The mail made of a letter, read back by a parser."""

import email
import uuid
from email import policy
from email.policy import Compat32

import pytest
from django.core.mail import BadHeaderError
from hypothesis import example, given
from hypothesis import strategies as st

from notices.kinds import Attachment, Letter
from notices.messages import QuickHeaders, message

ICS = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//portal//EN\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:one\r\n"
    "DTSTAMP:20270414T090000Z\r\nDTSTART:20270420T110000Z\r\nSUMMARY:Zoë’s session\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
).encode()
INVITATION = Attachment("invite.ics", ICS, "text/calendar; method=REQUEST")


def sent(letter):
    """The mail as a mail program reads it."""
    made = message(letter, to="ama@example.org", message_id=uuid.UUID(int=7))
    return email.message_from_bytes(made.message().as_bytes(linesep="\r\n"), policy=policy.default)


def shape(part):
    """Types of the parts, nested as they are."""
    kind = part.get_content_type()
    return (kind, [shape(one) for one in part.iter_parts()]) if part.is_multipart() else kind


def test_message_with_an_invitation_has_it_as_alternative_and_as_file():
    """What Google's own invitations look like, and where Outlook finds them."""
    read = sent(Letter(subject="A session", text="Text\n", html="<p>Text</p>", attachments=(INVITATION,)))
    alternatives = ("multipart/alternative", ["text/plain", "text/html", "text/calendar"])
    assert shape(read) == ("multipart/mixed", [alternatives, "application/ics"])
    calendar = next(part for part in read.walk() if part.get_content_type() == "text/calendar")
    assert (calendar["Content-Type"].params["method"], calendar["Content-Type"].params["charset"]) == (
        "REQUEST",
        "utf-8",
    )
    assert calendar.get_content_disposition() is None
    assert calendar.get_content().encode() == ICS.replace(b"\r\n", b"\n") or calendar.get_content().encode() == ICS
    file = next(read.iter_attachments())
    assert (file.get_filename(), file.get_content()) == ("invite.ics", ICS)
    assert file.get_content_disposition() == "attachment"


def test_message_with_a_file_that_is_no_invitation_has_it_once_and_untouched():
    read = sent(Letter(subject="x", text="x", attachments=(Attachment("list.csv", b"a,b\r\n\xff", "text/csv"),)))
    assert shape(read) == ("multipart/mixed", ["text/plain", "text/csv"])
    assert next(read.iter_attachments()).get_payload(decode=True) == b"a,b\r\n\xff"


def test_message_says_that_nobody_wrote_it_and_keeps_its_id():
    read = sent(Letter(subject="x", text="x"))
    assert read["Message-ID"] == f"<{uuid.UUID(int=7)}@example.org>"
    assert read["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(("name", "mime_type"), [("a\r\nBcc: b", "text/csv"), ("a", "text/csv\nX: y"), ("a\0", "a/b")])
def test_attachment_refuses_control_characters(name, mime_type):
    with pytest.raises(BadHeaderError):
        Attachment(name, b"", mime_type)


def test_attachment_needs_a_type():
    with pytest.raises(ValueError, match="MIME"):
        Attachment("a", b"", "calendar")


@pytest.mark.parametrize(
    ("mime_type", "is_one"),
    [
        ("text/calendar; method=CANCEL", True),
        ("text/calendar;charset=utf-8;METHOD=REQUEST", True),
        ("text/calendar", False),
    ],
)
def test_attachment_with_a_method_is_an_invitation(mime_type, is_one):
    assert Attachment("a.ics", ICS, mime_type).is_invitation is is_one


VALUES = st.one_of(  # most of them such as fit, or just do not
    st.text("ab ,;:<>=?\t", max_size=120), st.text(st.characters(max_codepoint=0x2FF, exclude_characters="\r\n"))
)


@example(name="Subject", value="word " * 13 + "words")  # 79 characters, which is one too many
@given(name=st.sampled_from(["Subject", "List-Unsubscribe", "X-Very-Long-Name-Of-A-Header"]), value=VALUES)
def test_quick_headers_are_those_that_python_writes(name, value):
    quick, slow = (policy(linesep="\r\n").fold_binary(name, value) for policy in (QuickHeaders, Compat32))
    assert quick == slow


def test_message_is_parted_by_lines_that_are_known_beforehand():
    """Not by what would have to be sought in its text; those of parts within parts differ."""
    letter = Letter(subject="A session", text="Text\n", html="<p>Text</p>", attachments=(INVITATION,))
    read = sent(letter)
    parted = [part.get_boundary() for part in read.walk() if part.is_multipart()]
    assert parted == [f"=_{number}_{uuid.UUID(int=7).hex}" for number in (0, 1)]
