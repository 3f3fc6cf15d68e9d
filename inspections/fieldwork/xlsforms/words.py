"""The words of both sides: types, languages, columns and lists of choices."""

LANGUAGES = {"vi": "Tiếng Việt (vi)", "en": "English (en)"}
#: type of a question in XLSForm -> kind of an item
KINDS = {
    "integer": "number",
    "int": "number",
    "decimal": "number",
    "range": "number",
    "text": "text",
    "string": "text",
    "date": "date",
    "image": "photo",
    "photo": "photo",
}
#: what the field app records by itself for every visit
RECORDED = frozenset(
    {"start", "end", "today", "deviceid", "username", "phonenumber", "email", "audit", "geopoint", "start-geopoint"}
)
#: what shows or computes and asks nothing
SILENT = frozenset({"note", "calculate", "hidden", "acknowledge"})
#: answers of a pass or fail list: name, Vietnamese, English
OUTCOMES = (
    ("pass", "Đạt", "Pass"),
    ("fail", "Không đạt", "Fail"),
    ("na", "Không áp dụng", "Not applicable"),
)
#: how other forms name them
SAME = {
    "pass": "pass", "yes": "pass", "ok": "pass", "dat": "pass", "co": "pass", "1": "pass", "true": "pass",
    "fail": "fail", "no": "fail", "khong_dat": "fail", "khong": "fail", "0": "fail", "false": "fail",
    "na": "na", "n_a": "na", "not_applicable": "na", "khong_ap_dung": "na",
}  # fmt: skip
PASS_FAIL, PASS_FAIL_NA = "pass_fail", "pass_fail_na"
PHOTO_SUFFIX = "_photo"
#: columns of our own on the sheet "survey", in order
OWN = (
    "number", "unit", "limit_code", "limit", "comparison", "severity", "rule", "other_rules", "legal_basis",
    "remedy_vi", "remedy_en", "remedy_days", "photo", "instrument", "safety", "confidence", "verified",
)  # fmt: skip
YES = frozenset({"yes", "true", "1", "true()", "x", "có", "co"})
