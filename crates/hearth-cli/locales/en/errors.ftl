# What can go wrong. The message says what happened; its attribute `.hint` says what to do.

## What the daemon answers, by its code. The daemon says the same in English, and programs read that.

error-locked = The vault is locked.
    .hint = Unlock it with `hearth unlock`.
error-wrong-passphrase = That passphrase does not open the vault.
    .hint = Try again; capitals and spaces count.
error-too-many-attempts = Too many wrong passphrases.
    .hint = Wait a minute, then try again.
error-no-vault = There is no vault yet.
    .hint = Make one with `hearth start NAME` or `hearth join TICKET`.
error-vault-exists = There is a vault already.
    .hint = Open it with `hearth unlock`.
error-not-found = There is nothing by that name.
    .hint = `hearth status` and `hearth people` show what there is.
error-not-permitted = Your role in this group does not allow that.
    .hint = Ask a trusted servant of the group.
error-removed = You are no longer a member of this group.
    .hint = What you have read stays readable. A new ticket can bring you back.
error-joining = Nobody has admitted you to this group yet.
    .hint = It goes on by itself as soon as a member's node can be reached.
error-bad-ticket = That is not a whole ticket.
    .hint = Copy it again, with nothing left out.
error-ticket-expired = The ticket has expired.
    .hint = Ask for a new one.
error-ticket-used-up = The ticket has been used up.
    .hint = Ask for a new one.
error-ticket-revoked = The ticket was revoked.
    .hint = Ask for a new one.
error-already-member = You are a member of this group already.
error-name-taken = Somebody in the group has that name.
    .hint = Choose another name.
error-name-invalid = A name has 1 to 64 bytes in one line, without spaces around it.
    .hint = Choose another name.
error-text-too-large = A message has at most 64 KiB of text.
    .hint = Send it in parts.
error-text-empty = The message is empty.
error-too-late = It is too late for that.
    .hint = `hearth retract` takes back what you wrote at any time.
error-not-the-time = It is not the time for that in this question.
    .hint = `hearth conscience` shows the times.
error-identity-changed = This member's keys have changed.
    .hint = Ask the member in person before you trust the new ones.
error-offline = No member of the group can be reached.
    .hint = Try again when another member is online.
error-timeout = It took too long.
    .hint = Try again.
error-busy = Hearth is busy.
    .hint = Try again in a moment.
error-disk-full = The disk is full.
    .hint = Make room, then try again. Nothing was half-written.
error-disk-error = The disk cannot be read or written.
    .hint = Check the disk and the rights of Hearth's folder, then start Hearth again.
error-damaged = The vault is damaged.
    .hint = Keep a copy of Hearth's folder before you try anything.
error-store-lost = What this machine kept of your groups cannot be read; who you are in them is safe.
    .hint = `hearth unlock --recover` brings you back to them, without the earlier messages. What is there is set aside, not deleted.
error-nothing-to-keep = You are in no group yet, so there is nothing to come back to.
error-not-a-backup = That is no backup of Hearth.
    .hint = Look for the file that `hearth backup` wrote.
error-backup-not-whole = The backup is cut off or damaged.
    .hint = Copy it again, or take another copy of it.
error-backup-too-new = The backup was written by a newer version of Hearth.
    .hint = Install that version, then try again.
error-address-in-use = Another program listens on that address.
    .hint = Choose another one with `--listen`.
error-bad-request = The request was not understood.
error-foreign-request = Requests from web pages and for other hosts are refused.
error-method-not-allowed = That cannot be done with this address.
error-not-json = The body of a request is JSON.
    .hint = Send it with `Content-Type: application/json`.
error-body-too-large = The request is too large.
error-nobody-to-ask = There is nobody in the group whom this call could go to.
    .hint = `hearth sos --ask-group` asks the whole group; `hearth ladder` says beforehand who is asked.
error-never-shown = This is kept for yourself alone, and never shown.
    .hint = If you want others to know, say it in your own words, as with `hearth milestone`.
error-kept-full = There is no room for more of what you keep for yourself.
    .hint = Delete what you do not need any more.
error-blocked = You have blocked this person.
    .hint = `hearth unblock` ends that.
error-not-asked = Nobody waits for that answer.
    .hint = `hearth sponsor` and `hearth requests` show who does.
error-nobody-to-tell = Nobody in the group can take this report; nothing was sent.
    .hint = Somebody outside of the group may help: a crisis line, or another group.
error-readers-changed = The report would go to other people now; nothing was sent.
    .hint = Try again: you will be told who reads it.
error-internal = Something is wrong inside Hearth.
    .hint = Starting it again may help: `hearth stop`, then `hearth unlock`.

# What the daemon says beyond its code stays as it said it.
error-in-english = { $detail }

## On the way to the daemon

client-not-running = Hearth is not running.
    .hint = Start it with `hearth unlock`.
client-not-yours = Hearth's socket does not belong to you.
    .hint = Check the owner and the rights of Hearth's folder.
client-unusable = Hearth's socket cannot be used.
    .hint = Choose a folder with a shorter path with `--home`.
client-timeout = Hearth did not answer in time.
    .hint = Look with `hearth status`, then try again.
client-interrupted = Hearth stopped before it answered.
    .hint = Start it again with `hearth unlock`, then look whether it was done.
client-protocol = The answer on Hearth's socket was not understood.
    .hint = Use `hearth` and `hearthd` of the same version; `hearth stop` ends the old one.
not-running-begin = Begin with `hearth start NAME`, or `hearth join TICKET`.

## The daemon

daemon-silent = hearthd was started but does not answer.
    .hint = Look with `hearth status` in a moment.
daemon-busy = Hearth was asked to stop and is still busy.
    .hint = Look with `hearth status` in a moment.
