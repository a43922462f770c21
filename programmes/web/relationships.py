"""Pages of a relationship, for its members and for the lead."""

from django.contrib import messages
from django.db.models import Prefetch, Q, prefetch_related_objects
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import capfirst
from django.views.generic import TemplateView, View

from audit.refusal import Refused
from programmes import mentoring_models, offers
from programmes.actions import agreements, consents, relationships
from programmes.agreements import accepted_by, agreement_of, digest_of, yet_to_accept
from programmes.dates import in_words
from programmes.following import wait_of
from programmes.groups import has_opened, name_of
from programmes.introductions import day_and_month, standing, worth_knowing_between
from programmes.lasting import end_of, may_go_on
from programmes.models import Cohort, Flag, Member, Relationship
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

    @property
    def slot(self) -> str:
        """The domain that it is for, where the model has a mentor for each."""
        return next((card.member.slot for card in self.cards if card.member.slot), "")

    def word(self, role: str) -> str:
        """What the model calls a member in this role."""
        return self.model.words.of(role).one if role in NAMED_BY_THE_MODEL else role

    def ways_out(self) -> dict:
        """Whether the member may end it, or leave it where it is a group's that goes on without them."""
        is_groups = self.relationship.is_group and self.own.member.role == Member.Role.MENTEE
        return {"may_end": self.own.member.role != Member.Role.TRAINEE and not is_groups, "may_leave": is_groups}

    def title(self) -> str:
        """Whom it is with, for a member: "Nia Bello, your mentor". Who is in it, for a lead."""
        if self.relationship.is_group:
            return name_of(self.relationship, [card.member for card in self.cards])
        names = [card.person.name for card in (self.others if self.own else self.cards)]
        if self.own and len(names) == 1:
            if self.relationship.state == Relationship.State.INTRODUCTION:
                return f"{names[0]}, an introduction"
            word = self.word(self.others[0].member.role)
            return f"{names[0]}, your {word}{f' for {self.slot}' if self.slot else ''}"
        return _joined(names)

    def get_context_data(self, **kwargs):
        cohort = self.relationship.cohort
        return super().get_context_data(
            relationship=self.relationship,
            cohort=cohort,
            model=self.model,
            own=self.own,
            leads=self.leads,
            title=self.title(),
            slot=self.slot,
            back=reverse("programmes:cohort-detail", args=[cohort.pk]) if not self.own else reverse("home"),
            back_text=f"{cohort.programme}, {cohort}" if not self.own else "Home",
            **kwargs,
        )


