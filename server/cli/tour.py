"""`sanad tour`: a first look in one command, with an invented election, a morning already played, and a server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import click

# Enough visits for most governorates to have a rate; the morning of this many takes well under a minute.
OBSERVERS = 480
# The last observers keep no simulated phone: their links are for whoever tries the app.
SPARE_OBSERVERS = 12
NOON = "12:30"
START_WITHIN_S = 30
# A link for a first look may lie open over lunch; real ones last ten minutes.
LINK_MINUTES = 12 * 60
LOG = "server.log"


@click.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--observers", default=OBSERVERS, show_default=True, type=click.IntRange(SPARE_OBSERVERS + 1, 60_000))
def tour(port: int, observers: int) -> None:
    """Prepare an invented election day, play its morning, and serve it. Running it again keeps everything."""
    url = f"http://127.0.0.1:{port}"
    os.environ["SANAD_PUBLIC_URL"] = url
    folder, staff, people = _prepare(observers)
    # A line a request would bury the accounts; whoever wants them reads the file.
    with (folder / LOG).open("ab") as log:
        server = subprocess.Popen([sys.executable, "-m", "server.cli", "serve", "--port", str(port)], stderr=log)
    signal.signal(signal.SIGTERM, lambda *_: server.send_signal(signal.SIGTERM))
    try:
        _wait_for(url, server)
        if not (folder / "field_day.json").exists():
            _play_morning(url, people[:-SPARE_OBSERVERS])
        _show(url, folder, staff, people[-1])
        server.wait()
    except KeyboardInterrupt:
        server.send_signal(signal.SIGTERM)
    finally:
        server.wait()
    raise SystemExit(max(server.returncode, 0))


def _prepare(observers: int) -> tuple[Path, list, list[str]]:
    from server.cli.asking import open_here, settings_here
    from server.demo import make_demo
    from server.field_day.codes import local_observers

    click.echo("4/4 preparing an invented election day")
    held = open_here(settings_here())
    made = make_demo(held, observers=observers)
    people = local_observers(held)
    held.engine.dispose()
    return held.settings.folder, made.staff, people


def _wait_for(url: str, server: subprocess.Popen) -> None:
    import urllib3

    retries = urllib3.Retry(total=None, connect=START_WITHIN_S * 5, backoff_factor=0.05, backoff_max=0.2)
    try:
        urllib3.request("GET", f"{url}/healthz", retries=retries, timeout=2)
    except urllib3.exceptions.HTTPError:
        raise click.ClickException("the server did not start") from None
    if server.poll() is not None:
        raise click.ClickException("the server stopped at once; is the port taken? See server.log in the data folder")


def _play_morning(url: str, observers: list[str]) -> None:
    from server.cli.asking import open_here, settings_here
    from server.field_day.command import Plan, simulate

    click.echo(f"    playing the morning of {len(observers)} observers over the wire (about half a minute)")
    held = open_here(settings_here())
    report = simulate(url, Plan(speed=0, until=NOON, lively=1.0), held=held, observers=observers, say=_quiet)
    held.engine.dispose()
    if not report.is_clean:
        raise click.ClickException(f"the morning lost something: {report.as_members()}")


def _quiet(_: str) -> None:
    """The tour tells its own story; the simulation's is for `sanad simulate`."""


def _show(url: str, folder: Path, staff: list, observer: str) -> None:
    import segno

    from server.cli.asking import open_here, settings_here
    from server.operations.make_enrolment_code import make_enrolment_code

    held = open_here(settings_here())
    link = make_enrolment_code(held, observer, made_by="tour", minutes=LINK_MINUTES).link
    held.engine.dispose()
    click.echo(f"\nThe desk       {url}/")
    for each in staff:
        click.echo(f"  {each.name:<24} {each.password:<16} {each.role}")
    click.echo(f"\nA phone        {link}")
    click.echo("  Open it in a browser on this machine; a phone on the network needs https (docs/operating.md).\n")
    segno.make(link, error="l").terminal(compact=True)
    click.echo(f"\nThe rest of the day, played into this server: make day\nEverything is kept in {folder}\n")
