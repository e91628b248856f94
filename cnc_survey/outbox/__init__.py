"""Mails that leave: every one is a row first. Imports no app.

Whoever wants a mail sent calls `queueing.queue_mail` with a kind and a few keys. The text is written when it leaves,
by the composer registered for that kind: no text, no address and no personal link is ever stored here, and whoever
has answered or objected in between is not written to.
"""
