"""What would become of every row of a list? The dry run: judged alone, against the rows above, and what is known.

Nothing is written here. What may stand in one cell belongs to `import_judging`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from coalition import clock
from coalition.charters import queries as charters
from coalition.charters.shapes import CharterDefinition
from coalition.desk.import_columns import LEFT_OUT
from coalition.desk.import_judging import Judged, Offered, Problem, folded, judge
from coalition.desk.import_models import Import
from coalition.desk.import_states import Kind, Landing
from coalition.desk.import_values import Counts
from coalition.i18n import LANGUAGES, known_languages
from coalition.organisations import intake
from coalition.organisations.names import name_key
from coalition.organisations.parties import Listed, Party, acronym_key, are_one, party_key
from coalition.register.intake import live_names
from coalition.signing.paper import standing_names
from coalition.territories import names as territories

FORM = "organisation_form"
LONGEST = 320
Row = tuple[int, dict[str, str]]
NOTICES = frozenset({"stands", "taken_for", "unites", "same_as_row"})


def offered_to(found: Import) -> Offered:
    """Return what the cells of an import may say."""
    definitions = _definitions(found)
    forms = [option for one in definitions if (question := one.question(FORM)) for option in question.options]
    categories = [category for one in definitions for category in one.categories] if found.charter else []
    spoken = {code: [code, LANGUAGES[code].name] for code in known_languages()}
    return Offered(
        kind=Kind(found.kind),
        landing=Landing(found.landing) if found.landing else None,
        today=clock.now().date(),
        countries={folded(name): code for language in spoken for code, name in territories.names(language).items()},
        forms={folded(word): form.key for form in forms for word in (form.key, *form.label.values())},
        categories={
            folded(word): one.key for one in categories for word in (one.key, *one.label.values(), *one.short.values())
        },
        languages={folded(word): code for code, words in spoken.items() for word in words},
    )


def _definitions(found: Import) -> list[CharterDefinition]:
    if found.charter:
        return [charters.definition_of(found.charter, found.charter_version)]
    return [one.definition for one in charters.charter_list(with_disabled=True)]


def checker_of(found: Import) -> Checker:
    """Return the checker of an import, which sees its rows from the first on."""
    headings = {key: found.headings[int(place)] for place, key in found.mapping.items() if key != LEFT_OUT}
    return Checker(offered_to(found), found.charter, headings)


@dataclass
class Checker:
    """Sees all rows of one list in their order, a batch at a time, and keeps what a later row may repeat."""

    offered: Offered
    charter: str
    headings: Mapping[str, str]
    rows_by_name: dict[tuple[str, ...], int] = field(default_factory=dict)
    rows_by_key: dict[str, int] = field(default_factory=dict)
    parties: set[str] = field(default_factory=set)
    umbrellas: dict[str, list[tuple[int, str, bool]]] = field(default_factory=dict)

    def check(self, batch: Sequence[Row]) -> tuple[Counts, list[dict[str, Any]]]:
        """Return what would become of a batch, and its problems and notices as rows."""
        judged = [(number, judge(cells, offered=self.offered)) for number, cells in batch]
        look = self._signatures if self.offered.kind is Kind.SIGNATURES else self._organisations
        known = dict(look([(number, one) for number, one in judged if not one.problems]))
        bad = [number for number, one in judged if _is_bad(one)]
        counts = Counts(
            new=len(judged) - len(bad) - len([n for n in known if n not in bad]),
            known=len([number for number in known if number not in bad]),
            bad=len(bad),
        )
        return counts, [self._noted(number, problem) for number, one in judged for problem in one.problems]

    def finish(self) -> tuple[Counts, list[dict[str, Any]]]:
        """Return what only the whole list tells: affiliates of an umbrella that no row and no other list names."""
        lost = [line for key, lines in self.umbrellas.items() if key not in self.parties for line in lines]
        rows = [
            self._noted(number, Problem("umbrella", "umbrella_unknown", text=text[:120])) for number, text, _ in lost
        ]
        known = sum(is_known for _, _, is_known in lost)
        return Counts(new=known - len(lost), known=-known, bad=len(lost)), rows

    def _noted(self, number: int, problem: Problem) -> dict[str, Any]:
        return {
            "row_number": number,
            "heading": self.headings.get(problem.column, ""),
            "code": problem.code,
            "detail": problem.detail[:LONGEST],
            "text": problem.text[:120],
            "is_notice": problem.code in NOTICES,
        }

    def _signatures(self, rows: Sequence[tuple[int, Judged]]) -> Iterator[tuple[int, bool]]:
        """Say which organisations of good rows stand already; nobody is counted twice."""
        keys = {number: name_key(one.values["official_name"])[:300] for number, one in rows}
        standing = standing_names(self.charter, sorted(set(keys.values())))
        standing |= live_names(self.charter, sorted(set(keys.values())))
        for number, one in rows:
            name = (keys[number], one.values["country"], one.values["capacity"] or "signatory")
            if self._repeats(number, one, name):
                continue
            if name in standing:
                one.problems.append(Problem("official_name", "stands", standing[name], one.values["official_name"]))
                yield number, True

    def _organisations(self, rows: Sequence[tuple[int, Judged]]) -> Iterator[tuple[int, bool]]:
        """Say which parties of good rows are known already, under this name or another."""
        lines = {number: Listed(row_number=number, **one.values) for number, one in rows}
        known = intake.known_to(list(lines.values()))
        for number, one in rows:
            line = lines[number]
            if self._repeats(number, one, (party_key(line.official_name), line.country, party_key(line.umbrella))):
                continue
            met = known.met_by(line)
            one.problems += self._of_party(line, met)
            is_known = bool(met) or any(problem.code == "same_as_row" for problem in one.problems)
            if line.umbrella and known.named(line.umbrella) is None:
                awaited = self.umbrellas.setdefault(party_key(line.umbrella), [])
                awaited.append((number, line.umbrella, is_known))
            if is_known:
                yield number, True

    def _repeats(self, number: int, one: Judged, name: tuple[str, ...]) -> bool:
        first = self.rows_by_name.setdefault(name, number)
        if first == number:
            return False
        one.problems.append(Problem("official_name", "twice", str(first), one.values["official_name"]))
        return True

    def _of_party(self, line: Listed, met: Sequence[Party]) -> Iterator[Problem]:
        """Say what an officer should know of a line: which party it is taken for where its own name does not tell."""
        if not are_one(met):
            yield Problem("official_name", "ambiguous", " / ".join(party.name for party in met), line.official_name)
        elif len(met) > 1:
            yield Problem("official_name", "unites", " / ".join(party.name for party in met), line.official_name)
        elif met and party_key(line.official_name) not in met[0].keys:
            yield Problem("official_name", "taken_for", met[0].name, line.official_name)
        earlier = min((self.rows_by_key[key] for key in line.party_keys() if key in self.rows_by_key), default=None)
        if earlier is not None and not met:
            yield Problem("official_name", "same_as_row", str(earlier), line.official_name)
        for key in line.party_keys():
            self.rows_by_key.setdefault(key, line.row_number)
        if not line.umbrella:
            self.parties |= {*line.party_keys(), acronym_key(line.acronym)}


def _is_bad(one: Judged) -> bool:
    return any(problem.code not in NOTICES for problem in one.problems)
