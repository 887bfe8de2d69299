# What each verb says and asks. A question has no blank at its end; the program adds it.

## Passphrases and other questions

passphrase-question = Passphrase:
passphrase-choose = Choose a passphrase. It protects everything here, and nobody can recover it for you.
passphrase-new = New passphrase:
passphrase-again = And again:
passphrase-short = That is short enough to be guessed. Four or five words that do not belong together are hard to guess and easy to keep.
passphrase-differ = Those were not the same.
passphrase-wrong = That is not the passphrase. Try again.
own-name-question = Your name in the group (a first name or a nickname is enough):
ticket-question = Ticket:
type-name-again = Type its name again to do it:
type-the-name-again = Type the name again to do it:
type-group-name = Type the name of the group to do it:

## Writing

text-how-to-end = (End with Ctrl-D on a line of its own. Ctrl-C gives up.)
text-back-to-editor = Press Enter to go back to the editor. Ctrl-C gives up.
text-try-again = Your text is not lost. Press Enter to try again. Ctrl-C gives up.
sent-held = (It goes out in { $seconds } seconds. Until then `hearth undo` takes it back, and nobody saw it.)
sent-kept-told-out = (It stays here for now: other machines of this group say that you are not in it any more. `hearth status` says what to do.)
sent-sleeps = (It waits here until { $at }, and goes out then if this machine is on and open. Until then `hearth undo` gives it back to you, and nobody saw it.)
sent-kept = (It goes on by itself as soon as somebody can be reached.)

## share, dm, reply, edit, retract, undo

share-question = What would you like to share with "{ $group }"? { $people } can read it.
share-topic-question = What is it about, in a line?
share-note-question = What may a reader want to know before?
dm-question = What would you like to say to { $name }, privately?
reply-question-all = What would you like to answer? { $people } can read it.
reply-question-one = What would you like to answer? Only { $name } can read it.
reply-question-own = What would you like to add? Only the one you wrote to can read it.
edit-question =
    You wrote:
    { $text }
    What instead?
retracted = Taken back. Machines that have it forget it as soon as they hear of this; what people read, they read.
undone = Undone. Nothing of it has left.
undone-slept-on =
    Undone. Nothing of it has left. It said:
    { $text }
undo-nothing = Nothing is held back any more.
    .hint = `hearth retract` takes back what has gone out.

## checkin, milestone

audience-all = { $people } can read this.
audience-picked = { $people } can read this, nobody else.
checkin-skip = { $audience } Enter alone skips a question.
checkin-feeling = How are you, in a word or two?
checkin-halt = Hungry, angry, lonely, tired? (h a l t)
checkin-craving = Craving, from 0 to 3?
checkin-want = What would be good: nothing, a call, company?
checkin-more = Anything to add?
checkin-halt-wrong = Hungry, angry, lonely, tired: write the words, or h a l t. Nothing was sent.
checkin-craving-wrong = A craving is a number from 0 to 3. Nothing was sent.
checkin-want-wrong = What would be good is nothing, a call, or company. Nothing was sent.
# What may be typed in answer, separated by commas: the words as the questions name them.
answers-hungry = hungry, h
answers-angry = angry, a
answers-lonely = lonely, l
answers-tired = tired, t
answers-nothing = nothing, n, no
answers-call = call, a call, c
answers-company = company
milestone-label = What do you want to mark? ("24 hours", "asked for help", anything)
milestone-token = A chip or key tag that goes with it? (Enter: none)
milestone-more = Anything to add? (Enter: no)
milestone-no-label = There is no label. Nothing was sent.
    .hint = On standard input: a line `label: 24 hours`, and then, after an empty line, more words.
form-not-utf8 = The form is not UTF-8. Nothing was sent.
form-not-understood = A line of the form was not understood. Nothing was sent.
    .hint = Lines are `name: words`, with these names: { $names }. After an empty line, more words.

## read

read-more = (There is more from before: `hearth read --limit N`.)
read-nothing = Nothing was shared yet.
read-you = You
read-you-to = You to { $names } alone
read-to-you = { $name } to you alone

## start, join, invite

started = "{ $group }" is here, and you are in it as { $name }.
started-without-invite = The group is founded, but there is no invite yet. { $why }
    .hint = `hearth invite` makes one.
look-waiting = Looking for somebody of the group who is on. Nobody is asked for anything, and no name is told.
look-no-card = It has not written down more about itself yet.
look-what-it-is = That is what a member's machine says of the group. You are not in it, and nobody was told who you are; the machines of its members saw that this machine called.
look-join-question = Join it? (yes, or Enter to leave it)
look-ended = Nothing of it is kept here. The ticket is still good: `hearth join` joins with it.
look-device-ticket = That ticket makes this machine yours in a group that you are in already.
    .hint = `hearth join` takes it.
