"""A language that runs from right to left, for documents: the sentences of the sheet, and a certificate's own words."""

from __future__ import annotations

from typing import Any

SENTENCES = {
    "Sealed with a development key (development): this proves nothing.": "مختوم بمفتاح تطوير: لا يُثبت هذا شيئًا.",
    "QR code with the address %(address)s": "رمز استجابة سريعة بالعنوان %(address)s",
    "Certificate %(number)s: %(organisation)s": "شهادة %(number)s: %(organisation)s",
    "%(title)s, version %(version)s: signed by %(organisation)s": (
        "%(title)s، النسخة %(version)s: وقّعته %(organisation)s"
    ),
    "Certificate of signature · version %(version)s": "شهادة توقيع · النسخة %(version)s",
    "This certifies that": "تشهد هذه الوثيقة بأن",
    "has signed %(the_text)s and was entered in the public register of its %(signatories)s, in the category:": (
        "قد وقّعت %(the_text)s وقُيّدت في السجل العام لـ%(signatories)s ضمن الفئة:"
    ),
    "Register number": "رقم القيد",
    "Signed on": "تاريخ التوقيع",
    "Country": "البلد",
    "Text signed, SHA-256": "النص الموقَّع، SHA-256",
    "Issued on": "تاريخ الإصدار",
    "Serial number": "الرقم التسلسلي",
    "This file is digitally sealed. It tells what was true on the day it was issued; whether the signature stands today is told at %(address)s.": (  # noqa: E501
        "هذا الملف مختوم رقميًا، ويذكر ما كان صحيحًا يوم إصداره؛ أما سريان التوقيع اليوم فيُعرف على العنوان %(address)s."
    ),
}
WORDS: dict[str, Any] = {
    "language": "ar",
    "coalition": "التحالف الدولي للاقتصاد الاجتماعي والتضامني",
    "charter_title": "ميثاق التحالف الدولي للاقتصاد الاجتماعي والتضامني",
    "the_text": "الميثاق",
    "signatories": "الموقّعين",
    "country": "TN",
    "country_name": "تونس",
    "organisation": "شبكة تعاونيات المتوسط",
    "latin_name": "Mediterranean Cooperatives Network",
    "category": "شبكة أو منظمة ذات أبعاد دولية",
}
