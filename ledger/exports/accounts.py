"""What auditors call an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config.chart import Chart


def full_name(chart: Chart, code: str, lang: str = "zh_CN") -> str:
    """Give an account's name after those of the accounts above it: ``其他应付款—爱心基金``.

    An account at the top has its name alone. A code that the chart does not have is its own name.
    """
    account = chart.get(code)
    if account is None:
        return code
    name = account.name(lang)
    if account.parent is None:
        return name
    return f"{full_name(chart, account.parent, lang)}{'—' if lang == 'zh_CN' else ': '}{name}"
