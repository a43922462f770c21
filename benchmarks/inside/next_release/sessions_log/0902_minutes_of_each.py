from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sessions_log", "0901_outdoors")]

    operations = [migrations.AddField("attendance", "minutes", models.PositiveSmallIntegerField(null=True))]
