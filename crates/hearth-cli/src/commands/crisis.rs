//! `hearth crisis`: the card that comes with the program at once, then the group's own if it can be had at once; and making
//! that one.
//!
//! The program's card is printed before anything is asked of the daemon, so nothing that is slow or broken can delay it.

use std::{env, io::IsTerminal};

use hearth_api::{
    Client, ClientError, CrisisLine, Day, Group, GroupState, Object, ObjectId, Put, PutObject, Role, Thing,
    ThingKind, VaultState, limits::CRISIS_LINES_MAX,
};
use jiff::{Zoned, civil};
use serde::Serialize;
use tokio::time::timeout;
use zeroize::Zeroizing;

use super::{checkin::in_form, people};
use crate::{
    args::{Crisis, CrisisVerb, Everywhere},
    catalogue::say,
    crisis::{
        self, Page,
        lines::{Age, Line, Lines},
        region::{self, Chosen, NamedBy, Region},
    },
    failure::{Failure, Stopped},
    home::Home,
    limits,
    node::{self, Node},
    output::Output,
    prompt,
    roster::Kind,
    screen,
    send::request_id,
};

/// Shows the card that comes with the program; asks nobody.
pub(super) fn show(asked: &Crisis, everywhere: &Everywhere, output: &Output) -> Result<(), Stopped> {
    if asked.verb.is_some() || asked.set_region.is_some() {
        return Ok(());
    }
    crisis::print(asked.emergency, chosen(asked.region.as_deref(), everywhere), false, output)
}

/// Shows what the groups have beside it, or keeps a region.
pub(super) async fn more(asked: &Crisis, everywhere: &Everywhere, output: &Output) -> Result<(), Stopped> {
    if let Some(code) = &asked.set_region {
        return keep_region(code, everywhere, output);
    }
    // Without a folder there is no group, and no care plan.
    if let Ok(home) = Home::choose(everywhere.home.as_deref())
        && !home.is_missing()
    {
        beside(&home, everywhere, output).await?;
    }
    let chosen = chosen(asked.region.as_deref(), everywhere);
    match chosen.by {
        NamedBy::CommandLine if chosen.is_unknown() => Err(unknown_region().into()),
        _ => Ok(()),
    }
}

/// Returns whose numbers to show.
pub(super) fn chosen(asked_for: Option<&str>, everywhere: &Everywhere) -> Chosen {
    let home = Home::choose(everywhere.home.as_deref()).ok();
    Chosen::of(asked_for, env::var_os(region::VARIABLE).as_deref(), home.as_ref().map(Home::path))
}

fn unknown_region() -> Failure {
    Failure::usage(say!("crisis-no-such-region"))
        .hint(say!("crisis-no-such-region.hint", codes = region::codes()))
}

#[derive(Serialize)]
struct RegionKept {
    region: &'static str,
}

fn keep_region(code: &str, everywhere: &Everywhere, output: &Output) -> Result<(), Stopped> {
    let region = Region::of_code(code).ok_or_else(unknown_region)?;
    let home = Home::choose(everywhere.home.as_deref())?;
    region::keep(home.path(), region)?;
    let region = region.code();
    output.answer("hearth.crisis-region/1", &RegionKept { region }, || {
        say!("crisis-region-kept", region = region)
    })
}

/// Shows the groups' own cards, if the daemon has them at hand.
async fn beside(home: &Home, everywhere: &Everywhere, output: &Output) -> Result<(), Stopped> {
    output.lines(&say!("crisis-care"))?;
    let client = Client::new(home.socket());
    let found = timeout(limits::CRISIS_GROUP_WAIT_MAX, cards(&client, everywhere.group.as_deref())).await;
    match found {
        Ok(Ok(Found::Cards(cards))) => cards.iter().try_for_each(|card| show_card(card, output)),
        Ok(Ok(Found::NoSuchGroup(failure))) => Err(failure.into()),
        Ok(Ok(Found::Closed)) | Ok(Err(_)) | Err(_) => {
            output.note(&say!("crisis-group-closed"));
            Ok(())
        }
    }
}

/// What the daemon has.
enum Found {
    /// These cards.
    Cards(Vec<GroupCard>),
    /// It cannot read any before it is unlocked.
    Closed,
    /// The group that was named is not there.
    NoSuchGroup(Failure),
}

