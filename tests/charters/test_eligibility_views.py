"""Does the check ask one question a page, only those that matter, and explain its result?"""

from __future__ import annotations

import html
import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session
from werkzeug.test import TestResponse

from coalition.charters.definition import LIBRARY
from tests.charters.folders import POCKET, load_folder
from tests.eligibility.profiles import PROFILES, Profile, answers_of

CHECK = "/en/charters/icsse-charter/eligibility/"
RESULT = "/en/charters/icsse-charter/eligibility/result"
BY_NAME = {profile.name: profile for profile in PROFILES}


@pytest.fixture(autouse=True)
def icsse(session: scoped_session[Session]) -> None:
    """The charter that is checked."""
    load_folder(LIBRARY / "icsse-charter")


def main_of(response: TestResponse) -> str:
    text = response.text
    return text[text.index("<main") : text.index("</main>")]


def words(response: TestResponse) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main_of(response))).split())


def hidden(response: TestResponse) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="(\w+)">', main_of(response)))


def asked(response: TestResponse) -> str:
    (name,) = set(re.findall(r'<input type="radio" name="(\w+)"', main_of(response)))
    return str(name)


def address(path: str, answers: dict[str, str]) -> str:
    return path + "?" + "&".join(f"{key}={answer}" for key, answer in answers.items())


def walk(client: FlaskClient, profile: Profile) -> tuple[TestResponse, list[str]]:
    """Answer page after page as a browser does, up to the result; tell what was asked."""
    answers, seen = answers_of(profile), []
    response = client.get(CHECK)
    while "<form" in main_of(response):
        key = asked(response)
        seen.append(key)
        response = client.get(address(CHECK, {**hidden(response), key: answers[key]}), follow_redirects=True)
    return response, seen


@pytest.mark.one_database
@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_walk_real_profile_is_asked_what_matters_and_ends_at_the_result(client: FlaskClient, profile: Profile) -> None:
    response, seen = walk(client, profile)
    assert seen == list(answers_of(profile))
    assert urlsplit(response.request.url).path == RESULT
    assert dict(parse_qsl(urlsplit(response.request.url).query)) == answers_of(profile)
    assert profile.words in words(response)


def test_first_page_asks_the_first_question_with_every_option(client: FlaskClient) -> None:
    response = client.get(CHECK)
    assert response.status_code == 200
    assert asked(response) == "organisation_form"
    assert "Question 1 of at most 7" in words(response)
    assert len(re.findall('type="radio"', response.text)) == 10
    assert "checked" not in main_of(response)
    assert re.findall(r"<button[^>]*>", main_of(response)) == ['<button class="btn" type="submit">']
    assert 'method="get"' in main_of(response)


def test_later_page_carries_earlier_answers_and_counts_on(client: FlaskClient) -> None:
    response = client.get(address(CHECK, {"organisation_form": "mutual", "sse_members": "none"}))
    assert asked(response) == "acts_for_sse"
    assert hidden(response) == {"organisation_form": "mutual", "sse_members": "none", "asked": "acts_for_sse"}
    assert "Question 3 of at most 7" in words(response)


@pytest.mark.parametrize("extra", [{}, {"is_sse": "yes"}, {"sse_members": "nonsense"}])
def test_continue_nothing_chosen_tells_it_at_the_question(client: FlaskClient, extra: dict[str, str]) -> None:
    response = client.get(address(CHECK, {"organisation_form": "mutual", "asked": "sse_members", **extra}))
    assert response.status_code == 422
    assert "<title>Error: " in response.text
    assert 'class="errors" role="alert"' in response.text
    assert 'href="#sse_members-0"' in response.text
    assert 'id="sse_members-0"' in response.text
    assert response.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in response.headers


def test_question_asked_for_again_keeps_the_choice_and_all_other_answers(client: FlaskClient) -> None:
    answers = answers_of(BY_NAME["ICA"])
    response = client.get(address(CHECK, {**answers, "change": "is_sse"}))
    assert asked(response) == "is_sse"
    assert 'value="yes" checked' in main_of(response)
    kept = {key: answer for key, answer in answers.items() if key != "is_sse"}
    assert hidden(response) == {**kept, "asked": "is_sse"}
    assert "Question 4 of at most 7" in words(response)
    again = client.get(address(CHECK, {**kept, "asked": "is_sse", "is_sse": "unsure"}))
    assert again.status_code == 302
    assert urlsplit(again.location).path == RESULT


