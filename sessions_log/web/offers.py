"""Offering times, picking one, voting in a group."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.generic import FormView, View

from audit.refusal import Refused
from look.numbers import whole
from sessions_log.actions import offers, plans
from sessions_log.letters import when_in_words
from sessions_log.models import Offer
from sessions_log.web.booking_forms import OfferForm, target_day
from sessions_log.web.sessions import OfLivingRelationship


class OfferMake(OfLivingRelationship, FormView):
    """Offer up to three times."""

    template_name = "sessions_log/offer_make.html"
    form_class = OfferForm

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"minutes": self.terms.cadence.minutes, "plan": self.plan}

    def wanted(self):
        """The date of the cadence that the address names, if it is still open."""
        return self.relationship.targets.open().filter(pk=whole(self.request.GET.get("target"))).first()

    def get_initial(self):
        target = self.wanted()
        return {"day_1": target_day(target, timezone.localdate(self.request.now))} if target else {}

    def form_valid(self, form):
        try:
            offers.offer(
                relationship=self.relationship,
                times=form.cleaned_data["times"],
                target=self.wanted(),
                by=self.request.user,
                now=self.request.now,
                **form.how(),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        plans.keep_how(relationship=self.relationship, by=self.request.user, now=self.request.now, **form.how())
        return self.done("Offered. You hear when a time is picked.")


class OfOffer(OfLivingRelationship):
    """An offer in one's own relationship, answered or not: an answer that comes too late is told so."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        offers_here = Offer.objects.filter(relationship=self.relationship)
        self.offer = get_object_or_404(
            offers_here.select_related("relationship__cohort__programme", "target"), pk=kwargs["offer"]
        )

    def answer(self, act, message: str):
        try:
            act()
        except Refused as refusal:
            messages.error(self.request, str(refusal))
            return redirect("sessions_log:session-list", pk=self.relationship.pk)
        return self.done(message)


class OfferPick(OfOffer, View):
    """Book the session at one of the times offered."""

    def post(self, request, *args, **kwargs):
        time = self.offer.times.filter(pk=whole(request.POST.get("time"))).first()
        if time is None:
            messages.error(request, "Choose one of the times.")
            return redirect("sessions_log:session-list", pk=self.relationship.pk)
        try:
            session = offers.pick(time=time, by=request.user, now=request.now)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("sessions_log:session-list", pk=self.relationship.pk)
        return self.done(f"Booked for {when_in_words(session)}")


class OfferVote(OfOffer, View):
    """Say of each time of a poll whether one can come."""

    def post(self, request, *args, **kwargs):
        answers = {
            time.pk: request.POST[f"time-{time.pk}"] == "yes"
            for time in self.offer.times.all()
            if request.POST.get(f"time-{time.pk}") in ("yes", "no")
        }
        return self.answer(
            lambda: offers.vote(offer=self.offer, answers=answers, by=request.user, now=request.now), "Kept"
        )


class OfferWithdraw(OfOffer, View):
    """Take one's own offer back."""

    def post(self, request, *args, **kwargs):
        return self.answer(lambda: offers.withdraw(offer=self.offer, by=request.user, now=request.now), "Taken back")
