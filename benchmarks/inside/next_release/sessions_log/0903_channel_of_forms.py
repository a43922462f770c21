from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sessions_log", "0902_minutes_of_each")]

    operations = [migrations.AddField("sessionform", "channel", models.CharField(max_length=9, db_default="page"))]
