"""From the request to the finished plan, as actions and as the work that a worker does."""

import re
from datetime import timedelta

import pytest

from audit.models import AuditEvent
from audit.refusal import Refused
from matching.actions import attempts, runs
from matching.models import LeftOut, MatchRun, Proposal
from matching.tasks import run_match, sweep_runs
from matching.work import work
from notices.models import Notice
from people.models import Employment, Tie
from programmes.actions import enrolments
from tests.builders import matching, people, programmes

State = MatchRun.State


def verbs():
    return list(AuditEvent.objects.filter(verb__startswith="match-run").order_by("pk").values_list("verb", flat=True))


def pairs(run):
    return {(one.mentee.person.name, one.mentor.person.name) for one in run.proposals.all()}


# --- the whole way -----------------------------------------------------------------


def test_run_places_everyone_with_reasons_and_proof(world, now):
    run = matching.finished(world.cohort, world.lead, now=now)

    assert run.state == State.FINISHED
    assert (run.mentees, run.mentors, run.places, run.matched) == (3, 3, 3, 3)
    assert run.optimal
    assert run.total == run.bound == sum(one.score for one in run.proposals.all())
    assert ("Femi Ade", "Gwen Hale") in pairs(run)
    for one in run.proposals.all():
        assert one.score == sum(part["points"] for part in one.components)
        assert all(part["reason"] for part in one.components)
    assert not run.left_out.exists()
    assert verbs() == ["match-run-requested", "match-run-finished"]
    assert not Notice.objects.exists()  # a draft tells nobody


def test_run_twice_proposes_the_same(world, now):
    first = matching.finished(world.cohort, world.lead, now=now)
    second = matching.finished(world.cohort, world.lead, now=now + timedelta(minutes=5))

    assert pairs(first) == pairs(second)
    assert (first.total, first.fingerprint) == (second.total, second.fingerprint)


def test_run_names_the_next_best_mentor(world, now):
    run = matching.finished(world.cohort, world.lead, now=now)

    one = run.proposals.get(mentee=world.femi)
    assert one.runner_up in (world.ben, world.dev)
    assert one.runner_up_score < one.score


def test_run_breaks_no_rule(world, now):
    people.tie(Tie.Kind.DS, world.asha.person, world.ben.person, now=now)
    people.tie(Tie.Kind.BLOCK, world.asha.person, world.gwen.person, now=now)

    run = matching.finished(world.cohort, world.lead, now=now)

    assert ("Asha Rao", "Dev Shah") in pairs(run)
    assert run.matched == 3


def test_run_leaves_published_pairs_alone(world, now):
    matching.published(world.cohort, world.lead, now=now)
    nia = programmes.mentee(world.cohort, "Nia Bell", now=now)
    oli = programmes.mentor(world.cohort, "Oli Penn", now=now)

    run = matching.finished(world.cohort, world.lead, now=now)

    assert pairs(run) == {(nia.person.name, oli.person.name)}


def test_run_does_not_bring_back_a_match_that_was_ended(world, now):
    for other in (world.cara, world.femi):
        enrolments.withdraw(enrolment=other, by=None, now=now)
    from_before = programmes.pair(world.cohort, world.asha, world.ben, now=now)
    programmes.relationships.end(relationship=from_before, by=world.asha.person, now=now)
    for other in (world.dev, world.gwen):
        enrolments.withdraw(enrolment=other, by=None, now=now)

    run = matching.finished(world.cohort, world.lead, now=now)

    assert not run.proposals.exists()
    assert run.left_out.get().reasons == ["Asha Rao and Ben Okoro were matched before on this programme."]


# --- left out ------------------------------------------------------------------------


def test_left_out_by_a_rule_of_their_own_says_the_rule(world, now):
    programmes.mentee(world.cohort, "Ian Moss", now=now, band="7", job_title="Pharmacist")

    run = matching.finished(world.cohort, world.lead, now=now)

    assert run.left_out.get().reasons == ["Mentees on this programme are trainee pharmacists. Ian is band 7."]


def test_left_out_by_every_mentor_says_each_sentence_where_they_are_few(world, now):
    for mentor in (world.ben, world.dev, world.gwen):
        people.tie(Tie.Kind.DS, world.asha.person, mentor.person, now=now)

    run = matching.finished(world.cohort, world.lead, now=now)

    assert run.left_out.get().reasons == [
        f"{name} is Asha's designated supervisor, so cannot also be Asha's mentor." for name in ("Ben", "Dev", "Gwen")
    ]


