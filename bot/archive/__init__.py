"""The searchable articles: a file that can be deleted at any time, because the ledger rebuilds it; the only room with FTS5."""