class RelationshipDetail(OfRelationship, TemplateView):
    """For members: who the other is and what to expect. For leads: the facts, and nothing of its content."""

    template_name = "programmes/relationship_detail.html"

    def get_context_data(self, **kwargs):
        request, relationship = self.request, self.relationship
        # Once for all links of the page, each of which asks whether the viewer is in it.
        known = Member.objects.knowing().select_related("person").order_by("pk")
        prefetch_related_objects([relationship], Prefetch("members", queryset=known, to_attr="known"))
        shown = self.others if self.own else self.cards
        named = not self.own or len(shown) > 1  # one card alone is named by the page's heading
        return super().get_context_data(
            cards=[
                {
                    "heading": card.person.name if named else None,
                    "rows": [
                        *([("Part", capfirst(self.word(card.member.role)))] if named else []),
                        *([("Training", "Training due")] if card.training_due and not self.own else []),
                        *_known(
                            ("Job title", card.job_title),
                            ("Site", card.site),
                            ("E-mail", _mail_link(card.person.email)),
                        ),
                    ],
                }
                for card in shown
            ],
            facts=[] if self.own else self.facts(),
            worth=[] if self.own else self.worth(),
            expectation=self.model.texts.what_to_expect.of(self.own.member.role) if self.own else "",
            triad=self.triad(),
            group=self.group(shown) if relationship.is_group else None,
            agreement=agreement_of(relationship),
            hopes=hopes_for(relationship, request.user),
            links=offers.links(relationship, request.user, now=request.now),
            is_live=relationship.state != Relationship.State.ENDED,
            **(self.for_member() if self.own else {}),
            **kwargs,
        )

    def worth(self) -> list[str]:
        """What a lead should know of two people who are still to say yes."""
        relationship = self.relationship
        pair = [card.member.enrolment for card in self.cards if card.member.enrolment_id]
        if relationship.state not in (Relationship.State.PROPOSED, Relationship.State.INTRODUCTION) or len(pair) != 2:
            return []
        for one in pair:
            one.cohort = relationship.cohort
        found = worth_knowing_between(relationship.cohort, [tuple(pair)], now=self.request.now)
        return next(iter(found.values()), [])

    def facts(self) -> list[tuple]:
        """The match as a lead reads it: how it stands, and nothing of what is in it."""
        relationship = self.relationship
        day = in_words(timezone.localdate(relationship.started_at))
        rows = [
            ("Programme", relationship.cohort.programme.name),
            ("Cohort", relationship.cohort.name),
            *([("Domain", capfirst(slot))] if (slot := self.slot) else []),
            ("State", _state(relationship)),
            ("Since" if relationship.state in Relationship.UNDER_WAY else "Made on", day),
        ]
        waited = wait_of(relationship)
        if waited is not None:
            rows.append(("Waited before it", f"{waited} day{'' if waited == 1 else 's'}"))
        if relationship.confirmed_by:
            rows.append(("Confirmed by", relationship.confirmed_by.name))
        if relationship.ended_at:
            rows.append(("Ended", in_words(timezone.localdate(relationship.ended_at))))
        return rows

    def for_member(self) -> dict:
        """What only a member sees: their own yes, the ground rules they accepted, what they told the leads."""
        relationship, member, text = self.relationship, self.own.member, agreement_of(self.relationship).text
        ways_out = self.ways_out()
        asked = relationship.state == Relationship.State.PROPOSED
        return {
            "wellbeing": self.model.texts.wellbeing if member.role == Member.Role.MENTOR else "",
            "is_proposed": asked,
            "introduced_until": self._held_until(),
            "said_yes": member.accepted_at is not None,
            "is_asked": asked and member.accepted_at is None,
            "is_paused": relationship.state == Relationship.State.PAUSED,
            "may_resume": relationship.paused_by_id == member.person_id,
            "may_go_on": may_go_on(relationship, now=self.request.now) and member.role != Member.Role.TRAINEE,
            "goes_on": member.goes_on_at is not None,
            "ends_on": in_words(end) if (end := end_of(relationship, self.model)) else "",
            **ways_out,
            "may_pause": relationship.state == Relationship.State.LIVE
            and member.role in self.model.matching.pausing
            and not ways_out["may_leave"],
            "accepted": accepted_by(member, text),
            "rules": text,
            "digest": digest_of(text),
            "flag": Flag.objects.open().filter(relationship=relationship, raised_by=member.person).first(),
            "partners": _joined([card.person.given_name for card in self.others]),
        }

    def group(self, cards) -> dict:
        """Who is in a group, how many places it has, and whose yes to its ground rules is still to come."""
        relationship, least = self.relationship, self.model.group.size.least
        words = agreement_of(relationship)
        waits = yet_to_accept(relationship, words.text) if relationship.told_at else []
        taken = sum(card.member.role == Member.Role.MENTEE for card in self.cards)
        is_mentor = self.own and self.own.member.role == Member.Role.MENTOR
        return {
            "rows": [
                {
                    "name": card.person.name,
                    "part": capfirst(self.word(card.member.role)),
                    "work": ", ".join(part for part in (card.job_title, card.site) if part),
                    "email": card.person.email,
                    "training_due": card.training_due and not self.own,
                }
                for card in self.cards
            ],
            "places": f"{taken} of {self.model.group.size.default} places taken",
            "gathers": "" if has_opened(relationship) else f"It opens when {least} have joined.",
            "yet_to_accept": [one.person.name for one in waits if not self.own or one.person_id != self.own.person.pk],
            "gated": words.gate == "before-shared-notes" and bool(waits),
            "asked": [card.person.given_name for card in self.cards if card.member.accepted_at is None],
            "may_hand_over": bool(is_mentor or self.leads) and relationship.state in Relationship.UNDER_WAY,
        }

    def _held_until(self) -> str:
        """Until when a first meeting holds the place; empty where this is no introduction."""
        if self.relationship.state != Relationship.State.INTRODUCTION:
            return ""
        return day_and_month(self.relationship.introduction.holds_until)

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
            "tells_on": trainee and trainee.member.tells_on,
            **people,
        }

    def _standing(self, member: Member) -> str:
        """ "Trainee DS, independent from 24 July 2028" """
        today = timezone.localdate(self.request.now)
        found = standings(self.relationship.cohort, [member.enrolment], now=self.request.now)
        return found[member.enrolment_id].sentence(today) if found else ""


def _joined(names: list[str]) -> str:
    """ "Ann, Bob and Di" """
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _state(relationship: Relationship) -> str:
    """How it stands, in words that say what it waits for."""
    if relationship.state == Relationship.State.ARRANGED:
        opens = timezone.localtime(relationship.opens_at)
        how = "by e-mail" if relationship.by_mail else "when they sign in; you tell them"
        return f"Arranged. They are told on {in_words(opens.date())} at {opens:%H:%M}, {how}"
    if relationship.state == Relationship.State.PROPOSED:
        if relationship.told_at is None:
            return "Proposed. It waits for a matchmaker of the site; neither of the two knows yet"
        return f"Proposed. It waits for {'the mentor from outside' if relationship.is_group else 'both'} to accept"
    if relationship.state == Relationship.State.INTRODUCTION:
        return standing(relationship).capitalize()
    return relationship.get_state_display()


