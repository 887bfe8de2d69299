# What the group votes on, and what it keeps of its affairs. Sums alone: nobody is shown how somebody else voted.

poll-head = { $mark }  asked by { $name }
poll-asked-by = Asked by { $name }
poll-choices = one of: { $options }
poll-needs-change = a change: two of three of those who choose something are needed
poll-needs-other = more than half of those who choose something are needed
poll-again = looks again at { $mark }
poll-talk = to be talked about; the vote opens { $when }
poll-vote = the vote is open until { $when }: `hearth conscience vote { $mark }`
poll-vote-others = the vote is open until { $when }
poll-gathering = the vote is over; it can be counted from { $when }, when ballots of those who were away have had time to come
poll-countable = it can be counted until { $when }: `hearth conscience close { $mark }`
poll-countable-others = whoever asked or serves the group can count it until { $when }
poll-closed = the vote ended { $when }
poll-lapsed = nobody counted it while there were ballots; nothing was decided
poll-own = you voted: { $choice }
poll-yes = yes
poll-no = no
poll-abstain = abstain
poll-sum = { $choice }: { $count }
poll-decided = Decided: { $choice }.
poll-not-decided = Nothing has as many as are needed: it stays as it was.
poll-counted-by = Counted by { $name }, { $when }.
poll-left-out = { $count ->
    [one] A ballot that was written in time is here and not in this count. `hearth conscience reconsider` asks the group to look again.
   *[other] { $count } ballots that were written in time are here and not in this count. `hearth conscience reconsider` asks the group to look again.
}
poll-not-here = { $count ->
    [one] A ballot of this count is not on this machine.
   *[other] { $count } ballots of this count are not on this machine.
}
poll-miscounted = The ballots of this count say something else. Talk about it.
poll-beside = Somebody else counted, too, without knowing of it. This count is the one that counts, on every machine.
poll-minority = { $name } sees it differently:
poll-reconsider = { $name } asks the group to look at it again:
poll-label-options = options
poll-ask-options = What can be chosen, with semicolons between? (Enter: yes and no)
poll-ask-question = The question, in a line?
poll-no-question = There is no question. Nobody was asked.
    .hint = Write it when asked, in your editor, or on standard input.
poll-days = A question is open for { $days } to 90 days, and the last of them at least is for votes.
poll-bad-options = What can be chosen are 2 to { $most } different things, or none for yes and no. Nobody was asked.
poll-who-sees = Nobody is shown how you vote. The machines of all in the group keep your ballot until { $day }, so somebody who looks into theirs could see it.
poll-vote-question = Vote: { $choice }? (yes, or Enter not to)
poll-no-such-choice = That cannot be chosen here. Nothing was changed.
poll-ask-minority = What should be heard beside the result?
poll-ask-reconsider = Why should the group look at it again?
poll-who-counts = Whoever asked, and those who serve the group, count.
poll-not-the-time = It is not the time for that: { $stage }
poll-missing = There is no such question.
    .hint = `hearth conscience` shows them with their marks.

## minutes, treasurer

minutes-none = There are no minutes yet. `hearth minutes add` adds some.
minutes-label-title = title
minutes-ask-title = Of what, such as "Business meeting of 3 November"?
minutes-ask-text = The words, in a line?
minutes-empty = Minutes have a title and words. Nothing was added.
    .hint = On standard input: "title: Business meeting", an empty line, and the words.
treasurer-none = There is no report yet. `hearth treasurer add` adds one.
treasurer-opening = was there: { $money }
treasurer-income = came in: { $money }
treasurer-expenses = went out: { $money }
treasurer-closing = is there: { $money }
treasurer-label-period = period
treasurer-label-currency = currency
treasurer-label-opening = opening
treasurer-label-income = income
treasurer-label-expenses = expenses
treasurer-label-closing = closing
treasurer-ask-period = Which while, such as "October"?
treasurer-ask-currency = Which currency?
treasurer-ask-opening = How much was there? (Enter: nothing)
treasurer-ask-income = How much came in, all together? (Enter: nothing)
treasurer-ask-expenses = How much went out, all together? (Enter: nothing)
treasurer-ask-closing = How much is there? (Enter: what follows from these)
treasurer-empty = A report says which while, and which currency. Nothing was added.
    .hint = On standard input, a line each: "period: October", "currency: USD", "opening: 100", "income: 50.50", "expenses: 20".
treasurer-does-not-add-up = That does not add up: { $money } follows from the other sums. Nothing was added.
    .hint = If the box says something else, put the difference into what came in or went out, and say so at the meeting.
treasurer-not-money = That is no amount that can be kept. Nothing was added.
    .hint = Write digits, and at most four behind one point, such as 1250.50.
affairs-missing = There is no such one.
    .hint = `hearth minutes` and `hearth treasurer` show them, each with its mark.
