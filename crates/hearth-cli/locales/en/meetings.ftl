# Meetings: when they are, and lists of them.

## What is asked. A line can be left out with Enter.

meetings-how-to-add = Enter alone leaves a line out. Passcodes, links and notes stay among members.
meetings-ask-name = What is the meeting called?
meetings-ask-days = On which days? (such as Tuesday, Thursday; Enter: by appointment)
meetings-ask-only = Only on some of them in a month? (such as 1st, 3rd, last; Enter: each)
meetings-ask-time = When does it begin? (such as 19:00)
meetings-ask-minutes = How many minutes does it take? (Enter: leave it open)
meetings-ask-zone = Whose clock does it follow? (a time zone, such as America/New_York)
meetings-ask-zone-or = Whose clock does it follow? (a time zone; Enter: { $zone })
meetings-ask-way = How does one take part? (in person, online, hybrid; Enter: leave it open)
meetings-ask-place = What is the building called? (Enter: skip)
meetings-ask-address = The address, in one line? (Enter: skip)
meetings-ask-link = The link to join online? For members alone. (Enter: skip)
meetings-ask-phone = The number to dial in? For members alone. (Enter: skip)
meetings-ask-passcode = The passcode? For members alone. (Enter: skip)
meetings-ask-types = Which types? (program and code, such as aa:O, na:C; Enter: skip)
meetings-ask-notes = What should one know? For members alone. (a line; Enter: nothing)
meetings-remove-question = Remove it for the whole group? (yes, or Enter to keep it)
meetings-import-ask-zone = { $count ->
    [one] 1 meeting has no time zone. Whose clock does it follow? (such as America/New_York; Enter: leave it open)
   *[other] { $count } meetings have no time zone. Whose clock do they follow? (such as America/New_York; Enter: leave it open)
}
meetings-import-question = Take that over for the group? (yes, or Enter to leave it)
meetings-find-ask-point = Near which point? (latitude and longitude, such as 40.71, -74.00)
meetings-find-ask-words = Which words?
answers-in-person = in person, person, p
answers-online = online, o
answers-hybrid = hybrid, both, h

## What is answered

meetings-added = The group has it, as { $mark }.
meetings-changed = Changed: { $mark }.
meetings-cancelled = Cancelled on that day. `hearth meetings resume --day` takes it back.
meetings-moved = Moved for that day. `hearth meetings resume --day` takes it back.
meetings-paused = Paused. `hearth meetings resume` ends it.
meetings-resumed = It takes place again.
meetings-removed = Removed.
meetings-none = No meeting in this time.
meetings-more = (There are more: a shorter time shows all of it.)
meetings-remind-off = Reminders are off.
meetings-remind-on = Reminders are on, { $minutes } minutes before, on this machine. They say day and time alone.
meetings-remind-on-named = Reminders are on, { $minutes } minutes before, on this machine. They say the meeting's name.
meetings-exported = { $count ->
    [one] Written, with 1 meeting. It says no contact and no passcode of its own.
   *[other] Written, with { $count } meetings. It says no contacts and no passcodes of its own.
}
today-meeting = Next meeting: { $time }
today-meeting-named = Next meeting: { $time }, { $name }

## A meeting

meetings-there = there { $day } { $time } ({ $zone })
meetings-state-moved = moved from { $day }
meetings-state-moved-to = moved to { $day } { $time }
meetings-state-moved-away = moved
meetings-state-cancelled = cancelled
meetings-state-paused = paused
meetings-by-appointment = by appointment
meetings-unclear = it is not clear when
meetings-zone-needed = nobody has said in which time zone
meetings-not-held = it does not take place for now
meetings-rule = { $days } { $time } ({ $zone })
meetings-rule-without-zone = { $days } { $time }
meetings-minutes = { $minutes } minutes
meetings-only = only in the month: { $which }
meetings-special = { $nth } { $day } of the month: { $says }
meetings-special-each = { $nth } of the month: { $says }
meetings-not-on = not on { $day }
meetings-moved-from-to = on { $to } { $time }, in the place of { $day }
meetings-paused-now = paused
meetings-paused-from = paused from { $from } on
meetings-paused-until = paused until { $until }
meetings-paused-between = paused from { $from } until { $until }
meetings-in-person = in person
meetings-online = online
meetings-hybrid = in person and online
meetings-types = types: { $types }
meetings-languages = languages: { $languages }
meetings-link = link: { $link }
meetings-phone = number: { $number }
meetings-passcode = passcode: { $code }
meetings-contact = contact: { $contact }
meetings-distance = { $km } km
weekday-sunday = Sunday
weekday-monday = Monday
weekday-tuesday = Tuesday
weekday-wednesday = Wednesday
weekday-thursday = Thursday
weekday-friday = Friday
weekday-saturday = Saturday
nth-first = first
nth-second = second
nth-third = third
nth-fourth = fourth
nth-fifth = fifth
nth-last = last

## Lists

