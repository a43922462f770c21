"""The page on which a designated supervisor reads who mentors those whom they supervise."""

from django.http import Http404
from django.utils import timezone
from django.views.generic import TemplateView

from programmes import mentoring_models
from programmes.facts import facts_alone, job_line
from programmes.supervising import mentors_of_supervised


class SupervisedList(TemplateView):
    """Who the mentors are, and nothing else. For whoever has nobody to read of there is no such page."""

    template_name = "programmes/supervised_list.html"

    def get_context_data(self, **kwargs):
        now = self.request.now
        found = mentors_of_supervised(self.request.user, now=now)
        if not found:
            raise Http404
        mentors = {mentor.person_id: mentor.person for _, some in found for mentor in some}
        programme = found[0][0].relationship.cohort.programme
        facts = facts_alone(mentors.values(), on=timezone.localdate(now), organisation=programme.organisation_id)
        lines = [
            {
                "person": member.person,
                "noun": mentoring_models.of(member.relationship.cohort.programme).words.mentee.one,
                "programme": member.relationship.cohort.programme.name,
                "mentors": [(mentor.person, job_line(facts[mentor.person_id])) for mentor in some],
            }
            for member, some in found
        ]
        return super().get_context_data(lines=lines, **kwargs)
