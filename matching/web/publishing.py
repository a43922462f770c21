"""Publishing: look at the letters, choose when people are told, change that until the day comes, or take it back."""

from datetime import datetime, time

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace
from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.generic import FormView, View

from audit.refusal import Refused
from look.context import mail_stays_here
from look.forms import DateField
from matching.actions import drafts, publications
from matching.actions.publication_asks import ask
from matching.letters import preview
from matching.models import MatchRun, Publication
from matching.outdated import outdated
from matching.publishable import is_large
from matching.queries import Untold, outlook, untold, without_email
from matching.web.views import OfRun
from people.days import in_words
from programmes.actions.telling import Telling
from programmes.web.telling import BY_MAIL, HOW_TOLD, usual

NINE = time(9)
TIMES = [time(hour, minute) for hour in range(7, 20) for minute in (0, 30)]
# A letter brings its own styles and nothing that runs.
LETTER_POLICY = {
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "img-src": ["data:"],
    "frame-ancestors": [SELF],
    "sandbox": True,
}


class TellingForm(forms.Form):
    """When, and how, people hear of their match."""

    when = forms.ChoiceField(
        label="When are people told?",
        choices=[HOW_TOLD[0], ("later", "On a day and time, by e-mail"), HOW_TOLD[1]],
        initial=usual,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose when people are told"},
    )
    day = DateField(
        required=False,
        label="Day",
        help_text="Only where you tell them on a day and time. Until then nobody sees their match.",
    )
    time = forms.TypedChoiceField(
        required=False,
        label="Time",
        choices=[("", "Choose a time"), *((f"{one:%H:%M}", f"{one:%H:%M}") for one in TIMES)],
        coerce=time.fromisoformat,
        help_text="09:00 where you choose none.",
    )
    mark_optional = False  # what is asked here is needed with one of the answers above

    def __init__(self, *args, now: datetime, **kwargs):
        super().__init__(*args, **kwargs)
        self.now = now

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("when") != "later" or self.errors:
            return cleaned
        if not cleaned.get("day"):
            self.add_error("day", "Enter the day on which people are told")
            return cleaned
        at = datetime.combine(cleaned["day"], cleaned.get("time") or NINE)
        cleaned["opens_at"] = timezone.make_aware(at)
        if cleaned["opens_at"] <= self.now:
            self.add_error("day", "The day and time must be in the future")
        return cleaned

    @property
    def telling(self) -> Telling:
        """What a valid form asks for."""
        if self.cleaned_data["when"] == "later":
            return Telling(opens_at=self.cleaned_data["opens_at"])
        return Telling(by_mail=self.cleaned_data["when"] == "now")


