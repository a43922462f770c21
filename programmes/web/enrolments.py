"""Pages for enrolling people and taking them out again."""

from functools import cached_property

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.views.generic import FormView, TemplateView

from audit.refusal import Refused
from look.numbers import whole
from people.models import Employment, Site
from people.models.employment import BANDS
from programmes import mentoring_models
from programmes.actions import enrolments, joining
from programmes.groups import name_of
from programmes.models import Enrolment, Relationship, Side
from programmes.queries import candidates, narrowed, people_to_enrol
from programmes.readiness import readiness_of
from programmes.web.forms import EnrolmentAddForm
from programmes.web.programmes import led_cohort

PER_PAGE = 50
TICKED_AT_ONCE = 1_000  # people whom one press ticks, on other pages too


class EnrolmentAdd(FormView):
    """Pick people from a filtered list and enrol them together.

    Filters, ticks and answers are one form, so that nothing ticked is lost when
    the list is narrowed: ``show`` draws the page anew, with ``all``, ``yes``
    (those who volunteered) or ``none`` changing the ticks.
    """

    template_name = "programmes/enrolment_add.html"
    form_class = EnrolmentAddForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if kwargs["side"] not in (Side.MENTEE, Side.MENTOR):
            raise Http404
        self.side = kwargs["side"]

    def dispatch(self, request, *args, **kwargs):
        self.cohort = led_cohort(request, kwargs["pk"])
        self.model = mentoring_models.of(self.cohort.programme)
        return super().dispatch(request, *args, **kwargs)

    def filters(self) -> dict[str, str]:
        """What the address asks for; at the first look, whom the model is most likely to mean."""
        asked = self.request.POST or self.request.GET
        if "q" not in asked:
            likely = self.model.likely.of(self.side)
            return {"words": "", "band": likely.band or "", "level": likely.level or "", "site": ""}
        sites = {str(site.pk) for site in self.sites}
        return {
            "words": asked["q"][:100],
            "band": asked.get("band", "") if asked.get("band") in BANDS else "",
            "level": asked.get("level", "") if asked.get("level") in Employment.Level.values else "",
            "site": asked.get("site", "") if asked.get("site") in sites else "",
        }

    @cached_property
    def sites(self) -> list[Site]:
        return list(Site.objects.filter(organisation=self.cohort.programme.organisation_id))

    @cached_property
    def everyone(self):
        """Whoever may be enrolled; a queryset, which is never fetched itself."""
        return people_to_enrol(self.cohort, self.side, self.request.user, now=self.request.now)

    def has_room(self, one) -> bool:
        """Whether ticking all means them too. A mentee who has a mentor elsewhere is left to the lead."""
        return one.is_likely and (self.side == Side.MENTOR or not one.already)

    def is_willing(self, one) -> bool:
        """Whether ticking those who said yes means them too."""
        return one.is_likely and self.side in one.facts.volunteered

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"people": self.everyone, "model": self.model, "side": self.side}

    def get_form(self, form_class=None):
        """While the list is only narrowed, what was chosen below it stays as it was and is not judged yet."""
        form = super().get_form(form_class)
        if self.narrows:
            kept = {name: form[name].value() for name in form.fields if name != "people"}
            form = self.form_class(**self.get_form_kwargs() | {"data": None, "files": None, "initial": kept})
        return form

    @property
    def narrows(self) -> bool:
        return "show" in self.request.POST or "page" in self.request.POST

    def post(self, request, *args, **kwargs):
        if self.narrows:
            return self.render_to_response(self.get_context_data())
        return super().post(request, *args, **kwargs)

    def form_valid(self, form):
        if "ask" in self.request.POST:
            return self.ask(form)
        return self.enrol(form)

    def ask(self, form):
        """Ask those ticked by e-mail; they answer themselves."""
        try:
            asked = joining.ask_many(
                cohort=self.cohort,
                people=form.cleaned_data["people"],
                side=self.side,
                by=self.request.user,
                now=self.request.now,
            )
        except Refused as refused:
            form.add_error("people", str(refused))
            return self.form_invalid(form)
        count = len(asked)
        people = "person is" if count == 1 else "people are"
        messages.success(self.request, f"{count:,} {people} asked. You see their answers here.")
        return redirect("programmes:joining-list", self.cohort.pk)

    def enrol(self, form):
        chosen = candidates(self.cohort, form.cleaned_data["people"], self.side, now=self.request.now)
        all_the_same = form.cleaned_data["against"]
        for one in chosen:
            if not one.can_be_enrolled and not (all_the_same and one.is_advised_against):
                form.add_error("people", next(found.sentence for found in one.refusals if not found.missing))
        said_yes = form.cleaned_data.get("volunteered", False)
        unasked = [one.facts.given_name for one in chosen if self.side not in one.facts.volunteered]
        if "volunteered" in form.fields and not said_yes and unasked:
            noun = self.model.words.of(self.side)
            form.add_error(
                "volunteered", f"{capfirst(noun.many)} on this programme volunteer. Confirm it for {_few(unasked)}."
            )
        if form.errors:
            return self.form_invalid(form)
        try:
            enrolled = enrolments.enrol_many(
                cohort=self.cohort,
                people=[one.person for one in chosen],
                side=self.side,
                capacity=form.cleaned_data.get("capacity"),
                volunteered=said_yes,
                by=self.request.user,
                now=self.request.now,
            )
        except Refused as refused:
            form.add_error(None, str(refused))
            return self.form_invalid(form)
        noun = self.model.words.of(self.side)
        count = len(enrolled)
        messages.success(self.request, f"{count:,} {noun.one if count == 1 else noun.many} enrolled.")
        other = Side.MENTOR if self.side == Side.MENTEE else Side.MENTEE
        if not self.cohort.enrolments.live().on_side(other).exists():
            return redirect("programmes:enrolment-add", self.cohort.pk, other)
        return redirect("programmes:cohort-detail", self.cohort.pk)

    def ticks(self, found, page, shown) -> set[int]:
        """Who is ticked: as sent, changed by the button pressed; at a cohort's first look, whom the model means.

        ``found`` is everyone whom the filters leave, of whom ``shown`` are on this ``page``.
        """
        sent = self.request.POST
        ticked = {pk for pk in map(whole, sent.getlist("people")) if pk}
        how = sent.get("show") if sent else "first" if self.is_first_look else ""
        if how == "none":
            return set()
        if how not in ("all", "yes", "first"):
            return ticked
        if how == "first":
            how = "yes" if self.side in self.model.voluntary else "all"
        some = shown
        if page.has_other_pages():
            some = candidates(self.cohort, found[:TICKED_AT_ONCE], self.side, now=self.request.now)
        wanted = self.has_room if how == "all" else self.is_willing
        return ticked | {one.person.pk for one in some if wanted(one)}

    @property
    def is_first_look(self) -> bool:
        """Nobody is on this side yet, and nothing was asked for: the portal makes the first suggestion."""
        return "q" not in self.request.GET and not self.cohort.enrolments.filter(side=self.side).exists()

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        filters = self.filters()
        people = narrowed(self.everyone, self.cohort, **filters, now=self.request.now)
        wanted = self.request.POST.get("page") or self.request.GET.get("page")
        page = Paginator(people, PER_PAGE).get_page(wanted)
        shown = candidates(self.cohort, page.object_list, self.side, now=self.request.now)
        form = context["form"]
        ticked = self.ticks(people, page, shown)
        here = {one.person.pk for one in shown}
        elsewhere = list(self.everyone.filter(pk__in=ticked - here)) if ticked - here else []
        noun = self.model.words.of(self.side)
        sites = [(str(site.pk), site.name) for site in self.sites]
        voluntary = "volunteered" in form.fields
        words = filters.pop("words")
        lines = [
            {
                "person": one.person,
                "facts": one.facts,
                "refusals": one.refusals,
                "able": one.can_be_enrolled or one.is_advised_against,
                "advised_against": one.is_advised_against,
                "already": one.already,
                "opposite": one.opposite,
                "unregistered": one.unregistered,
                "ticked": one.person.pk in ticked,
                "said_yes": self.side in one.facts.volunteered,
                "input_id": f"person-{one.person.pk}",
            }
            for one in shown
        ]
        able = [line for line in lines if line["able"]]
        advised = any(line["advised_against"] for line in lines) or form["against"].value()
        fresh = [one for one in shown if self.has_room(one)]
        if able:
            able[0]["input_id"] = "id_people"  # where the error summary leads
        found = page.paginator.count
        return context | {
            "cohort": self.cohort,
            "side": self.side,
            "noun": noun,
            "readiness": readiness_of([self.cohort])[self.cohort.pk].sentence(self.model.words),
            "page": page,
            "shown": lines,
            "able": len(fresh),
            "ticked": ticked,
            "willing": sum(map(self.is_willing, shown)) if voluntary else 0,
            "advised": advised,
            "elsewhere": elsewhere,
            "elsewhere_names": _few([person.name for person in elsewhere]),
            "suggested": _suggestion(len(ticked), voluntary) if ticked and not self.request.POST else "",
            "voluntary": voluntary,
            "caption": f"{found} {'person' if found == 1 else 'people'} not enrolled yet",
            "columns": f"Name|Job title|Band|Site|{'Volunteered|' if voluntary else ''}Can take part?",
            "search": {"name": "q", "label": "Name, job title or team", "value": words},
            "selects": [
                _select("band", "Band", filters, [(band, f"Band {band}") for band in BANDS], "Any band"),
                _select("level", "Level", filters, Employment.Level.choices, "Any level"),
                _select("site", "Site", filters, sites, "Any site"),
            ],
            "everybody": "?q=",
            "back": reverse("programmes:cohort-detail", args=[self.cohort.pk]),
            "breadcrumb": [
                ("Programmes", reverse("programmes:programme-list")),
                (
                    f"{self.cohort.programme}, {self.cohort}",
                    reverse("programmes:cohort-detail", args=[self.cohort.pk]),
                ),
            ],
        }