look-offline =
    .hint = Those whom the ticket names are not on just now. Try again later, or ask who gave it to you.
join-kept = kept here: the request goes on by itself as soon as somebody can be reached.
join-waiting = Waiting to be let in. (Ctrl-C stops the waiting; the request goes on by itself.)
joined = Welcome. You are in "{ $group }" as { $name }. `hearth people` shows who is here.
kept-among-us = What is said here stays here because members promise it. No law protects it as it does with a doctor or a lawyer.
joined-as-device = This machine is { $name }'s now, in "{ $group }". It shows what is shared from here on.
join-refused = The group did not let you in.
    .hint = Ask for a new ticket.
join-offline = Nobody of the group could be reached yet.
join-waits = The group was reached, but nobody has let you in yet.
join-goes-on = The request is kept and goes on by itself; `hearth status` shows when you are in.
invite-for = { $uses ->
    [1] This invite is for one person whom you trust; it makes them { $role }. It is good until { $until }.
   *[other] This invite is for up to { $uses } people whom you trust; it makes them { $role }. It is good until { $until }.
}
invite-how = They join with `hearth join` and this ticket.
invite-too-narrow = (The terminal is too narrow for the QR code.)
invite-none-open = No invite is open. `hearth invite` makes one.
invite-used = used { $used } of { $uses }
invite-until = until { $until }
invite-revoked = Revoked: nobody joins with that ticket any more.
invite-id-short = An invite's id needs at least { $count } characters.
    .hint = `hearth invite --list` shows them.
invite-not-found = There is no such invite.
    .hint = `hearth invite --list` shows those that are open.
invite-id-of-several = More than one invite begins like that.
    .hint = Write more of its id.
invite-members-by-secretary = The secretary invites members; trusted servants add `--role newcomer` or `--role visitor`.
invite-by-servants = The secretary and trusted servants invite.

## people, roles, role

people-you = (you)
people-is-connected = connected
people-devices = { $count } devices
people-verified = verified
people-proposed = proposed: { $what } (`hearth conscience`)
people-since = here since { $day }
people-question = { $name } was let in by { $by }, who was removed. Keep them? `hearth keep { $typed }`
role-given = { $name } is { $role } now.
role-may-secretary = All that a trusted servant may; also makes newcomers members and members trusted servants, invites members, and hands the role on.
role-may-servant = All that a member may; also invites newcomers and visitors, removes members and those below, and with a second trusted servant makes a newcomer a member.
role-may-member = Shares, lets in whoever has a ticket, and has a vote: proposes what is decided about anybody, the secretary too, and agrees where fewer than two others serve (`hearth conscience`).
role-may-newcomer = Shares and reads. A vote comes with the next role.
role-may-visitor = Shares and reads, as a guest. A visit ends by itself after 30 days (`hearth visitors`).
role-line = { $role }: { $names }
ask-the-group = `hearth roles` shows who may; `hearth conscience` lets the group decide together.

## conscience, endorse, keep, leave

change-remove = remove { $name }
change-role = make { $name } { $role }
change-some-role = change the role of { $name }
change-who-invites = change who may invite
proposed = Proposed. { $missing }
proposed-by = (proposed by { $name })
missing = { $count ->
    [one] One more must agree, with `hearth endorse`.
   *[other] { $count } more must agree, with `hearth endorse`.
}
may-agree = Who may agree: { $names }.
decided = Decided: it holds from now on.
decided-what = Decided: { $what }. It holds from now on.
agreed-what = You agreed: { $what }. { $missing }
conscience-nothing = Nothing waits for the group's conscience.
conscience-agreed = agreed: { $names }; { $count } more needed of { $among }.
conscience-open-to-me = You may agree: `hearth endorse`.
endorse-nothing = Nothing waits for your agreement.
    .hint = `hearth conscience` shows what is open.
endorse-not-found = Nothing like that is open.
    .hint = `hearth conscience` shows what is open.
endorse-which = Which one?
endorse-none-of-these = That is none of these. Nothing was agreed to.
endorse-several = More than one proposal is open.
kept-in = { $name } stays, as { $role }.
kept-in-role-before = Before, that was { $role }; `hearth roles` shows who may give it again.
leave-nobody-to-ask = Leaving cannot be undone, and nobody is here to be asked.
leave-what-it-means = You will get nothing that is written in "{ $group }" from then on, and everybody will see that you left. What you have read stays here. A new ticket can bring you back.
leave-other-name = That is another name. You are still in the group.
left = You have left "{ $group }". The others hear of it as soon as somebody can be reached.

## remove

