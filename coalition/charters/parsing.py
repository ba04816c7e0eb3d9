"""What does a charter's data mean, and is it whole?

Turns the plain data of a charter (a read `charter.toml`, or the JSON kept with a version) into values and notes what
does not fit together. Its rules of eligibility are read by `rules`; files and their lines belong to `definition`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from coalition.charters import reading, shapes
from coalition.charters.reading import Findings, Reader
from coalition.charters.rules import check_used, parse_criteria, parse_rules

MOST_APPROVERS = 5
MOST_STRANDS = 24
MOST_FIELDS = 20
OF_QUESTIONS = frozenset({"asked", "change", "charter", "csrf_token", "endpoint", "language", "text", "version"})
"""Names that the pages of eligibility use in their addresses."""
_FORMS = """
    official_name latin_name acronym aliases country organisation_form website registration_number description
    signer full_name role email publish_name mandate second_contact_name second_contact_email preparer_name
    preparer_email mandate_document typed_name seen act i_confirm i_disown i_withdraw reason remove save_later stay
    csrf_token csrf data details errors expected_name expected_seen extra form_errors hidden_tag is_submitted meta
    populate_obj process statements validate validate_on_submit
"""
OF_FORMS = frozenset(_FORMS.split())
"""Names of the fields on the forms of signing, and of what a form can do."""


def parse(data: Mapping[str, Any], built_in: Mapping[str, Any], findings: Findings) -> shapes.CharterDefinition:
    """Return the charter that `data` describes; with a fault noted in `findings` the value is worth nothing.

    `built_in` holds the attestations and reasons of every charter; one that the charter words itself replaces it.
    """
    root = Reader(data, findings)
    findings.languages = _languages(root)
    questions = tuple(_question(table) for table in root.tables("questions"))
    found = parse_criteria(root, questions)
    offered, retired = _reasons(root, built_in)
    definition = shapes.CharterDefinition(
        slug=root.text("slug", form=reading.SLUG),
        kind=root.choice("kind", shapes.Kind),
        joining=root.choice("joining", shapes.Joining),
        number_prefix=root.text("number_prefix", form=reading.PREFIX),
        languages=findings.languages,
        texts=_texts(root.table("texts")),
        title=root.words("title"),
        short_title=root.words("short_title"),
        description=root.words("description"),
        headline=root.words("headline", required=False),
        wordmark=root.words("wordmark"),
        owner=root.words("owner"),
        nouns=_nouns(root.table("nouns")),
        contact_email=root.text("contact_email", form=reading.EMAIL),
        adopted_on=root.day("adopted_on"),
        seal=_seal(root.table("seal")),
        approvers=root.whole("approvers", 2, most=MOST_APPROVERS),
        proof_required=root.flag("proof_required", default=False),
        how_to_join=root.words("how_to_join", required=False),
        questions=questions,
        criteria=tuple(label for label, _ in found),
        rules=parse_rules(root, questions, {rule.key: rule for _, rule in found}),
        categories=tuple(_category(table) for table in root.tables("categories")),
        commitments=tuple(table.in_languages() for table in root.tables("commitments")),
        attestations=_attestations(root, built_in),
        reasons=offered,
        extra_fields=tuple(_field(table) for table in root.tables("extra_fields")),
        retired_reasons=retired,
        certificate_languages=_certificate_languages(root),
    )
    root.finish()
    _check_whole(root, definition)
    return definition


def _languages(root: Reader) -> tuple[str, ...]:
    languages = root.names("languages")
    if not languages and root.has("languages"):
        root.fault("“languages” has to name at least one language", "languages")
    for code in languages:
        if not reading.LANGUAGE.fullmatch(code):
            root.fault(f"“{code}” is not a language's code", "languages")
    return languages


def _certificate_languages(root: Reader) -> tuple[str, ...]:
    """Return the two languages that stand together on every document; nothing where each speaks one."""
    pair = root.names("certificate_languages", required=False)
    if pair and not (len(pair) == len(set(pair)) == 2 and set(pair) <= set(root.findings.languages)):
        root.fault("“certificate_languages” names two of the charter's languages", "certificate_languages")
    return pair


def _texts(table: Reader) -> dict[str, shapes.TextStanding]:
    for code in set(table.keys()) - set(table.findings.languages):
        table.fault(f"“{code}” is not among the charter's languages", code)
    return {code: table.choice(code, shapes.TextStanding) for code in table.findings.languages if table.has(code)}


def _nouns(table: Reader) -> shapes.Nouns:
    nouns = shapes.Nouns(
        text=table.words("text"),
        the_text=table.words("the_text", required=False),
        signatory=table.words("signatory"),
        signatories=table.words("signatories"),
        party=table.words("party", required=False),
        parties=table.words("parties", required=False),
    )
    table.finish()
    if bool(nouns.party) is not bool(nouns.parties):
        table.fault("“nouns.party” and “nouns.parties” are given together, or neither")
    return nouns


def _seal(table: Reader) -> shapes.SealDefinition:
    strands = table.whole("strands", 8, most=MOST_STRANDS)
    labels = table.lists("labels", length=strands)
    seal = shapes.SealDefinition(strands, labels, table.words("meaning", required=False))
    table.finish()
    return seal


def _option(table: Reader) -> shapes.OptionDefinition:
    option = shapes.OptionDefinition(
        table.text("key", form=reading.KEY), table.words("label"), table.words("hint", required=False)
    )
    table.finish()
    return option


def _question(table: Reader) -> shapes.QuestionDefinition:
    question = shapes.QuestionDefinition(
        key=table.text("key", form=reading.KEY),
        name=table.words("name"),
        text=table.words("text"),
        hint=table.words("hint", required=False),
        why=table.words("why"),
        options=tuple(_option(option) for option in table.tables("options")),
    )
    table.finish()
    if question.key in OF_QUESTIONS:
        table.fault(f"a question cannot be called “{question.key}”: the pages use that name", "key")
    if len(question.options) < 2:
        table.fault(f"the question “{question.key}” needs at least two options")
    table.check_unique("options", (option.key for option in question.options))
    return question


def _category(table: Reader) -> shapes.CategoryDefinition:
    category = shapes.CategoryDefinition(
        key=table.text("key", form=reading.KEY),
        label=table.words("label"),
        short=table.words("short"),
        words=table.words("words"),
        evidence=table.words("evidence", required=False),
    )
    table.names("criteria", required=False)
    table.finish()
    return category


def _reasons(root: Reader, built_in: Mapping[str, Any]) -> tuple[tuple[shapes.ReasonDefinition, ...], ...]:
    """Return the reasons that are offered, and the retired ones."""
    own = tuple(_reason(table) for table in root.tables("reasons"))
    keys = {reason.key for reason in own}
    usual = (
        shapes.ReasonDefinition(item["key"], dict(item["label"]), dict(item["words"]))
        for item in built_in["reasons"]
        if item["key"] not in keys
    )
    found, retired = (*own, *usual), root.names("retired_reasons", required=False)
    for key in sorted(set(retired) - {reason.key for reason in found}):
        root.fault(f"there is no reason “{key}” to retire", "retired_reasons")
    offered = tuple(reason for reason in found if reason.key not in retired)
    if not offered:
        root.fault("“retired_reasons” leaves no reason to choose", "retired_reasons")
    return offered, tuple(reason for reason in found if reason.key in retired)


def _reason(table: Reader) -> shapes.ReasonDefinition:
    reason = shapes.ReasonDefinition(table.text("key", form=reading.KEY), table.words("label"), table.words("words"))
    table.finish()
    return reason


def _field(table: Reader) -> shapes.FieldDefinition:
    field = shapes.FieldDefinition(
        key=table.text("key", form=reading.KEY),
        type=table.choice("type", shapes.FieldType),
        public=table.flag("public", default=False),
        required=table.flag("required", default=False),
        label=table.words("label"),
        hint=table.words("hint", required=False),
        options=tuple(_option(option) for option in table.tables("options")),
    )
    table.finish()
    if field.key in OF_FORMS:
        table.fault(f"an extra field cannot be called “{field.key}”: the site's own forms use that name", "key")
    table.check_unique("options", (option.key for option in field.options))
    if (field.type is shapes.FieldType.CHOICE) is not bool(field.options):
        table.fault(f"the field “{field.key}” needs options if it is a choice, and only then")
    return field


def _attestations(root: Reader, built_in: Mapping[str, Any]) -> tuple[shapes.AttestationDefinition, ...]:
    own = tuple(_attestation(table) for table in root.tables("attestations"))
    keys = {attestation.key for attestation in own}
    usual = (
        shapes.AttestationDefinition(item["key"], dict(item["words"]))
        for item in built_in["attestations"]
        if item["key"] not in keys
    )
    return (*own, *usual)


def _attestation(table: Reader) -> shapes.AttestationDefinition:
    attestation = shapes.AttestationDefinition(table.text("key", form=reading.KEY), table.words("words"))
    table.finish()
    if attestation.key in OF_FORMS:
        table.fault(f"a statement cannot be called “{attestation.key}”: the site's own forms use that name", "key")
    return attestation


def _check_whole(root: Reader, definition: shapes.CharterDefinition) -> None:
    for name, items in (
        ("questions", definition.questions),
        ("categories", definition.categories),
        ("criteria", definition.criteria),
        ("settlements", definition.rules.settlements),
        ("attestations", definition.attestations),
        ("reasons", (*definition.reasons, *definition.retired_reasons)),
        ("extra_fields", definition.extra_fields),
    ):
        root.check_unique(name, (item.key for item in items))
    if len(definition.extra_fields) > MOST_FIELDS:
        root.fault(f"“extra_fields” holds {len(definition.extra_fields)} fields, at most {MOST_FIELDS} are asked for")
    for number, field in enumerate(definition.extra_fields):
        if definition.attestation(field.key):
            twice = f"“{field.key}” is a statement and an extra field: one of them needs another key"
            root.fault(twice, "extra_fields", number, "key")
    check_used(root, definition)
    _check_texts(root, definition)
    _check_joining(root, definition)


def _check_texts(root: Reader, definition: shapes.CharterDefinition) -> None:
    standings = list(definition.texts.values())
    for code in definition.languages:
        if code not in definition.texts:
            root.fault(f"“texts” does not say what the text in “{code}” is worth", "texts")
    summaries = standings.count(shapes.TextStanding.SUMMARY)
    if summaries and summaries != len(standings):
        root.fault("a summary in one language is a summary in all: “texts” mixes them", "texts")
    if standings and not summaries and standings.count(shapes.TextStanding.AUTHENTIC) != 1:
        root.fault("exactly one language of “texts” has to be authentic", "texts")


def _check_joining(root: Reader, definition: shapes.CharterDefinition) -> None:
    if definition.joining is shapes.Joining.CORRESPONDENCE and not definition.how_to_join:
        root.fault("“how_to_join” is missing: a charter joined by correspondence has to say how", "joining")
    if definition.joining is shapes.Joining.FORM and not definition.categories:
        root.fault("“categories” is missing: nobody could sign without one", "joining")
    if definition.joining is shapes.Joining.FORM and definition.is_summary:
        root.fault("a summary cannot be signed: “joining” has to be “correspondence”", "joining")
