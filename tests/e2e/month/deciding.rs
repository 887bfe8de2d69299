//! What changes in a group: its guidelines, who serves, who is there, and on which machine.

use hearth_tests::daemons::Person;

use crate::stage::{Month, TCP, say, ticket};

/// The guidelines and a role.
pub(crate) fn the_group_decides(month: &Month) {
    the_guidelines_change(month);
    somebody_is_to_serve(month);
}

/// Those who serve write what the group has found; everybody reads the new text, and who wrote it.
fn the_guidelines_change(month: &Month) {
    let Month { ada, dan, gus, mia, .. } = month;
    say("The group has spoken about its guidelines. Ada writes down what it found.");
    month.is_refused(gus, &["guidelines", "edit", "--yes"], "Gus speaks first.\n", &["Those who serve"]);
    let text = "We speak one after the other.\nWho is here stays here.\nNobody is asked for a number.\n";
    let changed = month.does(ada, &["guidelines", "edit", "--yes"], text);
    assert!(changed.out.contains("Nobody is asked for a number."), "she sees what changes");
    month.all_see(&[dan, gus, mia], &["guidelines"], &["Nobody is asked for a number.", "written by Ada"]);
}

/// A proposal about a role, agreed to by those who have a vote, until it holds.
fn somebody_is_to_serve(month: &Month) {
    let Month { cleo, dan, eve, gus, mia, .. } = month;
    say("Dan proposes that Eve serves, too. Those who have a vote agree, one by one.");
    month.does(dan, &["conscience", "role", "Eve", "servant"], "");
    month.sees(mia, &["conscience"], &["make Eve a trusted servant"]);
    month.is_refused(mia, &["endorse"], "", &[]);
    let is_decided = |person: &Person| {
        month.sees(person, &["conscience"], &["make Eve a trusted servant", "You may agree"]);
        month.does(person, &["endorse"], "").out.contains("Decided")
    };
    let agreed = [&month.ada, &month.ben, cleo, &month.finn, gus].into_iter().any(is_decided);
    assert!(agreed, "those who agreed are enough");
    month.all_see(&[eve, gus, mia], &["roles"], &["trusted servant: Ben, Eve"]);
}

/// What he missed he does not see; what comes after, he does.
pub(crate) fn leaves_and_returns(month: &Month) {
    let Month { ada, cleo, finn, gus, mia, .. } = month;
    month.does(finn, &["leave", "--yes"], "");
    for person in [ada, mia] {
        month.sees_no_more(person, &["people"], &["Finn"]);
    }
    say("While he is away, the others go on.");
    month.only_for(
        &[ada, &month.ben, cleo, &month.dan, &month.eve, gus, mia],
        "We miss Finn, and leave him a chair.",
    );
    month.does(cleo, &["share"], "We miss Finn, and leave him a chair.");
    month.sees(mia, &["read", "--limit", "1"], &["We miss Finn, and leave him a chair."]);
    month.is_refused(finn, &["share"], "Anybody there?", &[]);

    say("He returns with a new ticket.");
    let back = ticket(&month.does(ada, &["invite", "--role", "member"], ""));
    month.does(finn, &["--name", "Finn", "join"], &back);
    for person in [ada, mia] {
        month.sees(person, &["people"], &["Finn"]);
    }
    month.does(mia, &["share"], "Welcome back. I made coffee.");
    month.sees(finn, &["read"], &["Welcome back. I made coffee."]);
    month.does(finn, &["share"], "It is good to sit here again.");
    month.sees(mia, &["read", "--limit", "1"], &["It is good to sit here again."]);
    month.nobody_saw_what_was_not_for_them();
}

/// She has a second one, and takes the first one away: whoever has it reads nothing new.
pub(crate) fn loses_a_machine(month: &Month) {
    let Month { ada, eve, mia, second, .. } = month;
    say("Eve has made a second machine hers.");
    let own = ticket(&month.does(eve, &["devices", "add"], ""));
    month.does(second, &["--listen", TCP, "join"], &own);
    month.sees(ada, &["people"], &["2 devices"]);
    let listed = second.json(&["devices", "list"], "").ok();
    let devices = listed.out.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let other = devices.into_iter().find(|device| device.get("this") == Some(&false.into())).unwrap();
    let other = other.get("name").and_then(serde_json::Value::as_str).unwrap().to_owned();

    say("The first one is stolen from her bag. From the second one she takes it away.");
    eve.kill();
    month.does(second, &["devices"], "");
    month.does(second, &["devices", "revoke", &other, "--yes"], "");
    month.sees_no_more(ada, &["people"], &["2 devices"]);
    let here: Vec<&Person> = month.eight().into_iter().filter(|person| person.name != eve.name).collect();
    let here = [&here[..], &[second]].concat();
    month.only_for(&here, "Only for who is here.");
    month.only_for(&here, "And so is this.");
    month.does(mia, &["share"], "Only for who is here.");
    month.sees(second, &["read"], &["Only for who is here."]);
    say("Whoever has the stolen one, and even her passphrase, gets nothing new with it.");
    month.does(eve, &["unlock"], "");
    month.does(mia, &["share"], "And so is this.");
    month.sees(second, &["read"], &["And so is this."]);
    month.is_spared(eve, &["read"], &["Only for who is here.", "And so is this."]);
    month.sees(eve, &["status"], &["other machines of this group say that you are not in it any more"]);
    month.nobody_saw_what_was_not_for_them();
}