def test_left_out_by_every_mentor_counts_the_rules_where_they_are_many(world, now):
    more = [programmes.mentor(world.cohort, now=now) for _ in range(3)]
    for mentor in (world.ben, world.dev, world.gwen, *more[:2]):
        people.tie(Tie.Kind.DS, world.asha.person, mentor.person, now=now)
    people.tie(Tie.Kind.DECLARED, world.asha.person, more[2].person, now=now)

    run = matching.finished(world.cohort, world.lead, now=now)

    assert run.left_out.get().reasons == [
        "None of the 6 mentors with a free place may be matched with Asha.",
        "“The mentor is not also the trainee's designated supervisor or designated prescribing practitioner” "
        "rules out 5 of them.",
        "“The two have no declared conflict and are not kept apart” rules out 1 of them.",
    ]


def test_left_out_for_want_of_places_says_how_many_are_short(world, now):
    programmes.mentee(world.cohort, "Hana Ito", now=now)

    run = matching.finished(world.cohort, world.lead, now=now)

    assert run.matched == 3
    left_out = run.left_out.get()
    name = left_out.mentee.person.given_name
    assert left_out.reasons[0] == (
        f"{name} and 3 other mentees can be matched only with Ben Okoro, Dev Shah or Gwen Hale, "
        "who have 3 places: 1 too few."
    )


def test_left_out_is_not_whoever_has_waited_longest(world, now):
    hana = programmes.mentee(world.cohort, "Hana Ito", now=now - timedelta(days=30))

    run = matching.finished(world.cohort, world.lead, now=now)

    assert hana.person.name in {one for one, _ in pairs(run)}
    left_out = run.left_out.get()
    assert re.fullmatch(
        rf"Why {left_out.mentee.person.given_name}: with (Ben Okoro|Dev Shah|Gwen Hale) for .*, .* would have nobody, "
        "and neither waiting nor points would change. A fixed draw decided between equals; choose by hand if you know "
        "better.",
        left_out.reasons[1],
    )
    assert hana.person.name not in left_out.reasons[1]  # who has waited longer never loses to a draw


def test_left_out_says_who_has_waited_longer(world, now):
    for _ in range(3):
        programmes.mentee(world.cohort, now=now - timedelta(days=30))

    run = matching.finished(world.cohort, world.lead, now=now)

    reason = run.left_out.get(mentee=world.asha).reasons[1]
    assert reason.startswith("Whoever has waited longest goes first: with ")
    assert reason.endswith(" would have nobody, and has waited longer.")


def test_left_out_for_points_says_how_many_it_would_cost(world, now):
    """Two who wait equally long for one place: the site of the one is the mentor's."""
    cohort = programmes.cohort(now=now, organisation=world.home, name="One place")
    gwen_site = Employment.objects.get(person=world.gwen.person).site
    other_site = Employment.objects.get(person=world.ben.person).site
    programmes.mentor(cohort, "Ona Reed", now=now, site=gwen_site)
    programmes.mentee(cohort, "Near Here", now=now, site=gwen_site)
    programmes.mentee(cohort, "Faye Away", now=now, site=other_site)

    run = matching.finished(cohort, world.lead, now=now)

    left_out = run.left_out.get()
    assert left_out.mentee.person.name == "Faye Away"
    assert left_out.reasons[1] == (
        "The points decided: with Ona Reed for Faye, Near Here would have nobody, "
        "and all matches together 30 points less."
    )


# --- asking --------------------------------------------------------------------------


def test_request_queues_one_message_once_it_is_committed(world, now, monkeypatch, django_capture_on_commit_callbacks):
    sent = []
    monkeypatch.setattr(run_match, "delay", lambda **message: sent.append(message))

    with django_capture_on_commit_callbacks(execute=True):
        run = runs.request(cohort=world.cohort, by=world.lead, now=now)
        assert sent == []

    assert sent == [{"run_id": run.pk}]


def test_request_survives_a_broker_that_is_away(world, now, monkeypatch, django_capture_on_commit_callbacks, caplog):
    def away(**message):
        raise ConnectionError

    monkeypatch.setattr(run_match, "delay", away)
    with django_capture_on_commit_callbacks(execute=True):
        run = runs.request(cohort=world.cohort, by=world.lead, now=now)

    run.refresh_from_db()
    assert run.state == State.QUEUED


