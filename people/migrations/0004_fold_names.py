from django.db import migrations

from people.names import folded


def fold_names(apps, schema_editor):
    """Whoever was there before can be found like everybody else."""
    people = apps.get_model("people", "Person").objects
    some = []
    for person in people.only("given_name", "family_name").iterator(chunk_size=500):
        person.folded_name = folded(f"{person.given_name} {person.family_name}")[:400]
        some.append(person)
        if len(some) == 500:
            people.bulk_update(some, ["folded_name"])
            some = []
    people.bulk_update(some, ["folded_name"])


class Migration(migrations.Migration):
    dependencies = [("people", "0003_found_and_merged")]

    operations = [migrations.RunPython(fold_names, migrations.RunPython.noop)]
