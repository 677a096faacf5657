"""How fast a tick sends 10,000 notices that are due, and whether it grows: `python -m tests.bench.notices`.

Beside it, in the same run, the floor: the same message handed over bare by smtplib to the same server (in a process of
its own), and two bare updates of a row, which is what each message costs at least if nothing may be sent twice.
Uses DATABASE_URL's server, else SQLite; the database is a copy of its own and is dropped afterwards.
"""

from __future__ import annotations

import json
import os
import smtplib
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench.servers import ROOT
from tests.bench.sink import open_sink
from tests.house import databases

NOTICES = 10_000
FLOOR = 1_000


def run(environment: dict[str, str], notices: int = NOTICES) -> dict:
    """What `work` measures, and how many messages came. `environment` names the database; all in it is left behind."""
    with open_sink() as sink:
        result = subprocess.run(
            [sys.executable, "-m", "tests.bench.notices", "work", str(notices)],
            cwd=ROOT,
            env={
                **os.environ,
                "DEMO": "1",
                **environment,
                "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
                "DJANGO_SETTINGS_MODULE": "centre.settings",
                "PYTHONPATH": f"{ROOT / 'site'}:{ROOT}",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode:
            raise RuntimeError(result.stdout + result.stderr)
        figures = json.loads(result.stdout.splitlines()[-1])
        # What came, less the floor's own.
        figures["sent"] = sink.stop() - FLOOR
    if figures["sent"] != notices:
        raise RuntimeError(f"{figures['sent']} of {notices} messages came.")
    return figures


def work(notices: int) -> dict:
    """Inside Django: tell, tick, and measure the floor."""
    import django  # noqa: PLC0415 - only in the process that is measured

    django.setup()

    from django.conf import settings  # noqa: PLC0415
    from django.core import mail as django_mail  # noqa: PLC0415

    from notices import delivery, mail, receivers  # noqa: F401, PLC0415
    from notices.models import DueWork, Notice  # noqa: PLC0415

    tell(notices)
    row = DueWork.objects.earliest("pk")
    notice = Notice.objects.select_related("person").earliest("pk")
    message = mail.about(notice, notice.person, row)
    text = message.as_bytes()
    django_mail.get_connection()  # imported before the first measurement
    delivery.deliver(stop=lambda: DueWork.objects.filter(state="done").count() >= notices // 100)
    already = DueWork.objects.filter(state="done").count()
    start_mb, begin, cpu = rss_mb(), time.perf_counter(), time.process_time()
    delivery.deliver()
    seconds, cpu, end_mb = time.perf_counter() - begin, time.process_time() - cpu, rss_mb()

    def updates() -> None:
        for number in range(FLOOR):
            DueWork.objects.filter(pk=row.pk).update(attempts=number % 5)

    def sends() -> None:
        with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT) as server:
            for _ in range(FLOOR):
                server.sendmail(settings.DEFAULT_FROM_EMAIL, [notice.person.email], text)

    smtp, rows = FLOOR / timed(sends), FLOOR / timed(updates)
    floor, per_second = 1 / (1 / smtp + 2 / rows), (notices - already) / seconds
    return {
        "notices": notices,
        "per_second": per_second,
        "seconds": seconds,
        # What one message costs this process, whatever else the machine does.
        "cpu_ms": cpu / (notices - already) * 1000,
        "rss_start_mb": start_mb,
        "rss_end_mb": end_mb,
        "smtp_per_second": smtp,
        "updates_per_second": rows,
        "floor_per_second": floor,
        "of_floor": per_second / floor,
    }


def tell(notices: int) -> None:
    """Five notices for each of so many people, in three languages, all due, at an hour that is quiet for nobody."""
    from datetime import time as wall  # noqa: PLC0415
    from datetime import timedelta  # noqa: PLC0415

    from django.conf import settings  # noqa: PLC0415

    from kernel import clock  # noqa: PLC0415
    from notices import kinds, telling  # noqa: PLC0415
    from notices.models import DueWork, Habits, Notice  # noqa: PLC0415
    from people.models import User  # noqa: PLC0415
    from tests.factories.notices import KIND  # noqa: PLC0415

    kinds.register(KIND)
    DueWork.objects.all().delete()
    languages = [code for code, _name in settings.LANGUAGES]
    people = User.objects.bulk_create(
        User(email=f"bench{n}@example.org", password="!", language=languages[n % 3], zone="Europe/Paris")
        for n in range(notices // 5)
    )
    Habits.objects.bulk_create(Habits(person=person, quiet_from=wall(3), quiet_until=wall(3)) for person in people)
    told = Notice.objects.bulk_create(
        Notice(
            person=people[n % len(people)],
            kind=KIND.key,
            subject=f"cohort:{n}",
            values={"cohort": f"Spring {n}", "name": "Ana"},
            route="learner_home",
        )
        for n in range(notices)
    )
    DueWork.objects.bulk_create(
        DueWork(
            kind=telling.MAIL,
            subject=f"{notice.person.public_id}:{notice.kind}:{notice.subject}",
            period=str(notice.public_id),
            due_at=clock.now() - timedelta(minutes=1),
        )
        for notice in told
    )


def timed(do: Callable[[], None]) -> float:
    begin = time.perf_counter()
    do()
    return time.perf_counter() - begin


def rss_mb() -> float:
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def main() -> None:
    house = databases(os.environ.get("DATABASE_URL", ""))
    name = house.copy("bench_notices")
    try:
        figures = run({"DATABASE_URL": house.url(name)})
    finally:
        house.drop(name)
    for key, value in figures.items():
        print(f"{key:<20}{value:>10.1f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["work"]:
        print(json.dumps(work(int(sys.argv[2]))))
    else:
        main()
