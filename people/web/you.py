"""One's own page: where details, password, second step and mentoring are found; and who opened one's record."""

from django.core.paginator import Paginator
from django.views.generic import TemplateView

from notices.nudges import wants
from people import own_record, queries


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


class OwnRecord(TemplateView):
    """Who opened or changed one's own record, and when. For everybody who is signed in."""

    template_name = "people/own_record.html"
    rows = 50

    def get_context_data(self, **kwargs):
        events = own_record.events_about(self.request.user)
        page = Paginator(events, self.rows).get_page(self.request.GET.get("page"))
        return super().get_context_data(page=page, lines=own_record.lines(page.object_list), **kwargs)