# What the daemon said, in English, before it ended.
daemon-not-started = { $words }
daemon-ended-at-once = Hearthd ended at once.
daemon-not-become = hearthd cannot be started: { $kind }
daemon-listen-later = Hearth is running already; --listen counts when it starts.

## The machine

machine = Cannot { $doing }: { $kind }.
internal-json = The answer could not be written as JSON.
internal = { $detail }
doing-get-ready = get ready
doing-write-answer = write the answer
doing-use-terminal = use the terminal
doing-make-temporary-file = make a temporary file
doing-watch-daemon = watch hearthd
doing-start-daemon = start hearthd
doing-find-folder = find the folder for --home
doing-make-draft = make a draft in Hearth's folder
doing-run-editor = run the editor
doing-read-draft = read the draft
doing-read-input = read standard input
doing-ask-passphrase = ask for the passphrase
doing-make-page = make the page
doing-write-pages = write the pages
doing-listen-signals = listen for signals
kind-not-found = entity not found
kind-permission-denied = permission denied
kind-already-exists = entity already exists
kind-storage-full = no storage space
kind-read-only = read-only filesystem or storage medium
kind-is-directory = is a directory
kind-not-directory = not a directory
kind-other = { $kind }

## What was typed

usage-unknown-verb = There is no verb { $word }.
usage-unknown-verb-close = There is no verb { $word }. Did you mean { $close }?
usage-unknown-option = { $word } is not known here.
usage-value = { $value } is not possible for { $option }.
usage-value-reason = { $value } is not possible for { $option }: { $reason }.
usage-value-missing = { $option } needs a value.
usage-missing = Something is missing: { $what }.
usage-conflict = { $one } and { $other } do not go together.
usage-twice = { $option } may be given once.
usage-other = The command was not understood.
usage-choices = Possible: { $choices }.
usage-hint = `hearth help` shows what can be done.
duration-unit-missing = a unit is missing: write 30s, 15m, 12h, 7d or 2w
duration-not-a-time = not a time: write 30s, 15m, 12h, 7d or 2w
duration-too-long = too long: ten years at most
duration-nothing = must be more than nothing

stray-words = A text is never part of the command: other programs could read it there.
    .hint = Run the command without it and write when asked, or use --edit, or standard input.
stray-words-dm = Write `hearth dm NAME` alone (a name of several words in quotes), then the text when asked, or use --edit, or standard input.
that-is-you = That is you.
    .hint-leave = `hearth leave` ends your own membership.
    .hint-who-else = `hearth people` shows who else is here.
    .hint-verify = Verify somebody else.
nobody-to-ask-yes = Add --yes to do it without being asked.

## Where things are

no-home = It is not clear where to keep things.
    .hint = Give a folder with --home or HEARTH_HOME.
no-group = You are in no group yet.
    .hint = Found one with `hearth start NAME`, or join one with `hearth join TICKET`.
groups-several = You are in several groups.
    .hint = Choose with --group: { $names }.
vault-locked = Hearth is locked.
    .hint = Open it with `hearth unlock`.
vault-locked-meanwhile = Hearth was locked meanwhile.
    .hint = Open it with `hearth unlock`; the request is kept.
vault-was-locked = Hearth was locked.
    .hint = Open it with `hearth unlock`.

## Names

person-ambiguous = More than one person goes by that name.
group-ambiguous = More than one group goes by that name.
device-ambiguous = More than one device goes by that name.
question-ambiguous = More than one open question goes by that name.
person-not-found = No person here is called { $name }.
    .hint = `hearth people` shows who is here.
group-not-found = No group here is called { $name }.
    .hint = `hearth group` lists your groups.
keeper-ambiguous = More than one keeper goes by that name.
keeper-not-found = No keeper here is called { $name }.
    .hint = `hearth keeper` shows them.
keeper-no-number = This machine carries nothing of that number.
    .hint = `hearth keeper` shows what it carries.
device-not-found = No device here is called { $name }.
    .hint = `hearth devices list` shows them.
question-not-found = No open question here is called { $name }.
    .hint = `hearth members` shows whom you are asked about.
names-write = Write { $names }.
names-did-you-mean = Did you mean { $names }?

## Passphrases, tickets, texts

share-wait-too-long = Something of yours waits for two days at most.
duration-never = never
passphrase-none-chosen = No passphrase was chosen.
passphrase-none-typed = No passphrase was typed.
passphrase-missing = The passphrase is missing.
    .hint = Give --passphrase-file PATH, or run this in a terminal.
passphrase-empty = The passphrase is empty.
passphrase-too-long = The passphrase is too long: { $bytes } bytes at most.
passphrase-file-unreadable = The passphrase file cannot be read: { $kind }.
    .hint = Check the path that was given with --passphrase-file.
passphrase-file-not-text = The passphrase file is not UTF-8 text.
no-answer = No answer was given.
no-name = Your own name in the group is missing.
    .hint = Give it with --name NAME.
no-ticket = There is no ticket.
    .hint = Give it as `hearth join TICKET`, or on standard input.
no-editor = No editor is set.
    .hint = Set VISUAL or EDITOR, or write on standard input.
editor-failed = The editor ended with an error.
    .hint = Nothing was sent.
text-too-long = The text is too long: { $kib } KiB at most. Nothing was sent.
    .hint = Send it in parts.
text-not-utf8 = The text is not UTF-8. Nothing was sent.
text-empty = The text is empty. Nothing was sent.
send-uncertain = It is not certain that the message was kept: `hearth unlock`, then `hearth read` tells.

## Messages

no-such-message = There is no such message among the latest.
    .hint = `hearth read` shows them, each with its mark.
mark-of-several = Several messages have that mark.
    .hint = Give more of it: `hearth --json read` shows whole ids.
