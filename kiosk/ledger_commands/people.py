"""What the log says of the staff: who came and went, what failed, and who approved what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from config.rights import Role
from kiosk.till.day_tables import APPROVAL_REFUSED, LOGIN_FAILED, SESSION_LOCKED, STAFF_CHANGED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.language import Words

PEOPLE: Final = frozenset({APPROVAL_REFUSED, LOGIN_FAILED, SESSION_LOCKED, STAFF_CHANGED})
"""The kinds of records that ``people_said`` knows."""


def approvers(doc: Mapping[str, Any]) -> list[str]:
    """Give who lent a right to what ``doc`` tells of, each once."""
    lent = [each["by"] for each in doc.get("approved", ())]
    return list(dict.fromkeys([*filter(None, [doc.get("approved_by")]), *lent]))


def involved(content: Mapping[str, Any]) -> set[str | None]:
    """Give whose act a record is: who did it, who approved it, and who tried and was refused."""
    doc = content["doc"]
    tried = [doc.get("staff")] if content["kind"] in {APPROVAL_REFUSED, LOGIN_FAILED} else []
    return {content["by"], *approvers(doc), *tried}


def people_said(kind: str, doc: Mapping[str, Any], words: Words) -> str:
    """Say in a few words what a record of one of ``PEOPLE`` says."""
    if kind == SESSION_LOCKED:
        return words("locked") if doc["on"] else words("signed in")
    if kind == STAFF_CHANGED:
        change = _changes(words).get(doc["change"], doc["change"])
        return f"{doc['staff']}  {change}  {role_names(words)[Role(doc['role'])]}"
    said = [doc["staff"] or words("a stranger"), _reasons(words).get(doc["why"], doc["why"])]
    if kind == APPROVAL_REFUSED:
        return "  ".join([doc["act"], *said])
    said.append(words("try {count}").format(count=doc["tries"]))
    if doc["locked"]:
        said.append(words("locked out"))
    return "  ".join(said)


def role_names(words: Words) -> dict[Role, str]:
    """Give what each role is called."""
    return {
        Role.CASHIER: words("cashier"),
        Role.SUPERVISOR: words("supervisor"),
        Role.MANAGER: words("manager"),
        Role.AUDITOR: words("auditor"),
    }


def _changes(words: Words) -> dict[str, str]:
    return {
        "added": words("added"),
        "disabled": words("disabled"),
        "enabled": words("enabled again"),
        "role": words("another role"),
        "pin": words("new PIN"),
        "card": words("staff card changed"),
        "rehashed": words("PIN hashed anew"),
        "brought": words("brought along for practice"),
    }


def _reasons(words: Words) -> dict[str, str]:
    return {
        "right": words("has no right to it"),
        "pin": words("wrong PIN"),
        "card": words("unknown card"),
        "locked": words("locked out"),
        "disabled": words("disabled"),
        "tampered": words("database was altered"),
        "drawer_short": words("more than the drawer holds"),
    }
