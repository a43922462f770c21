"""Lines of management: who manages whom, at any depth, with several managers a person and even with cycles.

In a cycle everybody counts as managing everybody else in it: the safe reading. `cycles` names them for the import.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components


def above(managers: Mapping[str, Iterable[str]], person: str, depth: int | None) -> set[str]:
    """Everybody who manages this person, at most `depth` steps up (None: at any depth); never the person."""
    found: set[str] = set()
    level, step = {person}, 0
    while level and step != depth:
        level = {manager for one in level for manager in managers.get(one, ())} - found
        found |= level
        step += 1
    return found - {person}


def by_person(edges: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The managers of each person, from (person, manager)."""
    managers: dict[str, list[str]] = defaultdict(list)
    for person, manager in edges:
        managers[person].append(manager)
    return dict(managers)


def cycles(edges: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Every loop of people who manage each other in the end, each in alphabetical order."""
    edges = list(edges)
    people = sorted({one for edge in edges for one in edge})
    at = {one: number for number, one in enumerate(people)}
    if not people:
        return []
    below, over = [at[person] for person, _ in edges], [at[manager] for _, manager in edges]
    graph = csr_array((np.ones(len(edges)), (below, over)), shape=(len(people), len(people)))
    part = connected_components(graph, directed=True, connection="strong")[1]
    groups: dict[int, list[str]] = defaultdict(list)
    for one, number in zip(people, part.tolist(), strict=True):
        groups[number].append(one)
    alone = {person for person, manager in edges if person == manager}
    return sorted(group for group in groups.values() if len(group) > 1 or group[0] in alone)
