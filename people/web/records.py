"""Pages by which those who keep a record change it: adding somebody, name, job, managers, ties, facts."""

from functools import cached_property

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView, TemplateView

from audit.refusal import Refused
from people import merging, queries
from people.actions import employments, facts, ties
from people.actions import people as people_actions
from people.fact_kinds import FACT_KINDS
from people.middleware import is_htmx
from people.models import Employment, Fact, Organisation, Person, Tie
from people.roles import ROLE_BEYOND, reaching_further
from people.web.gates import KeepersOnly
from people.web.record_forms import (
    FactForm,
    JobForm,
    ManagersForm,
    NameForm,
    NewGuestForm,
    NewJobForm,
    NewStaffForm,
    TieForm,
    finder_for,
)

STAFF, OUTSIDE = "staff", "outside"
STYLE = "style"  # a lead's words about somebody have a page of their own


def organisations_kept(access) -> list[Organisation]:
    """The organisations whose people the viewer may add or give a job at: those they lead; an administrator's all."""
    if access.is_administrator:
        return list(Organisation.objects.all())
    return list(Organisation.objects.filter(pk__in=access.organisations_led))


class OfPerson(KeepersOnly):
    """Finds the person of the address among those whom the viewer may change; else there is no such page."""

    def people(self):
        return queries.may_keep_record(self.request.access)

    def dispatch(self, request, *args, **kwargs):
        self.person = self.find(**kwargs)
        return super().dispatch(request, *args, **kwargs)

    def find(self, **kwargs) -> Person:
        return get_object_or_404(self.people(), pk=kwargs["pk"])

    def back(self) -> str:
        return reverse("people:person-detail", args=[self.person.pk])

    def done(self, sentence: str = "") -> HttpResponseRedirect:
        if sentence:
            messages.success(self.request, sentence)
        return HttpResponseRedirect(self.back())

    def get_context_data(self, **kwargs):
        return super().get_context_data(person=self.person, back=self.back(), **kwargs)


class Acts:
    """A form whose action may refuse: the sentence stands over the form, and nothing typed is lost."""

    def form_valid(self, form):
        try:
            return self.act(form)
        except Refused as refused:
            form.add_error(None, str(refused))
            return self.form_invalid(form)


class PersonAdd(Acts, FormView):
    """Somebody new, by hand: staff, or somebody from outside without a job here."""

    template_name = "people/person_add.html"

    def dispatch(self, request, *args, **kwargs):
        self.organisations = organisations_kept(request.access)
        if not self.organisations or kwargs["kind"] not in (STAFF, OUTSIDE):
            raise Http404
        self.outside = kwargs["kind"] == OUTSIDE
        self.alike = []
        return super().dispatch(request, *args, **kwargs)

    def get_form_class(self):
        return NewGuestForm if self.outside else NewStaffForm

    def get_form_kwargs(self):
        told = super().get_form_kwargs() | {"organisations": self.organisations}
        return told if self.outside else told | {"finder": finder_for(self.request.access)}

    def act(self, form):
        said = form.cleaned_data
        known = Person(given_name=said["given_name"], family_name=said["family_name"])
        known.folded_name = known.fold()
        visible = Person.objects.visible_to(self.request.user, now=self.request.now)
        self.alike = merging.alike(known, visible)
        if self.alike and self.request.POST.get("somebody_else") != "yes":
            return self.form_invalid(form)
        names = {name: said[name] for name in ("given_name", "family_name", "email")}
        told = {"organisation": said["organisation"], "by": self.request.user, "now": self.request.now, **names}
        if self.outside:
            person = people_actions.take_on(works_at=said["works_at"], **told)
        else:
            person = people_actions.take_on(
                managers=said["managers"], start_date=said["start_date"], **form.job(), **told
            )
        messages.success(self.request, f"{person.name} is on your list. Nobody has been written to.")
        return HttpResponseRedirect(reverse("people:person-detail", args=[person.pk]))

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            outside=self.outside, alike=self.alike, back=reverse("people:person-list"), **kwargs
        )


