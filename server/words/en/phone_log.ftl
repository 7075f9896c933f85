### What the observer's phone says about the server's log

## The fourth state of a record
state-proved = Proved
state-proved-means = It is in the server’s log, and this phone has checked that. Nobody can take it out unnoticed.
proof-title = Proof
proof-soon = The proof follows once the server has written its log.
proof-index = Place in the log
proof-size = Entries in the log then
proof-at = Checked at
proof-archived = In the server’s backup
proof-not-archived = Not in the server’s backup yet
photo-gone = In the server’s backup, no longer on this phone
why-let-go = The server asks for a photo that this phone has already let go of. Tell your coordinator.

## The log, as this phone has seen it
log-title = The server’s log
log-explained = The server writes everything that arrives into a log that can only grow. This phone checks the log and keeps a proof for each record.
log-none = This phone has not seen the server’s log yet.
log-size = Entries in the log
log-at = Last checked
log-proved = Your records proved in it
log-name = Name of the log
log-fits = Everything fits
log-open = Look at the log
log-save = Save the proofs
log-save-evidence = Save the evidence
log-save-hint = The file holds signatures and proofs and no word of what you recorded.
log-saved = The file has been written

## The alarm
alarm-banner = The server’s log does not fit what this phone has seen.
alarm-banner-look = See what happened
alarm-shrunk = The server shows a log that is shorter than the one this phone has seen. Entries may have been taken out.
alarm-split = The server shows a different log of the same length. It may be telling different people different things.
alarm-inconsistent = The server shows a log that no longer begins with what was in it. Entries may have been changed or taken out.
alarm-unsigned = The server shows a log that is not signed with its key.
alarm-stranger = Another log stands in the place of the one this phone knows, and nothing shows how that came about.
alarm-bad-handover = The server says that it was restored from a copy, and the proof of that is not right.
alarm-not-included = The server said that it had taken one of your records, and cannot show it in its log.
alarm-refused = This phone refused that log and kept what it knew before.
alarm-at = Noticed at
alarm-kept-size = Entries this phone has seen
alarm-refused-size = Entries in the refused log
alarm-todo = What to do
alarm-todo-tell = Tell your coordinator, and show this page.
alarm-todo-safe = Nothing of yours is lost. Your records and proofs are on this phone.
alarm-todo-go-on = Go on recording. Everything is handed in as before.
alarm-todo-save = Save the evidence to a file and hand it to your coordinator.
alarm-mistake = It can also be a mistake in how the server is run. The file lets others find out.

## After the server was restored
restored-title = The server was restored from a copy
restored-checking = This phone is asking whether any of your records are missing there.
restored-none = None of your records were missing there.
restored-lacking = Your records that were not in the copy: { $count }. Handed in again so far: { $again }.
restored-again = Your records that were not in the copy: { $count }. All of them were handed in again.
restored-photos = Photos that were not in the copy: { $count }.
word-understood = Understood

## Room on the phone
storage-short = This phone is nearly full. Remove other things from it, so that you can go on saving records and photos.
photo-no-room = The phone is full: this photo was not kept. Text is still saved. Remove other things from the phone, then take the photo again.
save-no-room = Not saved: the phone is full. What you typed is still here. Remove a photo, or other things from the phone, and try again.
freed-told = The phone was nearly full. Photos that are in the server’s backup were removed here: { $count } ({ $size } MB).
kept-archived = Photos that are in the server’s backup: { $count } ({ $size } MB)
kept-let-go = Remove these photos here
kept-let-go-done = The photos have been removed from this phone
wipe-unarchived-title = No second copy yet
wipe-unarchived = Everything has arrived, but some of it is not in the server’s backup yet. Until then this phone holds the only other copy.
wipe-wait = Keep it for now