def _known(*rows: tuple[str, str]) -> list[tuple[str, str]]:
    """The rows of which something is known: of whoever comes from outside often no job and no site is."""
    return [row for row in rows if row[1]]


def _mail_link(email: str | None) -> str:
    return format_html('<a href="mailto:{}">{}</a>', email, email) if email else ""


class RelationshipEnd(OfRelationship, TemplateView):
    """Ask once, then end it. Nobody is asked why.

    What two supervisors have is not their trainee's to end, nor a group one of its members'.
    """

    template_name = "programmes/relationship_end.html"

    def dispatch(self, request, *args, **kwargs):
        live = Relationship.objects.live().visible_to(request.user, now=request.now)
        own = Member.objects.current().filter(person=request.user).order_by()
        theirs = own.filter(
            Q(role=Member.Role.TRAINEE) | Q(role=Member.Role.MENTEE, relationship__shape=Relationship.Shape.GROUP)
        )
        if not live.exclude(pk__in=theirs.values("relationship")).filter(pk=kwargs["pk"]).exists():
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        told = _joined([card.person.given_name for card in self.others]) or "Nobody"
        word = "is" if len(self.others) < 2 else "are"
        knew = self.relationship.told_at is not None
        relationships.end(relationship=self.relationship, by=request.user, now=request.now)
        said = f"{told} {word} told only that it has ended." if knew else "Nobody had been told of it, and nobody is."
        messages.success(request, f"It has ended. {said}")
        if self.own:
            return redirect("home")
        return redirect("programmes:cohort-detail", self.relationship.cohort_id)

    def get_context_data(self, **kwargs):
        return super().get_context_data(told=[card.person for card in self.others], **kwargs)


class RelationshipAnswer(OfRelationship, TemplateView):
    """A match that is proposed to oneself: yes, or no without a reason."""

    template_name = "programmes/relationship_answer.html"

    def dispatch(self, request, *args, **kwargs):
        asked = Relationship.objects.of(request.user).filter(pk=kwargs["pk"], state=Relationship.State.PROPOSED)
        if not asked.exists():
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        says_no = request.POST.get("answer") == "no"
        try:
            answer = consents.decline if says_no else consents.accept
            answer(relationship=self.relationship, by=request.user, now=request.now)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("home")
        others = _joined([card.person.given_name for card in self.others])
        if says_no:
            hear = "hears" if len(self.others) == 1 else "hear"
            messages.success(request, f"It will not go ahead. {others} {hear} only that.")
            return redirect("home")
        if self.relationship.state == Relationship.State.LIVE:
            there = f"The group is open: you are in it with {others}." if self.relationship.is_group else ""
            messages.success(request, there or f"You are matched with {others}.")
        else:
            messages.success(request, "Thank you. You hear as soon as everybody has answered.")
        return redirect("programmes:relationship-detail", self.relationship.pk)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            partners=_joined([card.person.name for card in self.others]),
            in_it=[(card.person.name, capfirst(self.word(card.member.role))) for card in self.others],
            expectation=self.model.texts.what_to_expect.of(self.own.member.role),
            **kwargs,
        )


class RelationshipPause(OfRelationship, TemplateView):
    """Ask once, then pause it. Nobody is asked why."""

    template_name = "programmes/relationship_pause.html"

    def dispatch(self, request, *args, **kwargs):
        live = Relationship.objects.filter(state=Relationship.State.LIVE)
        if not live.visible_to(request.user, now=request.now).filter(pk=kwargs["pk"]).exists():
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, *args, **kwargs):
        is_mentee_of_group = self.relationship.is_group and self.own and self.own.member.role == Member.Role.MENTEE
        if is_mentee_of_group or (self.own and self.own.member.role not in self.model.matching.pausing):
            raise Http404
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        try:
            relationships.pause(relationship=self.relationship, by=request.user, now=request.now)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "It is paused. You can let it go on whenever you like.")
        return redirect("programmes:relationship-detail", self.relationship.pk)

    def get_context_data(self, **kwargs):
        return super().get_context_data(told=" and ".join(card.person.given_name for card in self.others), **kwargs)


class RelationshipResume(OfRelationship, View):
    """Let a paused relationship go on."""

    http_method_names = ["post"]

    def post(self, request, pk):
        try:
            relationships.resume(relationship=self.relationship, by=request.user, now=request.now)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "It goes on again.")
        return redirect("programmes:relationship-detail", pk)


class AgreementAccept(OfRelationship, View):
    """Accept the ground rules as they stood on one's screen."""

    http_method_names = ["post"]

    def dispatch(self, request, *args, **kwargs):
        if not Relationship.objects.live().of(request.user).filter(pk=kwargs["pk"]).exists():
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def post(self, request, pk):
        try:
            agreements.accept(
                relationship=self.relationship,
                digest=request.POST.get("digest", ""),
                by=request.user,
                now=request.now,
            )
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("programmes:relationship-detail", pk)
