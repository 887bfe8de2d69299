# What `hearth help` and the manual pages say. `hearth-cli/src/help.rs` says how the names follow from the command line.
# Short, for somebody who is tired. A line about a verb or an option has no full stop.

help-hearth = A home group on your own machine: share, listen, write to one another.
help-without-verb = Without a verb, hearth shows what is new.
help-more = `hearth help share` tells more about a verb: here, about share.
help-everywhere-hint = `hearth help` shows all verbs, and the options that go with each of them.
help-usage = Usage: { $line }
help-exit-codes = Exit codes: 0 done or safely kept, 1 internal fault, 2 usage, 3 Hearth is not running, 4 nobody could be reached, 5 not permitted, 6 somebody's identity changed, 7 locked or wrong passphrase, 8 not found, 9 it took too long.

## Headings

help-heading-every-day = Every day
help-heading-for-yourself = For yourself alone
help-heading-when-it-is-hard = When it is hard
help-heading-service = Service
help-heading-the-group = The group
help-heading-this-machine = This machine
help-heading-everywhere = Options that go with every verb
help-heading-arguments = What belongs to it
help-heading-options = Options
help-heading-verbs = What you can do there

## What is added to a line

help-default = { $text } ({ $value } if nothing is said)
help-variable = { $text } (or the variable { $name })
help-also = { $text } (also: { $names })
help-values = { $text }: { $values }
help-optional = { $text } (may be left out)

## Places for something

help-slot-options = OPTIONS
help-slot-verb = VERB
help-slot-path = PATH
help-slot-address = ADDRESS
help-slot-name = NAME
help-slot-language = LANGUAGE
help-slot-group = GROUP
help-slot-ticket = TICKET
help-slot-time = TIME
help-slot-n = N
help-slot-id = ID
help-slot-role = ROLE
help-slot-what = WHAT
help-slot-when = WHEN
help-slot-which = WHICH
help-slot-device = DEVICE
help-slot-sign = SIGN
help-slot-suite = SUITE
help-slot-shell = SHELL
help-slot-emergency = EMERGENCY
help-slot-region = REGION
help-slot-dir = DIR

## Options of every verb

help-everywhere-home = The folder that holds everything
help-everywhere-passphrase-file = A file with the passphrase, instead of a question
help-everywhere-listen = Where this machine listens for other members, when it starts for the first time; may be repeated
help-everywhere-name = Your own name in the group that you start or join: a first name or a nickname is enough
help-everywhere-group = The group, when you are in several
help-everywhere-json = Answer in JSON, one object a line, always in English
help-everywhere-lang = The language
help-everywhere-plain = For screen readers: one fact a line, no columns, marks or pictures (or the variable HEARTH_PLAIN)
help-everywhere-help = Show this help, or that of a verb
help-everywhere-version = Show the version

help-value-lang-en = English
help-value-lang-es = Spanish (español)

## Every day

help-read = Read what was shared
help-read-follow = Stay, and show what arrives
help-read-limit = How many of the latest messages to show
help-sit = Sit with the group: a page in the terminal, to read and write in

help-share = Write to the whole group; you are asked for the text
help-share-topic = Say in a line what it is about; you are asked, or it is the first line of standard input
help-share-note = Say in a line what a reader may want to know first; you are asked, or it is the next line of standard input
help-share-thread = Let everybody answer in front of all
help-share-now = Let it go out at once, instead of after 10 seconds
help-share-sleep-on-it = Let it wait until tomorrow at 9; until then `hearth undo` gives it back
help-share-wait = Let it wait for this long, such as 8h, two days at most; until then `hearth undo` gives it back
help-share-edit = Write in your editor ($VISUAL or $EDITOR)

help-reply = Answer somebody: in private, or in front of all where they asked for answers
help-reply-which = What you answer: its mark, as `hearth read` shows it, or whose latest it is
help-reply-private = Answer the author alone, also where all may answer
help-reply-now = { help-share-now }
help-reply-edit = { help-share-edit }

