"""The list of people, and one person's page."""

from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.generic import ListView, TemplateView

from people import offers, queries
from people.actions.records import opened
from people.middleware import is_htmx
from people.models import Person
from people.models.employment import BANDS, band_label
from people.web.gates import KeepersOnly


class PersonList(KeepersOnly, ListView):
    """Everybody whom the viewer keeps, found by part of a name, an address or a staff number.

    htmx asks the same address while somebody types, and gets the table alone.
    """

    template_name = "people/person_list.html"
    paginate_by = 50

    def get_template_names(self):
        return ["people/_person_table.html"] if is_htmx(self.request) else [self.template_name]

    def get_queryset(self):
        asked, access = self.request.GET, self.request.access
        self.sites, self.teams = queries.sites_of(access), queries.teams_of(access)
        self.bands = [(band, band_label(band)) for band in reversed(BANDS)] + [("none", "No band")]
        self.narrowings = [(one, one.options(access)) for one in offers.narrowings()]
        self.asked = queries.Asked(
            search=asked.get("q", "").strip()[:100],
            site=_one_of(asked.get("site"), self.sites),
            team=_one_of(asked.get("team"), self.teams),
            band=asked.get("band", "") if asked.get("band") in dict(self.bands) else "",
            left=asked.get("state") == "left",
            others=tuple(
                (one.key, asked[one.key]) for one, options in self.narrowings if asked.get(one.key) in dict(options)
            ),
            sort=asked.get("sort") if asked.get("sort") in queries.SORTS else "name",
        )
        return queries.people_list(access, self.asked)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        asked, access = self.asked, self.request.access
        people = context["page_obj"].object_list
        queries.tell_record(people, access)
        shows_bands = any(person.is_recorded and person.pk != self.request.user.pk for person in people)
        narrowed = bool(asked.search or asked.site or asked.team or asked.band or asked.others)
        return context | {
            "page": context["page_obj"],
            "shows_bands": shows_bands,  # a column of dashes would read as nobody having a band
            "columns": "Name|Job title|Site|Band" if shows_bands else "Name|Job title|Site",
            "search": {
                "name": "q",
                "label": "Name, e-mail or staff number",
                "value": asked.search,
            },
            "selects": list(self.selects(keeps_records=access.is_lead or access.is_site_lead)),
            "more_open": bool(asked.team or asked.band or asked.sort != "name"),
            "is_narrowed": narrowed or asked.left,
            "is_alone": context["paginator"].count <= 1 and not (narrowed or asked.left),
            "keeps_a_list": bool(access.organisations_led),
            "may_add": access.is_administrator or bool(access.organisations_led),
            "today": timezone.localdate(self.request.now),
            "here": reverse("people:person-list"),
        }

    def selects(self, *, keeps_records: bool):
        """The choices over the list; one with nothing to choose is left out."""
        asked = self.asked
        if len(self.sites) > 1:
            yield _select("site", "Site", asked.site, [("", "All sites"), *((one.pk, one.name) for one in self.sites)])
        if self.teams:
            teams = [("", "All teams"), *((one.pk, one.name) for one in self.teams)]
            yield _select("team", "Team", asked.team, teams, more=True)
        if keeps_records:
            yield _select("band", "Band", asked.band, [("", "Any band"), *self.bands], more=True)
        chosen = dict(asked.others)
        for one, options in self.narrowings:
            if options:
                yield _select(one.key, one.label, chosen.get(one.key), [("", "Everybody"), *options])
        yield _select("state", "Who", "left" if asked.left else "", [("", "Here now"), ("left", "Have left")])
        if keeps_records:
            yield _select("sort", "Order", asked.sort, list(queries.SORTS.items()), more=True)


def _select(name, label, value, options, *, more: bool = False) -> dict:
    """For components/filter_bar.html; ``more``: folded away until it is wanted."""
    return {"name": name, "label": label, "value": value or "", "options": options, "more": more}


def _one_of(asked: str | None, rows) -> int | None:
    return next((row.pk for row in rows if str(row.pk) == asked), None)


class PersonDetail(TemplateView):
    """One person, as far as the viewer may see them. Opening another's page is recorded.

    A record that was merged into another leads there.
    """

    template_name = "people/person_detail.html"

    def get(self, request, *args, pk, **kwargs):
        self.card = queries.card(pk, request.access)
        if self.card is None:
            return HttpResponseRedirect(reverse("people:person-detail", args=[self.followed(pk).pk]))
        opened(person=self.card.person, by=request.user, now=request.now)
        return super().get(request, *args, pk=pk, **kwargs)

    def followed(self, pk: int) -> Person:
        """Whom a signpost leads to, where the viewer may see them; else there is no such page."""
        visible = Person.objects.visible_to(self.request.user, now=self.request.now)
        return get_object_or_404(visible, signposts=pk)

    def get_context_data(self, **kwargs):
        access = self.request.access
        return super().get_context_data(**kwargs) | {
            "card": self.card,
            "person": self.card.person,
            "may_erase": access.is_administrator and not self.card.person.is_active,
            "keeps_people": access.is_lead or access.is_site_lead or access.is_administrator,
        }
