"""WeChat in a box: plays WeChat's server by its documents, for trying out and for tests.

It stands on the other side of the wire. So it imports nothing of the bot, and has its own cipher, error table and database.

Left out: QR codes with scenes, short keys, notifications and template messages, web log-in, payment, coupons, products,
speech to text, and the sessions of the customer service. A call to one of these is answered as an unknown address.
What stands for something outside the API (the administrator, the website, the account's switches) is in `switches`.
"""