help-react = Give somebody a sign that only they see
help-react-which = To what: its mark, as `hearth read` shows it, or whose latest it is
help-react-with = Which sign
help-value-with-heard = Heard
help-value-with-with-you = With you
help-value-with-me-too = Me too
help-value-with-thank-you = Thank you
help-value-with-hug = A hug
help-value-with-celebrate = Well done, for a milestone

help-dm = Write to one person alone; you are asked for the text
help-dm-to = Who it is for, as `hearth people` shows the name
help-dm-now = { help-share-now }
help-dm-edit = { help-share-edit }

help-milestone = Mark what you have reached, in your own words
help-milestone-to = Whom to tell, as `hearth people` shows the name; may be repeated; without it, the group
help-milestone-now = { help-share-now }

help-undo = Undo what you wrote a moment ago, or sleep on, before it goes out
help-undo-which = { help-retract-which }

help-edit = Write other words in the place of your own, within 15 minutes
help-edit-which = Which of your messages: its mark, as `hearth read` shows it; the latest if nothing is said
help-edit-edit = { help-share-edit }

help-retract = Take back what you wrote
help-retract-which = { help-edit-which }

## For yourself alone

help-gratitude = Write what you are grateful for, for you alone

help-step = Write on a step, for you alone

help-inventory = Write an inventory, for you alone

help-newdate = Keep a new clean date, for you alone (earlier ones stay)

help-chips = Show which chips or key tags come next for you

# What stands behind each of the verbs that keep something.
help-keeping-edit = { help-share-edit }
help-keeping-list = List what you keep, the newest first
help-keeping-list-limit = How many to show
help-keeping-show = Show one, to yourself
help-keeping-show-which = Its mark, as `list` shows it; the newest if nothing is said
help-keeping-change = Change one: what you leave empty stays
help-keeping-change-which = { help-keeping-show-which }
help-keeping-change-edit = { help-share-edit }
help-keeping-delete = Delete one for good
help-keeping-delete-which = { help-keeping-show-which }
help-keeping-delete-yes = Do not ask
help-keeping-tell = Let somebody see a copy of one, for 14 days
help-keeping-tell-which = { help-keeping-show-which }
help-keeping-tell-to = Who, as `hearth people` shows the name; may be repeated
help-keeping-tell-everybody = Everybody in the group
help-keeping-tell-now = { help-share-now }

## When it is hard

help-crisis = Show emergency numbers, first steps and help lines, at once, without anything else running
help-crisis-emergency = What happened; without it, everything is shown
help-crisis-region = Whose numbers to show: US, CA, UK, IE, AU, NZ, DE or FR (or the variable HEARTH_REGION)
help-crisis-set-region = Keep whose numbers to show on this machine
help-crisis-confirm = Look at the lines one by one, and give the group a card of its own
help-crisis-confirm-region = Whose numbers to begin with
help-value-emergency-overdose = Somebody took too much
help-value-emergency-self-harm = Thoughts of suicide, or of hurting oneself
help-value-emergency-danger = Violence, or the threat of it
help-value-emergency-withdrawal = Stopping alcohol or tranquillisers after long use

help-checkin = Say how you are, to the group or to people whom you pick
help-checkin-to = { help-milestone-to }
help-checkin-now = { help-share-now }

help-urge = Write down an urge and what helped, for you alone

help-plan = Write a plan for a bad night, for you alone

help-care = Write a care plan, for you alone: professional help, where naloxone is

## The group

help-start = Found a home group and print an invite
help-start-group-name = The name of the new group
help-start-suite = How the group's keys are agreed
help-start-qr = Draw the QR code even if the output is not a terminal
help-start-ticket-only = Print the ticket alone, without words or a QR code
help-value-suite-x-wing = Withstands quantum computers
help-value-suite-x25519 = Smaller and faster, without that protection