class PersonEdit(OfPerson, Acts, FormView):
    """Name and address."""

    template_name = "people/person_edit.html"
    form_class = NameForm

    def people(self):
        return queries.may_keep_account(self.request.access)

    def get_initial(self):
        return {name: getattr(self.person, name) for name in NameForm.base_fields}

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        self.in_use = self.person.has_signed_in
        if self.in_use and not self.request.access.is_administrator:
            form.fields["email"].disabled = True
            form.fields["email"].help_text = (
                f"{self.person.given_name} signs in with it, so only {self.person.given_name} can change it, or an "
                "administrator."
            )
        elif reaching_further([self.person.pk], self.request.access):
            form.fields["email"].disabled = True
            form.fields["email"].help_text = ROLE_BEYOND.format(name=self.person.name)
        elif self.in_use:
            form.fields["sure"] = forms.BooleanField(
                required=False,
                label=f"I have made sure, by another way than mail, that it is {self.person.given_name} who asks",
                help_text="Needed to change the address, because whoever reads mail there can then sign in.",
            )
        return form

    def act(self, form):
        said = form.cleaned_data
        moves = (said["email"] or None) != self.person.email
        if moves and self.in_use and not said.get("sure"):
            form.add_error("sure" if "sure" in form.fields else None, "Tick this to change the address.")
            return self.form_invalid(form)
        person = Person.objects.get(pk=self.person.pk)  # a refusal must not leave half a name on the page
        names = {name: said[name] for name in NameForm.base_fields}
        people_actions.change(person=person, by=self.request.user, now=self.request.now, **names)
        return self.done("Saved.")


class JobStart(OfPerson, Acts, FormView):
    """A first or further job of somebody whom the portal knows."""

    template_name = "people/job_start.html"
    form_class = NewJobForm

    def people(self):
        return queries.may_keep_account(self.request.access).filter(is_active=True)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"organisations": organisations_kept(self.request.access)}

    def act(self, form):
        said = form.cleaned_data
        employments.start(
            person=self.person,
            organisation=said["organisation"],
            start_date=said["start_date"],
            by=self.request.user,
            now=self.request.now,
            **form.job(),
        )
        return self.done("Saved.")


class JobEdit(OfPerson, Acts, FormView):
    """A job that is not over: put right, or changed from a day on."""

    template_name = "people/job_edit.html"
    form_class = JobForm

    def find(self, **kwargs) -> Person:
        led = self.request.access.organisations_led
        jobs = Employment.objects.not_over(on=timezone.localdate(self.request.now)).filter(organisation__in=led)
        self.job = get_object_or_404(jobs.select_related("person", "organisation"), pk=kwargs["pk"])
        return get_object_or_404(self.people(), pk=self.job.person_id)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"organisations": [self.job.organisation]}

    def get_initial(self):
        names = [*employments.DETAILS, "start_date"]
        return {name: getattr(self.job, name) for name in names}

    def act(self, form):
        job = Employment.objects.get(pk=self.job.pk)
        employments.change(
            employment=job,
            start_date=form.cleaned_data["start_date"],
            since=form.cleaned_data["since"],
            by=self.request.user,
            now=self.request.now,
            **form.job(),
        )
        return self.done("Saved.")

    def get_context_data(self, **kwargs):
        return super().get_context_data(job=self.job, **kwargs)


