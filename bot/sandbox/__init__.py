"""WeChat in a box: plays WeChat's server by its documents, for trying out and for tests.

It stands on the other side of the wire. So it imports nothing of the bot, and has its own cipher, error table and database.
"""
