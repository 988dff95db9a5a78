#!/usr/bin/env python3
"""Makes contacts.csv from a running sandbox: python3 make-contacts.py http://127.0.0.1:8090 > contacts.csv"""

import csv
import json
import sys
import urllib.request


def read(url):
    with urllib.request.urlopen(url) as answer:
        return json.load(answer)


def spaced(mobile):
    """+8613912345678 as +86 139-1234-5678, others in groups of three."""
    if mobile.startswith("+86"):
        return f"{mobile[:3]} {mobile[3:6]}-{mobile[6:10]}-{mobile[10:]}"
    return " ".join([mobile[:3]] + [mobile[i:i + 3] for i in range(3, len(mobile), 3)])


def lines(people, strangers):
    """Yields (contact, kind, case); the case says what the line is there for."""
    active = [p for p in people if p["status"] != "resigned"]
    resigned = [p for p in people if p["status"] == "resigned"]
    emails = [p["email"] for p in active if "email" in p]
    mobiles = [p["mobile"] for p in active if "mobile" in p]
    mainland = [m for m in mobiles if m.startswith("+86")]
    foreign = [m for m in mobiles if not m.startswith("+86")]

    for person in active:
        if "email" in person:
            yield person["email"], "", "email"
        if "mobile" in person:
            yield person["mobile"], "", "mobile"
    for email in emails[:20]:
        yield email.upper(), "", "email in upper case"
    for email in emails[20:30]:
        yield email.title(), "email", "email in mixed case"
    for email in emails[30:40]:
        yield f"  {email}\t ", "", "padded email"
    for mobile in mainland[:40]:
        yield mobile[3:], "", "bare mobile"
    for mobile in mainland[40:60] + foreign[:10]:
        yield spaced(mobile), "mobile", "mobile with separators"
    for mobile in mainland[60:65] + foreign[10:15]:
        yield f" {mobile}  ", "", "padded mobile"
    for mobile in foreign[:5]:
        yield f"{mobile[:3]} ({mobile[3:5]}) {mobile[5:8]}.{mobile[8:]}", "", "mobile with separators"
    for contact in emails[:5] + mobiles[:5] + emails[:5]:
        yield contact, "", "duplicate"
    for person in people:
        if "enterprise_email" in person:
            yield person["enterprise_email"], "", "enterprise email"
    for person in resigned:
        if "email" in person:
            yield person["email"], "", "resigned"
        if "mobile" in person:
            yield person["mobile"], "", "resigned"
    known = {p.get("email") for p in people} | {p.get("mobile") for p in people}
    for person in strangers:
        for contact in (person.get("email"), person.get("mobile")):
            if contact and contact not in known:
                yield contact, "", "other tenant"
    yield from unknown(emails, mainland)
    yield from malformed(emails, mainland, foreign)


def unknown(emails, mainland):
    yield "nobody@sandbox.example", "", "unknown"
    yield "nobody@nowhere.example", "email", "unknown"
    yield "+8613000000000", "", "unknown"
    yield "13000000001", "", "unknown"
    yield "+41446681800", "mobile", "unknown"
    yield "x" + emails[0], "", "unknown"
    yield emails[0] + ".test", "", "unknown"
    yield emails[1].replace("@", "+tag@"), "", "unknown"
    yield "o'hara@sandbox.example", "", "unknown"
    # Other scripts: well formed, and nobody's; look-alikes of somebody's are nobody's too.
    yield "李雷@例子.测试", "", "unknown in another script"
    yield "пользователь@пример.испытание", "", "unknown in another script"
    yield "مستخدم@sandbox.example", "", "unknown in another script"
    lookalike = next(e for e in emails if "a" in e.split("@")[0])
    yield lookalike.replace("a", "\u0430", 1), "", "unknown in another script"
    kelvin = next(e for e in emails if "k" in e.split("@")[0])
    yield kelvin.replace("k", "\u212a", 1), "", "unknown in another script"
    yield emails[2].replace("@", "\u200b@"), "", "unknown in another script"


def malformed(emails, mainland, foreign):
    yield "", "", "empty"
    yield "   ", "", "empty"
    yield "", "email", "empty"
    yield "\t", "mobile", "empty"
    yield "@", "", "malformed"
    yield "@sandbox.example", "", "malformed"
    yield "nobody@", "", "malformed"
    yield "a@b@sandbox.example", "", "malformed"
    yield "two words@sandbox.example", "", "malformed"
    yield emails[0], "mobile", "malformed"
    yield mainland[0], "email", "malformed"
    yield "ada", "", "malformed"
    yield "李雷", "", "malformed"
    yield "ou_0123456789abcdef0123456789abcdef", "", "malformed"
    yield "12345", "", "malformed"
    yield "23912345678", "", "malformed"
    yield "079 123 45 67", "", "malformed"
    yield "+", "", "malformed"
    yield "+0123456789", "", "malformed"
    yield "+123456", "", "malformed"
    yield "+1234567890123456", "", "malformed"
    yield mainland[0] + "x", "", "malformed"
    yield "\uff0b" + mainland[0][1:], "", "malformed"
    yield "".join(chr(0xFF10 + int(d)) for d in mainland[1][3:]), "", "malformed"
    yield "".join(chr(0x0660 + int(d)) for d in mainland[2][3:]), "", "malformed"
    yield 'quote"inside', "", "malformed"
    yield "comma, inside", "", "malformed"
    yield "=1+1", "", "malformed"
    yield "\u001b[31mred", "", "malformed"
    yield "x" * 300, "", "300 characters"
    yield "x" * (300 - len("@sandbox.example")) + "@sandbox.example", "", "300 characters"
    yield "a@" + "x" * 298, "", "300 characters"
    yield "+" + "1" * 299, "", "300 characters"
    yield "字" * 300, "", "300 characters"


def main(sandbox):
    app = next(a for a in read(f"{sandbox}/sandbox/v1/apps")["apps"] if a["name"] == "default")
    users = read(f"{sandbox}/sandbox/v1/users?limit=10000")["users"]
    tenant = app["tenant_keys"][0]
    people = [u for u in users if u["tenant_key"] == tenant]
    strangers = [u for u in users if u["tenant_key"] != tenant]
    sys.stdout.reconfigure(encoding="utf-8", newline="")
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["contact", "kind", "case"])
    for number, line in enumerate(lines(people, strangers)):
        out.writerow(line)
        if number in (100, 300):
            # Lines with nothing at all, as people leave them in files.
            sys.stdout.write("\n")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