meetings-import-added = added
meetings-import-would-add = would be added
meetings-import-changed = changed
meetings-import-would-change = would be changed
meetings-import-same = nothing new
meetings-import-kept = stays as the group has it (the list and the group have both changed it)
meetings-import-gone = not in the list any more, stays
meetings-import-too-large = left out: it says more than a group keeps
meetings-import-dry = Nothing was changed.
meetings-import-nothing-done = Nothing was changed.
meetings-report = { $records ->
    [one] 1 record; { $read } read, { $skipped } left out.
   *[other] { $records } records; { $read } read, { $skipped } left out.
}
meetings-report-note = { $count ->
    [one] Once: { $sentence }
   *[other] { $count } times: { $sentence }
}
meetings-note-zone-needed = { $count ->
    [one] 1 meeting names no time zone: say which one it follows.
   *[other] { $count } meetings name no time zone: say which one they follow.
}
meetings-note-text-before = What stands before the list was left out.
meetings-note-text-after = What stands after the list was left out.
meetings-note-cut-short = The file ends before its list does: look whether something is missing.
meetings-note-too-many-records = There are more records than are read; the rest was left out.
meetings-note-record-unreadable = The record cannot be read.
meetings-note-not-a-record = An entry of the list is no record.
meetings-note-name-missing = The record has no name.
meetings-note-duplicate = The record says the same as an earlier one.
meetings-note-not-published = The list says that it is not to be shown.
meetings-note-day-missing = It has a time and no day: look at it.
meetings-note-day-unclear = The day cannot be read; its words are kept: look at it.
meetings-note-time-missing = It has a day and no time: look at it.
meetings-note-time-unclear = The time cannot be read; its words are kept: look at it.
meetings-note-midnight = It begins at 00:00, which some take for the end of that day: look at it.
meetings-note-length-unusual = Its length looks like a mistake: look at it.
meetings-note-length-unclear = Its end or length cannot be read, and is left open.
meetings-note-zone-unknown = Its time zone is none that is known, and is left open: look at it.
meetings-note-type-empty = A type without a code was left out.
meetings-note-types-cut = It has more types than are kept.
meetings-note-text-cut = A text is longer than is kept, and was cut.
meetings-note-value-unreadable = A field holds something that it cannot mean, and was left out.
meetings-note-point-dropped = The point on the map cannot be right, and was left out.
meetings-note-monthly-in-text = It speaks of certain weeks of the month; no rule was made of it: look at it.
meetings-note-may-not-meet = It says that the meeting may not always take place: look at it.
meetings-note-kind-unknown = The list does not say whether it is in person or online: look at it.
meetings-note-kind-contradicted = The list says two things about how one takes part: look at it.
meetings-note-place-unclear = It has a link and an address without a house number, and was taken as online alone: look at it.
meetings-report-small = { $count } more were written in another way and mean the same; `--json` shows which.
meetings-report-fields = Fields that are not kept: { $fields }
meetings-find-nothing = Nothing was found.
meetings-find-more = ({ $shown } of { $count }; `--limit` shows more.)
meetings-find-zone = ({ $count } without a time zone are shown by their day and time there; `--zone` says which it is.)
meetings-find-skipped = ({ $count } records of the file could not be used.)
meetings-find-id = id { $id }

## What could not be done

meetings-no-name = A meeting has a name. Nothing was written.
    .hint = On standard input it is a line `name: Early Birds`.
meetings-no-day = A meeting with a time has days, such as Tuesday. Nothing was written.
meetings-no-time = A meeting with a day has a time, such as 19:00. Nothing was written.
meetings-no-zone = A time needs its time zone, which is never guessed. Nothing was written.
    .hint = Say it once; on standard input it is a line `zone: America/New_York`.
meetings-day-wrong = A day is written as 2026-12-24.
meetings-time-wrong = A time is written as 19:00.
meetings-minutes-wrong = Minutes are a number from 1 to 1440. Nothing was written.
meetings-weekday-wrong = A day of the week was not understood, such as Tuesday.
meetings-only-wrong = Which of the month is 1st to 5th, or last. Nothing was written.
meetings-way-wrong = One takes part in person, online, or hybrid. Nothing was written.
meetings-types-wrong = A type is a program and a code, such as aa:O. Nothing was written.
meetings-point-wrong = A point is latitude and longitude, such as 40.71, -74.00.
meetings-pause-backwards = A pause does not end before it begins.
meetings-not-found = There is no such meeting.
    .hint = `hearth meetings` shows what there is, with marks.
meetings-not-that-day = No meeting of the group is on that day.
    .hint = `hearth meetings --days 60` shows which days there are.
meetings-which = There are several. Say which one by its mark.
    .hint = There are: { $names }
meetings-no-rule = This meeting has no days and times.
    .hint = `hearth meetings change` gives it some.
meetings-nothing-to-resume = There is nothing to take back.
    .hint = `hearth meetings show` says what is cancelled, moved or paused.
meetings-remove-nobody-to-ask = Nobody can be asked here whether to remove it.
meetings-remind-too-early = A reminder comes at most a day before.
meetings-import-nobody-to-ask = Nobody can be asked here whether to take the list over.
    .hint = `--dry-run` shows what would change; `--yes` does it.