help-look = See what a group says of itself, with a ticket, before you join
help-look-ticket = { help-join-ticket }
help-look-wait = How long to wait until somebody of the group can be reached
help-join = Join a home group with a ticket
help-join-ticket = The ticket; without it, or with `-`, you are asked, or it is read from standard input
help-join-wait = How long to wait until somebody lets you in
help-join-no-wait = Do not wait: the request is kept and goes on by itself

help-invite = Print an invite, or list and revoke those that are open
help-invite-uses = How many people may use the invite
help-invite-expires = How long the invite is good for, such as 12h or 7d
help-invite-role = What the invite makes of those who use it: member when nothing is said
help-invite-list = List the invites that are open
help-invite-revoke = Make an invite worthless; the ID is from --list
help-invite-qr = { help-start-qr }
help-invite-ticket-only = { help-start-ticket-only }
help-value-role-visitor = A guest, without a vote
help-value-role-newcomer = Somebody new, without a vote yet
help-value-role-member = A home member
help-value-role-servant = A trusted servant
help-value-role-secretary = The secretary

help-sponsor = Show your sponsors and sponsees, ask somebody, answer, or end it
help-sponsor-ask = Ask a person to be your sponsor; only they learn of it
help-sponsor-ask-who = Who, as `hearth people` shows the name
help-sponsor-ask-wordless = Ask without words of your own
help-sponsor-ask-now = { help-share-now }
help-sponsor-ask-edit = { help-share-edit }
help-sponsor-accept = Say yes to a person who asked you
help-sponsor-accept-who = { help-sponsor-ask-who }
help-sponsor-decline = Do not; nothing is sent, and the person sees that no answer came
help-sponsor-decline-who = { help-sponsor-ask-who }
help-sponsor-end = End it with a person, without a reason, or take back that you asked
help-sponsor-end-who = { help-sponsor-ask-who }
help-requests = Show who wrote to you and waits to be heard, and decide
help-requests-show = Show what a person wrote to you
help-requests-show-who = { help-sponsor-ask-who }
help-requests-accept = Hear a person: what they wrote, and what they will write
help-requests-accept-who = { help-sponsor-ask-who }
help-requests-ignore = Do not; the person is not told
help-requests-ignore-who = { help-sponsor-ask-who }
help-requests-shield = Let private messages of people whom you have not written to wait, or not; on for your first 90 days
help-requests-shield-switch = On or off
help-value-switch-on = On
help-value-switch-off = Off
help-block = Hide what a person writes, from you alone, also what they share with the group; they are not told, and go on reading what you share
help-block-who = Who, as `hearth people` shows the name; without it: list
help-unblock = Show again what a person writes, and what came in between
help-unblock-who = Who, as `hearth block` shows the name
help-report = Tell the group's safety contacts about a person, who does not get it; you are told who reads it, and asked for the text
help-report-who = Whom it is about, as `hearth people` shows the name
help-report-with = Enclose a message of that person, by its mark, so that the readers can check who wrote it; may be repeated
help-report-with-private = Enclose what that person wrote to you alone: the latest messages, as far as there is room
help-report-now = { help-share-now }
help-report-edit = { help-share-edit }
help-safety = Show who reads reports, and those that you wrote or are to read
help-safety-contacts = Name the people who read reports, two at least; servants can
help-safety-contacts-who = { help-sponsor-ask-who }
help-safety-note = Note how far you are with a report, for yourself alone
help-safety-note-which = Its mark, as `hearth safety` shows it
help-safety-note-state = How far
help-value-state-open = Nothing was done yet
help-value-state-talked = Somebody was talked to
help-value-state-closed = It is over
help-slot-switch = SWITCH
help-slot-state = STATE
help-keeping-tell-sponsor = Your sponsors
help-people = Show who is in the group, with which role, and what is open

help-verify = Compare safety numbers with a person
help-verify-who = Who, as `hearth people` shows the name
help-verify-done = Note that you have compared the numbers, and they are the same

