"""Markdown and Word documents as transcripts: headings are chapters, paragraphs are rows."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from pipeline.errors import InputError
from pipeline.text.documents import read_document
from tests.small_project import episode

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.model import Transcript

MARKDOWN = """---
title: 面包
---
# 开场

大家好，欢迎来到**厨房**
- 今天聊 *sourdough*
> 也就是[天然酵母](https://example.org/a_b)面包

小标题
------
价格 2*3*4 和 snake_case_name 不变
1. 第一步
![炉子](oven.png)
```python
print("不读")
```
| 水 | 面粉 |
|---|:--:|
| 70 克 | 100 克 |
<!-- 备注
两行 -->
@slide 02.png
C\\*D 与 `a*b*c` &amp; 其他
## 尾声
"""


def read(data: bytes, suffix: str) -> Transcript:
    """Return a document's transcript."""
    return read_document(data, "talk", suffix, f"talk{suffix}")


def test_markdown_marks_are_no_text_and_lines_keep_their_numbers() -> None:
    """A heading that nothing follows is a row, so that nothing is lost."""
    transcript = read(MARKDOWN.encode(), ".md")
    assert [row.text for row in transcript.rows] == [
        "大家好，欢迎来到厨房",
        "今天聊 sourdough",
        "也就是天然酵母面包",
        "价格 2*3*4 和 snake_case_name 不变",
        "1. 第一步",
        "水 面粉",
        "70 克 100 克",
        "C*D 与 a*b*c & 其他",
        "尾声",
    ]
    assert [(one.kind, one.value, one.row) for one in transcript.directives] == [
        ("chapter", "开场", 1),
        ("chapter", "小标题", 4),
        ("slide", "02.png", 8),
    ]
    lines = MARKDOWN.splitlines()
    assert "sourdough" in lines[transcript.rows[1].line - 1]
    assert "snake" in lines[transcript.rows[3].line - 1]
    told = " ".join(map(str, transcript.notices))
    assert "code" in told
    assert "picture" in told
    assert "headings" in told


def test_markdown_in_gb18030_is_read_as_text_files_are() -> None:
    """The encoding is kept for the notice."""
    transcript = read("# 开场\n今天我们聊一聊面包\n它的历史很长\n".encode("gb18030"), ".md")
    assert transcript.encoding == "gb18030"
    assert transcript.rows[0].text == "今天我们聊一聊面包"


@pytest.mark.parametrize("text", ["*a" * 50_000, "[" * 50_000, "_a" * 30_000, "`a" * 50_000])
@pytest.mark.timeout(20)
def test_hostile_markdown_takes_linear_time(text: str) -> None:
    """It is read, or refused for its length."""
    with pytest.raises(InputError, match="the limit is 10,000"):
        read(text.encode(), ".md")


def word_file() -> bytes:
    """Return a document with what Word writes: links, breaks, tables, comments, tracked changes."""
    document = docx.Document()
    document.add_heading("天然酵母", 0)
    document.add_heading("开场", 1)
    document.add_paragraph("大家好")
    paragraph = document.add_paragraph("第一行")
    paragraph.add_run().add_break()
    commented = paragraph.add_run("第二行")
    if hasattr(document, "add_comment"):
        document.add_comment(commented, text="批注不读", author="x")
    link = OxmlElement("w:hyperlink")
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "链接文字"
    run.append(text)
    link.append(run)
    linked = document.add_paragraph("见")
    linked._p.append(link)  # noqa: SLF001 - python-docx has no way to add a link
    for tag, word in (("w:ins", "新写的"), ("w:del", "删去的")):
        change = OxmlElement(tag)
        run = OxmlElement("w:r")
        text = OxmlElement("w:t" if tag == "w:ins" else "w:delText")
        text.text = word
        run.append(text)
        change.append(run)
        linked._p.append(change)  # noqa: SLF001 - python-docx has no way to track changes
    hidden = document.add_paragraph("看得见").add_run("看不见")
    hidden.font.hidden = True
    document.add_heading("配方", 2)
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "水", "面粉"
    document.add_paragraph("@slide 02.png")
    document.add_paragraph("要点", style="List Bullet")
    own_style = document.add_paragraph("谢谢")
    level = OxmlElement("w:outlineLvl")
    level.set(qn("w:val"), "0")
    own_style._p.get_or_add_pPr().append(level)  # noqa: SLF001 - the level is not in the API
    document.add_paragraph("再见")
    body = io.BytesIO()
    document.save(body)
    return body.getvalue()


def test_a_word_document_is_read_with_all_changes_accepted() -> None:
    """Links, insertions, tables and breaks are text; comments and hidden runs are not."""
    transcript = read(word_file(), ".docx")
    assert [row.text for row in transcript.rows] == [
        "大家好",
        "第一行",
        "第二行",
        "见链接文字新写的",
        "看得见",
        "水",
        "面粉",
        "要点",
        "再见",
    ]
    assert [(one.kind, one.value, one.row) for one in transcript.directives] == [
        ("chapter", "天然酵母 · 开场", 1),
        ("chapter", "配方", 6),
        ("slide", "02.png", 8),
        ("chapter", "谢谢", 9),
    ]


def changed_archive(replacements: dict[str, bytes]) -> bytes:
    """Return the document with some of its parts replaced."""
    result = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(word_file())) as old,
        zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in {*old.namelist(), *replacements}:
            new.writestr(name, replacements.get(name) or old.read(name))
    return result.getvalue()


