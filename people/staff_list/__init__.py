"""Staff lists: reading a file, guessing its columns, checking its rows, comparing them with what is known.

Nothing here writes; that is people/actions/staff_imports.py.
"""
