from django.db import migrations, models

from mentoring_portal.migration_steps import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("sessions_log", "0906_check_what_was")]

    operations = [
        AddIndexConcurrently("attendance", models.Index(fields=["member", "state"], name="sessions_log_attended")),
    ]