meetings-find-two-on-stdin = The list and what is looked for cannot both come on standard input.
meetings-file-unreadable = The file cannot be read: { $kind }.
meetings-file-unwritable = The file cannot be written: { $kind }.
meetings-file-too-large = The file is larger than { $mib } MiB.
meetings-file-not-utf8 = (The file is not UTF-8; some characters may be missing.)
meetings-file-exists = There is a file by that name.
    .hint = `--overwrite` replaces it.

## Help

help-slot-day = DAY
help-slot-weekday = WEEKDAY
help-slot-file = FILE
help-slot-zone = ZONE
help-slot-program = PROGRAM
help-slot-code = CODE
help-slot-km = KM
help-slot-format = FORMAT
help-slot-links = LINKS
help-slot-way = WAY

help-meetings = Show when the meetings are; add, change and cancel them; lists and calendars
help-meetings-days = How many days to show; 14 if nothing is said
help-meetings-add = Say that the group has a meeting (you are asked, or it comes as a form on standard input)
help-meetings-show = Show one, with how to get in
help-meetings-show-which = Its mark, as `hearth meetings` shows it; not needed when there is one
help-meetings-change = Change one: what you leave empty stays
help-meetings-change-which = { help-meetings-show-which }
help-meetings-cancel = Say that it does not take place on a day
help-meetings-cancel-day = The day, such as 2026-12-24
help-meetings-cancel-meeting = Which meeting, by its mark, when there are several on that day
help-meetings-move = Say that it takes place at another time once
help-meetings-move-day = { help-meetings-cancel-day }
help-meetings-move-meeting = { help-meetings-cancel-meeting }
help-meetings-move-to = The day on which it takes place; the same if nothing is said
help-meetings-move-at = When it begins there, such as 18:30; as always if nothing is said
help-meetings-pause = Say that it does not take place for a while
help-meetings-pause-which = { help-meetings-show-which }
help-meetings-pause-from = The first day without it; today if nothing is said
help-meetings-pause-until = The last day without it; until it is resumed if nothing is said
help-meetings-resume = Take back that a day is cancelled or moved, or a pause
help-meetings-resume-which = { help-meetings-show-which }
help-meetings-resume-day = The day that takes place after all; without it, the pause ends
help-meetings-remove = Say that the group does not have it any more
help-meetings-remove-which = { help-meetings-show-which }
help-meetings-remove-yes = Do not ask
help-meetings-import = Make meetings of a list the group's; reading it again changes nothing
help-meetings-import-file = A file with Meeting Guide or BMLT JSON; `-` is standard input
help-meetings-import-zone = The zone of meetings that name none, such as America/New_York
help-meetings-import-program = The program whose codes the list uses, such as aa or na
help-meetings-import-list = What to call the list, so that two lists share no meeting
help-meetings-import-only = Take this one alone, by its id as `find` shows it; may be repeated
help-meetings-import-dry-run = Say what would change, and change nothing
help-meetings-import-yes = Do not ask
help-meetings-export = Write the group's meetings into a file for others: day and time alone, unless more is asked for
help-meetings-export-file = The file to write; `-` is standard output
help-meetings-export-format = In which format
help-meetings-export-names = Call the entries of a calendar by the names of the meetings
help-meetings-export-places = Write places and addresses into a calendar
help-meetings-export-links = What becomes of links
help-meetings-export-overwrite = Replace the file if there is one
help-value-format-calendar = iCalendar, for calendars
help-value-format-guide = Meeting Guide JSON, for lists of meetings
help-value-links-left-out = They stay here
help-value-links-without-passcode = Written without a passcode
help-value-links-whole = Written as they are: whoever has the file can be in the room
help-meetings-find = Look through a list that is not the group's; nothing of it is kept
help-meetings-find-file = { help-meetings-import-file }
help-meetings-find-zone = { help-meetings-import-zone }
help-meetings-find-program = { help-meetings-import-program }
help-meetings-find-list = { help-meetings-import-list }
help-meetings-find-day = On this day of the week; may be repeated
help-meetings-find-from = Beginning at this time or later, such as 18:00
help-meetings-find-to = Beginning at this time or earlier
help-meetings-find-types = Of this type, by its code; may be repeated
help-meetings-find-language = In this language, such as es
help-meetings-find-way = How to take part
help-meetings-find-near = Within so many kilometres of a point (asked for, or the first line of standard input)
help-meetings-find-words = With certain words (asked for, or the next line of standard input)
help-meetings-find-limit = How many to show; 50 if nothing is said
help-value-way-in-person = In a room
help-value-way-online = By video or telephone
help-meetings-remind = Be reminded of meetings, on this machine alone; it is off unless you switch it on
help-meetings-remind-switch = On or off; without it: show how it is
help-meetings-remind-before = How long before, such as 30m or 2h
help-meetings-remind-named = Let a reminder say the meeting's name; without it, it says day and time alone
