"""The texts of the pages: one catalogue for the server and the scripts, any number of languages."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import pipeline
from pipeline.messages import ENGLISH, catalogue, languages, templates
from pipeline.studio.server import pages
from tests.small_project import make_project
from tests.studio.studio_client import running

if TYPE_CHECKING:
    from collections.abc import Iterator

STUDIO = Path(pipeline.__file__).parent / "studio"
SCRIPTS = [
    path for path in (STUDIO / "static").glob("*.js") if not path.name.startswith("wavesurfer")
]
COMPUTED_KEYS = re.compile(r"(?:state|step|card|time|group)_\w+|(?:undo|redo)_edit")
"""Keys that scripts put together from a value of the server."""


def used_keys() -> set[str]:
    """Return every literal key that a script or template looks up."""
    text = "".join(path.read_text("utf-8") for path in SCRIPTS)
    templates_text = "".join(
        path.read_text("utf-8") for path in (STUDIO / "templates").glob("*.html")
    )
    literal = re.findall(r"\b(?:say|field|button|hand)\('(\w+)'", text)
    chosen = [
        key
        for alternatives in re.findall(r"(?:\bsay\([^()]*|kind = film )\?([^;)]*)", text)
        for key in re.findall(r"'(\w+)'", alternatives)
    ]
    actions = re.findall(
        r"\['(\w+)', '\w+', '[^']+'(?:, '(\w+)')?\]",
        text.partition("const actions = [")[2].partition(";")[0],
    )
    shortcuts = re.findall(r"'(key_\w+)'", text)
    rendered = re.findall(r'\b(?:say|label)\("(\w+)"\)|texts\.(\w+)', templates_text)
    return {
        *literal,
        *chosen,
        *shortcuts,
        *(message or action for action, message in actions),
        *(one or other for one, other in rendered),
    }


def test_pages_use_every_key_of_the_catalogue_and_no_other() -> None:
    """A key that is missing would break a page; one that is not used is dead."""
    catalogue_keys = set(templates("page", ENGLISH))
    used = used_keys()
    assert used - catalogue_keys == set()
    assert {key for key in catalogue_keys - used if not COMPUTED_KEYS.fullmatch(key)} == set()


def test_scripts_hold_no_sentence_of_their_own() -> None:
    """No Chinese stands in a script or template: it would be missing in every other language."""
    paths = [*SCRIPTS, *(STUDIO / "templates").glob("*.html")]
    han = {path.name for path in paths if re.search("[\u4e00-\u9fff]", path.read_text("utf-8"))}
    assert han == set()


@pytest.fixture
def french(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Add a folder `fr` with two texts to a copy of the catalogue."""
    copy = tmp_path / "messages"
    shutil.copytree(Path(catalogue.__file__).parent, copy)
    (copy / "fr").mkdir()
    (copy / "fr" / "page.toml").write_text(
        'language_name = "Français"\nlanguage_short = "FR"\nlanguage_tag = "fr"\n'
        'undo = "Annuler"\n',
        "utf-8",
    )
    monkeypatch.setattr(catalogue, "files", lambda _: copy)
    caches = (catalogue.templates, pages.page_texts, pages.messages_json)
    for cached in caches:
        cached.cache_clear()
    yield
    for cached in caches:
        cached.cache_clear()


@pytest.mark.usefixtures("french")
def test_pages_take_a_new_language_from_a_folder_alone(tmp_path: Path) -> None:
    """The page uses it and offers it in the switch; the server sends its sentences."""
    assert languages() == ("en", "fr", "zh")
    (tmp_path / "project").mkdir()
    with running(make_project(tmp_path / "project")) as client:
        client.enter()
        page = client.get(f"/e/{client.id}", Accept_Language="fr-FR,en;q=0.5").body.decode()
        assert '<html lang="fr">' in page
        assert 'aria-label="Annuler"' in page
        assert 'aria-label="Redo"' in page, "what the folder lacks is in English"
        assert re.findall(r'href="\?lang=(\w+)">(\w+)<', page) == [("en", "EN"), ("zh", "中")]
        texts = json.loads(page.partition('id="messages">')[2].partition("</script>")[0])
        assert (texts["language"], texts["texts"]["undo"]) == ("fr", "Annuler")
        assert 'href="?lang=fr">Français<' in client.get("/").body.decode()
        refusal = client.edit(client.document()["version"], kind="merge", row=12).json["error"]
        assert refusal["fr"] == refusal["en"] != refusal["zh"]


def test_pages_embed_texts_that_no_value_can_break_out_of() -> None:
    """No tag can begin inside the embedded JSON."""
    for language in languages():
        assert "<" not in pages.messages_json(language)
