"""Names as organisations really have them, in scripts that break careless documents."""

from __future__ import annotations

# script → (official name, Latin name, country)
SCRIPTS = {
    "latin": ("Réseau Intercontinental de Promotion de l’Économie Sociale et Solidaire", "", "FR"),
    "vietnamese": ("Liên minh Hợp tác xã và Kinh tế Đoàn kết – Quỹ Hỗ trợ Phụ nữ Nghèo", "", "VN"),
    "greek": ("Πανελλήνιο Δίκτυο Κοινωνικής και Αλληλέγγυας Οικονομίας", "", "GR"),
    "cyrillic": ("Міжнародна асоціація кооперативів та солідарної економіки «Єдність»", "", "UA"),
    "arabic": ("شبكة تعاونيات المتوسط", "Mediterranean Cooperatives Network", "TN"),
    "hebrew": ("הרשת הישראלית לכלכלה חברתית וסולידרית", "", "IL"),
    "devanagari": ("अखिल भारतीय सहकारी महासंघ", "All India Cooperative Federation", "IN"),
    "bengali": ("বাংলাদেশ সমবায় সমিতি", "", "BD"),
    "tamil": ("தமிழ்நாடு கூட்டுறவு சங்கம்", "", "IN"),
    "thai": ("สมาคมเศรษฐกิจเพื่อสังคม", "", "TH"),
    "amharic": ("የኢትዮጵያ ማኅበራዊና የትብብር ኢኮኖሚ ማኅበራት ኅብረት", "", "ET"),
    "georgian": ("საქართველოს სოციალური მეწარმეობის ალიანსი", "", "GE"),
    "armenian": ("Հայաստանի համագործակցային միություն", "", "AM"),
    "chinese": ("中华全国供销合作总社国际社会互助经济联合会（香港）", "", "CN"),
    "traditional": ("台灣合作事業發展基金會", "", "TW"),
    "japanese": ("日本の協同組合連携機構", "", "JP"),
    "korean": ("연대경제 협동조합연합", "Solidarity Economy Cooperative Alliance", "KR"),
}
LONG = (
    "Confederación Interamericana de Cooperativas de Ahorro, Crédito, Consumo y Trabajo Asociado de las Comunidades "
    "Rurales, Indígenas y Afrodescendientes de América Latina y el Caribe, con la Federación de Mutualidades y "
    "Fundaciones Solidarias del Cono Sur y sus Redes Territoriales Asociadas (CICACCTA)"
)
HOSTILE = {
    "markup": "</h1><script>alert(1)</script><img src='http://evil.example/x.png'><link rel=stylesheet href=file:///etc>",
    "entities": "&lt;b&gt; &amp;amp; ]]> <!-- -->",
    "template": "{{ 7*7 }} {% include '/etc/passwd' %} %(organisation)s",
    "style": 'x" style="background:url(file:///etc/passwd)',
    "bidi": "Fund \u202egnirutcafunaM\u202c \u2067Trust\u2069",
    "accents": "Z" + "\u0301" * 299 + "algo",
    "nul": "Nul\x00and\x1b[31mcontrols\x7f",
    "endless": "Wort" * 1250,
    "spaces": "  many \n\n lines \t and\u2003spaces ",
    "unbroken": "中" * 5000,
}
