//! `hearth dm`: writes to one person alone.

use crate::{
    args::Dm,
    failure::{Failure, Stopped},
    node::Node,
    roster::Kind,
    send::send,
    text,
};

/// Finds the person, gets the text and sends it.
pub(super) async fn run(node: &Node, dm: Dm) -> Result<(), Stopped> {
    text::refuse_stray_words(&dm.writing.stray_words)
        .map_err(|failure| failure.hint("Write `hearth dm NAME` alone (a name of several words in quotes), then the text when asked, or use --edit, or standard input."))?;
    let status = node.open().await?;
    let group = node.group(&status)?;
    let people = super::people::roster(node, group.id).await?;
    let person = people.find(&dm.to, Kind::Person)?;
    if person.item.is_self {
        return Err(Failure::usage("That is you.").hint("`hearth people` shows who else is here.").into());
    }
    let question = format!("What would you like to say to {}, privately?", person.name);
    let text = text::text(node, &dm.writing, &question).await?;
    send(node, "hearth.dm/1", group.id, Some(person.item.id), text).await
}