remove-nobody-to-ask = Removing somebody cannot be undone, and nobody is here to be asked.
remove-what-it-means = { $name } will get nothing that is written in "{ $group }" from then on, and everybody will see that they were removed. What they have read stays with them.
remove-other-name = That is another name. Nobody was removed.
removed = { $name } was removed.
remove-devices = All { $count } devices of { $name } lose their keys.
remove-lost = Their admission by { $name } will not count any more: { $names }.
remove-stay = { $name } let them in, and they stay: { $names }.
remove-invites = { $count ->
    [one] An invite that { $name } made stays good: `hearth invite --list`.
   *[other] { $count } invites that { $name } made stay good: `hearth invite --list`.
}
switching-one = { $name }'s machine has not been seen with the new keys yet.
switching-several = { $switched } of { $of } members have switched to the new keys; { $waiting } have not been seen yet.

## keeper

keeper-ticket = This machine is a keeper now: it carries sealed envelopes for a group and can open none of them. The ticket is good for one group.
keeper-ticket-how = On a member's machine: `hearth keeper add` and this ticket. This machine should stay on, and be reachable for the others.
keeper-name-unsaid = keeper
keeper-added = The group has "{ $name }" now. It gets what is sealed as soon as a member's machine reaches it; it learns no names and no words, but who runs it sees when how much is sent, and from which addresses.
keeper-removed = Nobody in the group goes to "{ $name }" any more, once they have heard of it. What it has stays sealed, and expires.
keeper-dropped = Number { $number } is no longer carried, and what was here of it is deleted.
keeper-none = The group has no keeper. Two members have to be on at the same time, so that something passes between them.
keeper-by = added by { $name }
keeper-connected = connected
keeper-not-connected = not connected now
keeper-ticket-used = its ticket was used for another group: get a new one
keeper-full = it carries as much as it can
keeper-not-used = not used: who added it is out, or could not add it now
keeper-carries-nothing = This machine is in no group and carries nothing. `hearth keeper ticket` makes it a keeper.
keeper-carries = { $number }  since { $since }, { $envelopes ->
        [one] 1 envelope
       *[other] { $envelopes } envelopes
    } in { $mib } MiB, { $connected ->
        [one] 1 machine connected
       *[other] { $connected } machines connected
    }
keeper-ticket-waits = { $number }  ticket of { $since }, not used yet

## devices, verify

device-this = (this one)
device-unknown-day = unknown day
device-connected = connected
device-ticket = This ticket makes another machine yours: whoever uses it is you, and reads and writes as you. Show it to nobody. It is good once, until { $until }, while this machine is running.
device-ticket-how = On the other machine: `hearth join` and this ticket. It sees what is shared from then on.
device-nobody-to-ask = Revoking a device cannot be undone, and nobody is here to be asked.
device-is-this = That is this device.
    .hint = Revoke it from another one, or leave the group with `hearth leave`.
device-what-it-means = That device will get nothing that is written from then on. What it has read stays on it. It can come back with a new ticket alone.
device-other-name = That is another name. Nothing was revoked.
device-revoked = The device of { $name } was revoked.
verify-noted = Noted: you have compared numbers with { $name }.
verify-compare = { $name } sees the same with `hearth verify`. Compare when you meet or speak: the digits or the words.
verify-before = You have compared them before.
verify-if-same = If they are the same: `hearth verify { $typed } --done`.

## status, group, today, lock, unlock, stop, man

status-not-let-in = not let in: { $why }
status-joining = waiting to be let in
status-removed = you are no longer in it
status-told-out = other machines of this group say that you are not in it any more; ask somebody whom you trust, a new ticket lets you in again
status-returning = coming back, as soon as another member is connected
status-catching-up = catching up
status-locked = Hearth is running and locked. Open it with `hearth unlock`.
status-no-vault = Hearth is running. Begin with `hearth start NAME`, or `hearth join TICKET`.
status-no-group = You are in no group yet. Found one with `hearth start NAME`, or join one with `hearth join TICKET`.
group-as = as { $name }
today-shared = { $count } shared
today-private = { $count } to you alone
today-sleeps = something of yours waits until { $at }. `hearth undo` gives it back.
today-new = new today: { $what }. `hearth read` shows it.
today-new-or-more = new today: { $what } or more. `hearth read` shows it.
locked = Locked.
opened = Open.
stopped = Stopped.
man-written = { $count } pages written.

## lock --after, panic, backup, restore

