"""A cohort's mail, for its leads: read it beforehand, hold it back, try again what did not arrive."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.generic import TemplateView, View

from audit.refusal import Refused
from notices.actions import outbox, pauses
from notices.models import Notice
from people.models import Person
from programmes.mails import mail_lines, pause_of, preview_of, troubles, waiting_in
from programmes.web.programmes import led_cohort


class MailList(TemplateView):
    """Every mail that the cohort's people may be sent, whether it is held back, and whom it does not reach."""

    template_name = "programmes/mail_list.html"

    def get_context_data(self, **kwargs):
        cohort = led_cohort(self.request, kwargs["pk"])
        now = self.request.now
        return super().get_context_data(
            cohort=cohort,
            lines=mail_lines(cohort, now=now),
            pause=pause_of(cohort),
            waiting=waiting_in(cohort, now=now),
            troubles=[trouble for _, trouble in troubles([cohort.pk])],
            back=reverse("programmes:cohort-detail", args=[cohort.pk]),
            **kwargs,
        )


class MailPreview(TemplateView):
    """One mail as it would read, about people made up."""

    template_name = "programmes/mail_preview.html"

    def get_context_data(self, **kwargs):
        cohort = led_cohort(self.request, kwargs["pk"])
        found = preview_of(cohort, kwargs["kind"], now=self.request.now)
        if found is None:
            raise Http404
        back = reverse("programmes:mail-list", args=[cohort.pk])
        return super().get_context_data(cohort=cohort, about=found[0], letter=found[1], back=back, **kwargs)


class MailPause(View):
    """Hold the cohort's mail back."""

    http_method_names = ["post"]

    def post(self, request, pk):
        cohort = led_cohort(request, pk)
        try:
            pauses.pause(cohort_id=cohort.pk, by=request.user, now=request.now)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "The mail of this cohort is held back until you let it go on")
        return redirect("programmes:mail-list", cohort.pk)


class MailResume(View):
    """Let the cohort's mail go on."""

    http_method_names = ["post"]

    def post(self, request, pk):
        cohort = led_cohort(request, pk)
        try:
            too_old = pauses.resume(cohort_id=cohort.pk, by=request.user, now=request.now)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            old = f". {too_old} had become too old and will not be sent" if too_old else ""
            messages.success(request, f"The mail of this cohort goes on{old}")
        return redirect("programmes:mail-list", cohort.pk)


class MailRetry(View):
    """Send somebody again what did not arrive in this cohort."""

    http_method_names = ["post"]

    def post(self, request, pk, person):
        cohort = led_cohort(request, pk)
        failed = Notice.objects.troubled().filter(cohort_id=cohort.pk, state=Notice.State.FAILED)
        recipient = get_object_or_404(Person.objects.filter(notices__in=failed).distinct(), pk=person)
        again = 0
        for notice in failed.filter(recipient=recipient):
            try:
                outbox.retry(notice=notice, by=request.user, now=request.now)
                again += 1
            except Refused:  # too old by now
                continue
        if again:
            messages.success(request, f"The mail to {recipient.name} is tried again within a minute")
        else:
            messages.error(request, f"The mail to {recipient.name} is too old by now to be sent again")
        return redirect("programmes:mail-list", cohort.pk)
