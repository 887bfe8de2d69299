# What members keep for themselves: newdate, chips, step, gratitude, inventory, urge, plan, care. Nothing here counts or
# judges; a new date is only a new date.

## What is asked. A line can be left out with Enter.

own-for-you-alone = For you alone: nobody else can read this.
own-how-to-change = Enter alone leaves a line as it is, - empties it.
own-ask-date = Which day? (such as 2026-03-01; Enter: today)
own-ask-from = From what, in a word or two? (Enter: leave it open)
own-ask-chips = Which chips or key tags? (Enter: none in particular)
own-chips-known = Known: { $names }
own-chips-name = { $id } ({ $name })
own-chips-name-differs = { $id } ({ $name }, differs by group)
own-ask-step = Which step? (1 to 12, or a name)
own-ask-when = When was it? (such as 2026-03-01 22:30; Enter: now)
own-ask-strength = How strong, from 0 to 10? (Enter: skip)
own-ask-helped = What helped? (Enter: skip)
own-ask-name = A name for the plan? (Enter: none)
own-ask-naloxone = Where is naloxone? (Enter: skip)
own-ask-checked = When did you last look whether all this holds? (a day; Enter: today)
own-ask-more = Anything to keep with it?
own-ask-step-text = What would you like to write?
own-ask-gratitude = What are you grateful for?
own-ask-inventory = What is on your inventory?
own-ask-plan = What will you do?
own-ask-care = Who helps you, and how do you reach them? (doctor, counsellor, clinic, line)
own-line-or-same = { $question } (a line; Enter: as it is)
own-line-or-no = { $question } (a line; Enter: no)
own-delete-question = Delete it for good? (yes, or Enter to keep it)
# What may be typed in answer, separated by commas: the words as the questions name them.
answers-today = today
answers-yesterday = yesterday
answers-now = now
answers-yes = yes, y

## What is answered

own-kept = Kept as { $mark }, on this machine alone. Nobody is told.
own-changed = Changed: { $mark }.
own-deleted = Deleted.
own-stays = It stays.
own-nothing = Nothing is kept here yet.
own-more = (There are earlier ones: --limit shows more.)
own-told = (It is a copy and fades after 14 days. `hearth retract` takes it back.)

## What could not be done

own-date-not-here = A date is never part of the command: other programs could read it there.
    .hint = Run the command without it: it asks. Or write `date: 2026-03-01` on standard input.
own-not-utf8 = What came on standard input is not UTF-8. Nothing was kept.
own-step-missing = Which step is it? Nothing was kept.
    .hint = On standard input: a line `step: 4`, and then, after an empty line, the text.
own-step-wrong = A step is a number from 1 to 12, or a name. Nothing was kept.
own-day-wrong = A day is written as 2026-03-01, today or yesterday. Nothing was kept.
own-time-wrong = A time is written as 2026-03-01 22:30, or now. Nothing was kept.
own-urge-wrong = An urge is a number from 0 to 10. Nothing was kept.
own-delete-nobody-to-ask = Deleting cannot be undone, and nobody is here to be asked.
own-mark-of-several = Several of these have that mark.
    .hint = Give more of it: `list` with --json shows whole ids.
own-not-found = There is no such record of yours.
    .hint = `list`, behind the same verb, shows them, each with its mark.

## How it is shown

own-from = from { $label }
own-by-chips = chips: { $schedule }
own-step = step { $number }
own-urge-of = urge of { $when }
own-strength = { $strength } of 10
own-helped = What helped: { $helped }
own-checked-on = checked on { $day }
own-naloxone = Naloxone: { $place }
own-changed-at = changed { $when }

## chips

chips-differ = { $name } (differs by group)
chips-reached = reached: { $chip }
chips-next = { $days ->
    [1] next: { $chip }, tomorrow
   *[other] next: { $chip }, in { $days } days
}
chips-no-date = No date is kept here yet. `hearth newdate` keeps one, for you alone.
own-no-sponsor = You have no sponsor here yet. Nothing was sent.
    .hint = `hearth sponsor ask NAME` asks somebody; `--to NAME` tells somebody else.
