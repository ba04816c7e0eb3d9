"""Is every fault of a charter's folder told, with its file and line, and nothing else?"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from coalition.charters.definition import (
    MAX_BYTES,
    CharterFolder,
    Fault,
    FolderBroken,
    check,
    from_json,
    load,
    to_json,
)
from coalition.charters.shapes import FieldType
from coalition.eligibility.assessment import assess
from tests.charters.folders import POCKET, change, line_of, pocket_folder

TOML = "charter.toml"

FAULTS = [
    ('slug = "pocket-charter"', 'slug = "Pocket Charter"', "slug", "“slug” cannot be “Pocket Charter”"),
    ('slug = "pocket-charter"', "slug = 7", "slug", "“slug” has to be a text"),
    ('kind = "charter"', 'kind = "poem"', "kind", "“kind” cannot be “poem”: it is one of charter, declaration"),
    ('joining = "form"', 'joining = "correspondence"', "joining", "“how_to_join” is missing: a charter joined by"),
    ('number_prefix = "POCKET"', 'number_prefix = "pocket"', "number_prefix", "“number_prefix” cannot be “pocket”"),
    ('languages = ["es", "en"]', 'languages = ["es", "en", "e!"]', "languages", "“e!” is not a language's code"),
    ('languages = ["es", "en"]', "languages = []", "languages", "“languages” has to name at least one language"),
    ("adopted_on = 2026-01-15", 'adopted_on = "soon"', "adopted_on", "“adopted_on” has to be a date like 2015-09-28"),
    ("approvers = 1", "approvers = 0", "approvers", "“approvers” has to be a whole number from 1 to 5"),
    ("approvers = 1", "approvers = true", "approvers", "“approvers” has to be a whole number from 1 to 5"),
    ("proof_required = true", 'proof_required = "yes"', "proof_required", "“proof_required” has to be true or false"),
    ("proof_required = true", "proof_needed = true", "proof_needed", "“proof_needed” is not known here"),
    ('"secretariat@pocket.example"', '"secretariat"', "contact_email", "“contact_email” cannot be “secretariat”"),
    ('\ntitle.es = "Carta de bolsillo"', '\ntitle.es = ""', "title.es", "“title.es” is missing"),
    ('\ntitle.es = "Carta de bolsillo"', '\ntitle.fr = "Charte"', "title.fr", "“title.fr” is not known here"),
    ('signatory.es = "firmante"', "signatory.es = [1]", "signatory.es", "“nouns.signatory.es” has to be a text"),
    ('es = "authentic"', 'es = "courtesy"', "[texts]", "exactly one language of “texts” has to be authentic"),
    ('es = "authentic"', 'es = "summary"', "[texts]", "a summary in one language is a summary in all"),
    ('en = "courtesy"', 'fr = "courtesy"', 'fr = "courtesy"', "“fr” is not among the charter's languages"),
    ('en = "courtesy"', "", "[texts]", "“texts” does not say what the text in “en” is worth"),
    ("strands = 3", "strands = 4", "labels.es", "“seal.labels.es” holds 3 texts, 4 are needed"),
    ("strands = 3", "strands = 99", "strands", "“seal.strands” has to be a whole number from 1 to 24"),
    ('criteria = ["is_city"]', 'criteria = ["is_town"]', "is_town", "there is no criterion “is_town”"),
    ('criteria = ["is_city"]', 'criteria = [""]', "criteria", "“criteria” has to be a list of texts"),
    ('key = "company"\ncriteria', 'key = "city"\ncriteria', 'key = "city"', "the key “city” stands twice in “cat"),
    ('key = "no"\n', 'key = "yes"\n', 'key = "yes"', "the key “yes” stands twice in “options”"),
    (
        '[[questions.options]]\nkey = "no"\nlabel.es = "No"\nlabel.en = "No"\n',
        "",
        "[[questions]]",
        "the question “measures” needs at least two options",
    ),
    ('key = "measures"\nname', 'key = "change"\nname', "change", "a question cannot be called “change”"),
    ('question = "measures"', 'question = "counts"', "counts", "there is no question “counts”"),
    ('met = ["yes"]', 'met = ["perhaps"]', "perhaps", "the question “measures” has no option “perhaps”"),
    ('met = ["yes"]', 'met = ["no"]', "unmet", "the answer “no” is both met and unmet"),
    ('key = "no_target"', 'key = "No target"', "No target", "“key” cannot be “No target”"),
    ('type = "number"', 'type = "colour"', "colour", "“type” cannot be “colour”: it is one of text, number"),
    ('type = "number"', 'type = "choice"', "[[extra_fields]]", "the field “emissions” needs options if it is a"),
    (
        "proof_required = true",
        "proof_requird = true",
        "requird",
        "“proof_requird” is not known here: did you mean “proof_",
    ),
    ('label.es = "Sin meta"', 'lable.es = "Sin meta"', "lable", "“lable” is not known here: did you mean “label”?"),
    ('label.en = "City"', "", "label.es", "“label.en” is missing"),
    ('label.en = "City"', 'label.en = "  "', "label.en", "“label.en” is missing"),
    ('key = "emissions"', 'key = "website"', "website", "an extra field cannot be called “website”: the site's own"),
    ('key = "emissions"', 'key = "accepts_target"', "key", "“accepts_target” is a statement and an extra field"),
    ('key = "emissions"', 'key = "target_year"', "target_year", "the key “target_year” stands twice in “extra_fields”"),
    ('key = "accepts_target"', 'key = "typed_name"', "typed_name", "a statement cannot be called “typed_name”: the"),
    ('criteria = ["is_city"]', "criteria = []", "[[criteria]]", "no category needs the criterion “is_city”"),
    (', "measures"]', "]", "[[questions]]", "nothing rests on the question “measures”: it would never be asked"),
    ('\ntext.es = "Carta"', '\nparty.es = "a"\nparty.en = "a"\ntext.es = "Carta"', "[nouns]", "“nouns.party” and “nou"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A charter's folder without a fault."""
    return pocket_folder(tmp_path)


