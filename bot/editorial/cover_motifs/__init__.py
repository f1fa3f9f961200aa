"""Small motifs for the subject of a cover: `land` and sky, `life` and food, `works` of people; `words` chooses one.

Each is drawn within a circle of radius 1 around (0, 0), x to the right, y downwards, in the four tones of its place.
"""
