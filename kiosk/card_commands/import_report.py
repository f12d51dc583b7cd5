"""What became of a list, line by line: on the terminal, as JSON, and as a file to send back.

None of it holds a card's number or a whole name.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from config.errors import Phrase
from kiosk.ledger_commands.desk import out, out_json
from kiosk.sale.card_cells import guarded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kiosk.sale.card_list import CardList, Finding

_SHOWN: Final = 200
"""So many findings are printed; the report file has them all."""
_HEADING: Final = ("行 line", "结果 result", "姓名 name", "卡 card", "说明 note")
_ISSUED: Final = Phrase("已发卡", "issued")
_GOOD: Final = Phrase("可发卡", "good")
_WAITS: Final = Phrase("未发卡", "not issued")
_BAD: Final = Phrase("不行", "bad")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a list.

    Attributes:
        how: what the file turned out to be.
        found: its lines.
        lang: the language that is told in.
        tokens: of each line whose card was issued, its token.
        issued: whether the cards of the good lines were issued.
        dry_run: whether nobody meant to.
    """

    how: Phrase
    found: CardList
    lang: str
    tokens: Mapping[int, str] = field(default_factory=dict)
    issued: bool = False
    dry_run: bool = False

    def issuing(self, tokens: Mapping[int, str]) -> Outcome:
        """Give the outcome once the cards are issued."""
        return replace(self, tokens=tokens, issued=True)

    def say(self, phrase: Phrase) -> str:
        """Say ``phrase`` in the outcome's language."""
        return phrase.zh if self.lang == "zh_CN" else phrase.en


def tell(outcome: Outcome, *, json: bool) -> None:
    """Print what became of the list."""
    found = outcome.found
    if json:
        out_json(
            {
                "file": outcome.say(outcome.how),
                "lines": found.lines,
                "good": len(found.entries),
                "bad": len(found.bad_lines),
                "warnings": found.warnings,
                "issued": len(outcome.tokens),
                "dry_run": outcome.dry_run,
                "findings": [
                    {"line": each.line, "bad": each.bad, "zh": each.what.zh, "en": each.what.en}
                    for each in found.findings
                ],
            }
        )
        return
    lines = [outcome.say(outcome.how)]
    lines += [_line(outcome, each) for each in found.findings[:_SHOWN]]
    if more := found.findings[_SHOWN:]:
        lines.append(
            outcome.say(
                Phrase(
                    f"……另有 {len(more)} 条，--report 文件里有全部",
                    f"… and {len(more)} more; --report FILE has them all",
                )
            )
        )
    out(*lines, outcome.say(_sum(outcome)))


def _line(outcome: Outcome, finding: Finding) -> str:
    hint = Phrase("", "") if finding.bad else Phrase("提示，", "hint, ")
    what = finding.what
    return outcome.say(
        Phrase(
            f"第 {finding.line} 行：{hint.zh}{what.zh}",
            f"line {finding.line}: {hint.en}{what.en}",
        )
    )


def _sum(outcome: Outcome) -> Phrase:
    found = outcome.found
    good, bad, hints = len(found.entries), len(found.bad_lines), found.warnings
    counted = Phrase(
        f"共 {found.lines} 行：可发卡 {good}，不行 {bad}，提示 {hints}",
        f"{found.lines} lines: {good} good, {bad} bad, {hints} hints",
    )
    if outcome.dry_run:
        end = Phrase("这是试读，什么都没有写。", "A dry run: nothing was written.")
    elif outcome.issued:
        end = Phrase(
            f"已发 {len(outcome.tokens)} 张卡。", f"{len(outcome.tokens)} cards were issued."
        )
    elif good:
        end = Phrase(
            "一张卡也没有发：请改好再导入，或加 --skip-bad 只发可发的。",
            "No card was issued: mend the list and import it again, or add --skip-bad to issue the "
            "good lines alone.",
        )
    else:
        end = Phrase("没有可发的卡，什么都没有做。", "No line is good: nothing was done.")
    return Phrase(f"{counted.zh}。{end.zh}", f"{counted.en}. {end.en}")


def report_bytes(outcome: Outcome) -> bytes:
    """Give the report as CSV (UTF-8 with its mark), a row a line; no cell of it is a formula."""
    notes: dict[int, list[str]] = {}
    for finding in outcome.found.findings:
        notes.setdefault(finding.line, []).append(outcome.say(finding.what))
    good = {each.line: each.holder.masked for each in outcome.found.entries}
    bad = outcome.found.bad_lines
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_HEADING)
    well = _ISSUED if outcome.issued else _GOOD if outcome.dry_run else _WAITS
    for line in sorted(good.keys() | notes.keys()):
        result = outcome.say(_BAD if line in bad else well)
        note = "; ".join(notes.get(line, ()))
        cells = (result, good.get(line, ""), outcome.tokens.get(line, ""), note)
        writer.writerow([line, *map(guarded, cells)])
    return text.getvalue().encode("utf-8-sig")
