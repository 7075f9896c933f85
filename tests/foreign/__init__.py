"""A log of ours in the hands of verifiers that we did not write: `tests/foreign/prepare` installs them."""
