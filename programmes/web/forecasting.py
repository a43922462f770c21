"""The forecast of a cohort: mentors for this intake and the next, for its leads."""

from django import forms
from django.core.paginator import Paginator
from django.http import Http404
from django.urls import reverse
from django.views.generic import TemplateView

from people.models import Person
from programmes import mentoring_models
from programmes.forecast import forecast, is_forecast, next_start
from programmes.web.programmes import led_cohort

MOST = 10_000  # mentees that anybody would type
SHOWN = 50  # of each list on the page of all three, and on each page of one


class NextIntakeForm(forms.Form):
    """How many come next time."""

    mentees = forms.IntegerField(
        min_value=0,
        max_value=MOST,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "nhsuk-input--width-4"}),
    )

    def __init__(self, *args, noun, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["mentees"].label = f"How many {noun.many} do you expect at the next intake?"


class ForecastDetail(TemplateView):
    """Places against need at both intakes, who comes in and who ages out. Nothing is kept of what is typed."""

    template_name = "programmes/forecast_detail.html"

    def get_context_data(self, **kwargs):
        request = self.request
        cohort = led_cohort(request, self.kwargs["pk"])
        model = mentoring_models.of(cohort.programme)
        if not is_forecast(model):
            raise Http404
        typed = NextIntakeForm(request.GET if "mentees" in request.GET else None, noun=model.words.mentee)
        mentees = typed.cleaned_data["mentees"] if typed.is_bound and typed.is_valid() else None
        staff = Person.objects.on_record_for(request.user, now=request.now).filter(is_active=True)
        found = forecast(cohort, staff, mentees=mentees, now=request.now)
        if not typed.is_bound:
            typed = NextIntakeForm(noun=model.words.mentee, initial={"mentees": found.next.mentees})
        by = f"by {next_start(cohort):%-d %B %Y}"
        lists = {
            "come-in": (f"Who comes in {by}", found.comes_in),
            "age-out": (f"Who ages out {by}", found.ages_out),
            "could-be-asked": ("Who could be asked now", found.could_be_asked),
        }
        alone = request.GET.get("list")
        number = request.GET.get("page") if alone in lists else 1
        pages = [
            (key, heading, Paginator(people, SHOWN).get_page(number))
            for key, (heading, people) in lists.items()
            if alone == key or alone not in lists
        ]
        return super().get_context_data(
            cohort=cohort,
            words=model.words,
            found=found,
            form=typed,
            intakes=[("This intake", found.now), ("The next intake", found.next)],
            lists=pages,
            is_one_list=alone in lists,
            breadcrumb=[
                ("Programmes", reverse("programmes:programme-list")),
                (f"{cohort.programme}, {cohort}", reverse("programmes:cohort-detail", args=[cohort.pk])),
            ],
            **kwargs,
        )
