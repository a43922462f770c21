"""Pages for matches whose time is over: the leads' list of them, and a member's yes to going on."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView, TemplateView

from audit.refusal import Refused
from look.forms import Checkboxes, DateField, Radios
from programmes import mentoring_models
from programmes.actions import endings
from programmes.dates import in_words
from programmes.following import pair_name
from programmes.groups import name_of
from programmes.lasting import end_of, may_go_on, over_in
from programmes.models import Member, Relationship
from programmes.web.programmes import led_cohort
from programmes.web.relationships import OfRelationship

PER_PAGE = 50
THANK, LATER = "thank", "later"


class EndingForm(forms.Form):
    """Which matches, and what becomes of them."""

    which = forms.MultipleChoiceField(
        label="Which?", widget=Checkboxes(small=True), error_messages={"required": "Tick at least one"}
    )
    what = forms.ChoiceField(
        label="What becomes of them?",
        widget=Radios,
        initial=THANK,
        choices=[(THANK, "They end, and everybody in them is thanked"), (LATER, "They go on for longer")],
    )
    until = DateField(label="Until when do they go on?", required=False, help_text="For example, 26 7 2028")

    def __init__(self, *args, matches, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["which"].choices = matches
        self.fields["which"].initial = [key for key, _ in matches]

    def clean(self):
        given = super().clean()
        if given.get("what") == LATER and not given.get("until") and "until" not in self.errors:
            self.add_error("until", "Say until when they go on")
        return given


class EndingList(FormView):
    """The matches of a cohort whose time is over: end them with thanks, or let them go on until another day."""

    template_name = "programmes/ending_list.html"
    form_class = EndingForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.cohort = led_cohort(request, kwargs["pk"])
        self.model = mentoring_models.of(self.cohort.programme)
        rows = over_in(self.cohort, now=request.now).select_related("cohort")
        current = Prefetch("members", Member.objects.current().select_related("person").order_by("pk"))
        self.page = Paginator(rows.prefetch_related(current), PER_PAGE).get_page(request.GET.get("page"))

    def get_form_kwargs(self):
        matches = [(str(one.pk), f"{_name(one)}, until {self._end(one)}") for one in self.page]
        return super().get_form_kwargs() | {"matches": matches}

    def _end(self, relationship: Relationship) -> str:
        return in_words(end_of(relationship, self.model))

    def form_valid(self, form):
        ticked = set(form.cleaned_data["which"])
        chosen = [one for one in self.page if str(one.pk) in ticked]
        how = {"by": self.request.user, "now": self.request.now}
        if form.cleaned_data["what"] == THANK:
            done = endings.thank(ending=chosen, **how)
            matches = "1 match has" if done == 1 else f"{done} matches have"
            messages.success(self.request, f"{matches} ended. Everybody in them is thanked.")
        else:
            until = form.cleaned_data["until"]
            try:
                for one in chosen:
                    endings.renew(relationship=one, until=until, **how)
            except Refused as refused:
                form.add_error("until", str(refused))
                return self.form_invalid(form)
            messages.success(self.request, f"They go on until {in_words(until)}.")
        if over_in(self.cohort, now=self.request.now).exists():
            return redirect("programmes:ending-list", self.cohort.pk)
        return redirect("programmes:cohort-detail", self.cohort.pk)

    def get_context_data(self, **kwargs):
        today = timezone.localdate(self.request.now)
        return super().get_context_data(
            cohort=self.cohort,
            page=self.page,
            is_over=self.cohort.is_open and self.cohort.end_date is not None and self.cohort.end_date <= today,
            back=reverse("programmes:cohort-detail", args=[self.cohort.pk]),
            **kwargs,
        )


def _name(relationship: Relationship) -> str:
    if relationship.is_group:
        return name_of(relationship, relationship.members.all())
    return pair_name(relationship) or " and ".join(one.person.name for one in relationship.members.all())


class RelationshipRenew(OfRelationship, TemplateView):
    """Ask once whether one would go on beyond the end; it goes on where all of them would."""

    template_name = "programmes/relationship_renew.html"

    def dispatch(self, request, *args, **kwargs):
        mine = Relationship.objects.of(request.user).filter(pk=kwargs["pk"]).select_related("cohort__programme")
        found = mine.first()
        if found is None or not may_go_on(found, now=request.now):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        try:
            goes_on = endings.go_on(relationship=self.relationship, by=request.user, now=request.now)
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            self.relationship.refresh_from_db()
            until = in_words(self.relationship.ends_on) if goes_on else ""
            said = f"It goes on until {until}." if goes_on else "Kept. It goes on once the others would as well."
            messages.success(request, said)
        return redirect("programmes:relationship-detail", self.relationship.pk)

    def get_context_data(self, **kwargs):
        end = end_of(self.relationship, self.model)
        return super().get_context_data(
            ends_on=in_words(end),
            weeks=self.model.duration.weeks or 52,
            partners=" and ".join(card.person.given_name for card in self.others),
            **kwargs,
        )
