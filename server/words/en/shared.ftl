## What can be wrong with a request: one sentence for each code of server/problems.py

problem-bad-frame = The request could not be read.
problem-bad-field = One of the fields is missing or has a wrong value.
problem-bad-file = This file could not be read.
problem-weak-password = This password is too easy to guess. Use at least 12 characters that are not a common phrase.
problem-cross-site = This page has expired. Go back, load it again and repeat what you did.
problem-not-signed-in = Please sign in.
problem-token-unknown = This phone or token is not known here.
problem-token-revoked = This phone was revoked by its organisation. What it recorded stays stored.
problem-code-for-another = This invitation is for another person, organisation or election. Nothing was changed. Ask for an invitation made out to you.
problem-wrong-password = The name or the password is wrong.
problem-not-yours = Your role does not allow this.
problem-not-found = There is nothing here, or it belongs to another organisation.
problem-photo-not-named = No stored entry names this photo yet.
problem-not-yet-logged = This entry is not in the signed log yet. Ask again in a moment.
problem-photo-not-here = This photo has not arrived yet.
problem-method-not-allowed = This address does not take this kind of request.
problem-name-taken = This name is already in use.
problem-own-account = You cannot do this to your own account.
problem-wrong-offset = The photo continues from another place.
problem-checked-out = Another coordinator is working on this report.
problem-already-judged = This report has changed or was judged in the meantime. Load it again.
problem-withdrawn = This report does not stand: its observer withdrew it or it is set aside.
problem-already-revoked = This phone is already revoked.
problem-code-used = This code has already been used by another phone. Ask for a new one.
problem-code-expired = This code has expired. Ask for a new one.
problem-code-unknown = This code is not known. Check the link, or ask for a new one.
problem-bad-proof = The phone could not prove that it holds its key. Try again with a new code.
problem-tus-version = This version of the upload protocol is not spoken here.
problem-wrong-length = The length differs from what was announced.
problem-too-large = This is too large to be taken in.
problem-too-many-entries = There are too many entries in one exchange.
problem-media-type = This type of file is not taken here.
problem-upload-busy = This photo is being received right now; try again in a moment
problem-wrong-digest = The photo arrived damaged and is sent again.
problem-upgrade-needed = This app is too old for this server. Update it; nothing is lost.
problem-too-often = Too many attempts. Wait a little and try again.
problem-busy = The server is busy. Try again in a moment.
problem-photos-away = The store of photos does not answer now. The photo is kept; try again in a minute.
problem-storage-full = The server has no space left. Tell the administrator; nothing on your phone is lost.
problem-server-fault = Something went wrong on the server. What was stored before is safe.

## Phases of the election day
phase-arrival = Arrival
phase-opening = Opening
phase-voting = Voting
phase-closing = Closing
phase-counting = Counting
phase-any = Any phase

## How grave an incident is
severity-label = Severity
severity-1 = Note
severity-2 = Minor
severity-3 = Moderate
severity-4 = Serious
severity-5 = Critical
severity-1-means = worth knowing, nobody affected
severity-2-means = a lapse that does not affect voting
severity-3-means = a procedure not followed that may affect voting
severity-4-means = a voter’s or observer’s right denied, or a main safeguard broken
severity-5-means = violence, voting stopped, or the count interfered with

## Where a record is
state-phone = On this phone
state-server = On the server
state-look = Needs a look
state-phone-means = Safe here, and sent when there is a network.
state-server-means = All of it has arrived, words and photos.
state-look-means = It is kept, but a person has to look at it.

## What a coordinator found
finding-uphold = Upheld by the desk
finding-doubt = Doubted by the desk
finding-correct = Corrected by the desk
finding-other = Reviewed by the desk
