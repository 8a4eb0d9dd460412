"""The tables of a contest."""
