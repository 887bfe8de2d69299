//! How somebody is: a check-in, a share and what comes back, a bad night, a chip, and what is kept for oneself.

use std::time::{Duration, Instant};

use crate::stage::{Month, say};

/// Within which somebody whom nobody can be reached for has numbers to call. The command waits five seconds for a machine.
const NUMBERS_WITHIN: Duration = Duration::from_secs(10);

/// To two people, to all, and back to her alone.
pub(crate) fn says_how_she_is(month: &Month) {
    let Month { ben, cleo, dan, eve, gus, mia, .. } = month;
    say("A check-in, to two people whom she picks.");
    month.only_for(&[mia, cleo, eve], "Feels shaky");
    month.only_for(&[mia, cleo, eve], "The flat is so quiet.");
    let form = "feeling: shaky\nhalt: lonely, tired\ncraving: 2\nwant: call\n\nThe flat is so quiet.\n";
    month.does(mia, &["checkin", "--to", "Cleo", "--to", "Eve"], form);
    let said = ["Feels shaky. Lonely, tired. Craving: 2 of 3. Would like a call.", "The flat is so quiet."];
    for person in [cleo, eve] {
        month.sees(person, &["read", "--limit", "1"], &said);
    }

    say("A share, to all. Eve answers her alone, Dan gives her a sign.");
    month.does(mia, &["share"], "I made the coffee, and stayed until the end.");
    let share = ["I made the coffee, and stayed until the end."];
    month.all_see(&[ben, dan, eve, gus], &["read", "--limit", "1"], &share);
    month.only_for(&[mia, eve], "I saw you at the door.");
    month.only_for(&[mia], "Dan: with you");
    month.does(eve, &["reply", "Mia"], "I saw you at the door. So glad you came in.");
    month.does(dan, &["react", "Mia", "with-you"], "");
    month.sees(mia, &["read", "--limit", "3"], &["I saw you at the door.", "(Dan: with you)"]);
    month.is_spared(gus, &["read"], &["I saw you at the door.", "with you", "shaky"]);
}

/// Her sponsor's machine is off, and somebody else answers; then nobody can be reached at all.
pub(crate) fn a_bad_night(month: &Month) {
    let Month { ben, cleo, dan, gus, mia, .. } = month;
    say("In a quiet hour Mia has said who is to be asked first, beside her sponsor.");
    month.sees(mia, &["ladder", "Ben"], &["Asked first: Ben"]);
    say("Cleo's machine is off. Mia looks at the crisis card, and then calls for help.");
    month.does(cleo, &["stop"], "");
    month.sees(mia, &["crisis", "--region", "us"], &["988"]);
    let mut call = month.begins(mia, &["sos", "--what", "bad-night", "--want", "call"]);
    call.until("Asked now: ");
    call.until("Another device has it and passes it on. Nobody has answered yet.");
    call.until("You can close this");
    call.until("Ben's device shows it.");

    say("Ben sees it, and calls. Dan would be next, and Gus is not asked.");
    month.sees(ben, &["sos", "--list"], &["Mia asks for help", "a bad night"]);
    month.is_spared(gus, &["sos", "--list"], &["Mia"]);
    month.is_spared(dan, &["sos", "--list"], &["Mia"]);
    month.does(ben, &["answer", "calling"], "");
    call.until("Ben is calling.");
    month.does(ben, &["answer", "reached"], "");
    call.until("Ben says that they have reached them.");
    say("Only Mia ends it.");
    month.does(mia, &["safe"], "");
    call.until("Ended: safe.");
    drop(call);
    month.sees(ben, &["sos", "--list"], &["Ended: safe."]);
    say(
        "Cleo opens her machine the next morning. What is over does not ring any more; Mia tells her herself.",
    );
    month.only_for(&[mia, cleo], "Ben talked me through it.");
    month.does(mia, &["dm", "Cleo"], "It was a bad night. Ben talked me through it.");
    month.does(cleo, &["unlock"], "");
    month.sees(cleo, &["read", "--limit", "1"], &["It was a bad night. Ben talked me through it."]);
    month.is_spared(cleo, &["sos", "--list"], &["`hearth answer here`"]);

    say("Another night, nobody can be reached. Mia has numbers within seconds.");
    month.all_do(&month.seven(), &["stop"], "");
    let started = Instant::now();
    let alone = month.does(mia, &["sos", "--what", "craving", "--no-wait"], "");
    let took = started.elapsed();
    say(&format!("That took {} seconds.", took.as_secs()));
    assert!(took < NUMBERS_WITHIN, "numbers took {took:?}");
    for part in
        ["No other device can be reached right now.", "Ben: 555 0101", "Dan: 555 0103", "Please call me."]
    {
        assert!(alone.out.contains(part), "{part:?} is missing");
    }
    assert!(!alone.out.contains("passed on"), "nothing is promised");
    say("She rings Dan's number, and is safe. The others come back, and nobody's machine rings.");
    month.does(mia, &["safe"], "");
    month.all_do(&month.seven(), &["unlock"], "");
    month.does(mia, &["share"], "Good morning, all. I slept.");
    month.all_see(&month.seven(), &["read", "--limit", "1"], &["Good morning, all. I slept."]);
    say("Whom she would have asked is told afterwards that she called, and that it is over.");
    month.sees(ben, &["sos", "--list"], &["a craving", "heard of it only afterwards", "Ended: safe."]);
    for person in [ben, cleo, dan] {
        month.is_spared(person, &["sos", "--list"], &["`hearth answer here`"]);
    }
}

/// What she says to all, and what nobody but her is ever shown.
pub(crate) fn a_chip(month: &Month) {
    let Month { ada, eve, gus, mia, .. } = month;
    month.does(mia, &["milestone"], "label: asked for help\ntoken: white key tag\n\nIt was not so hard.\n");
    month.all_see(&month.seven(), &["read", "--limit", "1"], &["asked for help", "white key tag"]);
    month.all_do(&[ada, eve, gus], &["react", "Mia", "celebrate"], "");
    let celebrate = ["Ada: celebrates with you", "Eve: celebrates with you", "Gus: celebrates with you"];
    month.sees(mia, &["read", "--limit", "1"], &celebrate);
    month.only_for(&[mia], "celebrates with you");

    say("A new date and what she is grateful for: for herself alone.");
    for words in ["2026-01-02", "sleeping pills", "the smell of rain"] {
        month.only_for(&[mia], words);
    }
    month.does(mia, &["newdate"], "date: 2026-01-02\nfrom: sleeping pills\nchips: na\n");
    month.does(mia, &["gratitude"], "the smell of rain on the way home");
    month.sees(mia, &["gratitude", "list"], &["the smell of rain"]);
    month.sees(mia, &["chips"], &["next:"]);
    say("Everybody else looks at all there is. Nobody finds any of it, nor what was said in private before.");
    month.nobody_saw_what_was_not_for_them();
}