def test_request_while_one_is_under_way_is_refused(world, now):
    matching.requested(world.cohort, world.lead, now=now)

    with pytest.raises(Refused, match="already being found"):
        matching.requested(world.cohort, world.lead, now=now)

    assert MatchRun.objects.count() == 1
    assert verbs() == ["match-run-requested"]


def test_request_with_nobody_to_match_says_so(now, db):
    cohort = programmes.cohort(now=now)
    lead = people.lead(cohort.programme.organisation, now=now)

    with pytest.raises(Refused, match="Nobody in 2027 intake is waiting for a mentor"):
        matching.requested(cohort, lead, now=now)
    programmes.mentee(cohort, now=now)
    with pytest.raises(Refused, match="No mentor in 2027 intake has a free place"):
        matching.requested(cohort, lead, now=now)


def test_request_by_somebody_who_does_not_lead_is_refused(world, now):
    elsewhere = people.lead(people.organisation(now=now), now=now)
    for somebody in (world.ben.person, elsewhere, people.administrator(now=now)):
        with pytest.raises(Refused, match="Only a lead"):
            matching.requested(world.cohort, somebody, now=now)


# --- cancelling ------------------------------------------------------------------------


def test_cancel_before_a_worker_took_it_leaves_nothing(world, now):
    run = matching.requested(world.cohort, world.lead, now=now)

    runs.cancel(run=run, by=world.lead, now=now)
    work(run_id=run.pk, clock=lambda: now)

    run.refresh_from_db()
    assert run.state == State.CANCELLED
    assert not Proposal.objects.exists()
    assert verbs() == ["match-run-requested", "match-run-cancelled"]


def test_cancel_during_the_work_is_heard_and_leaves_nothing(world, now, ticking):
    run = matching.requested(world.cohort, world.lead, now=now)

    work(run_id=run.pk, clock=ticking(at=6, do=lambda: runs.cancel(run=run, by=world.lead, now=now)))

    run.refresh_from_db()
    assert run.state == State.CANCELLED
    assert not Proposal.objects.exists()
    assert not LeftOut.objects.exists()
    assert verbs() == ["match-run-requested", "match-run-cancelled"]


def test_cancel_at_the_last_moment_still_leaves_nothing(world, now, monkeypatch):
    run = matching.requested(world.cohort, world.lead, now=now)
    finish = attempts.finish

    def cancelled_first(**plan):
        runs.cancel(run=run, by=world.lead, now=now)
        return finish(**plan)

    monkeypatch.setattr(attempts, "finish", cancelled_first)
    work(run_id=run.pk, clock=lambda: now)

    assert MatchRun.objects.get().state == State.CANCELLED
    assert not Proposal.objects.exists()


def test_cancel_of_a_finished_run_is_refused(world, now):
    run = matching.finished(world.cohort, world.lead, now=now)

    with pytest.raises(Refused, match="nothing to cancel"):
        runs.cancel(run=run, by=world.lead, now=now)

    assert MatchRun.objects.get().state == State.FINISHED


# --- progress ------------------------------------------------------------------------


@pytest.fixture
def ticking(now):
    """A clock that moves on by a second each time it is read; ``do`` happens at the reading numbered ``at``."""

    def clock(at=None, do=None):
        read = iter(range(10_000))

        def tick():
            number = next(read)
            if number == at:
                do()
            return now + timedelta(seconds=number)

        return tick

    return clock


def test_progress_tells_real_stages_with_their_counts(world, now, ticking, monkeypatch):
    told = []
    tell = attempts.tell
    monkeypatch.setattr(
        attempts, "tell", lambda **what: told.append((what["stage"], what["done"], what["of"])) or tell(**what)
    )
    run = matching.requested(world.cohort, world.lead, now=now)

    work(run_id=run.pk, clock=ticking())

    assert ("Reading who is enrolled", 0, 0) in told
    checking = [(done, of) for stage, done, of in told if stage == "Checking each pair against the rules"]
    assert checking == [(0, 3), (3, 3)]  # some hundreds of mentees are judged in one go
    assert ("Finding the best plan", 0, 3) in told
    assert ("Putting the reasons into words", 3, 3) in told


