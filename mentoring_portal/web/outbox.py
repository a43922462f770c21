"""The demo's mail, read in the browser. Nothing here exists outside the demo: real mail is not ours to show."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.generic import TemplateView, View

# A letter's HTML may style itself and nothing else: no script, nothing fetched, links only in a window of their own.
LETTER_POLICY = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "img-src": ["data:"],
    "frame-ancestors": ["'self'"],
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
}


@dataclass(frozen=True)
class Letter:
    """One message of the mail folder."""

    name: str
    sent_at: datetime
    message: EmailMessage

    @property
    def to(self) -> str:
        return str(self.message["To"])

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    def body(self, kind: str) -> str:
        """The part of that kind, "plain" or "html"; empty where there is none."""
        part = self.message.get_body(preferencelist=(kind,))
        return part.get_content() if part else ""


def letters() -> list[Letter]:
    """Every message, newest first."""
    found = []
    for path in Path(settings.EMAIL_FILE_PATH).glob("*.eml"):
        try:
            content, changed = path.read_bytes(), path.stat().st_mtime
        except FileNotFoundError:  # the demo was started afresh in between
            continue
        message = message_from_bytes(content, policy=policy.default)
        found.append(Letter(path.stem, datetime.fromtimestamp(changed, UTC), message))
    return sorted(found, key=lambda letter: (letter.sent_at, letter.name), reverse=True)


def letter_or_404(name: str) -> Letter:
    for letter in letters():
        if letter.name == name:
            return letter
    raise Http404


class DemoOnly:
    """Absent outside the demo; open to strangers within it, since sign-in codes come by mail."""

    def dispatch(self, request, *args, **kwargs):
        if not settings.DEMO:
            raise Http404
        return super().dispatch(request, *args, **kwargs)


@method_decorator(login_not_required, name="dispatch")
class OutboxList(DemoOnly, TemplateView):
    template_name = "mentoring_portal/outbox_list.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(letters=letters(), **kwargs)


@method_decorator(login_not_required, name="dispatch")
class OutboxMessage(DemoOnly, TemplateView):
    template_name = "mentoring_portal/outbox_message.html"

    def get_context_data(self, name, **kwargs):
        letter = letter_or_404(name)
        return super().get_context_data(
            letter=letter, text=letter.body("plain"), has_html=bool(letter.body("html")), **kwargs
        )


@method_decorator([login_not_required, xframe_options_sameorigin, csp_replace(LETTER_POLICY)], name="dispatch")
class OutboxHtml(DemoOnly, View):
    """The letter as its reader's mail program shows it, walled off from the portal."""

    def get(self, request, name):
        html = letter_or_404(name).body("html")
        if not html:
            raise Http404
        return HttpResponse(f'<base target="_blank">{html}')
