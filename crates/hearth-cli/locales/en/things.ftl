# What a group has: card, guidelines, intro, phones, service, greet, readings. It shows what is needed, and never who did not
# do something.

## What all of these share

thing-kept = (It goes on by itself as soon as somebody can be reached.)
thing-stays = Nothing was changed.
thing-withdrawn = Withdrawn: { $name }.
thing-withdraw-question = Withdraw { $name }? (yes, or Enter to keep it)
thing-written-by = written by { $name }, { $when }
thing-nobody-to-ask = Others will see this, and nobody is here to be asked.
thing-for-servants = Those who serve the group write this.
thing-stray-words = Run the command without it. You write when asked, in your editor if $VISUAL or $EDITOR names one, or on standard input.
thing-of-several = Several are called that.
word-yes = yes
word-no = no
# What may be typed in answer, separated by commas.
answers-no = no, n

## card, guidelines

card-none = The group has no card yet. Those who serve write one with `hearth card edit`.
card-in-force = The card is in force.
card-beside = { $count ->
    [one] Another version stands beside this one, by somebody who did not know of it. `hearth card diff` shows both; the next edit takes the place of both.
   *[other] { $count } other versions stand beside this one, by people who did not know of it. `hearth card diff` shows them; the next edit takes the place of all.
}
card-name = name
card-program = program
card-open = open
card-format = format
card-languages = languages
card-for = for
card-contact = contact
card-ask-name = What is the group called?
card-ask-program = What does it work by? (such as NA)
card-ask-open = May guests come? (yes or no)
card-ask-format = How does a meeting go? (such as step study)
card-ask-languages = In which languages?
card-ask-for = For whom, if not for all?
card-ask-contact = Whom to ask? A place or a role is enough.
card-ask-text = More words, in a line?
card-no-name = The group needs a name on its card. Nothing was changed.
card-open-wrong = Open is yes or no. Nothing was changed.
guidelines-none = The group has no guidelines yet. Those who serve write them with `hearth guidelines edit`.
guidelines-in-force = The guidelines are in force.
guidelines-beside = { $count ->
    [one] Another version stands beside this one, by somebody who did not know of it. `hearth guidelines diff` shows both; the next edit takes the place of both.
   *[other] { $count } other versions stand beside this one, by people who did not know of it. `hearth guidelines diff` shows them; the next edit takes the place of all.
}
guidelines-ask = How does the group want to be together? This takes the place of what is in force.
document-question = Put this in force for everybody? (yes, or Enter to leave it as it is)
document-meanwhile = Somebody else changed it meanwhile. This is what yours changes now:
document-changed = Somebody else changed it at the same time. Nothing was changed.
    .hint = Look at it, and run this again.
document-alone = One version stands, and no other beside it.
document-counts = In force: the version by { $name }, { $when }
document-other = Beside it: the version by { $name }, { $when }
document-withdrawn = Beside it: { $name } withdrew it, { $when }

## intro

intro-ask = How would you like to introduce yourself? A first name is enough.
intro-question = { $people } can read this. Show it? (yes, or Enter to leave it)
intro-put = You have introduced yourself.
intro-yours = your introduction
intro-nobody = Nobody has introduced themselves yet. `hearth intro edit` does.
intro-none-of = { $name } has no introduction.
intro-none-yours = You have no introduction.
    .hint = `hearth intro edit` writes one.
intro-first-name = A first name is enough.
tells-last-name = "{ $words }" looks like a last name.
tells-phone = "{ $words }" looks like a phone number. `hearth phones mine` puts it where it can be taken back.
tells-email = "{ $words }" looks like an e-mail address.
tells-address = "{ $words }" looks like a place where you could be found.
tells-employer = "{ $words }" looks like where you work.
tells-passcode = "{ $words }" looks like what opens an online meeting.

## phones

