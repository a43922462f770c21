"""Stopping reminders: from the link in one of them, without signing in, or from one's own page."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import TemplateView, View

from notices.actions import nudge_choices
from notices.nudges import person_of, wants


# Exempt from the form's token: mail programs post to it themselves, without cookies (RFC 8058). All that a
# forged post could do is what the link is for, and who has the link may do it.
@method_decorator([login_not_required, csrf_exempt], name="dispatch")
class NudgeStop(TemplateView):
    """The page with one button. Opening it changes nothing: mail scanners open every link."""

    template_name = "notices/nudge_stop.html"

    def get_context_data(self, **kwargs):
        person = person_of(self.kwargs["token"])
        return super().get_context_data(is_ours=person is not None, wanted=person and wants(person), **kwargs)

    def post(self, request, token):
        """Stop them, or let them come again where the page's second button says so."""
        person = person_of(token)
        if person is not None:
            wanted = request.POST.get("wanted") == "yes"
            nudge_choices.choose(person=person, wanted=wanted, by=person, now=request.now)
        return render(request, self.template_name, self.get_context_data())


class NudgeChoose(View):
    """From one's own page: have reminders, or none."""

    http_method_names = ["post"]

    def post(self, request):
        wanted = request.POST.get("wanted") == "yes"
        nudge_choices.choose(person=request.user, wanted=wanted, by=request.user, now=request.now)
        messages.success(request, "Reminders come by e-mail again" if wanted else "You get no more reminders by e-mail")
        return HttpResponseRedirect(reverse("people:you"))
