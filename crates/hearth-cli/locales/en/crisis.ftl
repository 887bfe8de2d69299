# What `hearth crisis` shows. Somebody may read it with shaking hands: short sentences, the number first, nothing that judges.
# The steps follow docs/CRISIS.md, which says where each of them comes from; change both together.

## Numbers

crisis-emergency = Emergency: { $number }
crisis-emergency-medical = Emergency, ambulance: { $number }
crisis-emergency-police = Emergency, police: { $number }
crisis-emergency-text = Emergency, by text message: { $number }
crisis-or = { $one } or { $other }
crisis-the-emergency-number = the emergency number
crisis-all-numbers = Emergency numbers:
crisis-short = { $region }: { $number }
crisis-short-two = { $region }: { $medical }; police { $police }
crisis-again = Nobody has answered yet. Call now:

## Where

crisis-region-asked = Region: { $region }, as asked for.
crisis-region-variable = Region: { $region }, by { $variable }. Another: --region.
crisis-region-folder = Region: { $region }, as set on this machine. Another: --region.
crisis-region-none = No region is set. `hearth crisis --region` with one of { $codes } shows its help lines; `--set-region` keeps it.
crisis-region-unknown = The region that was named is not known. Known: { $codes }.
crisis-region-kept = From now on `hearth crisis` shows { $region } on this machine.
crisis-region-no-folder = There is no folder yet in which the region could be kept.
    .hint = Found or join a group first, or set the variable { $variable }.
crisis-no-such-region = That region is not known here.
    .hint = Known: { $codes }. Elsewhere, call the emergency number of the place where you are.
crisis-which-region = Whose lines shall the card begin with?
    .hint = Say it with --region: { $codes }.
doing-keep-region = keep the region

## An overdose

crisis-overdose = Overdose: first steps
crisis-overdose-call = Call { $number }. Say where you are, and that somebody does not wake up or does not breathe well.
crisis-overdose-naloxone = Give naloxone if it is at hand. Also if you are not sure what was taken.
crisis-overdose-breathe = No breath, or only gasps: tilt the head back, pinch the nose, breathe into the mouth, once every 5 seconds. { $number } tells you how.
crisis-overdose-again = No better after 2 to 3 minutes: give naloxone again.
crisis-overdose-side = Breathing: lay them on their side, one knee bent, the head to the side.
crisis-overdose-stay = Stay. Do not leave them alone, also when they wake up: naloxone wears off. No cold water, no vomiting.

## Self-harm

crisis-self-harm = Thoughts of suicide or self-harm: first steps
crisis-self-harm-call = A life is in danger, or something was done or taken already: call { $number } now.
crisis-self-harm-you = Is it you? Go where somebody is, away from what could hurt you, and call a line below. You need not explain anything first.
crisis-self-harm-ask = Is it somebody else? Ask whether they think of killing themselves. To ask does not put it into their mind.
crisis-self-harm-away = Put away what could be used, if that is safe for you.
crisis-self-harm-stay = Stay with them, listen, do not argue, promise no secrecy. Call a line together. Do not leave them alone.

## Danger

crisis-danger = Violence or danger: first steps
crisis-danger-call = Get out if you can, to where people are. Call { $number }. Say first where you are.
crisis-danger-silent = You cannot speak? On a mobile phone call { $number }, stay silent, and press { $press } when you are asked to.
crisis-danger-text = You cannot speak? Send a text message to { $number }.
crisis-danger-other = It is somebody else? Do not step in between. Call from where it is safe.
crisis-danger-phone = Somebody may look at this machine or your phone? Use another one.

## Withdrawal

crisis-withdrawal = Withdrawal from alcohol or tranquillisers: first steps
crisis-withdrawal-call = Call { $number } for: a seizure, confusion, seeing or hearing what is not there, fever, a racing heart, not waking up.
crisis-withdrawal-seizure = A seizure: clear the space, lay them on their side, put nothing in the mouth, do not hold them down. Look at the clock.
crisis-withdrawal-medical = Stopping at once after long daily use can kill. It needs a doctor, not willpower.
crisis-withdrawal-today = Shaking, sweating, no sleep, and none of the above: see a doctor or an emergency room today, and ask how to stop safely.
crisis-withdrawal-stay = Do not stay alone with it, and do not leave somebody alone with it.

