"""Why a mutant may survive."""

REASONS = {}  # part of the change: why it makes no difference that a test should see
