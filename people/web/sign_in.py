"""Pages around signing in: those opened by a one-time link, and the form that was kept.

Signing in itself, passwords, codes and the second factor are allauth's pages.
"""

from contextlib import suppress

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import get_next_redirect_url, perform_login
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import resolve, reverse
from django.utils.decorators import method_decorator
from django.views.csrf import csrf_failure as django_csrf_failure
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView, TemplateView, View

from audit.refusal import Refused
from people.actions import founding, invitations
from people.actions import kept_forms as kept_form_actions
from people.kept_forms import MARK, address_of, fields, kept_for
from people.letters import employer
from people.middleware import is_htmx, keep
from people.models import Organisation, Person
from people.one_time_links import find, read
from people.web.gates import KeepersOnly
from people.web.sign_in_forms import FirstLeadForm, WelcomeForm


@method_decorator([login_not_required, sensitive_post_parameters("password")], name="dispatch")
class LinkPage(FormView):
    """A page that a one-time link opens. Looking at it does nothing: mail scanners follow links."""

    purpose: str

    def dispatch(self, request, *args, **kwargs):
        self.link = self.open_link()
        response = super().dispatch(request, *args, **kwargs) if self.link else self.spent()
        # The address is a secret. Not "no-referrer": browsers then send "Origin: null", which the CSRF check refuses.
        response.headers["Referrer-Policy"] = "strict-origin"
        return response

    def open_link(self):
        return find(self.kwargs["token"], purpose=self.purpose, now=self.request.now)

    def spent(self):
        """One answer for every link that opens nothing, whether it was used, ran out or was made up."""
        return render(self.request, self.spent_template, status=410)

    def sign_in(self, person):
        """Sign ``person`` in, who has just chosen a password, and lead on."""
        if self.request.user.is_authenticated and self.request.user != person:
            logout(self.request)
        record_authentication(self.request, person, method="password", email=person.email)
        return perform_login(self.request, person, email=person.email, redirect_url=get_next_redirect_url(self.request))


class Welcome(LinkPage):
    """Somebody who was invited chooses a password."""

    template_name = "people/welcome.html"
    spent_template = "people/welcome_spent.html"
    form_class = WelcomeForm
    purpose = invitations.INVITATION

    def spent(self):
        return self.send_again() if "again" in self.request.POST else super().spent()

    def send_again(self):
        """Send a new invitation where this link was once ours; say the same where not."""
        link = read(self.kwargs["token"], purpose=self.purpose)
        if link is not None:
            with suppress(Refused):  # has left, or has a password: the page says what to do then
                invitations.invite(person=link.person, by=None, now=self.request.now)
        return render(self.request, "people/welcome_sent.html")

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"person": self.link.person}

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            person=self.link.person,
            inviter=self.link.issued_by,
            organisation=employer(self.link.person, self.request.now),
            **kwargs,
        )

    def form_valid(self, form):
        try:
            person = invitations.accept(
                link=self.link, password=form.cleaned_data["password"], by=self.link.person, now=self.request.now
            )
        except Refused:  # another click was quicker
            return self.spent()
        return self.sign_in(person)


class PersonInvite(KeepersOnly, View):
    """Whoever keeps somebody's record invites them to sign in; pressed again later, sends a new link."""

    def post(self, request, pk):
        everybody = Person.objects.exclude(pk=request.user.pk)
        kept = everybody if request.access.is_administrator else everybody.on_record_for(request.user, now=request.now)
        person = get_object_or_404(kept, pk=pk)
        try:
            invitations.invite(person=person, by=request.user, now=request.now)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"An invitation is on its way to {person.email}.")
        return HttpResponseRedirect(reverse("people:person-detail", args=[person.pk]))


class FirstLead(LinkPage):
    """An empty portal is set up."""

    template_name = "people/first_lead.html"
    spent_template = "people/first_lead_spent.html"
    form_class = FirstLeadForm
    purpose = founding.FIRST_LEAD

    def open_link(self):
        return None if Organisation.objects.exists() else super().open_link()

    def form_valid(self, form):
        try:
            person = founding.found(link=self.link, by=None, now=self.request.now, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        return self.sign_in(person)


def csrf_failure(request, reason=""):
    """A form whose CSRF token is out of date: its person signed in anew in another tab, say.

    Where it came from our own page it is kept and offered again; all else is
    refused as Django does. The session cookie is SameSite, so another site's form
    is not even signed in here; the origin is checked all the same.
    """
    own = f"{request.scheme}://{request.get_host()}"
    if request.method == "POST" and request.user.is_authenticated and request.headers.get("Origin") == own:
        kept = keep(request, resolve(request.path_info).func, request.user)
        if kept:
            answer = address_of(kept)
            return HttpResponse(headers={"HX-Redirect": answer}) if is_htmx(request) else HttpResponseRedirect(answer)
    return django_csrf_failure(request, reason=reason)


class KeptForm(TemplateView):
    """What somebody sent when their sign-in had run out: send it now, or discard it."""

    template_name = "people/kept_form.html"

    def dispatch(self, request, *args, **kwargs):
        self.kept = get_object_or_404(kept_for(request.user, now=request.now), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        typed = fields(self.kept)
        return super().get_context_data(
            kept=self.kept,
            mark=MARK,
            fields=typed,
            texts=[value for _, value in typed if " " in value.strip()],  # what a person wrote, not ids and choices
            **kwargs,
        )

    def post(self, request, *args, **kwargs):
        kept_form_actions.drop(kept=self.kept, by=request.user, now=request.now)
        messages.info(request, "Discarded. It was not sent.")
        return HttpResponseRedirect(reverse("home"))
