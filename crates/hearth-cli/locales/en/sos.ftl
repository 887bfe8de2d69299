# Calls for help. Nothing here promises that somebody comes: it says what is known.

sos-what = What is it? (Enter: a bad night)
sos-what-words = One of craving, overdose, self-harm, danger, or your own words.
sos-want = What would help? (Enter: whatever somebody can do)
sos-want-words = One of call, write, come.
sos-drill = DRILL
sos-kept = Kept here, and on its way to whoever can be reached.
sos-whole-group = the whole group
sos-stage-now = Asked now: { $names }.
sos-stage-later = { $minutes ->
    [one] Asked after 1 minute, unless somebody has answered: { $names }.
   *[other] Asked after { $minutes } minutes, unless somebody has answered: { $names }.
}
sos-unreachable = Cannot be asked through this yet, their keys have not come: { $names }. This machine asks them as soon as it can.
sos-undo = A mistake? `hearth safe --mistake`, within five seconds before it rings anywhere.
sos-passed-on = Another device has it and passes it on. Nobody has answered yet.
sos-reached-device = { $name }'s device shows it.
sos-nobody-yet = No other device can be reached right now. This machine keeps trying on every way it has.
sos-sms-copy = A text that you can copy into a message: { $text }
sos-sms = This is { $name }. I need somebody tonight. Please call me.
sos-sms-drill = DRILL: this is only a test of who can be reached.
sos-phones = Numbers that are kept here:
sos-phone = { $name }: { $number }
sos-no-phones = Your group keeps no numbers yet. `hearth crisis` shows who answers at any hour.
sos-look-away = You can close this: the call goes on. `hearth sos --list` shows it, `hearth safe` ends it.
sos-goes-on = The call goes on as long as Hearth is running here, and on every device that has it.
sos-ended-safe = Ended: safe.
sos-ended-mistake = Ended: it was a mistake. Nobody needs to do anything.
sos-none = Nobody asks for help right now.
sos-you-ask = You ask for help
sos-they-ask = { $name } asks for help
sos-you-asked = You asked for help
sos-they-asked = { $name } asked for help
sos-missed = This machine heard of it only afterwards. { $ended }
sos-open-mine = It is open. `hearth safe` ends it.
sos-open = `hearth answer here`, `calling`, `coming`, `cannot`, `reached` or `hand NAME`; if several ask: --of { $typed }.
sos-not-found = There is no call for help that could be answered.
    .hint = `hearth sos --list` shows those that you can see.
sos-answer-here = { $name } is there.
sos-answer-calling = { $name } is calling.
sos-answer-calling-too = { $name } would call, too.
sos-answer-coming = { $name } is on the way.
sos-answer-coming-too = { $name } would come, too.
sos-answer-cannot = { $name } cannot right now.
sos-answer-reached = { $name } says that they have reached them.
sos-answer-handed = { $name } asks { $to } instead.
answer-hand-whom = It is not said who is asked instead.
    .hint = `hearth answer hand NAME`.
answer-to-whom = A name belongs to `hand` alone.
    .hint = `hearth answer here --of NAME` says whose call you answer.
answer-which = Several people ask for help.
    .hint = Say whose call it is with --of NAME.
safe-nothing = You have no call for help that is open.

sos-trouble-craving = a craving
sos-trouble-bad-night = a bad night
sos-trouble-overdose = an overdose
sos-trouble-self-harm = thoughts of hurting oneself
sos-trouble-danger = danger
sos-trouble-other = something else
sos-help-anything = whatever you can do
sos-help-call = a call
sos-help-write = words, written
sos-help-come = somebody who comes

# What people type for each, separated by commas.
answers-bad-night = bad night, night, n
answers-craving = craving, c
answers-overdose = overdose, od, o
answers-self-harm = self-harm, self harm, suicide, s
answers-danger = danger, violence, d
answers-sos-call = call, phone, c
answers-sos-write = write, text, w
answers-sos-come = come, visit

ladder-nobody = Nobody in particular is asked first, beside whoever sponsors you.
ladder-first = Asked first: { $names }, and whoever sponsors you.
ladder-then = After 5 minutes: who is on call, and who may be asked at any time (`hearth oncall`).
ladder-group = After 15 minutes: the whole group.
ladder-no-group = The group is not asked. `hearth ladder --ask-group` changes that.
ladder-urgent = An overdose and self-harm ask all of them at once. `hearth sos --drill` tries it out.
ladder-quiet = Calls of others do not ring here from { $from } to { $until }, but for an overdose and self-harm.
ladder-quiet-wrong = Those are no quiet hours.
    .hint = Write them as 22:00-07:00, or `off`.
oncall-turn = { $name }: { $from } to { $until }
oncall-any-time = At any time: { $names }.
oncall-gap = Nobody is on call: { $from } to { $until }
oncall-gap-help = `hearth oncall add tue 20:00 --for 8h` says when you can be asked.
oncall-too-long = Nobody is on call for more than a week at a time.

## What `hearth` alone says

today-sos = Somebody asks for help: `hearth sos --list`.
today-sos-mine = Your call for help is open: `hearth safe` ends it.
today-sos-missed = Somebody asked for help, and it was over before this machine heard of it: `hearth sos --list`.
today-needed = Somebody is needed for a service: `hearth service`.
today-on-call = You are on call from { $from } to { $until }.