/// A group's own card.
struct GroupCard {
    group: String,
    object: Object,
}

async fn cards(client: &Client, named: Option<&str>) -> Result<Found, ClientError> {
    let status = client.status().await?;
    if status.vault != VaultState::Open {
        return Ok(Found::Closed);
    }
    let roster = node::roster(&status.groups);
    let groups: Vec<&Group> = match named {
        None => roster.entries().iter().map(|entry| &entry.item).collect(),
        Some(name) => match roster.find(name, Kind::Group) {
            Ok(entry) => vec![&entry.item],
            Err(failure) => return Ok(Found::NoSuchGroup(failure)),
        },
    };
    let mut cards = Vec::new();
    for group in groups {
        if matches!(group.state, GroupState::Active | GroupState::Syncing)
            && let Some(object) = card_of(client, group).await?
        {
            cards.push(GroupCard { group: node::group_name(group), object });
        }
    }
    Ok(Found::Cards(cards))
}

async fn card_of(client: &Client, group: &Group) -> Result<Option<Object>, ClientError> {
    let objects = client.objects_of(group.id, ThingKind::CrisisCard).await?.objects;
    Ok(objects.into_iter().find(|object| matches!(object.thing, Thing::CrisisCard { .. })))
}

#[derive(Serialize)]
struct CardBody<'a> {
    group: &'a str,
    by: &'a str,
    card: &'a Thing,
}

fn show_card(card: &GroupCard, output: &Output) -> Result<(), Stopped> {
    let body = CardBody { group: &card.group, by: &card.object.by_name, card: &card.object.thing };
    let today = Zoned::now().date();
    output.answer("hearth.crisis-group/1", &body, || card_text(card, today, output))
}

fn card_text(card: &GroupCard, today: civil::Date, output: &Output) -> String {
    let Thing::CrisisCard { region, lines, text } = &card.object.thing else { return String::new() };
    let mut page = Page::new(output);
    // What stands above on the screen is the program's.
    page.blank();
    let (region, by) = (screen::one_line(region), screen::one_line(&card.object.by_name));
    page.line(&say!("crisis-group-card", group = card.group, region = region, name = by));
    if card.object.beside > 0 {
        page.line(&say!("crisis-group-beside"));
    }
    for paragraph in text.lines().filter(|paragraph| !paragraph.trim().is_empty()) {
        page.item(&screen::one_line(paragraph));
    }
    for line in lines {
        page.gap();
        page.line(&screen::one_line(&line.label));
        output.facts(&facts(line), " · ").lines().for_each(|fact| page.item(fact));
        let age = Age::of(line.checked_on, today);
        let checked = match age {
            Age::Checked(day) => Some(say!("crisis-group-checked", day = day.to_string())),
            Age::Old(_) | Age::Unknown => crisis::warning(age),
        };
        checked.iter().for_each(|words| page.item(words));
    }
    page.text()
}

/// The number, and what else is known of a line.
fn facts(line: &CrisisLine) -> Vec<String> {
    let more = [&line.how, &line.hours].into_iter().flatten();
    [&line.number].into_iter().chain(more).map(|fact| screen::one_line(fact)).collect()
}

/// Walks through the lines with a servant, and gives the group its card.
pub(super) async fn confirm(node: &Node, asked: Crisis) -> Result<(), Stopped> {
    let code = match asked.verb {
        Some(CrisisVerb::Confirm { region }) => region,
        None => None,
    };
    let status = node.open().await?;
    let group = node.group(&status)?;
    let people = people::roster(node, group.id).await?;
    // Asked before the walk, not after it.
    if !people.entries().iter().any(|person| person.item.is_self && may_confirm(person.item.role)) {
        return Err(Failure::new(
            hearth_api::ExitCode::NotPermitted,
            "not_permitted",
            say!("crisis-confirm-servants"),
        )
        .hint(say!("crisis-confirm-servants.hint"))
        .into());
    }
    let before = card_of(&node.client, &group).await?;
    let draft = Draft::new(region_of(code.as_deref(), node)?, before.map(|object| object.thing))?;
    let today = today()?;
    let card = match std::io::stdin().is_terminal() {
        true => walk(draft, today).await?,
        false => {
            let bytes = Zeroizing::new(prompt::stdin_bytes(limits::CRISIS_FORM_BYTES_MAX).await?);
            let form = std::str::from_utf8(&bytes).map_err(|_| Failure::usage(say!("own-not-utf8")))?;
            draft.filled(form, today)?
        }
    };
    put(node, &group, card).await
}