phones-nobody = Nobody has put a number here yet. `hearth phones mine` does.
phones-call = call
phones-text = text
phones-sos = in an emergency at any hour
phones-label-number = number
phones-label-ok = ok
phones-label-hours = hours
phones-ok-example = call, text
phones-ask-number = Your number, as one dials it?
phones-ask-ok = What is welcome: call, text, sos? (sos: in an emergency, at any hour)
phones-ask-hours = At which hours? (such as evenings; Enter: leave it open)
answers-phone-call = call, calls
answers-phone-text = text, texts, sms
answers-phone-sos = sos, emergency
phones-question = { $people } can see this, and keep it. Put it on the list? (yes, or Enter to leave it)
phones-put = Your number is on the list. `hearth phones hide` takes it off; who wrote it down has it.
phones-for-you = shown to you, not to the whole group
phones-for-some = shown to { $names } alone
phones-for-nobody-here = nobody who has it is in the group
phones-dropped = It is taken back from { $names }.
phones-question-some = { $names } can see this, and keep it. Show it to them alone? (yes, or Enter to leave it)
phones-shown = None of them learns who else has it. `hearth phones hide` takes it back; who wrote it down has it.
phones-to-nobody = You show your number to nobody alone yet. Nothing was changed.
    .hint = `hearth phones mine --to NAME` says to whom.
phones-hidden = Taken back from those to whom you showed it alone, as their machines hear of it; who wrote it down has it.
phones-yours = your number
phones-none-yours = Your number is not there.
    .hint = `hearth phones mine` puts it on the list; with `--to NAME` it is for those people alone.
phones-no-number = There is no number. Nothing was changed.
    .hint = On standard input: lines `number: 555 0100`, `ok: call, text`, `hours: evenings`.
phones-ok-wrong = What is welcome is call, text or sos, one at least. Nothing was changed.

## service

service-needed = Needed
service-taken = Taken
service-positions = Positions
service-nothing = Nothing is needed just now. `hearth service add` says what is.
service-ask-note = What helps to know, in a line?
service-added = Needed: { $service }, { $when }. Its mark is { $mark }.
service-no-what = Which service is needed?
service-no-when = When is it needed?
service-example = For example: `hearth service add coffee --at "tue 19:00"`
time-not-understood = That time was not understood.
time-no-hour = That may be in the morning or in the evening.
time-example = Write it as "tue 19:00", "tomorrow 7pm" or "2026-12-01 19:00".
time-over = That time is over.
time-too-far = That is more than { $days } days ahead.
slot-you = you
slot-done = done
slot-kept-here = tentative, kept here
slot-you-would-swap = you would be glad to swap
slot-somebody-would-swap = somebody would be glad to swap: `hearth cover`
slot-is-open = { $service }, { $when }, is open.
slot-is-yours = Yours: { $service }, { $when }. Thank you.
slot-tentative = (Tentative until it is passed on: somebody may have taken it where this machine has not heard of it yet.)
slot-swap-asked = The others see that you would be glad to swap: { $service }, { $when }. Until somebody covers it, it is yours.
slot-is-done = Done: { $service }. Thank you.
slot-first-somebody-else = { $name } took this one first. Thank you all the same.
slot-behind = (Your word stays behind theirs: if they would be glad to swap, it is yours. `hearth swap` takes it back.)
today-service = { $count ->
    [one] yours to do: 1 service, { $when }. `hearth service` shows it.
   *[other] yours to do: { $count } services, the next { $when }. `hearth service` shows them.
}
slot-has-somebody-else = { $name } has this one already. Thank you all the same.
slot-done-by-somebody-else = { $name } has done it.
slot-cover-own = You asked to swap this one yourself.
    .hint = `hearth take` takes it back.
slot-cover-open = Nobody has this one, so there is nothing to cover.
    .hint = `hearth take` takes it.
slot-not-yours = That one is not yours.
    .hint = `hearth service` shows which are.
slot-over = Its time is over.
slot-missing = No such service is needed.
    .hint = `hearth service` shows what is, each with its mark.
positions-none = The group has no positions yet. Those who serve add one with `hearth service positions add`.
positions-ask-about = What does it ask?
position-open = open
position-added = Added: { $name }. Its mark is { $mark }.
position-given = { $position } is with { $name } now.
position-freed = { $position } is open now.
position-missing = There is no such position.
    .hint = `hearth service positions` shows them, each with its mark.

## greet, and what somebody sees who is new