def told(folder: Path) -> list[str]:
    return [str(fault) for fault in check(folder)]


@pytest.mark.parametrize(("old", "new", "where", "message"), FAULTS, ids=[message for *_, message in FAULTS])
def test_check_faulty_data_tells_the_fault_at_its_line(
    folder: Path, old: str, new: str, where: str, message: str
) -> None:
    change(folder, TOML, old, new)
    (fault,) = (fault for fault in check(folder) if fault.message.startswith(message))
    assert fault.file == TOML
    assert where in (folder / TOML).read_text("utf-8").split("\n")[fault.line - 1]


def test_check_faultless_folder_tells_nothing() -> None:
    assert check(POCKET) == []


def test_check_missing_language_names_what_lacks_it(folder: Path) -> None:
    change(folder, TOML, 'label.es = "Una ciudad"\n', "")
    assert told(folder) == [f"{TOML}:{line_of(folder, TOML, 'A city')}: “label.es” is missing"]


def test_check_missing_key_is_told_at_its_table(folder: Path) -> None:
    change(folder, TOML, 'question = "measures"\n', "")
    line = line_of(folder, TOML, "Measures its emissions")
    found = [fault for fault in check(folder) if fault.message == "“question” is missing"]
    assert [fault.line for fault in found] == [max(n for n in headings(folder, "[[criteria]]") if n > line)]


def headings(folder: Path, head: str) -> list[int]:
    lines = (folder / TOML).read_text("utf-8").split("\n")
    return [number for number, line in enumerate(lines, 1) if line == head]


