"""The list of people, and one person's page."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.generic import ListView, TemplateView

from people import queries
from people.actions import records
from people.models import Person
from people.web.gates import KeepersOnly


class PersonList(KeepersOnly, ListView):
    """Everybody whom the viewer keeps, found by part of a name or address."""

    template_name = "people/person_list.html"
    paginate_by = 50

    def get_queryset(self):
        self.search = self.request.GET.get("q", "").strip()[:100]
        self.sites = queries.sites_of(self.request.access)
        wanted = self.request.GET.get("site", "")
        self.site = next((site.pk for site in self.sites if str(site.pk) == wanted), None)
        return queries.people_list(self.request.access, search=self.search, site=self.site)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        recorded = queries.on_record(self.request.user, context["page_obj"].object_list, now=self.request.now)
        shows_bands = bool(recorded - {self.request.user.pk})
        selects = []
        if len(self.sites) > 1:
            options = [("", "All sites"), *((site.pk, site.name) for site in self.sites)]
            selects = [{"name": "site", "label": "Site", "value": self.site or "", "options": options}]
        return context | {
            "page": context["page_obj"],
            "on_record": recorded,
            "shows_bands": shows_bands,  # a column of dashes would read as nobody having a band
            "columns": "Name|Job title|Site|Band" if shows_bands else "Name|Job title|Site",
            "search": {"name": "q", "label": "Part of a name or e-mail address", "value": self.search},
            "selects": selects,
            "is_narrowed": bool(self.search or self.site),
            "is_alone": context["paginator"].count <= 1 and not (self.search or self.site),
            "keeps_a_list": bool(self.request.access.organisations_led),
            "today": timezone.localdate(self.request.now),
            "here": reverse("people:person-list"),
        }


class PersonDetail(TemplateView):
    """One person, as far as the viewer may see them. Opening another's page is recorded."""

    template_name = "people/person_detail.html"

    def get_context_data(self, pk, **kwargs):
        visible = Person.objects.visible_to(self.request.user, now=self.request.now)
        person = get_object_or_404(visible, pk=pk)
        records.opened(person=person, by=self.request.user, now=self.request.now)
        access = self.request.access
        card = queries.card(person, access)
        return super().get_context_data(**kwargs) | {
            "card": card,
            "person": person,
            "keeps_people": access.is_lead or access.is_site_lead or access.is_administrator,
        }
