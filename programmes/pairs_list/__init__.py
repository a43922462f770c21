"""Lists of pairs that exist already, or did: reading them, and holding them against what the portal knows.

Nothing here writes; that is programmes/actions/pairs_lists.py.
"""