def test_check_several_faults_tells_them_all_in_order(folder: Path) -> None:
    change(folder, TOML, "approvers = 1", "approvers = 9")
    change(folder, TOML, 'kind = "charter"', 'kind = "poem"')
    change(folder, "text.en.md", "We, cities", "")
    (folder / "text.es.md").unlink()
    assert [(fault.file, fault.line) for fault in check(folder)] == [(TOML, 4), (TOML, 9), ("text.es.md", 0)]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("approvers = 1", "approvers = = 1", 9),
        ("approvers = 1", 'slug = "twice"', 9),
        ('words.en = "We saw', "words.en = We saw", None),
    ],
)
def test_check_broken_toml_tells_its_line(folder: Path, old: str, new: str, line: int | None) -> None:
    expected = line or line_of(folder, TOML, old)
    change(folder, TOML, old, new)
    (fault,) = check(folder)
    assert (fault.file, fault.line) == (TOML, expected)
    assert "at line" not in fault.message


def test_check_table_that_should_be_a_list_is_told(folder: Path) -> None:
    text = (folder / TOML).read_text("utf-8")
    (folder / TOML).write_text(text[: text.index("[[categories]]")] + '[categories]\nkey = "x"\n', "utf-8")
    assert "“categories” has to be a list of tables" in [fault.message for fault in check(folder)]


def test_check_list_of_something_else_is_told(folder: Path) -> None:
    change(folder, TOML, "approvers = 1", "approvers = 1\ncommitments = [1]")
    assert told(folder) == [f"{TOML}:10: “commitments” has to be a list of tables"]


def test_check_missing_table_is_told_once(folder: Path) -> None:
    change(folder, TOML, "[seal]", "[steal]")
    assert {fault.message for fault in check(folder)} == {
        "“seal” is missing",
        "“steal” is not known here: did you mean “seal”?",
    }


def test_check_summary_joined_by_form_is_told(folder: Path) -> None:
    change(folder, TOML, 'es = "authentic"', 'es = "summary"')
    change(folder, TOML, 'en = "courtesy"', 'en = "summary"')
    for language in ("es", "en"):
        (folder / f"text.{language}.md").rename(folder / f"summary.{language}.md")
    (fault,) = check(folder)
    assert fault.message == "a summary cannot be signed: “joining” has to be “correspondence”"


def test_check_settlement_without_outcome_is_told(folder: Path) -> None:
    with (folder / TOML).open("a", encoding="utf-8") as file:
        file.write('[[settlements]]\nkey = "x"\nquestion = "measures"\nanswers = ["no"]\noutcome = "undetermined"\n')
        for name in ("words", "explanation"):
            file.write(f'{name}.es = "{name}"\n{name}.en = "{name}"\n')
    (fault,) = check(folder)
    assert fault.message == "“outcome” cannot be “undetermined”: it has to settle something"


def test_check_missing_folder_tells_that_the_file_cannot_be_read(tmp_path: Path) -> None:
    assert check(tmp_path) == [Fault(TOML, 0, "the file cannot be read: No such file or directory")]


def test_check_text_in_another_encoding_tells_its_line(folder: Path) -> None:
    (folder / "text.en.md").write_bytes(b"## One\n\nCaf\xe9\n")
    assert told(folder) == ["text.en.md:3: the file has to be UTF-8"]


def test_check_empty_and_huge_texts_are_told(folder: Path) -> None:
    (folder / "text.en.md").write_text(" \n", "utf-8")
    (folder / "text.es.md").write_text("x" * (MAX_BYTES + 1), "utf-8")
    assert told(folder) == [
        "text.en.md:1: the text is empty",
        f"text.es.md:0: the file holds more than {MAX_BYTES} bytes",
    ]


@pytest.mark.parametrize("anchor", ["target", "how-to-join"])
def test_check_anchor_that_is_taken_is_told(folder: Path, anchor: str) -> None:
    with (folder / "text.en.md").open("a", encoding="utf-8") as file:
        file.write(f"\n## Again {{#{anchor}}}\n")
    (fault,) = check(folder)
    assert fault.message == f"the anchor “{anchor}” is taken: by another heading, or by the page itself"
    assert fault.line == line_of(folder, "text.en.md", f"{{#{anchor}}}")


