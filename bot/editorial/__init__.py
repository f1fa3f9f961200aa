"""FLOW 2, a manuscript: files become revisions, made ready for WeChat once, and walk through their reviews.

`intake` leads: it walks `files`, reads `parse` (Markdown) and `rows` (.jsonl) by the tables of `fields`, stores
`pictures` and `cover`s, has `render` make the page, asks `limits` and `checks`. `review` holds who may decide what.
"""
