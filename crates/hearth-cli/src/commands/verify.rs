//! `hearth verify`: the safety number with a person, and noting that it was compared.

use serde::Serialize;

use super::people;
use crate::{
    args::Verify,
    failure::{Failure, Stopped},
    node::Node,
    roster::Kind,
};

#[derive(Serialize)]
struct Shown<'a> {
    name: &'a str,
    digits: &'a str,
    words: &'a [String],
    verified: bool,
}

/// Shows it, or notes that it was compared.
pub(super) async fn run(node: &Node, verify: Verify) -> Result<(), Stopped> {
    let status = node.open().await?;
    let group = node.group(&status)?.id;
    let people = people::roster(node, group).await?;
    let person = people.find(&verify.who, Kind::Person)?;
    if person.item.is_self {
        return Err(Failure::usage("That is you.").hint("Verify somebody else.").into());
    }
    let number = match verify.done {
        true => node.client.mark_verified(group, person.item.id).await?,
        false => node.client.safety_number(group, person.item.id).await?,
    };
    let is_verified = number.verified_at.is_some();
    let body =
        Shown { name: &person.name, digits: &number.digits, words: &number.words, verified: is_verified };
    node.output.answer("hearth.verify/1", &body, || {
        if verify.done {
            return format!("Noted: you have compared numbers with {}.", person.name);
        }
        let groups: Vec<&str> = number.digits.split(' ').collect();
        let digits: Vec<String> = groups.chunks(4).map(|line| format!("    {}", line.join(" "))).collect();
        let words: Vec<String> = number.words.chunks(4).map(|line| format!("    {}", line.join(" "))).collect();
        let next = match is_verified {
            true => "You have compared them before.".to_owned(),
            false => format!("If they are the same: `hearth verify {:?} --done`.", person.name),
        };
        format!(
            "{} sees the same with `hearth verify`. Compare when you meet or speak: the digits or the words.\n\n{}\n\n{}\n\n{next}",
            person.name,
            digits.join("\n"),
            words.join("\n")
        )
    })
}
