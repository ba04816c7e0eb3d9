"""What does the register's first page cost beside a bare Flask and Jinja page of the same 25 rows? 10,000 entries."""

from __future__ import annotations

from benchmarks.measuring import Figure
from benchmarks.pages import running


def measure() -> list[Figure]:
    """Compare the page, what is cached of it beside routes that hold it, and the page beside its twin by Django."""
    with running(10_000) as pair:
        etag = pair.ours.headers("/en/register/")["ETag"]
        with pair.beside_django() as twins:
            twin = twins.compare(
                "register page, beside its twin by Django", path="/en/register/", anchor="/page", goal=4
            )
        return [
            twin,
            pair.compare("register page, 10,000 entries", path="/en/register/", anchor="/page", goal=0.7),
            pair.compare("the same, cached, beside its bytes", path="/en/register/", anchor="/kept", goal=0.8),
            pair.compare("its 304", path="/en/register/", anchor="/word", goal=0.8, headers={"If-None-Match": etag}),
        ]
