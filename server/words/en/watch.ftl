### Is everything all right?

watch-title = Is everything all right?
watch-hint = Lights of the server that keeps the reports. Those that want somebody come first. Stations, quarantine and signatures are your organisation's own.
watch-all-good = Nothing wants anybody now.
watch-all-look = Have somebody look: { $count }.
watch-all-bad = Somebody must act now: { $count }.
watch-means = What it means
watch-do = What to do
watch-do-otherwise = If it goes wrong
watch-state-good = In order
watch-state-look = Have a look
watch-state-bad = Act now
watch-state-unknown = Not known yet
watch-state-off = Not in use
watch-age-seconds = { $count } s
watch-age-minutes = { $count } min
watch-age-hours = { $hours } h { $minutes } min
watch-age-days = { $count } d

## Can it write?
watch-light-writing = Writing
watch-reading-writing-took = A commit just now took { $ms } ms.
watch-reading-writing-failed = The database takes nothing in.
watch-means-writing = Whether the server can keep what phones hand in. Until it can, phones keep it and come again.
watch-do-writing = Ask the technician to look at the disk and the database at once. Nothing is lost while phones wait.

## Backup
watch-light-backup = Backup
watch-reading-backup-aged = Last verified backup: { $age } ago. Entries that came since: { $unsaved }.
watch-reading-backup-never = No verified backup was ever made.
watch-means-backup = What came after the last backup is only on this machine and on phones.
watch-do-backup = Ask the technician for a backup now, and whether the one every five minutes still runs. No phone should be wiped until then.

## Disk
watch-light-disk = Disk
watch-reading-disk-free = Free: { $percent } %.
watch-reading-disk-photos-held = Free: { $percent } %. Photos are not taken in now.
watch-reading-disk-text-held = Free: { $percent } %. Reports and photos are not taken in now.
watch-means-disk = The room left for reports and photos. When little is left, photos stop first, then reports; phones keep both.
watch-do-disk = Ask the technician to make room. Everything goes on by itself as soon as there is some.

## Log
watch-light-checkpoint = Signed log
watch-reading-checkpoint-whole = Every entry is in the published log.
watch-reading-checkpoint-none = Nothing has been published yet.
watch-reading-checkpoint-behind = Entries not in the published log: { $count }. The oldest came { $age } ago.
watch-reading-checkpoint-refused = The database holds less than was already published, so nothing is signed any more.
watch-means-checkpoint = The log by which anybody can prove that an entry arrived. Observers see “proved” when their entry is in it.
watch-do-checkpoint = Ask the technician why the log is not signed. If the database was set back, the newest backup must be restored; entries are still taken in.

## Clock
watch-light-clock = Clock
watch-reading-clock-right = Agrees with the phones within a second (median of { $phones } phones).
watch-reading-clock-ahead = Ahead of the phones by { $age } (median of { $phones } phones).
watch-reading-clock-behind = Behind the phones by { $age } (median of { $phones } phones).
watch-reading-clock-few = Too few phones to compare with: { $phones }.
watch-reading-clock-back = The clock was set back by { $age } or more.
watch-means-clock = The server's clock against the clocks of phones. It says when a report was received.
watch-do-clock = Ask the technician to set the clock by the network. What was received keeps the time it was given.

## Map and lists
watch-light-fold = Map and lists
watch-reading-fold-whole = Every entry is in the map and the lists.
watch-reading-fold-behind = Entries not shown yet: { $count }. The oldest came { $age } ago.
watch-means-fold = How far the map and the lists are behind what has arrived.
watch-do-fold = Wait a minute after a rush. If it grows, ask the technician for the log of the server.

## Silent stations
watch-light-silence = Silent stations
watch-reading-silence-heard = Nothing heard from { $silent } of { $assigned } assigned stations.
watch-reading-silence-early = Stations with an observer: { $assigned }. It is too early to expect all of them.
watch-reading-silence-nobody = Nobody is assigned to a station yet.
watch-means-silence = Stations with an observer from which no report ever came. That is no report of calm.
watch-do-silence = Call the observers of the governorates with the most. If many are silent at once, ask about network, threats and your list.

## Quarantine
watch-light-quarantine = Needs a look
watch-reading-quarantine-waiting = Waiting: { $count }. In the last ten minutes: { $lately }.
watch-means-quarantine = Entries that are kept and counted nowhere until somebody has looked at them.
watch-do-quarantine = Open “Needs a look”. Many at once are mostly a station missing in the list: import the list again.

## Signatures
watch-light-signatures = Signatures
watch-reading-signatures-right = No wrong signature.
watch-reading-signatures-wrong = Entries with a wrong signature: { $count }.
watch-reading-signatures-unchecked = Checking is behind by { $age }.
watch-means-signatures = Entries that a later entry of the same phone vouches for are checked by themselves too, a little later.
watch-do-signatures = Call the observers of these phones: a fault of the phone, or somebody altered what it wrote. Keep the entries; they are evidence.

## Photos on their way
watch-light-spool = Photo store
watch-reading-spool-empty = No photo waits for the store.
watch-reading-spool-waiting = Photos waiting for the store: { $count }. The oldest since { $age }.
watch-reading-spool-folder = Photos are kept on the disk of this server.
watch-means-spool = Photos are safe on this server first and are then carried to the store. While it is away they wait here.
watch-do-spool = Ask the technician whether the store can be reached. Watch the disk meanwhile.

## Witnesses
watch-light-witnesses = Witnesses
watch-reading-witnesses-signed = Witnesses that signed lately: { $cosigned } of { $witnesses }.
watch-reading-witnesses-contradicted = Witnesses that say the log was changed: { $count }.
watch-reading-witnesses-none = No outside witness is asked.
watch-means-witnesses = Outsiders who confirm that everybody is shown the same log.
watch-do-witnesses = Ask the witnesses whether they can be reached. If one says that the log was changed, tell the head of your organisation and keep what it says.
