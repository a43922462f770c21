"""The page that a mailed link to a form opens: the code, then the questions. No account, and nothing else to see.

Looking at it does nothing: mail scanners follow links, and type no code.
"""

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import View

from people.actions import links
from people.kept_forms import DRAFT
from people.models import Person
from people.one_time_links import CODE_DIGITS, find
from sessions_log.actions.chasing import LINK
from sessions_log.models import SessionForm
from sessions_log.queries.forms import with_people
from sessions_log.session_forms.fields import PREFIX, SHOWN
from sessions_log.web.filling import Filling

COOKIE = "answering"  # that the code was typed here; for this one address
COOKIE_LASTS = 2 * 3600  # seconds, then the code is asked for again
WRONG = "That is not the code in the mail. It has six figures"


class CodeForm(forms.Form):
    """The figures that stand in the mail."""

    code = forms.CharField(
        label="Your code",
        help_text=f"The {CODE_DIGITS} figures in the mail that brought you here.",
        max_length=20,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "nhsuk-input--width-10"}
        ),
    )


@method_decorator([login_not_required, sensitive_post_parameters()], name="dispatch")
class FormAnswer(Filling, View):
    """Answer one form by a mailed link, with the code that came with it."""

    template_name = "sessions_log/form_answer.html"

    def dispatch(self, request, *args, **kwargs):
        self.link = find(kwargs["token"], purpose=LINK, now=request.now)
        self.owed = self.link and self.form_of_link(request)
        response = super().dispatch(request, *args, **kwargs) if self.owed else self.spent()
        # The address is a secret. Not "no-referrer": browsers then send "Origin: null", which the CSRF check refuses.
        response.headers["Referrer-Policy"] = "strict-origin"
        return response

    def form_of_link(self, request) -> SessionForm | None:
        """The form that the link is about, while it waits for the person to whom the link was mailed."""
        waiting = SessionForm.objects.open(now=request.now).filter(pk=self.link.about_id, owed_by=self.link.person_id)
        return with_people(waiting).first()

    @property
    def person(self) -> Person:
        return self.link.person

    @property
    def is_let_in(self) -> bool:
        """Whether the code was typed in this browser a short while ago."""
        given = self.request.get_signed_cookie(COOKIE, default="", max_age=COOKIE_LASTS, salt=self.request.path)
        return given == self.link.pk.hex

    def get(self, request, *args, **kwargs):
        return self.begin() if self.is_let_in else self.ask_code(CodeForm())

    def post(self, request, *args, **kwargs):
        if self.is_let_in:
            return self.take()
        form = CodeForm(request.POST if "code" in request.POST else None)
        if not form.is_valid():
            return self.ask_code(form)
        if not links.try_code(link=self.link, code=form.cleaned_data["code"], by=None, now=request.now):
            self.link = find(self.kwargs["token"], purpose=LINK, now=request.now)
            if self.link is None:
                return self.spent()
            form.add_error("code", WRONG)
            return self.ask_code(form)
        # What was typed before the code was asked for again is not lost.
        response = self.take() if self.carried() else self.begin()
        response.set_signed_cookie(
            COOKIE,
            self.link.pk.hex,
            salt=request.path,
            max_age=COOKIE_LASTS,
            path=request.path,
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )
        return response

    def carried(self) -> list[tuple[str, str]]:
        """The answers that were sent although the code has to be typed (again)."""
        names = [name for name in self.request.POST if name.startswith(f"{PREFIX}-") or name in (SHOWN, DRAFT)]
        return [(name, value) for name in names for value in self.request.POST.getlist(name)]

    def ask_code(self, form: CodeForm) -> HttpResponse:
        """The page before the questions. It names nobody: whoever has the address alone learns nothing."""
        return render(self.request, self.template_name, {"form": form, "asks_code": True, "carried": self.carried()})

    def kept(self, draft) -> HttpResponse:
        return self.begin()

    def done(self) -> HttpResponse:
        return render(self.request, "sessions_log/form_answered.html", {"spec": self.spec})

    def spent(self) -> HttpResponse:
        """One answer for every link that opens nothing, whether it was used, ran out or was made up."""
        return render(self.request, "sessions_log/form_link_spent.html", status=410)
