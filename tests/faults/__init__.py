"""Faults on purpose: simulated people, a machine that fails, and what must hold afterwards."""