fn may_confirm(role: Role) -> bool {
    match role {
        Role::TrustedServant | Role::Secretary => true,
        Role::Visitor | Role::Newcomer | Role::Member => false,
    }
}

fn region_of(code: Option<&str>, node: &Node) -> Result<Region, Failure> {
    let chosen = Chosen::of(code, env::var_os(region::VARIABLE).as_deref(), Some(node.home.path()));
    match chosen {
        Chosen { region: Some(region), .. } => Ok(region),
        chosen if chosen.is_unknown() => Err(unknown_region()),
        _ => Err(Failure::usage(say!("crisis-which-region"))
            .hint(say!("crisis-which-region.hint", codes = region::codes()))),
    }
}

fn today() -> Result<Day, Failure> {
    let today = Zoned::now().date().to_string().parse();
    today.map_err(|_| Failure::usage(say!("own-day-wrong")))
}

#[derive(Serialize)]
struct ConfirmedBody {
    id: ObjectId,
    region: String,
    lines: usize,
}

async fn put(node: &Node, group: &Group, card: Confirmed) -> Result<(), Stopped> {
    let Confirmed { region, lines, text } = card;
    if lines.is_empty() && text.is_empty() {
        return Err(Failure::usage(say!("crisis-nothing-left")).into());
    }
    if lines.len() > CRISIS_LINES_MAX {
        return Err(Failure::usage(say!("crisis-too-many", count = CRISIS_LINES_MAX)).into());
    }
    let (count, code) = (lines.len(), region.clone());
    let request =
        PutObject { thing: Thing::CrisisCard { region, lines, text }, id: None, request_id: request_id()? };
    let put = loop {
        match once(node, group, &request).await {
            Ok(put) => break put,
            // Who walked through all lines does not do it twice.
            Err(error) if prompt::is_terminal() => {
                let failure = Failure::from(error);
                node.output.failure(&failure);
                if !prompt::again(&say!("crisis-try-again")).await {
                    return Err(failure.into());
                }
            }
            Err(error) => return Err(error.into()),
        }
    };
    let body = ConfirmedBody { id: put.id, region: code, lines: count };
    node.output.answer("hearth.crisis-confirm/1", &body, || say!("crisis-confirmed", count = count))
}

async fn once(node: &Node, group: &Group, request: &PutObject) -> Result<Put, ClientError> {
    match node.client.put_object(group.id, request).await {
        // Open whether it was kept: asking once more with the same id settles it.
        Err(ClientError::Interrupted | ClientError::Timeout) => {
            node.client.put_object(group.id, request).await
        }
        put => put,
    }
}

/// What a servant looks at: the lines of the group's card, and those of the program that are not on it.
struct Draft {
    region: String,
    lines: Vec<CrisisLine>,
    text: String,
}

/// What they decided.
struct Confirmed {
    region: String,
    lines: Vec<CrisisLine>,
    text: String,
}

impl Draft {
    fn new(region: Region, before: Option<Thing>) -> Result<Self, Failure> {
        let (mut lines, text) = match before {
            Some(Thing::CrisisCard { lines, text, .. }) => (lines, text),
            _ => (Vec::new(), String::new()),
        };
        let shipped = Lines::of(region)?.lines.iter().filter_map(of_shipped).collect::<Vec<_>>();
        lines.extend(
            shipped
                .into_iter()
                .filter(|line| !lines.iter().any(|known| known.number == line.number))
                .collect::<Vec<_>>(),
        );
        Ok(Self { region: region.code().to_owned(), lines, text })
    }

