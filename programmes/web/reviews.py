"""The page on which a member of a match says whether there is still a need to meet."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.generic import TemplateView

from audit.refusal import Refused
from programmes import mentoring_models
from programmes.actions import reviews
from programmes.groups import others_in
from programmes.models import Member, Review

ENDED = "It has ended. Thank you for the time that you gave each other."
LEFT = "You have left the group. Thank you for the time that you gave."


class ReviewAnswer(TemplateView):
    """It goes on, or it ends with thanks. Looking at the page answers nothing."""

    template_name = "programmes/review_answer.html"

    def dispatch(self, request, *args, **kwargs):
        own = Review.objects.filter(member__person=request.user)
        self.review = get_object_or_404(own.select_related("member__relationship__cohort__programme"), pk=kwargs["pk"])
        if not Review.objects.open().filter(pk=self.review.pk).exists():  # a mail is kept for longer
            messages.error(request, "This has been answered, or it has ended.")
            return redirect("home")
        return super().dispatch(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        goes_on = request.POST.get("answer") != "no"
        try:
            more = reviews.answer(review=self.review, goes_on=goes_on, by=request.user, now=request.now)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("home")
        over = LEFT if self.match.is_group else ENDED
        if more:
            messages.success(request, "Thank you. It goes on as before. One more page, and you are done.")
            return redirect(more)
        messages.success(request, "Thank you. It goes on as before." if goes_on else over)
        return redirect("programmes:relationship-detail", self.match.pk) if goes_on else redirect("home")

    @property
    def match(self):
        return self.review.member.relationship

    def get_context_data(self, **kwargs):
        members = self.match.members.knowing().select_related("person").order_by("pk")
        model = mentoring_models.of(self.match.cohort.programme)
        return super().get_context_data(
            question=model.texts.review,
            others=others_in(self.match, members, self.request.user),
            match=self.match,
            leads_it=self.review.member.role == Member.Role.MENTOR,
            noun=model.words.mentor.one,
            programme=self.match.cohort.programme,
            back=reverse("programmes:relationship-detail", args=[self.match.pk]),
            **kwargs,
        )
