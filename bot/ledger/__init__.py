"""Everything that cannot be rebuilt, one module per noun; the only room with SQLAlchemy.

Functions take a connection (`tx`) from `Ledger.write()` or `Ledger.read()`, run whole visible statements and give
back values of `bot.model`, never rows. Who calls decides where a transaction begins and ends.
"""