help-roles = Show who has which role, and what each role may do

help-role = Give a person another role, as far as your own allows
help-role-who = Who, as `hearth people` shows the name; your own name to give a role back
help-role-role = Which role

help-conscience = Show what the group decides together, or propose something
help-conscience-remove = Propose that a person is asked to leave, whatever their role
help-conscience-remove-who = { help-verify-who }
help-conscience-role = Propose that a person gets another role
help-conscience-role-who = { help-verify-who }
help-conscience-role-role = { help-role-role }
help-conscience-ask = Ask the group anything else; you write the question when asked
help-conscience-ask-change = It changes how the group does things: two of three are needed
help-conscience-ask-talk = Days for which it is talked about before anybody votes
help-conscience-ask-days = Days until the vote is over, the talk included; 7 at least
help-conscience-ask-again = Which question is looked at again: its mark
help-conscience-vote = Vote on what somebody asked, or change your vote
help-conscience-vote-which = Which: its mark, as `hearth conscience` shows it
help-conscience-vote-choice = yes, no, abstain, or what can be chosen
help-conscience-vote-yes = { help-card-edit-yes }
help-conscience-say = Say what should be heard beside the result, if you see it differently
help-conscience-say-which = { help-conscience-vote-which }
help-conscience-close = Count the votes, three days after the vote is over
help-conscience-close-which = { help-conscience-vote-which }
help-conscience-reconsider = Ask the group to look at a result again, and say why
help-conscience-reconsider-which = { help-conscience-vote-which }
help-conscience-withdraw = Take back a question that is not counted yet
help-conscience-withdraw-which = { help-conscience-vote-which }
help-conscience-withdraw-yes = { help-card-edit-yes }

help-endorse = Agree to what somebody proposed
help-endorse-which = Which proposal, as `hearth conscience` shows it, or whom it is about; not needed when one is open

help-minutes = Show what was said about the group's affairs, and add to it
help-minutes-show = Show one
help-minutes-show-which = { help-readings-show-which }
help-minutes-add = Add what was said; you are asked
help-minutes-withdraw = Withdraw one
help-minutes-withdraw-which = { help-readings-show-which }
help-minutes-withdraw-yes = { help-card-edit-yes }

help-treasurer = Show the group's money in sums, and add a report
help-treasurer-show = Show one
help-treasurer-show-which = { help-readings-show-which }
help-treasurer-add = Add a report: sums alone, and no names; you are asked
help-treasurer-withdraw = Withdraw one
help-treasurer-withdraw-which = { help-readings-show-which }
help-treasurer-withdraw-yes = { help-card-edit-yes }

help-keep = Let a person stay whose admission does not count any more
help-keep-who = Who, as `hearth people` asks

help-remove = Ask a person to leave: they get nothing that is written from then on
help-remove-who = { help-verify-who }
help-remove-yes = Do not ask to type the name again

help-leave = Leave the group
help-leave-yes = Do not ask to type the group's name

help-group = List your groups

## What the group has, and service

help-card = Show what the group is, or change it
help-card-show = Show what is in force
help-card-edit = Change it; you see what changes before it is put in force
help-card-edit-yes = Do not ask
help-card-diff = Show how versions differ that stand beside each other

help-guidelines = Show how the group wants to be together, or change it
help-guidelines-show = { help-card-show }
help-guidelines-edit = { help-card-edit }
help-guidelines-edit-yes = { help-card-edit-yes }
help-guidelines-diff = { help-card-diff }

help-intro = Show how people introduce themselves, or do so yourself
help-intro-show = Show how somebody introduced themselves
help-intro-show-who = Who, as `hearth people` shows the name
help-intro-edit = Introduce yourself, or change how you did: a first name is enough
help-intro-edit-yes = { help-card-edit-yes }
help-intro-withdraw = Take your introduction back

