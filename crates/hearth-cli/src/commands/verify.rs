//! `hearth verify`: the safety number with a person, and noting that it was compared.

use serde::Serialize;

use super::people;
use crate::{
    args::Verify,
    catalogue::say,
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
        return Err(Failure::usage(say!("that-is-you")).hint(say!("that-is-you.hint-verify")).into());
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
            return say!("verify-noted", name = &person.name);
        }
        let groups: Vec<&str> = number.digits.split(' ').collect();
        let is_plain = node.output.is_plain();
        let indent = if is_plain { "" } else { "    " };
        let digits: Vec<String> =
            groups.chunks(4).map(|line| format!("{indent}{}", line.join(" "))).collect();
        let words: Vec<String> =
            number.words.chunks(4).map(|line| format!("{indent}{}", line.join(" "))).collect();
        let compare = say!("verify-compare", name = &person.name);
        let next = match is_verified {
            true => say!("verify-before"),
            false => say!("verify-if-same", typed = format!("{:?}", person.name)),
        };
        let (digits, words) = (digits.join("\n"), words.join("\n"));
        match is_plain {
            true => {
                let (of_digits, of_words) = (say!("plain-digits"), say!("plain-words"));
                format!("{compare}\n{of_digits}\n{digits}\n{of_words}\n{words}\n{next}")
            }
            false => format!("{compare}\n\n{digits}\n\n{words}\n\n{next}"),
        }
    })
}
