"""`sanad demo` and `sanad simulate`: an invented election, and an invented day of it."""

from __future__ import annotations

import click

from server.cli.asking import open_here, refuse_without_election, settings_here, show_json


@click.command()
@click.option("--stations", type=click.IntRange(1, 60_000), help="How many stations.")
@click.option("--observers", type=click.IntRange(1, 60_000), help="How many observers.")
@click.option("--seed", default=1, show_default=True, help="The same seed invents the same places and people.")
def demo(stations: int | None, observers: int | None, seed: int) -> None:
    """Fill an empty data folder with an invented election of today, and show who can sign in."""
    from server.demo import make_demo

    settings = settings_here()
    held = open_here(settings)
    sizes = {"stations": stations, "observers": observers}
    made = make_demo(held, seed=seed, **{name: size for name, size in sizes.items() if size})
    click.echo(
        f"{'Made' if made.is_new else 'Kept'} an invented election on {made.date}: {made.centres} centres, "
        f"{made.stations} stations, {made.observers} observers."
    )
    for each in made.staff:
        click.echo(f"  {each.name:<28} {each.password}   {each.role}")
    click.echo("Next: sanad serve; then in another terminal: sanad simulate")


@click.command()
@click.option("--url", help="Of the running server; by default the one on this data folder.")
@click.option("--observers", type=click.IntRange(min=1), help="How many phones; all of them by default.")
@click.option("--speed", default=600.0, show_default=True, help="Seconds of the day in one second; 0: no waiting.")
@click.option("--start", default="", metavar="HH:MM", help="Leave the morning until then out.")
@click.option("--until", default="", metavar="HH:MM", help="Stop there; run again to go on.")
@click.option("--seed", default=1, show_default=True)
@click.option("--lively", default=1.0, show_default=True, help="Multiplies the incidents.")
@click.option("--calm", is_flag=True, help="No faults of network, clock or phone.")
@click.option("--photos/--no-photos", default=True, show_default=True)
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 64))
@click.option("--json", "as_json", is_flag=True, help="Show the report as JSON.")
def simulate(
    url: str | None,
    observers: int | None,
    speed: float,
    start: str,
    until: str,
    seed: int,
    lively: float,
    calm: bool,
    photos: bool,
    threads: int,
    as_json: bool,
) -> None:
    """Let invented phones live an election day against a running server, and prove that nothing was lost."""
    from server.field_day.command import Plan
    from server.field_day.command import simulate as live_a_day

    settings = settings_here()
    held = open_here(settings)
    refuse_without_election(held)
    plan = Plan(
        speed=speed,
        until=until,
        start=start,
        seed=seed,
        has_photos=photos,
        threads=threads,
        lively=lively,
        is_calm=calm,
        pack=settings.pack,
    )
    say = (lambda text: click.echo(text, err=True)) if as_json else click.echo
    report = live_a_day(url or settings.public_url, plan, held=held, observers=observers, say=say)
    if as_json:
        show_json(report.as_members())
    else:
        for name, value in report.as_members().items():
            click.echo(f"  {name.replace('_', ' '):<16} {value}")
    if not report.is_clean:
        raise SystemExit(1)
