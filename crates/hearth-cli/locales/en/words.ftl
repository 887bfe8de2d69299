# Words and short phrases that stand in many sentences. `hearth-cli/src/catalogue.rs` says how they are used.

## How far a message has come. No word may promise more than is known.

delivery-held = held back
delivery-with-keeper = with a keeper
delivery-kept-here = kept here
delivery-passed-on = { $devices ->
    [one] passed on to 1 device
   *[other] passed on to { $devices } devices
}

## Roles

role-visitor = visitor
role-newcomer = newcomer
role-member = member
role-servant = trusted servant
role-secretary = secretary

# As in "it makes them a member" and "Sam is a member now".
role-as-visitor = a visitor
role-as-newcomer = a newcomer
role-as-member = a member
role-as-servant = a trusted servant
role-as-secretary = the secretary

## Days and times

weekday = { $number ->
    [1] Mon
    [2] Tue
    [3] Wed
    [4] Thu
    [5] Fri
    [6] Sat
   *[7] Sun
}
month = { $number ->
    [1] Jan
    [2] Feb
    [3] Mar
    [4] Apr
    [5] May
    [6] Jun
    [7] Jul
    [8] Aug
    [9] Sep
    [10] Oct
    [11] Nov
   *[12] Dec
}
time-this-year = { $weekday } { $day } { $month } { $time }
time-other-year = { $weekday } { $day } { $month } { $year } { $time }
time-unknown = at an unknown time
day-this-year = { $day } { $month }
day-other-year = { $day } { $month } { $year }
day-unknown = an unknown day

## People

people-others = { $count ->
    [one] 1 other person
   *[other] { $count } other people
}
people-count = { $count ->
    [one] 1 person
   *[other] { $count } people
}
people-here = { $count ->
    [1] you alone so far
   *[other] { $count } people
}
people-connected = { $count ->
    [0] nobody connected
   *[other] { $count } connected
}
somebody = somebody
somebody-who-left = somebody who left
nobody = nobody
nobody-yet = nobody yet
new-group = new group
list-or = { $some } or { $last }

## What a message is, beside its words

message-open-to-answers = open to answers
message-note = [Before you read on: { $note }]
message-answers = answers { $mark }
message-about = about { $mark }
message-check-in = check-in
message-feels = Feels { $feeling }.
message-craving = Craving: { $craving } of 3.
message-wants-call = Would like a call.
message-wants-company = Would like company.
message-milestone = milestone
message-shows-step = shows step { $step }
message-shows-a-step = shows a step
message-shows-gratitude = shows gratitude
message-shows-inventory = shows an inventory
message-shows-urges = shows from a log of urges
message-shows-plan = shows a plan
message-shows-number = shows a number (`hearth phones` lists it)
message-edited = edited

halt-hungry = hungry
halt-angry = angry
halt-lonely = lonely
halt-tired = tired

sign-heard = heard
sign-with-you = with you
sign-me-too = me too
sign-thank-you = thank you
sign-hug = a hug
sign-celebrate = celebrates with you

## Labels, where each fact has a line of its own (--plain)

plain-person = Person: { $name }
plain-group = Group: { $name }
plain-device = Device: { $name }
plain-invite = Invite: { $id }
plain-proposal = Proposal: { $what }
plain-role = Role: { $role }
plain-from = From: { $who }
plain-when = When: { $when }
plain-date = Date: { $date }
plain-mark = Mark: { $mark }
plain-about = About: { $about }
plain-note = Before you read on: { $note }
plain-proposed-by = Proposed by { $name }
plain-sign = Sign from { $name }: { $sign }
plain-you = This is you
plain-this-device = This is the device in front of you
plain-held-by = Who has it: { $names }
plain-digits = Digits:
plain-words = Words:
