"""The page from which a person copies what they wrote about a session into their own record."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.generic import TemplateView

from sessions_log.portfolio import draft_of, has_own_words
from sessions_log.queries.sessions import sessions_of
from sessions_log.web.own import OfOwnRelationship


class PortfolioDraft(OfOwnRelationship, TemplateView):
    """One's own words about a session that was held, to select, copy or take away as a file. Nothing is sent."""

    template_name = "sessions_log/portfolio_draft.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        held = sessions_of(self.relationship, request.user).held()
        self.session = get_object_or_404(held, pk=kwargs["session"])
        self.text = draft_of(self.session, request.user, now=request.now)

    def get(self, request, *args, **kwargs):
        if "file" in request.GET:
            name = f"mentoring-session-{self.session.day:%Y-%m-%d}.txt"
            headers = {"Content-Disposition": f'attachment; filename="{name}"'}
            return HttpResponse(self.text, content_type="text/plain; charset=utf-8", headers=headers)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            **kwargs
            | {
                "session": self.session,
                "text": self.text,
                "has_own_words": has_own_words(self.text),
                "rows": min(max(self.text.count("\n") + 2, 8), 30),
            }
        )
