"""What is said of a row that cannot come in, or that an officer should look at? One sentence for each problem."""

from __future__ import annotations

from collections.abc import Mapping

from coalition.errors import mark

PROBLEMS: Mapping[str, str] = {
    "missing": mark("This cell is empty and must be filled in."),
    "too_long": mark("This is longer than %(detail)s characters. Shorten it."),
    "formula": mark("This begins like a formula. Write what the cell shows instead."),
    "garbled": mark("Letters are broken here: the file was saved in a wrong encoding. Save it as “CSV UTF-8”."),
    "address": mark("A name holds no web or email address. Take it out of this cell."),
    "date_unreadable": mark("This is no date. Write year-month-day, like 2019-05-04, or day/month/year."),
    "date_ahead": mark("This day has not come yet."),
    "country_unknown": mark("This country is not known. Write its name in English or French, or its two letters."),
    "form_unknown": mark("This form of organisation is not known. Use one that the charter offers, or leave it empty."),
    "category_unknown": mark("This category is not one of the charter’s."),
    "capacity_unknown": mark("Write “signatory” or “endorser”, or leave it empty for a signatory."),
    "language_unknown": mark("This is no language of the site. Leave it empty for the first one."),
    "website_wrong": mark("This is no web address. Write one like https://example.org."),
    "email_wrong": mark("This is no email address. Write one like name@example.org."),
    "person_incomplete": mark("A person is kept with name and email address. Fill in both, or neither."),
    "umbrella_itself": mark("An organisation cannot be its own umbrella."),
    "umbrella_unknown": mark(
        "No party of this list or of an earlier one has this name. Add its row, or correct the name."
    ),
    "twice": mark("Row %(detail)s says the same. Keep one of them."),
    "ambiguous": mark("This could be any of: %(detail)s. Say in which country it is."),
    "stands": mark("Stands already as %(detail)s and is not counted again."),
    "taken_for": mark("Taken for %(detail)s, which an earlier list names."),
    "unites": mark("Earlier lists name this organisation twice: %(detail)s. They become one."),
    "same_as_row": mark("Taken for the organisation of row %(detail)s, which has the same name."),
}
FAILURES: Mapping[str, str] = {
    "too_many_problems": mark(
        "The check has stopped: so many cells cannot be read that a column is probably chosen wrongly. "
        "Choose the columns again, or mend the file."
    ),
    "charter_gone": mark("Nothing was imported: the charter’s version that was signed is no longer there."),
}
