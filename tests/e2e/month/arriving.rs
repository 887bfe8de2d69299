//! The first days: the group as it is, somebody who is new, a sponsor, the coffee.

use crate::stage::{Month, TCP, say, ticket};

/// What the group says of itself, by those who serve.
pub(crate) fn seven_are_there(month: &Month) {
    let Month { ada, ben, cleo, dan, eve, .. } = month;
    say("Ada founds the group, and gets tickets for six people whom she trusts.");
    month.does(ada, &["--listen", TCP, "--name", "Ada", "start", "Tuesday Night", "--suite", "x25519"], "");
    let six = ticket(&month.does(ada, &["invite", "--uses", "6", "--role", "member"], ""));
    for person in &month.seven()[1..] {
        let words = ["--listen", TCP, "--name", &person.name, "join"];
        month.does(person, &words, &six);
    }
    month.all_see(&month.seven(), &["people"], &["Ada", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gus"]);

    say(
        "They are told to have been here for long. By the clock they came today, so they switch off what shields newcomers.",
    );
    month.all_do(&month.seven()[1..], &["requests", "shield", "off"], "");

    say(
        "Ben is to serve with her. They say what the group is, how it wants to be together, and when it meets.",
    );
    month.does(ada, &["role", "Ben", "servant"], "");
    month.sees(ben, &["roles"], &["trusted servant: Ben"]);
    month.does(
        ada,
        &["card", "edit", "--yes"],
        "program: NA\nopen: yes\nformat: step study\n\nThe back door, up the stairs.\n",
    );
    month.does(
        ben,
        &["guidelines", "edit", "--yes"],
        "We speak one after the other.\nWho is here stays here.\n",
    );
    month.does(
        ada,
        &["meetings", "add"],
        "name: Tuesday Night\ndays: tuesday\ntime: 19:30\nminutes: 90\nzone: Europe/Madrid\n",
    );
    month.does(ada, &["service", "positions", "add", "greeter"], "");
    month.does(ada, &["service", "positions", "give", "greeter", "Eve"], "");

    say("Who can be called, who is on call tonight, who reads reports.");
    for (person, form) in [
        (ben, "number: 555 0101\nok: call, text\nhours: evenings\n"),
        (cleo, "number: 555 0102\nok: call\n"),
        (dan, "number: 555 0103\nok: call, sos\nhours: nights\n"),
    ] {
        month.does(person, &["phones", "mine", "--yes"], form);
    }
    month.does(dan, &["oncall", "add", "--for", "12h"], "");
    month.does(ada, &["safety", "contacts", "Ben", "Cleo"], "");

    say("Gus was not asked for any of it, and has it all.");
    let gus = &month.gus;
    month.sees(gus, &["card"], &["step study", "The back door"]);
    month.sees(gus, &["guidelines"], &["Who is here stays here."]);
    month.sees(gus, &["meetings"], &["Tuesday Night"]);
    month.sees(gus, &["phones"], &["555 0101", "555 0102", "555 0103"]);
    month.sees(gus, &["oncall"], &["Dan"]);
    month.sees(gus, &["safety"], &["Ben, Cleo"]);
    month.sees(eve, &["service", "positions"], &["greeter"]);
    month.sees(eve, &[], &["Tuesday Night"]);
}

/// A ticket, the first page, a greeting, an introduction, and what waits at the shield.
pub(crate) fn a_newcomer_comes(month: &Month) {
    let Month { ada, ben, eve, gus, mia, .. } = month;
    say("Ben gives Mia a ticket. She comes in, and sees what may help at first.");
    let one = ticket(&month.does(ben, &["invite", "--role", "newcomer"], ""));
    let first = month.does(mia, &["--listen", TCP, "--name", "Mia", "join"], &one);
    assert!(first.out.contains("Who is here stays here."), "the guidelines are on the first page");
    month.sees(mia, &["card"], &["The back door"]);
    month.sees(mia, &["meetings"], &["Tuesday Night"]);
    month.sees(mia, &["people"], &["Ada", "Gus", "Mia"]);

    say("Eve, who greets, is told that somebody is new; Gus is not. She greets, and Ada and Mia see that.");
    month.sees(eve, &[], &["1 newcomer whom nobody greets yet"]);
    month.is_spared(gus, &[], &["newcomer"]);
    month.sees(eve, &["greet"], &["Mia"]);
    month.does(eve, &["greet", "Mia"], "");
    month.sees(ada, &["greet"], &["Nobody new waits to be greeted."]);
    month.sees(ben, &["greet"], &["Nobody new waits to be greeted."]);
    assert!(month.does(ben, &["greet", "Mia"], "").out.contains("Eve greets Mia already."));
    month.sees(mia, &[], &["Eve will greet you."]);

    say("Mia writes how she introduces herself. Before anybody can read it, she is told what it tells.");
    let too_much = "I'm Mia Larsson, I work at Harbour Bakery. Ten days.\n";
    month.only_for(&[mia], "Larsson");
    let nothing_out = [
        "\"Mia Larsson\" looks like a last name.",
        "\"Harbour\" looks like where you work.",
        "A first name is enough.",
    ];
    let said = month.is_refused(mia, &["intro", "edit"], too_much, &nothing_out);
    assert_eq!(said.out.matches("looks like a last name").count(), 1, "she is told once");
    let second = month.does(mia, &["intro", "edit", "--yes"], "I'm Mia. Ten days, and glad to be here.\n");
    assert!(!second.out.contains("looks like"), "there is nothing to be told about");
    month.sees(gus, &["intro"], &["I'm Mia. Ten days, and glad to be here."]);

    say("Gus, whom she does not know, writes to her alone. His words wait until she wants to see them.");
    month.only_for(&[gus, mia], "you looked lonely");
    month.does(gus, &["dm", "Mia"], "Hey, you looked lonely. Give me your number?");
    month.sees(mia, &["requests"], &["Gus"]);
    month.is_spared(mia, &["read"], &["you looked lonely"]);
    month.sees(mia, &["requests", "show", "Gus"], &["you looked lonely"]);
    month.does(mia, &["requests", "ignore", "Gus"], "");
    month.is_spared(mia, &["requests"], &["Gus"]);
}

/// Only she asks; two see it.
pub(crate) fn finds_a_sponsor(month: &Month) {
    let Month { cleo, gus, mia, .. } = month;
    month.only_for(&[cleo, mia], "Would you walk the steps with me?");
    month.does(mia, &["sponsor", "ask", "Cleo"], "Would you walk the steps with me?");
    month.sees(cleo, &["read"], &["Would you walk the steps with me?"]);
    month.sees(cleo, &["sponsor"], &["Mia", "asks you to be their sponsor"]);
    month.does(cleo, &["sponsor", "accept", "Mia"], "");
    month.sees(mia, &["sponsor"], &["Cleo", "your sponsor"]);

    say("Nobody else can tell.");
    month.is_spared(gus, &["people"], &["sponsor"]);
    month.is_spared(gus, &["sponsor"], &["Mia", "Cleo"]);
}

/// Two take the coffee, each while nobody else can be reached.
pub(crate) fn takes_the_coffee(month: &Month) {
    let Month { ben, finn, mia, .. } = month;
    month.does(ben, &["service", "add", "coffee", "--at", "tomorrow 19:00"], "");
    month.all_see(&month.eight(), &["service"], &["coffee"]);
    say(
        "All machines go off. Mia opens hers and takes the coffee; then Finn does on his, and has not heard of it.",
    );
    month.all_do(&month.eight(), &["stop"], "");
    for person in [mia, finn] {
        month.does(person, &["unlock"], "");
        let said = month.does(person, &["take", "coffee"], "");
        assert!(said.out.contains("Yours: coffee") && said.out.contains("Tentative"), "{}", said.out);
        month.does(person, &["stop"], "");
    }
    say("All come back. It is the same one's everywhere, and the other one is told kindly.");
    month.all_do(&month.eight(), &["unlock"], "");
    month.all_see(&month.seven(), &["service"], &["coffee · Mia"]);
    month.sees_no_more(mia, &["service"], &["tentative"]);
    assert!(month.does(finn, &["take", "coffee"], "").out.contains("Mia took this one first."));
}
