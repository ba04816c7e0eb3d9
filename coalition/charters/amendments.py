"""What has the secretariat changed in a charter's data, and how do they read with it? Pure.

The data of a folder stay as they came in; each change names its subject and the value that counts now. Who changed it,
and when, belongs to `keeping`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

APPROVERS = "approvers"
RETIRED = "retired_reasons"
EVIDENCE = "evidence:"
REASON = "reason:"
WORDED = ("label", "words")


def is_amendment(subject: str) -> bool:
    """Tell whether a change of this subject is one of the data."""
    return subject in (APPROVERS, RETIRED) or subject.startswith((EVIDENCE, REASON))


def amended(data: Mapping[str, Any], amendments: Mapping[str, Any], *, usual: Sequence[str]) -> dict[str, Any]:
    """Return the data with what was changed; `usual` are the reasons that every charter has.

    What a version does not know, such as a category of a later one, is passed over: its data stay whole.
    """
    made = deepcopy(dict(data))
    if APPROVERS in amendments:
        made[APPROVERS] = amendments[APPROVERS]
    for category in made.get("categories", []):
        if (words := amendments.get(EVIDENCE + category["key"])) is not None:
            _word_evidence(category, words, made["languages"])
    for subject, reason in amendments.items():
        if subject.startswith(REASON):
            _put_reason(made, subject.removeprefix(REASON), reason)
    if RETIRED in amendments:
        known = {reason["key"] for reason in made.get("reasons", [])} | set(usual)
        made[RETIRED] = [key for key in amendments[RETIRED] if key in known]
    return made


def _word_evidence(category: dict[str, Any], words: Mapping[str, str], languages: Sequence[str]) -> None:
    before = category.pop("evidence", {})
    if any(words.values()):
        category["evidence"] = _fitted(words, before, languages)


def _put_reason(data: dict[str, Any], key: str, reason: Mapping[str, Any]) -> None:
    """Add a reason, or word the one of that key anew; its place in the list stays."""
    listed: list[dict[str, Any]] = data.setdefault("reasons", [])
    found = next((item for item in listed if item["key"] == key), None)
    if found is None:
        listed.append(found := {"key": key})
    found |= {part: _fitted(reason[part], found.get(part, {}), data["languages"]) for part in WORDED}


def _fitted(words: Mapping[str, str], before: Mapping[str, str], languages: Sequence[str]) -> dict[str, str]:
    """Return words in just these languages: one that was added later reads as before, else as the first that is there.

    A text in a language more or less than the version has would be a fault, and no page of the charter could be shown.
    """
    first = next(text for text in words.values() if text)
    return {code: words.get(code) or before.get(code) or first for code in languages}


def with_texts(data: Mapping[str, Any], standings: Mapping[str, str], *, adopted_on: str | None) -> dict[str, Any]:
    """Return the data for other texts: what each is worth, and when they were adopted.

    A language of the charter's that has no text yet may get a courtesy translation.
    """
    made = deepcopy(dict(data))
    made["texts"] = {code: standings.get(code, "courtesy") for code in made["languages"]}
    made.pop("adopted_on", None)
    if adopted_on:
        made["adopted_on"] = adopted_on
    return made