def test_check_lines_in_a_text_of_several_lines_are_no_keys(folder: Path) -> None:
    several = 'how_to_join.es = """\napprovers = 5\n"""\nhow_to_join.en = "By letter."\napprovers = 7'
    change(folder, TOML, "approvers = 1", several)
    assert told(folder) == [f"{TOML}:13: “approvers” has to be a whole number from 1 to 5"]


def test_load_broken_folder_raises_all_faults_in_sentences(folder: Path) -> None:
    change(folder, TOML, "approvers = 1", "approvers = 9")
    with pytest.raises(FolderBroken) as raised:
        load(folder)
    assert str(raised.value) == f"{TOML}:9: “approvers” has to be a whole number from 1 to 5"


def test_load_another_coalition_needs_no_line_of_code() -> None:
    definition = load(POCKET).definition
    assert definition.adopted_on == date(2026, 1, 15)
    assert definition.authentic_language == "es"
    assert [(field.key, field.type, field.public, field.required) for field in definition.extra_fields] == [
        ("target_year", FieldType.CHOICE, True, True),
        ("emissions", FieldType.NUMBER, False, False),
    ]
    outcomes = {c.key: c.outcome for c in assess(definition.rules, {"organisation_form": "city"}).categories}
    assert outcomes == {"city": "eligible", "company": "not_eligible"}


def test_load_own_words_for_a_usual_attestation_replace_them(folder: Path) -> None:
    change(folder, TOML, 'key = "accepts_target"', 'key = "may_sign"')
    definition = load(folder).definition
    assert [attestation.key for attestation in definition.attestations] == ["may_sign", "privacy_read"]
    attestation = definition.attestation("may_sign")
    assert attestation is not None
    assert attestation.words["en"] == "The organisation accepts the Charter's target."


def test_load_own_words_for_the_usual_reason_replace_them(folder: Path) -> None:
    assert [reason.key for reason in load(folder).definition.reasons] == ["no_target", "other"]
    change(folder, TOML, 'key = "no_target"', 'key = "other"')
    assert [(reason.key, reason.label["en"]) for reason in load(folder).definition.reasons] == [("other", "No target")]


def test_check_more_fields_than_a_form_can_bear_is_told(folder: Path) -> None:
    with (folder / TOML).open("a", encoding="utf-8") as file:
        for number in range(20):
            file.write(f'\n[[extra_fields]]\nkey = "more_{number}"\ntype = "text"\nlabel.es = "a"\nlabel.en = "a"\n')
    (fault,) = check(folder)
    assert fault.message == "“extra_fields” holds 22 fields, at most 20 are asked for"


def test_definition_found_by_key_is_the_one_of_that_key() -> None:
    definition = load(POCKET).definition
    for find, key in [
        (definition.category, "company"),
        (definition.question, "measures"),
        (definition.criterion, "is_city"),
        (definition.attestation, "privacy_read"),
        (definition.reason, "no_target"),
    ]:
        found = find(key)
        assert found is not None
        assert found.key == key
        assert find("nothing") is None


def test_from_json_stored_data_gives_the_same_definition(folder: Path) -> None:
    found: CharterFolder = load(folder)
    stored = json.loads(to_json(found.data))
    assert from_json(stored) == found.definition


def test_from_json_data_of_another_program_is_refused(folder: Path) -> None:
    data = dict(load(folder).data, colour="plum")
    with pytest.raises(FolderBroken, match="“colour” is not known here"):
        from_json(data)


def test_sha256_of_data_depends_on_values_not_on_layout(folder: Path) -> None:
    before = load(folder).sha256
    change(
        folder, TOML, "approvers = 1\nproof_required = true\n", "proof_required = true  # why not\n\napprovers = 1\n"
    )
    assert load(folder).sha256 == before
    change(folder, TOML, "approvers = 1", "approvers = 2")
    assert load(folder).sha256 != before