help-phones = Show who can be reached by phone, and how; it needs no network
help-phones-mine = Put your number on the list, or change what you said with it; you are asked
help-phones-mine-to = Show it to these people alone, as `hearth people` shows the name; may be repeated; without a name, to those who have it
help-phones-mine-yes = { help-card-edit-yes }
help-phones-hide = Take your number back, from everybody if you say nothing else
help-phones-hide-from = From whom alone
help-value-from-group = The group's list
help-value-from-some = Those to whom you show it alone

help-service = Show what is needed, and say what is
help-service-add = Say that a service is needed once
help-service-add-what = Which service, such as coffee
help-service-add-at = When, such as "tue 19:00", "tomorrow 7pm" or "2026-12-01 19:00"
help-service-add-note = Say in a line what helps to know; you are asked, or it is the first line of standard input
help-service-withdraw = Take back that a service is needed
help-service-withdraw-which = Which: its mark, or the service
help-service-withdraw-yes = { help-card-edit-yes }
help-service-positions = Show the positions and who holds them, or change them
help-service-positions-add = Add a position
help-service-positions-add-what = Its name, such as treasurer
help-service-positions-add-about = Say what it asks; you are asked, or it is standard input
help-service-positions-give = Give a position to somebody
help-service-positions-give-which = Which: its mark, or its name
help-service-positions-give-who = To whom, as `hearth people` shows the name
help-service-positions-give-nobody = To nobody for now: it is open
help-service-positions-withdraw = Withdraw a position
help-service-positions-withdraw-which = { help-service-positions-give-which }
help-service-positions-withdraw-yes = { help-card-edit-yes }

help-take = Take a service that is needed
help-take-which = Which: its mark, as `hearth service` shows it, or the service
help-swap = Say that you would be glad if somebody else did what you took
help-swap-which = { help-take-which }
help-cover = Take over what somebody would be glad to swap
help-cover-which = { help-take-which }
help-done = Say that what you took is done
help-done-which = { help-take-which }

help-greet = Say that you will greet somebody new, or see who is new
help-greet-who = Whom you will greet, as `hearth people` shows the name; without it: who is new

help-home = Make this your home group
help-home-withdraw = Take that back; you stay in the group
help-visitors = Show who is visiting and until when, or let somebody stay longer
help-visitors-renew = Let a visitor stay for 30 days from today
help-visitors-renew-who = Who, as `hearth people` shows the name

help-readings = Show what is read at meetings, and add to it
help-readings-show = Show one
help-readings-show-which = Which: its mark, or its title
help-readings-add = Add one: the group's own words, or where they stand; you are asked
help-readings-withdraw = Withdraw one
help-readings-withdraw-which = { help-readings-show-which }
help-readings-withdraw-yes = { help-card-edit-yes }

help-topics = Show what could be spoken about, and add to it
help-topics-add = Add something to speak about, in a line; you are asked
help-topics-withdraw = Withdraw one
help-topics-withdraw-which = Which: its mark, or its words
help-topics-withdraw-yes = { help-card-edit-yes }

## This machine

help-status = Show how things are

help-unlock = Open the vault (starts Hearth if it is not running)
help-unlock-recover = If what was kept on this machine cannot be read: set it aside, and come back to your groups without it

help-lock = Close the vault; nothing can be read until it is opened again
help-lock-after = Lock by itself after this time without use, such as 15m, or never; it stays open now
help-panic = Destroy all that Hearth keeps on this machine, at once
help-panic-yes = Do not ask
help-backup = Write who you are in your groups into a file, to come back with if this machine is lost
help-backup-file = The file to write; it must not be there yet
help-restore = Come back to your groups on a machine that has nothing yet, with a file of `hearth backup`
help-restore-file = The file that `hearth backup` wrote
help-restore-yes = Do not ask whether the other machine is gone

help-stop = Stop Hearth on this machine

