"""Sentences of a page that opens from disk: in every language, with a switch between them."""

from __future__ import annotations

import html

from pipeline.messages.catalogue import ENGLISH, languages, message, text_in

SWITCH_STYLE = """
nav.languages { display: flex; gap: .2rem; }
nav.languages button { font: inherit; font-size: .85rem; color: inherit; background: none;
  border: 1px solid transparent; border-radius: .3rem; padding: .1rem .5rem; cursor: pointer; }
nav.languages button[aria-pressed=true] { border-color: currentColor; }
"""

SWITCH_SCRIPT = """
const page = document.documentElement;
const switches = [...document.querySelectorAll('nav.languages button')];
const codes = switches.map(button => button.value), REMEMBERED = 'episode.language';
function show(code) {
  page.dataset.language = code;
  for (const button of switches) {
    button.setAttribute('aria-pressed', button.value === code);
  }
  const heading = document.querySelector(`h1 [data-text="${code}"]`);
  if (heading) document.title = heading.textContent;
}
function remembered() {
  try { return localStorage.getItem(REMEMBERED); } catch { return null; }
}
for (const button of switches) {
  button.addEventListener('click', () => {
    show(button.value);
    try {
      localStorage.setItem(REMEMBERED, button.value);
    } catch { /* a page from disk may have no storage */ }
  });
}
const wanted = [remembered(), ...navigator.languages.map(tag => tag.toLowerCase().split('-')[0])];
show(wanted.find(code => codes.includes(code)) ?? page.dataset.language);
"""
"""Show the language chosen last, or the browser's first that the page has, or the document's."""


def localized_html(text: str) -> str:
    """Return a sentence as escaped HTML in every language; once where all are the same."""
    texts = {language: text_in(text, language) for language in languages()}
    if len(set(texts.values())) == 1:
        return html.escape(text)
    return "".join(
        f'<span data-text="{language}" lang="{language}">{html.escape(translated)}</span>'
        for language, translated in texts.items()
    )


def language_switch() -> str:
    """Return a button for each language, with the language's own name."""
    buttons = "".join(
        f'<button type=button value="{code}" lang="{code}">{html.escape(name)}</button>'
        for code in languages()
        for name in [message("page.language_name").in_language(code)]
    )
    return f"<nav class=languages>{buttons}</nav>"


def language_style() -> str:
    """Return the CSS that hides the sentences of all languages but one."""
    rules = "".join(
        f'[data-language="{code}"] [data-text]:not([data-text="{code}"]) {{ display: none; }}\n'
        for code in languages()
    )
    return f"{SWITCH_STYLE}{rules}"


def initial_language(preferred: str) -> str:
    """Return the language to show where no script runs: `preferred`, or English."""
    code = preferred.partition("-")[0].lower()
    return code if code in languages() else ENGLISH