def _few(names: list[str], most: int = 3) -> str:
    """The first names, and how many more there are."""
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def _suggestion(count: int, voluntary: bool) -> str:
    who = "who said yes" if voluntary else "who can take part"
    people = f"The one person {who} is" if count == 1 else f"The {count:,} people {who} are"
    return f"{people} ticked to begin with. Untick whoever should not take part."


def _select(name, label, filters, options, whatever):
    return {"name": name, "label": label, "value": filters[name], "options": [("", whatever), *options]}


class EnrolmentWithdraw(TemplateView):
    """Ask once, naming what ends with it; then withdraw. People withdraw themselves, and a lead withdraws anyone."""

    template_name = "programmes/enrolment_withdraw.html"

    def dispatch(self, request, *args, **kwargs):
        visible = Enrolment.objects.live().visible_to(request.user, now=request.now)
        self.enrolment = get_object_or_404(
            visible.select_related("person", "cohort__programme__organisation"), pk=kwargs["pk"]
        )
        self.own = self.enrolment.person_id == request.user.pk
        return super().dispatch(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        enrolments.withdraw(enrolment=self.enrolment, by=request.user, now=request.now)
        cohort = self.enrolment.cohort
        still = cohort.enrolments.live().filter(person=self.enrolment.person_id).exists()  # on the other side
        part = f" as {mentoring_models.of(cohort.programme).words.of(self.enrolment.side).a}" if still else ""
        if self.own:
            messages.success(request, f"You no longer take part in {cohort.programme}{part}.")
            return redirect("home")
        messages.success(request, f"{self.enrolment.person.name} no longer takes part{part}.")
        return redirect("programmes:cohort-detail", cohort.pk)

    def get_context_data(self, **kwargs):
        cohort = self.enrolment.cohort
        ending = Relationship.objects.live().filter(members__enrolment=self.enrolment, members__left_at=None)
        if self.own:
            ending = ending.told()  # of a match that is to come one does not learn by leaving
        partners, groups = [], []
        for relationship in ending.prefetch_related("members__person"):
            members = [member for member in relationship.members.all() if member.left_at is None]
            if relationship.is_group:
                groups.append(name_of(relationship, members))
            else:
                partners += [member.person for member in members if member.person_id != self.enrolment.person_id]
        page = "enrolment-detail" if self.own else "cohort-detail"
        return super().get_context_data(
            enrolment=self.enrolment,
            own=self.own,
            cohort=cohort,
            noun=mentoring_models.of(cohort.programme).words.of(self.enrolment.side),
            partners=partners,
            groups=groups,
            back=reverse(f"programmes:{page}", args=[self.enrolment.pk if self.own else cohort.pk]),
            **kwargs,
        )
