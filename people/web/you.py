"""One's own page: where details, password, second step and mentoring are found."""

from django.views.generic import TemplateView

from notices.nudges import wants
from people import queries


class You(TemplateView):
    """Links to everything that is one's own. For everybody who is signed in."""

    template_name = "people/you.html"

    def get_context_data(self, **kwargs):
        request = self.request
        card = queries.card(request.user.pk, request.access)
        return super().get_context_data(
            card=card,
            person=request.user,
            parts=card.parts,
            wants_nudges=wants(request.user),
            **kwargs,
        )
