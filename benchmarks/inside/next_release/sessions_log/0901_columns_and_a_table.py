from django.conf import settings
from django.db import migrations, models

from benchmarks.inside.next_release import last_of


class Migration(migrations.Migration):
    dependencies = [
        ("sessions_log", last_of("sessions_log")),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("session", "is_outdoors", models.BooleanField(db_default=False)),
        migrations.AddField("attendance", "minutes", models.PositiveSmallIntegerField(null=True)),
        migrations.AddField("sessionform", "channel", models.CharField(max_length=9, db_default="page")),
        migrations.CreateModel(
            name="Remark",
            fields=[
                ("id", models.BigAutoField(primary_key=True, auto_created=True, serialize=False)),
                ("session", models.ForeignKey("sessions_log.session", models.CASCADE, related_name="remarks")),
                ("by", models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")),
                ("text", models.CharField(max_length=200)),
            ],
        ),
    ]
