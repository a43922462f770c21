from django.db import migrations, models

from benchmarks.inside.next_release import last_of


class Migration(migrations.Migration):
    dependencies = [("people", last_of("people"))]

    operations = [migrations.AddField("person", "greeting", models.CharField(max_length=40, db_default=""))]