greet-nobody = Nobody new waits to be greeted.
greet-how = (`hearth greet NAME` says that you will.)
greet-yourself = That is you.
greet-yours = You will greet { $name }. `hearth dm { $typed }` writes to them alone.
greet-somebody-else = { $by } greets { $name } already. Thank you all the same.
today-to-greet = { $count ->
    [one] 1 newcomer whom nobody greets yet. `hearth greet` shows who.
   *[other] { $count } newcomers whom nobody greets yet. `hearth greet` shows who.
}
welcome-head = What may help at first:
welcome-guidelines-are = How this group wants to be together:
welcome-guidelines = `hearth guidelines` shows how this group wants to be together.
welcome-card = `hearth card` shows what this group is.
welcome-meetings = `hearth meetings` shows when it meets.
welcome-crisis = `hearth crisis` shows whom to call in a hard hour. It needs no network.
welcome-greeted-by = { $names } will greet you. You can write first, too: `hearth dm`.
welcome-ask = You can ask { $names } anything: `hearth dm` writes to one person alone.

## readings, topics

readings-none = The group has no readings yet. `hearth readings add` adds one.
topics-none = No topics yet. `hearth topics add` adds one.
readings-source = from: { $source }
readings-label-title = title
readings-label-source = source
readings-ask-title = What is it called?
readings-ask-source = Where does it stand? (Enter: it is your own words)
readings-ask-text = The words, in a line? Only what the group may copy. (Enter: none)
readings-put = Added as { $mark }.
topics-ask = What could be spoken about, in a line?
topics-put = Added as { $mark }.
readings-no-title = There is no title. Nothing was added.
    .hint = On standard input: a line `title: ...`, a line `source: ...`, an empty line, the words.
readings-no-words = A reading has words, or says where it stands. Nothing was added.
    .hint = What has a title alone is a topic: `hearth topics add`.
readings-missing = There is no such one.
    .hint = `hearth readings` and `hearth topics` show them, each with its mark.

people-introduced = has an introduction

## home and visitors

home-made = This is your home group now. The others see it in `hearth people`; your role stays as it is.
home-made-visitor = This is your home group now, and your visit does not end any more. The others see it in `hearth people`; your role stays as it is.
home-already = This is your home group already. (`hearth home withdraw` takes that back.)
home-withdrawn = Taken back: this is not your home group now. You stay in the group.
home-none = You have not said that this is your home group.
    .hint = `hearth home` says so.
home-visit-until = You are visiting until { $day }.
people-home = home group
people-visit = visiting until { $day }
people-visit-was = visit was until { $day }
visitors-nobody = Nobody is visiting.
visitors-how = (`hearth visitors renew NAME` lets somebody stay for 30 days from today.)
visitors-renewed = { $name } can stay until { $day }.
visitors-welcome = { $name } has made this their home group. `hearth role { $typed } newcomer` welcomes them.
visitors-no-visitor = { $name } is not a visitor, and stays.
visitors-no-end = This is { $name }'s home group, or they came just now: there is nothing to renew.
visitors-may-not = Trusted servants let visitors stay, and whoever invited them where members may invite.
    .hint = `hearth roles` shows whom you can ask.
today-visit-ends = Your visit ends on { $day }. `hearth home` makes this your home group; or ask a trusted servant to let you stay longer.
today-visit-was = Your visit was until { $day }. `hearth home` makes this your home group; or ask a trusted servant to let you stay. Who has gone comes back with a new ticket.
today-at-home = Somebody who visits has made this their home group: `hearth visitors` shows who, and how to welcome them.
today-visits = A visit is about to end, or was until lately: `hearth visitors` shows whose.
welcome-visit = You are visiting until { $day }. `hearth home` makes this your home group.
status-visit-over = your visit has ended; a new ticket lets you come back
role-visitor-ends = A visit ends by itself after 30 days, unless it is renewed or they make this their home group: `hearth visitors`.

## Labels, where each fact has a line of its own (--plain)

plain-goes = Goes:
plain-comes = Comes:
plain-number = Number: { $number }
plain-title = Title: { $title }
plain-needed = Needed: { $service }
plain-service = Service: { $service }
plain-yours = It is yours
plain-position = Position: { $name }
plain-position-open = It is open
plain-hours = Hours: { $hours }
plain-service-note = Note: { $note }