BILLION_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    b"<w:body><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body></w:document>"
)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"PK\x03\x04 not really", "damaged"),
        (b"plain text", "damaged"),
        (b"", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "old Word document"),
        (word_file()[:-500], "damaged"),
        (changed_archive({"word/document.xml": b"<w:document"}), "damaged"),
        (changed_archive({"word/document.xml": BILLION_LAUGHS}), "entities"),
        (changed_archive({"word/media/a.png": bytes(301_000_000)}), "larger than 300 MB"),
    ],
)
def test_damaged_and_hostile_documents_are_refused(data: bytes, says: str) -> None:
    """One sentence each; nothing is unpacked that is too large."""
    with pytest.raises(InputError, match=says):
        read(data, ".docx")


@pytest.mark.parametrize("kind", ["md", "docx", "lrc", "ttml"])
def test_every_kind_is_a_transcript_for_every_command(tmp_path: Path, kind: str) -> None:
    """`check`, `subtitle` and `batch` take it; its name finds it."""
    bodies = {
        "md": "# 开场\n大家好\n今天聊面包\n".encode(),
        "docx": word_file(),
        "lrc": "[ti:面包]\n[00:01.00]大家好\n[00:03.50]今天聊面包\n".encode(),
        "ttml": (
            '<tt xmlns="http://www.w3.org/ns/ttml"><body><div>'
            '<p begin="1s" end="3s">大家好</p><p begin="3.5s" end="6s">今天聊面包</p>'
            "</div></body></tt>"
        ).encode(),
    }
    folder = tmp_path / "transcript"
    folder.mkdir()
    (folder / f"talk.{kind}").write_bytes(bodies[kind])
    (folder / "README.md").write_text("no episode", "utf-8")
    (tmp_path / "assets" / "talk").mkdir(parents=True)
    checked = episode("check", f"transcript/talk.{kind}", "--json", cwd=tmp_path)
    assert checked.code in {0, 1}, checked.err
    batch = episode("batch", "--only", "subtitle", cwd=tmp_path)
    assert batch.code == 0, batch.err
    assert "大家好" in (tmp_path / "output" / "talk" / "talk.zh.srt").read_text("utf-8")
    assert not (tmp_path / "output" / "README").exists()
    assert episode("subtitle", "talk", cwd=tmp_path).code == 0