class RunPublish(OfRun, FormView):
    """Look at what publishing will do, then do it once; until the day on which people are told, change that day."""

    form_class = TellingForm

    def dispatch(self, request, *args, **kwargs):
        self.is_published = self.run.state == MatchRun.State.PUBLISHED
        self.untold = untold(self.run) if self.is_published else Untold()
        self.asked = self.run.publications.order_by("pk").last()
        if "HX-Request" in request.headers and request.method == "GET":
            return self._progress(request)
        if request.method == "GET" and not (self.run.may_be_published or (self.is_published and self.untold.pairs)):
            return redirect("matching:run-detail", pk=self.run.pk)
        return super().dispatch(request, *args, **kwargs)

    def get_template_names(self):
        if self.is_under_way:
            return ["matching/run_publishing.html"]
        return ["matching/run_arranged.html" if self.is_published else "matching/run_publish.html"]

    @property
    def is_under_way(self) -> bool:
        """A worker is publishing the run."""
        return self.asked is not None and self.asked.is_under_way

    def _progress(self, request):
        """How far the worker is; once it is done the whole page is another."""
        answer = render(request, "matching/_publishing.html", {"run": self.run, "publication": self.asked})
        if not self.is_under_way:
            answer.headers["HX-Refresh"] = "true"
        return answer

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs() | {"now": self.request.now}
        if "data" in kwargs and "when" not in kwargs["data"]:  # a press of the plain button: now
            kwargs["data"] = kwargs["data"].copy()
            kwargs["data"]["when"] = BY_MAIL
        return kwargs

    def get_initial(self):
        if not (self.is_published and self.untold.opens_at):
            return {}
        at = timezone.localtime(self.untold.opens_at)
        return {"when": "later", "day": at.date(), "time": f"{at:%H:%M}"}

    def form_valid(self, form):
        act = self._move if self.is_published else self._publish
        try:
            said = act(form.telling)
        except Refused as refusal:
            messages.error(self.request, str(refusal))
        else:
            if said:
                messages.success(self.request, said)
        # The page itself, where there is still something to change; it leads on to the matches where there is not.
        return redirect("matching:run-publish", pk=self.run.pk)

    def _publish(self, telling: Telling) -> str:
        if is_large(self.run):
            ask(run=self.run, telling=telling, by=self.request.user, now=self.request.now)
            return ""  # the page says how far it is
        started = publications.publish(run=self.run, telling=telling, by=self.request.user, now=self.request.now)
        pairs = "1 match" if len(started) == 1 else f"{len(started):,} matches"
        waiting = sum(one.state == "proposed" and one.told_at is None for one in started)
        if waiting:
            verb = "waits" if waiting == 1 else "wait"
            return f"{pairs} published. {waiting} {verb} for a matchmaker of the site; nobody in them is told before"
        if telling.opens_at:
            return f"{pairs} arranged. Everyone is told on {_moment(telling.opens_at)}. Until then nobody sees it"
        if not telling.by_mail:
            return f"{pairs} published. No mail goes out: people see their match when they sign in"
        if mail_stays_here():
            return f"{pairs} published. The mails are kept as files and reach nobody: tell people yourself"
        return f"{pairs} published. Everyone is being told by e-mail"

    def _move(self, telling: Telling) -> str:
        moved = publications.tell_at(run=self.run, telling=telling, by=self.request.user, now=self.request.now)
        pairs = "1 match" if moved == 1 else f"{moved} matches"
        if telling.opens_at:
            return f"{pairs}: everyone is told on {_moment(telling.opens_at)}"
        if not telling.by_mail:
            return f"{pairs}: people see it when they sign in"
        if mail_stays_here():
            return f"{pairs}: the mails are kept as files and reach nobody. Tell people yourself"
        return f"{pairs}: everyone is being told by e-mail"

    def get_context_data(self, **kwargs):
        if self.is_under_way:
            return super().get_context_data(publication=self.asked, **kwargs)
        if self.asked is not None and self.asked.state == Publication.State.FAILED and not self.is_published:
            kwargs["fault"] = self.asked.fault
        if self.is_published:
            kwargs |= {"untold": self.untold, "opens": _moment(self.untold.opens_at) if self.untold.opens_at else ""}
            kwargs["without_email"] = without_email(self.run)
        else:
            drafts.refresh(run=self.run, by=self.request.user, now=self.request.now, waits=True)
            kwargs["outlook"] = outlook(self.run, now=self.request.now)
            kwargs["fallen"] = kwargs["outlook"].fallen
            kwargs["outdated"] = outdated(self.run)
        return super().get_context_data(letters=preview(self.run, now=self.request.now), **kwargs)


class RunTakeBack(OfRun, View):
    """Take a publication back while nobody has been told."""

    http_method_names = ["post"]

    def post(self, request, pk):
        try:
            publications.take_back(run=self.run, by=request.user, now=request.now)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "Taken back. Nobody was told, and you can change the matches again")
        return redirect("matching:run-detail", pk=pk)


@method_decorator([xframe_options_sameorigin, csp_replace(LETTER_POLICY)], name="dispatch")
class LetterPreview(OfRun, View):
    """One of the letters as its reader's mail program shows it, walled off from the portal."""

    def get(self, request, pk, number):
        letters = preview(self.run, now=request.now)
        if not 0 <= number < len(letters):
            raise Http404
        return HttpResponse(f'<base target="_blank">{letters[number].letter.html}')


def _moment(at: datetime) -> str:
    """``Thursday 22 April 2027 at 09:00``."""
    local = timezone.localtime(at)
    return f"{local:%A} {in_words(local.date())} at {local:%H:%M}"
