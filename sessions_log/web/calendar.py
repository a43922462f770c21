"""One's own calendar feed: the page about it, and the feed itself, which is read without signing in."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.generic import TemplateView, View

from sessions_log import calendar
from sessions_log.actions import feeds
from sessions_log.models import CalendarFeed


class FeedDetail(TemplateView):
    """Whether one has a feed; a new one shows its address this once."""

    template_name = "sessions_log/feed_detail.html"

    def get_context_data(self, **kwargs):
        own = CalendarFeed.objects.filter(person=self.request.user).first()
        return super().get_context_data(feed=own, **kwargs)

    def post(self, request, *args, **kwargs):
        token = feeds.open_feed(by=request.user, now=request.now)
        address = settings.PORTAL_ADDRESS + reverse("sessions_log:feed-read", args=[token])
        return self.render_to_response(self.get_context_data(address=address))


class FeedClose(View):
    """The address opens nothing any more."""

    def post(self, request, *args, **kwargs):
        feeds.close_feed(by=request.user, now=request.now)
        messages.success(request, "Your calendar does not read your sessions any more")
        return redirect("sessions_log:feed-detail")


@method_decorator(login_not_required, name="dispatch")
class FeedRead(View):
    """The feed, for calendar programs. Every address that opens nothing is the same 404."""

    def get(self, request, *args, **kwargs):
        found = CalendarFeed.objects.filter(
            token_hash=CalendarFeed.hash_of(kwargs["token"]), person__is_active=True
        ).select_related("person")
        own = found.first()
        if own is None:
            raise Http404
        answer = HttpResponse(calendar.feed(own.person, now=request.now), content_type="text/calendar; charset=utf-8")
        answer.headers["Content-Disposition"] = 'inline; filename="sessions.ics"'
        answer.headers["Cache-Control"] = "no-store, private"
        answer.headers["Referrer-Policy"] = "no-referrer"
        return answer
