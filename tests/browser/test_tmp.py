import pytest
from tests.browser.story import *
@pytest.mark.browser
def test_x(browser, server):
    def v():
        c=browser.new_context(base_url=server.url); c.set_default_timeout(5000); return c.new_page()
    t=Story(server,v)
    t.check_and_sign(); t.confirm_mailbox()
    try: t.decide()
    except Exception as e: print(repr(e))
    print(t.number, t.person.url); print(t.person.content()[2000:9000])
    t.person.goto("/en/my-signature/"); print(t.person.locator("main").inner_html())
    print(server.log.read_text()[-3000:])
    assert 0
