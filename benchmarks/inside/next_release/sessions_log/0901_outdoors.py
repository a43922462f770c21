from django.db import migrations, models

from benchmarks.inside.next_release import last_of


class Migration(migrations.Migration):
    dependencies = [("sessions_log", last_of("sessions_log"))]

    operations = [migrations.AddField("session", "is_outdoors", models.BooleanField(db_default=False))]
