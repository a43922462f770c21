"""Who cannot be matched as things stand, why, and what would mend it; places against need."""

from django.core.paginator import Paginator
from django.urls import reverse
from django.views.generic import TemplateView

from programmes import mentoring_models
from programmes.actions import standings
from programmes.barred import PER_PAGE, barred, groups, lines, places
from programmes.offers import cohort_link
from programmes.readiness import readiness_of
from programmes.web.programmes import led_cohort


class ReadinessDetail(TemplateView):
    """Everyone whom a rule keeps from any match, by rule; and whether the places are where they are needed."""

    template_name = "programmes/readiness_detail.html"

    def get_context_data(self, **kwargs):
        now = self.request.now
        cohort = led_cohort(self.request, self.kwargs["pk"])
        up_to_date = standings.refresh(cohort=cohort, by=self.request.user, now=now, waits=True)
        model = mentoring_models.of(cohort.programme)
        found = groups(cohort, model)
        chosen = next((group for group in found if group.key == self.request.GET.get("group")), None)
        page = Paginator(barred(cohort, chosen), PER_PAGE).get_page(self.request.GET.get("page"))
        ready = readiness_of([cohort])[cohort.pk]
        return super().get_context_data(
            cohort=cohort,
            up_to_date=up_to_date,
            ready=ready,
            words=model.words,
            groups=[
                {"group": group, "noun": model.words.of(group.side), "url": f"?group={group.key}#people"}
                for group in found
            ],
            chosen=chosen,
            people=sum(group.people for group in found),
            page=page,
            lines=lines(cohort, page.object_list, now=now),
            places=places(cohort, now=now),
            what_if=cohort_link("what-if", cohort, ready, now=now),
            gaps=reverse("programmes:gap-list", args=[cohort.pk]),
            breadcrumb=[
                ("Programmes", reverse("programmes:programme-list")),
                (f"{cohort.programme}, {cohort}", reverse("programmes:cohort-detail", args=[cohort.pk])),
            ],
            **kwargs,
        )
