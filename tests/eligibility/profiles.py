"""Real sorts of organisations, what they would answer, and what the charter's words make of them."""

from __future__ import annotations

from typing import NamedTuple

KEYS = (
    "organisation_form",
    "sse_members",
    "acts_for_sse",
    "is_sse",
    "international_dimension",
    "independent",
    "surplus_reinvested",
)
CATEGORIES = ("member_based", "action_advocacy", "international_network")

E, N, R = "eligible", "not_eligible", "referred"

INDEPENDENCE = "Autonomy of management and independence from public authorities"
SURPLUS = "not for the remuneration of shareholders"
MEMBERS = "Member-based organizations whose members are partly or totally SSE organizations"
ADVOCACY = "Action- and advocacy-based organizations"
SSE = "Networks or organizations of SSE"
INTERNATIONAL = "Networks or organizations of SSE with international dimensions"
AUTHORITIES = "mutuals and local and territorial authorities"
ACTORS = "open to all economic actors of the same community of interest"


class Profile(NamedTuple):
    """Answers in the order of the questions ("-": not asked any more); results per category; words that decide."""

    name: str
    answers: str
    outcome: str
    results: tuple[str, str, str]
    words: str


PROFILES = (
    Profile("mutual of persons, one country", "mutual none no yes no", N, (N, N, N), MEMBERS),
    Profile("mutual of persons that campaigns", "mutual none yes yes no yes yes", E, (N, E, N), ADVOCACY),
    Profile("union of mutuals", "network all yes yes no yes yes", E, (E, E, N), MEMBERS),
    Profile("single cooperative", "cooperative none no yes no", N, (N, N, N), ADVOCACY),
    Profile(
        "cooperative that trades across borders", "cooperative none no yes yes yes yes", E, (N, N, E), INTERNATIONAL
    ),
    Profile("federation of cooperatives", "network all yes yes yes yes yes", E, (E, E, E), INTERNATIONAL),
    Profile("federation, partly of companies", "network some unsure yes no yes yes", E, (E, R, N), MEMBERS),
    Profile("city", "public_authority", R, (R, R, R), AUTHORITIES),
    Profile("regional government", "public_authority", R, (R, R, R), INDEPENDENCE),
    Profile("public university", "public_authority", R, (R, R, R), AUTHORITIES),
    Profile("private university without owners", "foundation no_members yes no - yes yes", E, (N, E, N), ADVOCACY),
    Profile("shareholder company", "company none no yes yes yes no", N, (N, N, N), SURPLUS),
    Profile("shareholder company with a foundation", "company none yes no - yes no", N, (N, N, N), SURPLUS),
    Profile("the foundation of a company", "foundation no_members yes yes no unsure yes", R, (N, R, N), INDEPENDENCE),
    Profile("company owned by its workers", "company none no yes yes yes yes", E, (N, N, E), INTERNATIONAL),
    Profile(
        "company limited by shares, profits reinvested", "company some no unsure yes yes unsure", R, (R, N, R), SURPLUS
    ),
    Profile("NGO with projects abroad", "association none yes yes yes yes yes", E, (N, E, E), INTERNATIONAL),
    Profile("NGO run by a ministry", "association none yes yes yes no", N, (N, N, N), INDEPENDENCE),
    Profile("trade union", "association none yes no - yes yes", E, (N, E, N), ADVOCACY),
    Profile("trade-union confederation, unsure", "association unsure unsure no - yes yes", R, (R, R, N), MEMBERS),
    Profile("GSEF: local governments and SSE networks", "network some yes yes yes no yes", R, (R, R, R), INDEPENDENCE),
    Profile("network of mayors", "network none no no", N, (N, N, N), MEMBERS),
    Profile("network of mayors that advocates", "network none yes no - no yes", R, (N, R, N), INDEPENDENCE),
    Profile("ICA", "network all yes yes yes yes yes", E, (E, E, E), MEMBERS),
    Profile("individual", "individual", N, (N, N, N), ACTORS),
    Profile("informal group", "other", R, (R, R, R), ACTORS),
    Profile(
        "social enterprise, limited payments to members",
        "social_enterprise none no yes yes yes yes",
        E,
        (N, N, E),
        SURPLUS,
    ),
    Profile(
        "social enterprise, knows nothing",
        "social_enterprise unsure unsure unsure unsure unsure unsure",
        R,
        (R, R, R),
        SSE,
    ),
    Profile("platform company that advocates", "company none yes no - yes unsure", R, (N, R, N), SURPLUS),
)


def answers_of(profile: Profile) -> dict[str, str]:
    """Return the profile's answers by question."""
    given = zip(KEYS, profile.answers.split(), strict=False)
    return {key: answer for key, answer in given if answer != "-"}
