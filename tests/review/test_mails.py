"""The mails of the review as they are read: in both languages, with the way on, without what is not theirs to know."""

from __future__ import annotations

import pytest
from flask import Flask

from coalition import clock as now_of
from coalition.accounts.models import Officer
from coalition.audit.record import Actor
from coalition.review import merging, questions, referrals
from coalition.signing.models import Signature
from coalition.transactions import transaction
from tests.factories import reviewing, signing
from tests.factories.reviewing import DAY, WORKER, actor_of

WORDS = {
    "asked": ("We need something from you", "Nous avons besoin d’une précision"),
    "asked_again": ("Your answer is still missing", "Votre réponse manque encore"),
    "lapsed": ("Your application has ended for want of an answer", "Votre candidature a pris fin faute de réponse"),
    "reopened": ("The secretariat has reopened the application", "Le secrétariat a rouvert la candidature"),
    "merged": ("there is another application or signature", "il existe une autre candidature ou signature"),
    "unmerged": ("has taken them apart", "les a séparées"),
    "declined": ("You can appeal on the page of your signature", "Vous pouvez faire appel sur la page"),
    "appeal": ("has appealed against the decision", "a fait appel de la décision"),
    "upheld": ("The decision stands", "La décision est maintenue"),
    "granted": ("what had been declined is reviewed again", "la candidature refusée est de nouveau examinée"),
    "reinstated": ("Your appeal was granted.", "Il a été fait droit à votre recours."),
}
LINKS = {
    "asked": "/signatures/manage/",
    "asked_again": "/signatures/manage/",
    "lapsed": "/signatures/manage/",
    "reinstated": "/signatures/manage/",
    "appeal": "/admin/applications/A-",
    "declined": "/my-signature/link",
}


@pytest.fixture
def ada(app: Flask, charter: str) -> Officer:
    return reviewing.officer("Ada")


@pytest.fixture
def cleo(app: Flask) -> Officer:
    return reviewing.officer("Cleo")


def happen(mail: str, ada: Officer, cleo: Officer, language: str) -> None:
    """Do whatever the last mail of which is to be read."""
    said = {"language": language, "official_name": "Réseau des <rivières>"}
    by_ada = {"officer_id": ada.id, "actor": actor_of(ada), "now": now_of.now()}
    by_cleo = {"officer_id": cleo.id, "actor": actor_of(cleo), "now": now_of.now()}
    if mail in ("asked", "asked_again"):
        found = reviewing.asked(ada, **said)
        if mail == "asked_again":
            with transaction():
                questions.remind(signature_id=found.id, actor=WORKER, now=now_of.now())
    elif mail in ("lapsed", "reopened"):
        found = reviewing.lapsed(ada, **said)
        if mail == "reopened":
            with transaction():
                questions.reopen(signature_id=found.id, actor=by_ada["actor"], now=now_of.now())
    elif mail in ("merged", "unmerged"):
        into, found = signing.verified(), reviewing.claimed(ada, signing.verified(**said))
        with transaction():
            merging.merge(signature_id=found.id, into_signature_id=into.id, **by_ada)
            if mail == "unmerged":
                merging.unmerge(signature_id=found.id, **by_ada)
    else:
        appeal(mail, ada, by_cleo, said)


def appeal(mail: str, ada: Officer, by_cleo: dict, said: dict) -> None:
    found: Signature = reviewing.delisted(ada, **said) if mail == "reinstated" else reviewing.declined(ada, **said)
    if mail == "declined":
        return
    reviewing.appealed(found, "Line one.\nLine <two>.")
    with transaction():
        if mail == "upheld":
            referrals.uphold(signature_id=found.id, text="Line one.\nLine <two>.", **by_cleo)
        elif mail != "appeal":
            referrals.reverse(signature_id=found.id, text="Line one.\nLine <two>.", link_lifetime=DAY, **by_cleo)


@pytest.mark.one_database
@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("mail", WORDS)
def test_mail_when_sent_says_what_happened_and_how_to_go_on(
    ada: Officer, cleo: Officer, worker, outbox, monkeypatch: pytest.MonkeyPatch, mail: str, language: str
) -> None:
    monkeypatch.setattr("coalition.certificates.jobs.make", lambda certificate_id: None)
    monkeypatch.setattr("coalition.certificates.jobs.issue_receipt", lambda signature: None)
    happen(mail, ada, cleo, language)
    worker()
    words = WORDS[mail][language == "fr"]
    found = next(one for one in reversed(outbox) if words in " ".join(one.text.split()))
    assert found["Content-Language"] == language
    assert LINKS.get(mail, "") in found.text
    assert "Ada" not in found.text
    assert "Réseau des &lt;rivières&gt;" in found.html
    if mail in ("appeal", "upheld", "granted", "reinstated"):
        assert ("Line <two>." in found.text, "Line &lt;two&gt;." in found.html) == (True, True)


@pytest.mark.one_database
def test_mail_when_an_answer_came_speaks_the_officers_language(
    app: Flask, charter: str, worker, outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coalition.certificates.jobs.issue_receipt", lambda signature: None)
    told = {"en": "The answer to your question has come", "fr": "La réponse à votre question est arrivée"}
    for language, words in told.items():
        person = reviewing.officer(f"Rosa-{language}", language=language)
        found = reviewing.asked(person, official_name="Réseau des <rivières>")
        with transaction():
            questions.reply(signature_id=found.id, answer="Our board.", actor=Actor.person(), now=now_of.now())
        worker()
        mail = next(one for one in outbox if one.to == person.email)
        assert (mail["Content-Language"], words in mail.text) == (language, True)
        assert f"/admin/applications/{found.reference}/" in mail.text
        assert "Réseau des &lt;rivières&gt;" in mail.html
        assert "Our board." not in mail.text


@pytest.mark.one_database
def test_mail_when_something_is_referred_speaks_the_officers_language(
    ada: Officer, worker, outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coalition.certificates.jobs.issue_receipt", lambda signature: None)
    pia = reviewing.officer("Pia", reviewing.Role.PRESIDENCY, language="fr")
    found = reviewing.referred(ada, kind="presidency")
    worker()
    mail = next(one for one in outbox if one.to == pia.email)
    assert mail["Content-Language"] == "fr"
    assert f"/admin/applications/{found.reference}/" in mail.text
    assert "Is this a network?" not in mail.text
