"""Flow 1: a follower's message → a reply, from approved articles or an honest word."""
