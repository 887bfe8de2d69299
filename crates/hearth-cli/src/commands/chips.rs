//! `hearth chips`: which chips or key tags come next for oneself. Nobody else is asked about, and nobody is told.

use hearth_api::{Chips, ChipsOf, Token};

use crate::{catalogue::say, failure::Stopped, node::Node, output::Output, screen};

/// Shows them, date by date.
pub(super) async fn run(node: &Node) -> Result<(), Stopped> {
    node.open().await?;
    let chips = node.client.chips().await?;
    for of in &chips.dates {
        node.output.answer("hearth.chips/1", of, || paragraph(of, &chips, &node.output))?;
    }
    if chips.dates.is_empty() {
        node.output.note(&say!("chips-no-date"));
    }
    Ok(())
}

fn paragraph(of: &ChipsOf, chips: &Chips, output: &Output) -> String {
    let schedule = chips.schedules.iter().find(|schedule| schedule.id == of.schedule);
    let name = schedule.map(|schedule| {
        let name = screen::one_line(&schedule.name);
        if schedule.differs_by_group { say!("chips-differ", name = name) } else { name }
    });
    let label = of.label.as_ref().map(|label| say!("own-from", label = screen::one_line(label)));
    let date = match output.is_plain() {
        true => say!("plain-date", date = of.date.to_string()),
        false => of.date.to_string(),
    };
    let head: Vec<String> = [Some(date), label, name].into_iter().flatten().collect();
    let indent = if output.is_plain() { "" } else { "  " };
    let reached =
        of.reached.iter().map(|token| format!("{indent}{}", say!("chips-reached", chip = described(token))));
    let next = of.next.iter().map(|token| {
        format!("{indent}{}", say!("chips-next", chip = described(token), days = token.in_days))
    });
    std::iter::once(output.facts(&head, " · ")).chain(reached).chain(next).collect::<Vec<_>>().join("\n")
}

fn described(token: &Token) -> String {
    let Token { name, colour, on, .. } = token;
    let colour = colour.as_ref().map(|colour| format!(" ({colour})")).unwrap_or_default();
    screen::one_line(&format!("{name}{colour}, {on}"))
}

#[cfg(test)]
mod tests {
    use hearth_api::{Day, RecordId, Schedule};

    use super::*;

    #[test]
    fn what_was_reached_and_what_comes_stand_with_their_days() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        let token =
            |name: &str, on, in_days| Token { name: name.to_owned(), colour: None, on: day(on), in_days };
        let of = ChipsOf {
            record: RecordId::from_bytes([1; 32]),
            date: day("2026-03-01"),
            label: Some("alcohol".to_owned()),
            schedule: "aa".to_owned(),
            reached: Some(Token { colour: Some("red".to_owned()), ..token("1 month", "2026-04-01", 0) }),
            next: vec![token("2 months", "2026-05-01", 1), token("3 months", "2026-06-01", 32)],
        };
        let (id, name, source) = ("aa".to_owned(), "AA chips".to_owned(), String::new());
        let schedules = vec![Schedule { id, name, source, differs_by_group: true }];
        let chips = Chips { dates: Vec::new(), schedules };
        let shown = paragraph(&of, &chips, &Output::of_terminal(80, false));
        let expected = [
            "2026-03-01 · from alcohol · AA chips (differs by group)",
            "  reached: 1 month (red), 2026-04-01",
            "  next: 2 months, 2026-05-01, tomorrow",
            "  next: 3 months, 2026-06-01, in 32 days",
        ];
        assert_eq!(shown.lines().collect::<Vec<_>>(), expected);
        let plain = paragraph(&of, &chips, &Output::of_terminal(80, true));
        let expected = [
            "Date: 2026-03-01",
            "from alcohol",
            "AA chips (differs by group)",
            "reached: 1 month (red), 2026-04-01",
            "next: 2 months, 2026-05-01, tomorrow",
            "next: 3 months, 2026-06-01, in 32 days",
        ];
        assert_eq!(plain.lines().collect::<Vec<_>>(), expected);
    }
}