class ManagersEdit(OfPerson, Acts, FormView):
    """Who manages somebody. A manager whom the viewer may not see stays as they are."""

    template_name = "people/managers_edit.html"
    form_class = ManagersForm

    @cached_property
    def known(self) -> tuple[list[Person], list[Person]]:
        """The managers now: those whom the viewer may see, and the others."""
        lines = self.person.managed_by.not_over(on=timezone.localdate(self.request.now))
        now = list(Person.objects.filter(pk__in=lines.order_by().values("manager")))
        seen = Person.objects.visible_to(self.request.user, now=self.request.now).filter(pk__in=[one.pk for one in now])
        shown = set(seen.order_by().values_list("pk", flat=True))
        return [one for one in now if one.pk in shown], [one for one in now if one.pk not in shown]

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"finder": finder_for(self.request.access)}

    def get_initial(self):
        return {"managers": "\n".join(one.email or one.name for one in self.known[0])}

    def act(self, form):
        managers = [*form.cleaned_data["managers"], *self.known[1]]
        employments.set_managers(person=self.person, managers=managers, by=self.request.user, now=self.request.now)
        return self.done("Saved.")

    def get_context_data(self, **kwargs):
        return super().get_context_data(elsewhere=self.known[1], **kwargs)


class TieRecord(OfPerson, Acts, FormView):
    """A supervisor, an assessor, or two people who are not to be paired."""

    template_name = "people/tie_record.html"
    form_class = TieForm

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"person": self.person, "finder": finder_for(self.request.access)}

    def act(self, form):
        said = form.cleaned_data
        ties.record(
            kind=said["kind"],
            person=self.person,
            other=said["other"],
            start_date=said["start_date"],
            last_day=said["last_day"],
            by=self.request.user,
            now=self.request.now,
        )
        return self.done("Recorded. Neither is told.")


class TieEnd(OfPerson, TemplateView):
    """Ask once, then end a tie."""

    template_name = "people/tie_end.html"

    def find(self, **kwargs) -> Person:
        """The one of the two whose record the viewer keeps, the subject before the other."""
        ties_now = Tie.objects.not_over(on=timezone.localdate(self.request.now))
        self.tie = get_object_or_404(ties_now.select_related("person", "other"), pk=kwargs["pk"])
        both = [self.tie.person_id, self.tie.other_id]
        kept = {person.pk: person for person in self.people().filter(pk__in=both)}
        if not kept:
            raise Http404
        return kept.get(self.tie.person_id) or kept[self.tie.other_id]

    def post(self, request, *args, **kwargs):
        ties.end(tie=self.tie, by=request.user, now=request.now)
        return self.done("Ended. Neither is told.")

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            tie=self.tie, is_directed=self.tie.kind in Tie.DIRECTED, label=self.tie.get_kind_display(), **kwargs
        )


class FactEdit(OfPerson, Acts, FormView):
    """One fact. Asked by htmx it is the row of the card, with a form in it and then with the new value."""

    template_name = "people/fact_edit.html"
    form_class = FactForm

    def dispatch(self, request, *args, **kwargs):
        if kwargs["kind"] not in FACT_KINDS or kwargs["kind"] == STYLE:
            raise Http404
        self.kind = FACT_KINDS[kwargs["kind"]]
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        fact = Fact.objects.filter(person=self.person, kind=self.kind.key).first()
        return super().get_form_kwargs() | {"person": self.person, "kind": self.kind, "fact": fact}

    def get_template_names(self):
        return ["people/_fact_form.html"] if is_htmx(self.request) else [self.template_name]

    def get(self, request, *args, **kwargs):
        if is_htmx(request) and "cancel" in request.GET:
            return self.row()
        return super().get(request, *args, **kwargs)

    def act(self, form):
        said = form.cleaned_data
        told = {"person": self.person, "kind": self.kind.key, "by": self.request.user, "now": self.request.now}
        if said["not_applicable"]:
            facts.record(applies=False, **told)
        elif said["value"]:
            facts.record(value=said["value"], **told)
        else:
            facts.forget(**told)
        return self.row() if is_htmx(self.request) else self.done()

    def row(self):
        line = next(line for line in queries.fact_lines(self.person) if line.kind == self.kind)
        return render(
            self.request, "people/_fact_row.html", {"line": line, "person": self.person, "keeps": True, "fresh": True}
        )

    def get_context_data(self, **kwargs):
        return super().get_context_data(kind=self.kind, **kwargs)
