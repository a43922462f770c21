"""Who wants no nudges, and the link by which they say so without signing in."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.signing import BadSignature, Signer
from django.db.models import OuterRef, Subquery
from django.template.loader import render_to_string
from django.urls import reverse

from notices.models import NudgeChoice

_signer = Signer(salt="notices.nudges")


def latest_choice(person: str) -> Subquery:
    """What the person in that column chose last; null where they never chose."""
    return Subquery(NudgeChoice.objects.filter(person=OuterRef(person)).order_by("-pk").values("wanted")[:1])


def wants(person) -> bool:
    """Whether ``person`` is sent nudges."""
    latest = NudgeChoice.objects.filter(person=person).order_by("-pk").values_list("wanted", flat=True).first()
    return latest is not False


def stop_address(person_id: int) -> str:
    """The page on which this person stops their nudges. It does that alone, so the link needs no end."""
    return settings.PORTAL_ADDRESS + reverse("notices:nudge-stop", args=[_signer.sign(person_id)])


def person_of(token: str):
    """The person to whom the link belongs; None where it is none of ours."""
    try:
        person_id = int(_signer.unsign(token))
    except (BadSignature, ValueError):
        return None
    person = get_user_model()._default_manager.filter(pk=person_id).select_related("merged_into").first()
    return person and (person.merged_into or person)


@dataclass(frozen=True)
class Foot:
    """What stands under each nudge, and its headers (RFC 8058): mail programs draw a button from them."""

    address: str

    @property
    def headers(self) -> dict[str, str]:
        return {"List-Unsubscribe": f"<{self.address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}

    def below_text(self, text: str) -> str:
        return (
            f"{text.rstrip()}\n\n{render_to_string('notices/mail/nudge_foot.txt', {'address': self.address}).strip()}\n"
        )

    def below_html(self, html: str) -> str:
        before, body, after = html.rpartition("</body>")
        foot = render_to_string("notices/mail/nudge_foot.html", {"address": self.address})
        return f"{before}{foot}{body}{after}" if body else html + foot
