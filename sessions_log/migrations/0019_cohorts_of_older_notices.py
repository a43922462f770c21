"""Notices that were owed before they knew their cohort learn it, so that a pause of its mail holds them too."""

from django.db import migrations

BATCH = 500
COHORT = {  # of what a notice may be about, the first that it names
    "cohort": ("programmes", "Cohort", "pk"),
    "relationship": ("programmes", "Relationship", "cohort"),
    "enrolment": ("programmes", "Enrolment", "cohort"),
    "member": ("programmes", "Member", "relationship__cohort"),
    "flag": ("programmes", "Flag", "relationship__cohort"),
    "override": ("programmes", "RuleOverride", "cohort"),
    "session": ("sessions_log", "Session", "relationship__cohort"),
    "target": ("sessions_log", "Target", "relationship__cohort"),
    "offer": ("sessions_log", "Offer", "relationship__cohort"),
    "request": ("sessions_log", "WordRequest", "relationship__cohort"),
}


def fill(apps, schema_editor):
    waiting = apps.get_model("notices", "Notice").objects.order_by().filter(settled_at=None, cohort_id=None)
    for key, (room, model, path) in COHORT.items():
        things = apps.get_model(room, model).objects.order_by()
        about = dict(waiting.filter(about__has_key=key).values_list("pk", f"about__{key}"))
        notices = list(about)
        for start in range(0, len(notices), BATCH):
            batch = notices[start : start + BATCH]
            found = things.filter(pk__in={about[pk] for pk in batch}).values_list("pk", path)
            cohorts = {str(pk): cohort for pk, cohort in found}
            by_cohort = {}
            for pk in batch:
                if cohort := cohorts.get(str(about[pk])):
                    by_cohort.setdefault(cohort, []).append(pk)
            for cohort, pks in by_cohort.items():
                waiting.filter(pk__in=pks).update(cohort_id=cohort)


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0003_waiting_indexes"),
        ("programmes", "0016_peers_and_protected_time"),
        ("sessions_log", "0018_what_came_up"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
