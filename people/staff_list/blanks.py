"""What a staff list leaves open: fields without which somebody cannot be reached, matched or kept apart from their
manager. An empty cell says nothing, so what the portal knows already counts.
"""

from people import bands
from people.staff_list.known import Known
from people.staff_list.outcome import Blank, Line

FOLLOWS = {
    "band": ("band or level", "Where a programme asks for a band or level, they cannot be matched until it is there."),
    "email": ("e-mail address", "They get no messages and cannot sign in."),
    "start_date": ("start date", "Their job counts as begun on the day on which the list is saved."),
    "site": ("site", "A match at their own site cannot be looked for."),
    "manager": ("manager", "Nobody can check whether they would be paired with their own manager."),
}


def find_blanks(lines: list[Line], known: Known) -> list[Blank]:
    """The fields that some of ``lines`` lack, in one order. Managers have been found already."""
    blanks = {key: Blank(label, follows) for key, (label, follows) in FOLLOWS.items()}
    tells_starts = any("start_date" in line.row for line in lines)  # a list without that column is not asked for it
    for line in lines:
        if tells_starts and line.job is None and "start_date" not in line.row:
            blanks["start_date"].names.append(line.name)
        for key in _lacking(line, known):
            blanks[key].names.append(line.name)
    return [blank for blank in blanks.values() if blank.names]


def _lacking(line: Line, known: Known):
    row, job = line.row, line.job
    level = row.get("level") or bands.level_from_title(row.get("job_title", ""))
    if not (row.get("band", job.band if job else "") or level or (job and job.level)):
        yield "band"
    if not (row.get("email") or (line.person and line.person.email)):
        yield "email"
    if not (row.get("site") or (job and job.site_id)):
        yield "site"
    if not (known.managers.get(line.key) if line.managers is None else line.managers):
        yield "manager"


def in_one_line(blanks: list[Blank]) -> str:
    """“3 people have no band or level, 2 no e-mail address, 4 no site.”"""
    said = []
    for blank in blanks:
        count = len(blank.names)
        have = f" {'person has' if count == 1 else 'people have'}" if not said else ""
        said.append(f"{count:,}{have} no {blank.label}")
    return f"{', '.join(said)}." if said else ""