lock-after = { $minutes ->
    [one] It locks by itself after 1 minute without use.
   *[other] It locks by itself after { $minutes } minutes without use.
}
lock-after-means = Locked, it is off the network: it passes nothing on, and no call for help, reminder or message comes in until you open it.
lock-after-bounds = It can lock by itself after one minute to one day, or never.
lock-never = It does not lock by itself any more; `hearth lock` does.
panic-question = Destroy all that Hearth keeps on this machine, for good? yes:
panic-nobody-to-ask = This destroys all that is kept here, and nobody is here to be asked.
panic-not-done = Nothing was destroyed.
panic-nothing = There is nothing here to destroy.
panic-done =
    The keys are destroyed. Nothing in this folder opens any more, with any passphrase.
    Old traces may stay on the disk for a while; without your passphrase nobody opens them. Use it nowhere else, and tell it to nobody.
    Other members' devices still have what you shared, and your place in your groups is still there: nobody was told.
    To come back, ask for a new ticket. A backup, if you made one, still opens: destroy it too if nobody may come back with it.
panic-left = Some files could not be removed; nothing opens them.
panic-failed = The keys could not be destroyed.
    .hint = Delete Hearth's folder by hand, now.
backup-exists = There is something in that place already, and it stays as it is.
    .hint = Choose another name.
backup-not-written = The backup could not be written: { $kind }.
backup-written =
    Written. In it is who you are in the groups that you are in today, and nothing else: no message, and nothing that you keep for yourself.
    Whoever has the file and this passphrase is you in these groups. Keep it away from this machine.
    It is for when this machine is gone. Do not use it while Hearth still runs here.
restore-unreadable = That file cannot be read: { $kind }.
restore-question = Is Hearth on the machine that this backup is of gone for good? If both run, the group hears two of you at odds, and your vote may stop counting. yes:
restore-nobody-to-ask = A backup is for when the other machine is gone for good, and nobody is here to be asked.
restore-not-done = Nothing was changed.
restore-vault-exists = There is a vault on this machine already; it stays as it is.
    .hint = Use another folder with `--home`.
restore-wrong-passphrase = That passphrase does not open this backup. It is the one that opened Hearth when the backup was made.
restored =
    You are coming back, as soon as another member is connected; nobody has to let you in. If you were asked to leave since, this does not bring you back.
    Earlier messages are not in a backup, nor is what you kept for yourself. It may take up to a month until your vote counts again.

## sit

sit-for-eyes = A page that fills the terminal can be neither plain nor JSON.
    .hint = `hearth read --follow` shows what arrives, line by line; `hearth share` writes.
sit-no-terminal = There is no terminal here that a page could be drawn on.
    .hint = `hearth read --follow` shows what arrives, line by line; `hearth share` writes.
sit-asking = One moment.
sit-locked =
    Hearth was locked. Nothing is shown, and what stood in the line is erased.
    Once it is opened again, with `hearth unlock` from elsewhere, the page comes back.
sit-stopped = Hearth is not running any more. Leave, and start it with `hearth unlock`.
sit-words-left = Your words are still here, so that you can copy them:
sit-too-small = Make the window larger.
sit-connected = connected: { $names }
sit-for-all = For "{ $group }". { $people } can read this.
sit-answer-all = An answer in front of all. { $people } can read this.
sit-answer-one = An answer. Only { $name } can read this.
sit-answer-own = An answer. Only the one you wrote to can read this.
sit-sending = Being kept here...
sit-held = Held back for { $seconds } seconds. Ctrl-Z undoes it, and nobody saw it.
sit-undone-back = Undone. Nothing of it has left. Your words are back in the line.
sit-words-wait = Other words wait in the line: w goes on with them, Ctrl-U erases them.
sit-leave-words = What is in the line would be lost. q leaves all the same, w goes on writing.
sit-signed = Kept here, and seen by nobody but the one it is for.
sit-sign-own = That is your own. A sign is for what somebody else wrote.
sit-sign-question = A sign for { $name }, which nobody else sees: { $signs } · Esc: none
sit-sos-elsewhere = Somebody in "{ $group }" asks for help: `hearth --group "{ $group }" sos --list`
sit-more-calls = `hearth answer`, `hearth sos --list`
sit-keys = w write · r answer · + sign · ? all keys · q leave
sit-keys-above = End: newest · w write · r answer · ? all keys · q leave
sit-keys-writing = Enter sends · Ctrl-J new line · Esc stops writing
sit-keys-help = Up, Down: more · any other key: back
sit-keys-leave = q leaves
sit-help =
    Up, Down: the message before or behind
    PgUp, PgDn, Home, End: further
    w: write to the group
    r: answer the message with the mark >; in private, unless its author opened it to answers
    R: answer in private also then
    +: give its author a sign
    Ctrl-Z: undo what you wrote, for 10 seconds
    Ctrl-U: erase what is in the line
    Ctrl-L: draw the page anew
    q, Esc: leave
    Ctrl-C: leave at once, whatever is in the line
    While you write: Enter sends, Ctrl-J or Alt-Enter begins a new line, Ctrl-W erases a word, Esc stops writing and keeps the words.