def test_question_asked_for_again_unknown_is_ignored(client: FlaskClient) -> None:
    response = client.get(address(CHECK, {"organisation_form": "mutual", "change": "colour"}))
    assert asked(response) == "sse_members"


def test_back_leads_to_the_question_before_and_first_to_the_charter(client: FlaskClient) -> None:
    back = re.compile(r'<a class="back" href="([^"]+)"')
    (first,) = back.findall(client.get(CHECK).text)
    assert first == "/en/charters/icsse-charter/"
    (second,) = back.findall(client.get(address(CHECK, {"organisation_form": "mutual"})).text)
    response = client.get(html.unescape(second))
    assert asked(response) == "organisation_form"
    assert 'value="mutual" checked' in main_of(response)


@pytest.mark.parametrize("name", ["ICA", "city", "GSEF: local governments and SSE networks", "informal group"])
def test_result_for_whoever_may_sign_offers_it_first_with_the_answers(client: FlaskClient, name: str) -> None:
    answers = answers_of(BY_NAME[name])
    response = client.get(address(RESULT, answers))
    assert response.status_code == 200
    first = html.unescape(re.findall(r'<a[^>]*href="([^"]+)"', main_of(response))[0])
    assert urlsplit(first).path == "/en/charters/icsse-charter/sign/organisation"
    assert dict(parse_qsl(urlsplit(first).query)) == answers


@pytest.mark.parametrize("name", ["individual", "single cooperative", "shareholder company with a foundation"])
def test_result_for_whoever_may_not_sign_is_a_page_that_helps(client: FlaskClient, name: str) -> None:
    profile = BY_NAME[name]
    response = client.get(address(RESULT, answers_of(profile)))
    assert response.status_code == 200
    assert "/sign/" not in main_of(response)
    shown = words(response)
    assert profile.words in shown
    for sentence in ("What you can do instead", "Do you think that this is wrong?", "Write to the secretariat"):
        assert sentence in shown
    assert "mailto:" in main_of(response)
    assert 'class="errors"' not in response.text
    assert main_of(response).count("change=") == len(answers_of(profile))


def test_result_of_a_city_explains_the_two_words_of_the_charter(client: FlaskClient) -> None:
    shown = words(client.get(address(RESULT, {"organisation_form": "public_authority"})))
    assert "The preamble names local and territorial authorities" in shown
    assert "independence from public authorities" in shown


def test_result_with_a_question_left_open_asks_it(client: FlaskClient) -> None:
    response = client.get(address(RESULT, {"organisation_form": "mutual", "acts_for_sse": "yes"}))
    assert response.status_code == 302
    assert response.location == f"{CHECK}?organisation_form=mutual&acts_for_sse=yes"
    assert asked(client.get(response.location)) == "sse_members"


def test_result_leaves_out_answers_that_nobody_asked_for(client: FlaskClient) -> None:
    response = client.get(address(RESULT, {"organisation_form": "individual", "is_sse": "yes", "x": "y"}))
    assert "Part of the SSE" not in words(response)
    assert "is_sse=yes" not in main_of(response)


@pytest.mark.parametrize(
    "query",
    [
        "organisation_form=",
        "organisation_form=network&organisation_form=x",
        "=&&&",
        "a=%00%ff",
        "change=%F0%9F",
        f"sse_members={'x' * 9000}",
    ],
)
def test_check_hostile_query_is_a_page(client: FlaskClient, query: str) -> None:
    for path in (CHECK, RESULT):
        assert client.get(f"{path}?{query}", follow_redirects=True).status_code == 200


def test_check_in_french_is_in_french(client: FlaskClient) -> None:
    response = client.get("/fr/charters/icsse-charter/eligibility/?organisation_form=mutual")
    shown = words(response).replace("\u00a0", " ")
    assert "Les membres de votre organisation sont-ils des organisations de l’économie sociale et solidaire ?" in shown
    assert "Autre chose, ou je ne sais pas" in shown


def test_check_of_another_coalition_asks_its_own_questions(client: FlaskClient) -> None:
    load_folder(POCKET)
    response = client.get("/en/charters/pocket-charter/eligibility/")
    assert "Question 1 of at most 2" in words(response)
    result = client.get("/en/charters/pocket-charter/eligibility/?organisation_form=city", follow_redirects=True)
    assert "Your organisation can apply to sign" in words(result)