    /// Reads a form: `keep: NUMBER` for a line that somebody looked at and found good, `line: WHO | NUMBER | HOW | HOURS |
    /// SOURCE` for one of their own; after an empty line, what else helps. Its errors repeat nothing of it.
    fn filled(self, form: &str, today: Day) -> Result<Confirmed, Failure> {
        let wrong = || Failure::usage(say!("crisis-form-wrong")).hint(say!("crisis-form-wrong.hint"));
        let mut rows = form.lines();
        let mut lines = Vec::new();
        for row in rows.by_ref().take_while(|row| !row.trim().is_empty()) {
            let (word, rest) = row.split_once(':').ok_or_else(wrong)?;
            let line = match word.trim() {
                "keep" => {
                    let known = self.lines.iter().find(|line| line.number == rest.trim());
                    CrisisLine { checked_on: Some(today), ..known.ok_or_else(wrong)?.clone() }
                }
                "line" => own_line(rest, today).ok_or_else(wrong)?,
                _ => return Err(wrong()),
            };
            lines.push(line);
        }
        let text = rows.collect::<Vec<_>>().join("\n").trim().to_owned();
        let text = if text.is_empty() { self.text } else { text };
        Ok(Confirmed { region: self.region, lines, text })
    }
}

fn own_line(row: &str, today: Day) -> Option<CrisisLine> {
    let mut parts = row.split('|').map(|part| part.trim().to_owned());
    let mut next = || parts.next().filter(|part| !part.is_empty());
    let (label, number) = (next()?, next()?);
    let (how, hours, source) = (next(), next(), next());
    Some(CrisisLine { label, number, how, hours, source, checked_on: Some(today) })
}

fn of_shipped(line: &Line) -> Option<CrisisLine> {
    Some(CrisisLine {
        label: crisis::name(line),
        number: line.call.clone().or_else(|| line.text.clone())?,
        how: Some(crisis::how(line)),
        hours: Some(crisis::hours(line)),
        source: Some(line.source.clone()),
        checked_on: line.checked_on,
    })
}

/// Empties what was there.
const NOTHING: &str = "-";

async fn walk(draft: Draft, today: Day) -> Result<Confirmed, Failure> {
    let Draft { region, lines: known, text } = draft;
    prompt::tell(&say!("crisis-walk", count = known.len()));
    let answers = [
        ("yes", say!("answers-crisis-yes")),
        ("change", say!("answers-crisis-change")),
        ("drop", say!("answers-crisis-drop")),
    ];
    let mut lines = Vec::new();
    for line in known {
        prompt::tell("");
        let source = line.source.as_deref().map(screen::one_line);
        let label = screen::one_line(&line.label);
        [label].into_iter().chain(facts(&line)).chain(source).for_each(|fact| prompt::tell(&fact));
        loop {
            let answer = prompt::line(&say!("crisis-ask-line")).await?;
            match in_form(&answer, &answers).as_deref() {
                Some("yes") => lines.push(CrisisLine { checked_on: Some(today), ..line.clone() }),
                Some("change") => lines.push(changed(line.clone(), today).await?),
                Some("drop") => {}
                _ => {
                    prompt::tell(&say!("crisis-ask-again"));
                    continue;
                }
            }
            break;
        }
    }
    while let Some(line) = another(today).await? {
        lines.push(line);
    }
    let said = prompt::line(&say!("crisis-ask-text")).await?;
    let text = match said.as_str() {
        "" => text,
        NOTHING => String::new(),
        said => said.to_owned(),
    };
    Ok(Confirmed { region, lines, text })
}

async fn changed(line: CrisisLine, today: Day) -> Result<CrisisLine, Failure> {
    let question = match line.number.is_empty() {
        true => say!("crisis-ask-new-number"),
        false => say!("crisis-ask-number"),
    };
    let number = prompt::line(&question).await?;
    let how = prompt::line(&say!("crisis-ask-how")).await?;
    let hours = prompt::line(&say!("crisis-ask-hours")).await?;
    let or = |said: &str, before: Option<String>| match said {
        "" => before,
        NOTHING => None,
        said => Some(said.to_owned()),
    };
    Ok(CrisisLine {
        number: if number.is_empty() { line.number } else { number.to_string() },
        how: or(&how, line.how),
        hours: or(&hours, line.hours),
        checked_on: Some(today),
        ..line
    })
}

async fn another(today: Day) -> Result<Option<CrisisLine>, Failure> {
    let label = prompt::line(&say!("crisis-ask-another")).await?;
    if label.is_empty() {
        return Ok(None);
    }
    let blank = CrisisLine {
        label: label.to_string(),
        number: String::new(),
        how: None,
        hours: None,
        source: None,
        checked_on: None,
    };
    loop {
        let line = changed(blank.clone(), today).await?;
        if !line.number.is_empty() {
            return Ok(Some(line));
        }
        prompt::tell(&say!("crisis-ask-again-number"));
    }
}

