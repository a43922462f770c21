"""Who is left out of a problem of facts, and why: the crowds that compete for the same mentors, found row by row so
that no table of pairs is needed. A crowd is everybody reached from one left out by going to every mentor they may have,
to whoever is with those, and so on; crowds that share a mentor are one."""

from collections import defaultdict
from collections.abc import Callable, Sequence

from .assignment import Unmatched
from .reading import Ints


def crowds(
    left: Sequence[int],
    open_to: Callable[[int], Sequence[int]],
    holders: dict[int, list[int]],
    capacity: Ints,
    mentees: Sequence[str],
    mentors: Sequence[str],
) -> tuple[Unmatched, ...]:
    """The reason for each mentee left out. `open_to` gives the mentors somebody may have, `holders` who is with a
    mentor (pins apart) and `capacity` the places beside pins."""
    parent: dict[int, int] = {}  # of mentors: which crowd they belong to

    def crowd_of(mentor: int) -> int:
        while parent[mentor] != mentor:
            parent[mentor] = parent[parent[mentor]]
            mentor = parent[mentor]
        return mentor

    member_of: dict[int, int] = {}  # one mentor of each mentee seen
    nowhere = []
    for one in left:
        waiting = [one]
        while waiting:
            mentee = waiting.pop()
            if mentee in member_of:
                continue
            mine = open_to(mentee)
            if len(mine) == 0:
                nowhere.append(mentee)
                continue
            member_of[mentee] = mine[0]
            for mentor in mine:
                if mentor not in parent:
                    parent[mentor] = mentor
                    waiting += holders.get(mentor, ())
                parent[crowd_of(mentor)] = crowd_of(mine[0])

    groups: dict[int, list[int]] = defaultdict(list)
    for mentee, mentor in member_of.items():
        groups[crowd_of(mentor)].append(mentee)
    wanted: dict[int, list[int]] = defaultdict(list)
    for mentor in parent:
        wanted[crowd_of(mentor)].append(mentor)
    out = set(left)
    answers = [Unmatched(mentees[one], "No mentor is allowed for this mentee.") for one in nowhere]
    for crowd, members in groups.items():
        places = int(capacity[wanted[crowd]].sum())
        people, theirs = len(members), len(wanted[crowd])
        reason = (
            f"These {people} mentees can go only to the same {theirs} mentor{'s' * (theirs != 1)}, who "
            f"{'has' if theirs == 1 else 'have'} {places} place{'s' * (places != 1)}: {people - places} short."
        )
        names = tuple(sorted(mentees[one] for one in members))
        hosts = tuple(sorted(mentors[one] for one in wanted[crowd]))
        # Everybody in a crowd shares one list, the mentee's own name included, or a shortage would fill the memory.
        answers += [Unmatched(mentees[one], reason, names, hosts) for one in members if one in out]
    return tuple(sorted(answers, key=lambda answer: answer.mentee))