help-keeper = Show the machines that carry for the group while members are off, add one, or make this one such a machine
help-keeper-ticket = On an always-on machine: make it a keeper, and print a ticket to it that is good for one group
help-keeper-ticket-qr = { help-start-qr }
help-keeper-ticket-ticket-only = { help-start-ticket-only }
help-keeper-add = On a member's machine: let a keeper carry for the group, with its ticket
help-keeper-add-ticket = { help-join-ticket }
help-keeper-add-name = What the group calls it
help-keeper-remove = On a member's machine: take a keeper away from the group
help-keeper-remove-name = Which, as `hearth keeper` shows it
help-keeper-drop = On a keeper: carry something no more, and delete what is here of it
help-keeper-drop-number = Which, as `hearth keeper` numbers it there
help-devices = Show your devices, add one, or take one away
help-devices-list = List your devices, by the day on which this one first heard of them
help-devices-add = Print a ticket that makes another machine yours: a secret, good once and for 15 minutes
help-devices-add-qr = { help-start-qr }
help-devices-add-ticket-only = { help-start-ticket-only }
help-devices-join = Make this machine yours, with a ticket of `hearth devices add` (`hearth join` does the same)
help-devices-join-ticket = { help-join-ticket }
help-devices-join-wait = { help-join-wait }
help-devices-join-no-wait = { help-join-no-wait }
help-devices-revoke = Take a device away: it gets nothing that is written from then on
help-devices-revoke-which = Which, as `hearth devices list` shows it
help-devices-revoke-yes = Do not ask to type the name again

help-completions = Print completions for a shell
help-completions-shell = Which shell

help-man = Write the manual pages into a folder, or print the main one
help-man-folder = The folder for the pages

help-help = Tell more about a verb

## Calls for help

help-sos = Ask for help, after the crisis card
help-sos-what = What it is; asked for if it is not given
help-sos-want = What would help; asked for if it is not given
help-sos-drill = A drill: it says so everywhere
help-sos-ask-group = Ask the whole group, too, if nobody answers
help-sos-no-wait = Do not stay to show what becomes of it
help-sos-list = List the calls for help that you can see
help-value-what-craving = You want to use, or to drink
help-value-what-bad-night = A bad night
help-value-what-overdose = Too much was taken: everybody is asked at once
help-value-what-self-harm = You may hurt yourself: everybody is asked at once
help-value-what-danger = You are in danger
help-value-what-other = Something else
help-value-want-anything = Whatever somebody can do
help-value-want-call = A call
help-value-want-write = Words, written
help-value-want-come = Somebody who comes
help-answer = Answer somebody who asks for help
help-answer-word = What you do
help-answer-to = With `hand`: who is asked instead
help-answer-of = Who asks for help, if several people do
help-value-word-here = You are there
help-value-word-calling = You are calling: others need not, for ten minutes
help-value-word-coming = You are on your way: others need not, for ten minutes
help-value-word-cannot = You cannot right now
help-value-word-hand = Somebody else is asked instead
help-value-word-reached = You are with them, or speak with them
help-safe = Say that you are safe: ends your call for help
help-safe-mistake = It was a mistake: nobody asks why
help-ladder = Show or say who is asked on a bad night
help-ladder-names = The first to be asked, three people at most
help-ladder-nobody = Nobody in particular is asked first
help-ladder-ask-group = Ask the group after a quarter of an hour without an answer
help-ladder-no-ask-group = Do not ask the group
help-ladder-quiet = When calls of others do not ring here, such as 22:00-07:00, or `off`; an overdose and self-harm always ring
help-oncall = Show who is on call and when there is nobody, or say when you are
help-oncall-add = Say when you are on call
help-oncall-add-at = From when, such as `tue 20:00`; from this moment on if nothing is said
help-oncall-add-for = For how long
help-oncall-add-weeks = For how many weeks, at the same hour
help-oncall-clear = Take back all times at which you are on call
help-slot-word = WORD
help-slot-hours = HOURS