#[cfg(test)]
mod tests {
    use hearth_api::Checked;

    use super::*;

    fn day() -> Day {
        "2026-11-24".parse().unwrap()
    }

    fn line(label: &str, number: &str) -> CrisisLine {
        let (label, number) = (label.to_owned(), number.to_owned());
        CrisisLine { label, number, how: None, hours: None, source: None, checked_on: None }
    }

    fn thing(lines: Vec<CrisisLine>) -> Thing {
        Thing::CrisisCard { region: "US".to_owned(), lines, text: "naloxone: cupboard".to_owned() }
    }

    #[test]
    fn every_shipped_line_fits_a_card_of_the_group() {
        for region in Region::ALL {
            let Draft { region, lines, .. } = Draft::new(region, None).unwrap();
            assert!(lines.len() <= CRISIS_LINES_MAX, "{region}");
            let thing = Thing::CrisisCard { region, lines, text: String::new() };
            let request = PutObject { thing, id: None, request_id: "r".parse().unwrap() };
            assert!(request.check().is_ok());
            let Thing::CrisisCard { lines, .. } = &request.thing else { panic!("no card") };
            // Somebody may change the number and nothing else.
            for line in lines {
                let how = line.how.as_ref().unwrap();
                assert!(!how.split(", ").next().unwrap().contains(&line.number), "{how}");
            }
        }
    }

    #[test]
    fn lines_of_the_group_are_looked_at_again_and_none_stands_twice() {
        let own = CrisisLine { hours: Some("days".to_owned()), ..line("Clinic", "555 0100") };
        let changed = CrisisLine { hours: Some("nights".to_owned()), ..line("Lifeline", "988") };
        let draft = Draft::new(Region::Us, Some(thing(vec![own.clone(), changed.clone()]))).unwrap();
        assert!(draft.lines[..2] == [own, changed]);
        assert_eq!(draft.lines.iter().filter(|line| line.number == "988").count(), 1);
        assert_eq!(draft.text, "naloxone: cupboard");
    }

    #[test]
    fn a_form_keeps_what_was_looked_at_and_drops_the_rest() {
        let draft = || Draft::new(Region::Us, Some(thing(Vec::new()))).unwrap();
        let form = "keep: 988\nline: Clinic | 555 0100 | call | days\n\nnaloxone: red bag\nby the door\n";
        let card = draft().filled(form, day()).unwrap();
        assert_eq!((card.region.as_str(), card.lines.len()), ("US", 2));
        assert!(card.lines.iter().all(|line| line.checked_on == Some(day())));
        assert_eq!(card.lines[1].hours.as_deref(), Some("days"));
        assert_eq!(card.text, "naloxone: red bag\nby the door");
        assert_eq!(draft().filled("keep: 988", day()).unwrap().text, "naloxone: cupboard");
        for wrong in ["keep: 987", "988", "line: Clinic", "line: | 5", "drop: 988"] {
            let failure = draft().filled(wrong, day()).err().unwrap();
            assert!(!failure.message.contains("98") && !failure.message.contains("Clinic"));
        }
    }

    #[test]
    fn what_others_wrote_cannot_act_on_the_terminal_and_old_lines_are_named() {
        let hostile = CrisisLine { checked_on: Some(day()), ..line("Sam\u{1b}[2J", "5\u{1b}[2J5") };
        let object = Object {
            id: ObjectId::from_bytes([1; 32]),
            thing: thing(vec![hostile, line("Clinic", "555 0100")]),
            owner: None,
            is_mine: false,
            by: None,
            by_name: "A\u{202e}da".to_owned(),
            at: 5,
            may_change: false,
            beside: 1,
            state: None,
        };
        let card = GroupCard { group: "Tuesday".to_owned(), object };
        let shown = |today: &str| card_text(&card, today.parse().unwrap(), &Output::of_terminal(40, false));
        let text = shown("2026-12-01");
        assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'), "{text}");
        assert!(text.contains("checked on 2026-11-24") && text.contains("not checked"), "{text}");
        assert!(text.contains("naloxone: cupboard") && text.lines().all(|line| line.chars().count() <= 40));
        assert!(shown("2028-01-01").contains("last checked 2026-11-24"));
    }
}
