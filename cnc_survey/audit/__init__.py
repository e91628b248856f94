"""Who did what: an append-only log of sign-ins, exports, reads of personal data, decisions and publications."""
