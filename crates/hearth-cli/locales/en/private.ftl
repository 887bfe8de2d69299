# What stands between two people: sponsors, requests, blocks, reports. Nobody else is told of any of it.

## What a message is, in its author's voice

message-sponsor-ask = Will you be my sponsor?
message-sponsor-accept = Yes, I will be your sponsor.
message-sponsor-end = We are not sponsor and sponsee any more.
message-report = a report (`hearth safety` shows it)

## sponsor

sponsor-nobody = Nobody stands here yet. `hearth sponsor ask NAME` asks somebody.
sponsor-is-yours = your sponsor
sponsor-was-asked = you asked; no answer yet
sponsor-of-them = you are their sponsor
sponsor-asks-you = asks you to be their sponsor
sponsor-since = asked on { $day }
sponsor-question = What would you like to say to { $name }, whom you ask to be your sponsor? Only they can read it.
sponsor-accepted = You are { $name }'s sponsor. They will see it, and nobody else.
sponsor-declined = Noted on this machine alone. Nothing is sent; { $name } sees that no answer came.
sponsor-ended = It has ended. { $name } will see that, without a reason.

## requests

shield-is-on = The shield is on: private messages of people whom you have not written to wait here.
shield-is-on-until = The shield is on until { $day }: private messages of people whom you have not written to wait here.
shield-is-off = The shield is off: private messages come at once. What waits already goes on waiting.
today-requests = Somebody wrote to you and waits to be heard: `hearth requests`.
requests-none = Nothing waits.
request-wrote = wrote { $when }
request-accepted = You hear { $name } now. `hearth read` shows what they wrote. They are not told.
request-ignored = { $name } is not told. What they write goes on waiting, and is not listed.
request-of-nobody = Nothing of that person waits.
    .hint = `hearth requests` shows whose messages wait.

## block, unblock

blocked = You see nothing more of what { $name } writes, here or to you alone. They are not told, stay in the group, and go on reading what you share with it.
unblocked = You see again what { $name } writes, and what came in between.
block-nobody = You have blocked nobody.
block-since = since { $day }
blocked-not-found = You have not blocked anybody called { $name }.
    .hint = `hearth block` shows whom you have blocked.
blocked-ambiguous = You have blocked several people of that name.

## report, safety

report-readers = Who will read it: { $names }. { $about } will not get it.
report-encloses = { $count ->
    [one] 1 message is enclosed as it was signed: whoever gets it can prove to others who wrote it.
   *[other] { $count } messages are enclosed as they were signed: whoever gets them can prove to others who wrote them.
}
report-too-many = { $count ->
    [one] A report has room for 1 message. Nothing was sent.
   *[other] A report has room for { $count } messages. Nothing was sent.
}
report-question = What should they know about { $about }?
report-by = From { $by }, about { $about }
report-by-you = From you, about { $about }
report-open = open
report-talked = talked about
report-closed = closed
report-noted = Noted, for you alone.
report-not-found = There is no report to you with that mark.
    .hint = `hearth safety` shows them with their marks.
copy-in-group = Enclosed; its signature holds: { $about } wrote this to the group, { $when }
copy-in-private = Enclosed; its signature holds: { $about } wrote this privately, to whom it does not say, { $when }
copy-of-somebody-else = Enclosed; somebody else wrote this:
copy-proves-nothing = Enclosed; it is no whole message, and proves nothing.
safety-contacts = Who reads reports: { $names }. Nobody gets a report about themselves.
safety-no-contacts = The group has named nobody to read reports; until then its servants do. A servant names them with `hearth safety contacts NAME NAME`.
safety-two-at-least = Two different people, at least, read reports. Nothing was changed.
