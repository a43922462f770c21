"""Pages of a relationship, for its members and for the lead."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.generic import TemplateView

from programmes import mentoring_models, offers
from programmes.actions import relationships
from programmes.dates import in_words
from programmes.models import Cohort, Member, Relationship
from programmes.phases import standings
from programmes.queries import cards, hopes_for
from programmes.triad_letters import who_is_who

NAMED_BY_THE_MODEL = (Member.Role.MENTEE, Member.Role.MENTOR, Member.Role.TRAINEE)


class OfRelationship:
    """Finds the relationship that the viewer may see, and in what part: member, lead or both."""

    def dispatch(self, request, *args, **kwargs):
        visible = Relationship.objects.visible_to(request.user, now=request.now)
        self.relationship = get_object_or_404(
            visible.select_related("cohort__programme__organisation"), pk=kwargs["pk"]
        )
        self.model = mentoring_models.of(self.relationship.cohort.programme)
        self.cards = cards(self.relationship, now=request.now)
        self.own = next(
            (card for card in self.cards if card.person.pk == request.user.pk and card.member.left_at is None), None
        )
        self.others = [card for card in self.cards if card is not self.own]
        self.leads = (
            Cohort.objects.led_by(request.user, now=request.now).filter(pk=self.relationship.cohort_id).exists()
        )
        return super().dispatch(request, *args, **kwargs)

    def word(self, role: str) -> str:
        """What the model calls a member in this role."""
        return self.model.words.of(role).one if role in NAMED_BY_THE_MODEL else role

    def get_context_data(self, **kwargs):
        cohort = self.relationship.cohort
        return super().get_context_data(
            relationship=self.relationship,
            cohort=cohort,
            model=self.model,
            own=self.own,
            leads=self.leads,
            title=" and ".join(
                f"{card.person.name}, your {self.word(card.member.role)}" if self.own else card.person.name
                for card in (self.others if self.own else self.cards)
            ),
            back=reverse("programmes:cohort-detail", args=[cohort.pk]) if not self.own else reverse("home"),
            back_text=f"{cohort.programme}, {cohort}" if not self.own else "Home",
            **kwargs,
        )


class RelationshipDetail(OfRelationship, TemplateView):
    """For members: who the other is and what to expect. For leads: the facts, and nothing of its content."""

    template_name = "programmes/relationship_detail.html"

    def get_context_data(self, **kwargs):
        request, relationship = self.request, self.relationship
        shown = self.others if self.own else self.cards
        return super().get_context_data(
            cards=[
                {
                    "heading": card.person.name if not self.own else None,
                    "rows": [
                        *([] if self.own else [("Part", self.word(card.member.role).capitalize())]),
                        *([("Training", "Training due")] if card.training_due and not self.own else []),
                        ("Job title", card.job_title),
                        ("Site", card.site),
                        ("E-mail", _mail_link(card.person.email)),
                    ],
                }
                for card in shown
            ],
            facts=[
                ("Programme", relationship.cohort.programme.name),
                ("Cohort", relationship.cohort.name),
                ("State", relationship.get_state_display()),
                ("Since", in_words(timezone.localdate(relationship.started_at))),
                *([("Ended", in_words(timezone.localdate(relationship.ended_at)))] if relationship.ended_at else []),
            ],
            expectation=self.model.texts.what_to_expect.of(self.own.member.role) if self.own else "",
            triad=self.triad(),
            hopes=hopes_for(relationship, request.user),
            links=offers.links(relationship, request.user, now=request.now),
            is_live=relationship.state != Relationship.State.ENDED,
            **kwargs,
        )

    def triad(self) -> dict | None:
        """Where the mentee of a model with phases stands, and who of a triad is what; None for other models."""
        by_role = {card.member.role: card for card in self.cards}
        mentee, mentor = by_role.get(Member.Role.MENTEE), by_role.get(Member.Role.MENTOR)
        trainee = by_role.get(Member.Role.TRAINEE)
        if not (mentee and mentor and (self.model.triad or self.model.phases)):
            return None
        is_told = trainee is not None and self.own is trainee
        people = {"mentee": mentee.person, "mentor": mentor.person, "trainee": trainee and trainee.person}
        may_name = self.leads and self.model.triad and self.relationship.state in Relationship.UNDER_WAY
        return {
            "who_is_who": who_is_who(self.model, **people) if is_told else "",
            "standing": "" if is_told else self._standing(mentee.member),
            "noun": self.word(Member.Role.TRAINEE),
            "may_name": may_name,
            **people,
        }

    def _standing(self, member: Member) -> str:
        """ "Trainee DS, independent from 24 July 2028" """
        today = timezone.localdate(self.request.now)
        found = standings(self.relationship.cohort, [member.enrolment], now=self.request.now)
        return found[member.enrolment_id].sentence(today) if found else ""


def _mail_link(email: str | None) -> str:
    return format_html('<a href="mailto:{}">{}</a>', email, email) if email else ""


class RelationshipEnd(OfRelationship, TemplateView):
    """Ask once, then end it. Nobody is asked why."""

    template_name = "programmes/relationship_end.html"

    def dispatch(self, request, *args, **kwargs):
        live = Relationship.objects.live().visible_to(request.user, now=request.now)
        if not live.filter(pk=kwargs["pk"]).exists():
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        told = " and ".join(card.person.given_name for card in self.others)
        relationships.end(relationship=self.relationship, by=request.user, now=request.now)
        word = "is" if len(self.others) == 1 else "are"
        messages.success(request, f"It has ended. {told} {word} told only that it has ended.")
        if self.own:
            return redirect("home")
        return redirect("programmes:cohort-detail", self.relationship.cohort_id)

    def get_context_data(self, **kwargs):
        return super().get_context_data(told=[card.person for card in self.others], **kwargs)