def test_progress_is_written_at_most_twice_a_second(world, now, monkeypatch):
    told = []
    monkeypatch.setattr(attempts, "tell", lambda **what: told.append(what["stage"]) or True)
    run = matching.requested(world.cohort, world.lead, now=now)

    work(run_id=run.pk, clock=lambda: now)  # the whole work in one moment

    assert len(told) == len(set(told)) == 6  # one at each stage


# --- faults, and workers that vanish ----------------------------------------------------


def test_fault_stops_the_run_with_a_plain_sentence_and_it_can_start_again(world, now, monkeypatch, caplog):
    def burst(*problem, **more):
        raise RuntimeError("secret detail")

    with monkeypatch.context() as patched:
        patched.setattr("matching.work.find", burst)
        run = matching.finished(world.cohort, world.lead, now=now)

    assert run.state == State.FAILED
    assert "secret" not in run.fault
    assert run.fault.startswith("Something went wrong in the portal")
    assert verbs() == ["match-run-requested", "match-run-failed"]
    assert matching.finished(world.cohort, world.lead, now=now).state == State.FINISHED


def killed(run, now):
    """A worker took the run, gave a sign of life, and was killed."""
    taken = attempts.begin(run_id=run.pk, by=None, now=now)
    attempts.tell(run=taken, stage="Finding the best plan", done=1, of=3, by=None, now=now)
    return taken


def test_sweep_starts_a_run_again_whose_worker_was_killed(world, now, monkeypatch):
    sent = []
    monkeypatch.setattr(run_match, "delay", lambda **message: sent.append(message["run_id"]))
    run = matching.requested(world.cohort, world.lead, now=now)
    killed(run, now)

    sweep_runs(now=(now + timedelta(seconds=59)).isoformat())
    assert sent == []  # it may still live
    later = now + timedelta(seconds=61)
    sweep_runs(now=later.isoformat())
    sweep_runs(now=later.isoformat())
    assert sent == [run.pk]  # a second sweep finds it queued and fresh

    work(run_id=run.pk, clock=lambda: later)
    work(run_id=run.pk, clock=lambda: later)  # the message came twice
    run.refresh_from_db()
    assert (run.state, run.attempt) == (State.FINISHED, 2)
    assert run.proposals.count() == 3


def test_sweep_that_saw_the_same_silence_as_another_hands_nothing_out(world, now):
    run = matching.requested(world.cohort, world.lead, now=now)
    killed(run, now)
    later = now + timedelta(seconds=61)
    seen = [MatchRun.objects.select_related("cohort").get(pk=run.pk) for _ in range(2)]

    assert [attempts.put_back(run=one, by=None, now=later) for one in seen] == [True, False]


def test_sweep_hands_out_again_a_message_that_was_lost(world, now, monkeypatch):
    sent = []
    monkeypatch.setattr(run_match, "delay", lambda **message: sent.append(message["run_id"]))
    run = matching.requested(world.cohort, world.lead, now=now)

    sweep_runs(now=(now + timedelta(seconds=61)).isoformat())

    assert sent == [run.pk]


def test_sweep_leaves_finished_and_cancelled_runs_alone(world, now):
    matching.finished(world.cohort, world.lead, now=now)
    runs.cancel(run=matching.requested(world.cohort, world.lead, now=now), by=world.lead, now=now)

    assert attempts.revive(by=None, now=now + timedelta(days=1)) == []


def test_worker_thought_dead_that_comes_back_changes_nothing(world, now):
    run = matching.requested(world.cohort, world.lead, now=now)
    first = killed(run, now)
    later = now + timedelta(minutes=2)
    attempts.revive(by=None, now=later)
    second = attempts.begin(run_id=run.pk, by=None, now=later)

    assert not attempts.tell(run=first, stage="Finding", done=0, of=0, by=None, now=later)
    assert not attempts.fail(run=first, fault="Too late", by=None, now=later)
    assert attempts.tell(run=second, stage="Finding", done=0, of=0, by=None, now=later)


def test_run_that_keeps_killing_its_worker_fails_after_three(world, now):
    run = matching.requested(world.cohort, world.lead, now=now)
    for attempt in range(3):
        moment = now + timedelta(minutes=2 * attempt)
        killed(run, moment)
        again = attempts.revive(by=None, now=moment + timedelta(seconds=61))

    assert again == []
    run.refresh_from_db()
    assert run.state == State.FAILED
    assert "interrupted three times" in run.fault


def test_work_on_a_run_that_is_gone_does_nothing(db):
    run_match(run_id=12345)
