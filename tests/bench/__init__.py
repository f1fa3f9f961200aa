"""`make bench`: what a message costs, and how long followers wait, beside the bots that one would write otherwise."""