## Lines

crisis-for-crisis = for despair and thoughts of suicide
crisis-for-drugs = about alcohol and drugs
crisis-for-company = stays on the line with somebody who is about to use alone
crisis-for-poison = about poisonings, and too much of a medicine
crisis-for-violence = for violence at home
crisis-name-area = { $name } ({ $area })
crisis-call = call { $number }
crisis-text = text { $number }
crisis-text-word = text { $word } to { $number }
crisis-call-or-text = call or text { $number }
crisis-chat = chat { $address }
crisis-how-call = call
crisis-how-text = text
crisis-how-text-word = text the word { $word }
crisis-how-call-or-text = call or text
crisis-hours-always = at any hour
crisis-hours-office = in office hours
crisis-hours-daily = every day from { $from } to { $to }
crisis-hours-unknown = hours not known
crisis-free = free
crisis-not-free = costs money
crisis-language = { $code ->
    [es] Spanish
    [fr] French
    [de] German
   *[other] English
}
crisis-old = last checked { $day }: call to make sure
crisis-not-checked = not checked: call to make sure
crisis-compared = Compared with published pages, some of them years old, on { $day } or later. Nobody rang these numbers. Your group should: `hearth crisis confirm`.
crisis-compared-never = Nobody has checked these numbers. Your group should: `hearth crisis confirm`.
crisis-care = Your own care plan, if you wrote one: `hearth care show`.

## The group's own card

crisis-group-card = { $group }, its own card for { $region }, by { $name }:
crisis-group-beside = Others wrote another one at the same time; it wants a look.
crisis-group-checked = checked on { $day }
crisis-group-closed = A card of your group's own cannot be read now: Hearth is closed or busy. `hearth unlock` opens it.

## Confirming

crisis-confirm-servants = Only trusted servants and the secretary make the group's card.
    .hint = Ask one of them: `hearth roles` says who they are.
crisis-walk = { $count ->
    [one] There is one line to look at. Call it, or look at its page, before you say yes.
   *[other] There are { $count } lines to look at. Call each, or look at its page, before you say yes.
}
crisis-ask-line = Does it hold? (yes, change, drop)
crisis-ask-again = Please answer yes, change or drop.
crisis-ask-again-number = A line needs a number.
crisis-ask-number = Which number? (Enter: as it is)
crisis-ask-new-number = Which number?
crisis-ask-how = Call, text or chat? (Enter: as it is, - empties it)
crisis-ask-hours = At what hours? (Enter: as it is, - empties it)
crisis-ask-another = Another line of your own? Who answers there? (Enter: none)
crisis-ask-text = What else helps here, such as where naloxone is? (a line; Enter: as it is, - empties it)
# What may be typed in answer, separated by commas.
answers-crisis-yes = yes, y
answers-crisis-change = change, c
answers-crisis-drop = drop, d, no, n
crisis-try-again = Nothing is lost. Press Enter to try again. Ctrl-C gives up.
crisis-nothing-left = A card without lines and words says nothing. Nothing was kept.
crisis-too-many = { $count ->
    [one] A card has at most one line. Nothing was kept.
   *[other] A card has at most { $count } lines. Nothing was kept.
}
crisis-form-wrong = The card on standard input was not understood. Nothing was kept.
    .hint = Lines `keep: NUMBER` for a known line, or `line: WHO | NUMBER | HOW | HOURS | SOURCE`; after an empty line, what else helps.
crisis-confirmed = { $count ->
    [one] kept here: the group's card, with one line. Everybody in the group gets it.
   *[other] kept here: the group's card, with { $count } lines. Everybody in the group gets it.
}
