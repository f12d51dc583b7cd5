"""The colours of the screens: dark and light, both with contrast that reads from a metre away."""

from __future__ import annotations

from typing import Final

from textual.theme import Theme

DARK: Final = Theme(
    name="kiosk-dark",
    primary="#4fc3f7",
    accent="#ffb74d",
    success="#81e08a",
    error="#ff7b72",
    warning="#ffd166",
    foreground="#f2f5f7",
    background="#0c1116",
    surface="#141b22",
    panel="#1f2932",
    dark=True,
    variables={"fund": "#ff8fab", "soft": "#93a4b3", "line": "#2b3843"},
)

LIGHT: Final = Theme(
    name="kiosk-light",
    primary="#0b5cad",
    accent="#9a3f00",
    success="#13692b",
    error="#b3261e",
    warning="#7a5200",
    foreground="#10161c",
    background="#fbfcfd",
    surface="#f0f3f6",
    panel="#dde4ea",
    dark=False,
    variables={"fund": "#a3124f", "soft": "#4a5863", "line": "#cfd8e0"},
)

THEMES: Final = {"dark": DARK, "light": LIGHT}
"""The setting ``screen.theme`` to the theme."""
