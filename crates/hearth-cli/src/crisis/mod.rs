//! The crisis card: emergency numbers, first steps and help lines, from data that is part of the program.
//!
//! It asks nobody, opens nothing and waits for nothing: no daemon, no vault, no network. What `hearth sos` shows first is
//! [`print()`], too.

pub(crate) mod lines;
pub(crate) mod region;

use jiff::{Zoned, civil};
use serde::Serialize;

use crate::{
    args::CrisisKind,
    catalogue::say,
    failure::{Failure, Stopped},
    output::Output,
};
use lines::{Age, Emergency, Hours, Line, Lines, Serves};
use region::{Chosen, NamedBy, Region};

/// Prints the card: for what happened, or for everything; for a region, or the emergency numbers of all in short.
///
/// A card that is loud is one that is shown again because nobody has answered: it rings the terminal's bell, says so, and
/// leaves out the first steps.
///
/// # Errors
/// When the reader is gone, or nothing can be written.
pub(crate) fn print(
    kind: Option<CrisisKind>,
    chosen: Chosen,
    is_loud: bool,
    output: &Output,
) -> Result<(), Stopped> {
    let card = Card::new(kind, chosen, is_loud, Zoned::now().date())?;
    output.answer("hearth.crisis/1", &card.body(), || card.text(output))
}

/// What is shown.
struct Card {
    kind: Option<CrisisKind>,
    chosen: Chosen,
    is_loud: bool,
    today: civil::Date,
    emergency: Vec<(Region, Emergency)>,
    lines: Vec<Line>,
}

impl Card {
    fn new(
        kind: Option<CrisisKind>,
        chosen: Chosen,
        is_loud: bool,
        today: civil::Date,
    ) -> Result<Self, Failure> {
        let (emergency, lines) = match chosen.region {
            Some(region) => {
                let known = Lines::of(region)?;
                (vec![(region, known.emergency)], for_kind(kind, known.lines))
            }
            None => {
                let all = Region::ALL.into_iter().map(|region| Ok((region, Lines::of(region)?.emergency)));
                (all.collect::<Result<_, Failure>>()?, Vec::new())
            }
        };
        Ok(Self { kind, chosen, is_loud, today, emergency, lines })
    }

    /// The first steps; the number is that of the region, if there is one.
    fn steps(&self) -> Vec<String> {
        let Some(kind) = self.kind.filter(|_| !self.is_loud) else { return Vec::new() };
        let numbers = match self.emergency.as_slice() {
            [(_, only)] => Some(only),
            _ => None,
        };
        let first = |numbers: &[String]| numbers.first().cloned();
        let medical = numbers.and_then(|numbers| first(&numbers.medical));
        let police = numbers.and_then(|numbers| first(&numbers.police));
        let number = medical.unwrap_or_else(|| say!("crisis-the-emergency-number"));
        let police = police.unwrap_or_else(|| say!("crisis-the-emergency-number"));
        let silent = numbers.and_then(|numbers| numbers.silent.clone());
        let text = numbers.and_then(|numbers| numbers.text.clone());
        match kind {
            CrisisKind::Overdose => vec![
                say!("crisis-overdose-call", number = number),
                say!("crisis-overdose-naloxone"),
                say!("crisis-overdose-breathe", number = number),
                say!("crisis-overdose-again"),
                say!("crisis-overdose-side"),
                say!("crisis-overdose-stay"),
            ],
            CrisisKind::SelfHarm => vec![
                say!("crisis-self-harm-call", number = number),
                say!("crisis-self-harm-you"),
                say!("crisis-self-harm-ask"),
                say!("crisis-self-harm-away"),
                say!("crisis-self-harm-stay"),
            ],
            CrisisKind::Danger => {
                let call = say!("crisis-danger-call", number = police);
                let silent = silent.map(|press| say!("crisis-danger-silent", number = police, press = press));
                let text = text.map(|text| say!("crisis-danger-text", number = text));
                let rest = [say!("crisis-danger-other"), say!("crisis-danger-phone")];
                [call].into_iter().chain(silent).chain(text).chain(rest).collect()
            }
            CrisisKind::Withdrawal => vec![
                say!("crisis-withdrawal-call", number = number),
                say!("crisis-withdrawal-seizure"),
                say!("crisis-withdrawal-medical"),
                say!("crisis-withdrawal-today"),
                say!("crisis-withdrawal-stay"),
            ],
        }
    }

    fn text(&self, output: &Output) -> String {
        let mut page = Page::new(output);
        if self.is_loud {
            let bell = if output.is_terminal() { "\u{7}" } else { "" };
            page.line(&format!("{bell}{}", say!("crisis-again")));
        }
        match self.emergency.as_slice() {
            [(_, only)] => self.emergency_lines(only).iter().for_each(|line| page.line(line)),
            several => {
                page.line(&say!("crisis-all-numbers"));
                for (region, numbers) in several {
                    page.item(&short(*region, numbers));
                }
            }
        }
        let region = match self.chosen.region {
            Some(region) => shown_region(region, self.chosen.by),
            None if self.chosen.is_unknown() => say!("crisis-region-unknown", codes = region::codes()),
            None => say!("crisis-region-none", codes = region::codes()),
        };
        page.line(&region);
        let steps = self.steps();
        if let Some(heading) = self.kind.filter(|_| !steps.is_empty()).map(heading) {
            page.gap();
            page.line(&heading);
            for (number, step) in (1_u32..).zip(&steps) {
                page.item(&format!("{number}. {step}"));
            }
        }
        for line in &self.lines {
            page.gap();
            page.line(&name(line));
            page.item(&purpose(line.serves));
            let joined = |facts: Vec<String>| output.facts(&facts, " · ");
            joined(ways(line)).lines().for_each(|fact| page.item(fact));
            joined(facts(line)).lines().for_each(|fact| page.item(fact));
            if let Some(warning) = warning(Age::of(line.checked_on, self.today)) {
                page.item(&warning);
            }
        }
        page.gap();
        page.line(&self.honesty());
        page.text()
    }

    fn emergency_lines(&self, numbers: &Emergency) -> Vec<String> {
        let (medical, police) = (any_of(&numbers.medical), any_of(&numbers.police));
        let mut lines = match self.kind {
            _ if medical == police => vec![say!("crisis-emergency", number = medical)],
            Some(CrisisKind::Danger) => vec![
                say!("crisis-emergency-police", number = police),
                say!("crisis-emergency-medical", number = medical),
            ],
            Some(CrisisKind::Overdose | CrisisKind::SelfHarm | CrisisKind::Withdrawal) | None => vec![
                say!("crisis-emergency-medical", number = medical),
                say!("crisis-emergency-police", number = police),
            ],
        };
        lines.extend(numbers.text.as_ref().map(|number| say!("crisis-emergency-text", number = number)));
        lines.extend(warning(Age::of(numbers.checked_on, self.today)));
        lines
    }

    /// Says how far the lines were checked, by the oldest day among them, and by whom they were not.
    fn honesty(&self) -> String {
        let days = self.lines.iter().map(|line| line.checked_on);
        let days = days.chain(self.emergency.iter().map(|(_, numbers)| numbers.checked_on));
        match days.flatten().min() {
            Some(day) => say!("crisis-compared", day = day.to_string()),
            None => say!("crisis-compared-never"),
        }
    }

    fn body(&self) -> Body<'_> {
        let age = |day| Age::of(day, self.today).name();
        let region = |(region, numbers)| NumbersBody { region: Region::code(region), numbers };
        Body {
            kind: self.kind.map(name_of),
            region: self.chosen.region.map(Region::code),
            region_from: self.chosen.by.name(),
            loud: self.is_loud,
            emergency: self.emergency.iter().map(|(code, numbers)| region((*code, numbers))).collect(),
            steps: self.steps(),
            lines: self.lines.iter().map(|line| LineBody { line, state: age(line.checked_on) }).collect(),
        }
    }
}

#[derive(Serialize)]
struct Body<'a> {
    kind: Option<&'static str>,
    region: Option<&'static str>,
    region_from: &'static str,
    loud: bool,
    emergency: Vec<NumbersBody<'a>>,
    steps: Vec<String>,
    lines: Vec<LineBody<'a>>,
}

#[derive(Serialize)]
struct NumbersBody<'a> {
    region: &'static str,
    #[serde(flatten)]
    numbers: &'a Emergency,
}

#[derive(Serialize)]
struct LineBody<'a> {
    #[serde(flatten)]
    line: &'a Line,
    state: &'static str,
}

/// Chooses the lines that help with it, those first that help most.
fn for_kind(kind: Option<CrisisKind>, lines: Vec<Line>) -> Vec<Line> {
    let wanted: &[Serves] = match kind {
        None => &[Serves::Crisis, Serves::Drugs, Serves::Company, Serves::Violence, Serves::Poison],
        Some(CrisisKind::Overdose) => &[Serves::Poison, Serves::Drugs, Serves::Crisis, Serves::Company],
        Some(CrisisKind::SelfHarm) => &[Serves::Crisis, Serves::Drugs],
        Some(CrisisKind::Danger) => &[Serves::Violence, Serves::Crisis],
        Some(CrisisKind::Withdrawal) => &[Serves::Drugs, Serves::Crisis],
    };
    let of =
        |serves: &Serves| lines.iter().filter(|line| line.serves == *serves).cloned().collect::<Vec<_>>();
    // What answers for one area alone is one of many.
    let (everywhere, areas): (Vec<_>, Vec<_>) =
        wanted.iter().flat_map(of).partition(|line| line.area.is_none());
    everywhere.into_iter().chain(areas).collect()
}

/// Says what is known about a line's day, if it has to be said beside it.
pub(crate) fn warning(age: Age) -> Option<String> {
    match age {
        Age::Checked(_) => None,
        Age::Old(day) => Some(say!("crisis-old", day = day.to_string())),
        Age::Unknown => Some(say!("crisis-not-checked")),
    }
}

/// Returns who answers, and for which area.
pub(crate) fn name(line: &Line) -> String {
    match &line.area {
        Some(area) => say!("crisis-name-area", name = line.name, area = area),
        None => line.name.clone(),
    }
}

/// Returns how a line is reached.
pub(crate) fn ways(line: &Line) -> Vec<String> {
    let mut ways = match (&line.call, &line.text) {
        (Some(call), Some(text)) if call == text => vec![say!("crisis-call-or-text", number = call)],
        (call, text) => {
            let call = call.as_ref().map(|number| say!("crisis-call", number = number));
            let text = text.as_ref().map(|number| way_to_text(number, line.word.as_deref()));
            call.into_iter().chain(text).collect()
        }
    };
    ways.extend(line.chat.as_ref().map(|address| say!("crisis-chat", address = address)));
    ways
}

/// Returns how a line is reached, for a card on which its number stands apart and may be changed.
pub(crate) fn how(line: &Line) -> String {
    let mut how = match (&line.call, &line.text) {
        (Some(call), Some(text)) if call == text => vec![say!("crisis-how-call-or-text")],
        (Some(_), Some(text)) => vec![say!("crisis-how-call"), way_to_text(text, line.word.as_deref())],
        (Some(_), None) => vec![say!("crisis-how-call")],
        (None, _) => match &line.word {
            Some(word) => vec![say!("crisis-how-text-word", word = word)],
            None => vec![say!("crisis-how-text")],
        },
    };
    how.extend(line.chat.as_ref().map(|address| say!("crisis-chat", address = address)));
    how.join(", ")
}

fn way_to_text(number: &str, word: Option<&str>) -> String {
    match word {
        Some(word) => say!("crisis-text-word", word = word, number = number),
        None => say!("crisis-text", number = number),
    }
}

fn purpose(serves: Serves) -> String {
    match serves {
        Serves::Crisis => say!("crisis-for-crisis"),
        Serves::Drugs => say!("crisis-for-drugs"),
        Serves::Company => say!("crisis-for-company"),
        Serves::Poison => say!("crisis-for-poison"),
        Serves::Violence => say!("crisis-for-violence"),
    }
}

/// Returns when a line answers.
pub(crate) fn hours(line: &Line) -> String {
    match &line.hours {
        Some(Hours::Always) => say!("crisis-hours-always"),
        Some(Hours::Office) => say!("crisis-hours-office"),
        Some(Hours::Daily(from, to)) => say!("crisis-hours-daily", from = from, to = to),
        None => say!("crisis-hours-unknown"),
    }
}

fn facts(line: &Line) -> Vec<String> {
    let cost = line.free.map(|free| if free { say!("crisis-free") } else { say!("crisis-not-free") });
    let languages: Vec<String> =
        line.languages.iter().map(|code| say!("crisis-language", code = code)).collect();
    [hours(line)].into_iter().chain(cost).chain([languages.join(", ")]).collect()
}

fn any_of(numbers: &[String]) -> String {
    let mut numbers = numbers.iter().cloned();
    let first = numbers.next().unwrap_or_default();
    numbers.fold(first, |one, other| say!("crisis-or", one = one, other = other))
}

fn short(region: Region, numbers: &Emergency) -> String {
    let (medical, police) = (any_of(&numbers.medical), any_of(&numbers.police));
    match medical == police {
        true => say!("crisis-short", region = region.code(), number = medical),
        false => say!("crisis-short-two", region = region.code(), medical = medical, police = police),
    }
}

fn shown_region(region: Region, by: NamedBy) -> String {
    let region = region.code();
    match by {
        NamedBy::CommandLine => say!("crisis-region-asked", region = region),
        NamedBy::Variable => say!("crisis-region-variable", region = region, variable = region::VARIABLE),
        NamedBy::Folder | NamedBy::Nothing => say!("crisis-region-folder", region = region),
    }
}

fn heading(kind: CrisisKind) -> String {
    match kind {
        CrisisKind::Overdose => say!("crisis-overdose"),
        CrisisKind::SelfHarm => say!("crisis-self-harm"),
        CrisisKind::Danger => say!("crisis-danger"),
        CrisisKind::Withdrawal => say!("crisis-withdrawal"),
    }
}

fn name_of(kind: CrisisKind) -> &'static str {
    match kind {
        CrisisKind::Overdose => "overdose",
        CrisisKind::SelfHarm => "self_harm",
        CrisisKind::Danger => "danger",
        CrisisKind::Withdrawal => "withdrawal",
    }
}

/// Lines that fit the terminal, broken between words; a screen reader gets each in one piece.
pub(crate) struct Page {
    rows: Vec<String>,
    width: Option<usize>,
    is_plain: bool,
}

impl Page {
    /// Begins a page.
    pub(crate) fn new(output: &Output) -> Self {
        let width = output.width().filter(|width| *width >= WRAP_COLUMNS_MIN && !output.is_plain());
        Self { rows: Vec::new(), width, is_plain: output.is_plain() }
    }

    /// Adds a line.
    pub(crate) fn line(&mut self, words: &str) {
        self.wrapped(words, "");
    }

    /// Adds a line that belongs to the one before.
    pub(crate) fn item(&mut self, words: &str) {
        self.wrapped(words, if self.is_plain { "" } else { "  " });
    }

    /// Adds an empty line between others, which a screen reader does not need.
    pub(crate) fn gap(&mut self) {
        if !self.rows.is_empty() {
            self.blank();
        }
    }

    /// Adds an empty line, which a screen reader does not need.
    pub(crate) fn blank(&mut self) {
        if !self.is_plain {
            self.rows.push(String::new());
        }
    }

    /// Returns the page.
    pub(crate) fn text(self) -> String {
        self.rows.join("\n")
    }

    fn wrapped(&mut self, words: &str, indent: &str) {
        let mut row = String::new();
        for word in words.split(' ') {
            let columns = indent.len() + row.chars().count() + 1 + word.chars().count();
            if !row.is_empty() && self.width.is_some_and(|width| columns > width) {
                self.row(indent, &row);
                row.clear();
            }
            if !row.is_empty() {
                row.push(' ');
            }
            row.push_str(word);
        }
        self.row(indent, &row);
    }

    fn row(&mut self, indent: &str, row: &str) {
        self.rows.push(format!("{indent}{row}"));
    }
}

const WRAP_COLUMNS_MIN: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [Option<CrisisKind>; 5] = [
        None,
        Some(CrisisKind::Overdose),
        Some(CrisisKind::SelfHarm),
        Some(CrisisKind::Danger),
        Some(CrisisKind::Withdrawal),
    ];

    fn chosen(region: Option<Region>) -> Chosen {
        region.map_or(Chosen::NOTHING, |region| Chosen { region: Some(region), by: NamedBy::CommandLine })
    }

    fn card(kind: Option<CrisisKind>, region: Option<Region>, today: &str) -> Card {
        Card::new(kind, chosen(region), false, today.parse().unwrap()).unwrap()
    }

    fn regions() -> impl Iterator<Item = Option<Region>> {
        Region::ALL.into_iter().map(Some).chain([None])
    }

    #[test]
    fn the_emergency_number_is_the_first_thing_to_read() {
        for kind in KINDS {
            for region in Region::ALL {
                let text = card(kind, Some(region), "2026-11-24").text(&Output::of_terminal(40, false));
                let numbers = Lines::of(region).unwrap().emergency;
                let number = match kind {
                    Some(CrisisKind::Danger) => &numbers.police[0],
                    _ => &numbers.medical[0],
                };
                assert!(text.lines().next().unwrap().contains(number.as_str()), "{text}");
            }
            let text = card(kind, None, "2026-11-24").text(&Output::of_terminal(40, false));
            for number in ["911", "999", "112", "000", "111", "15", "17", "110"] {
                assert!(text.contains(number), "{number}: {text}");
            }
        }
    }

    #[test]
    fn a_card_can_be_read_at_forty_columns_and_has_no_layout_for_a_screen_reader() {
        for kind in KINDS {
            for region in regions() {
                let card = card(kind, region, "2026-11-24");
                for line in card.text(&Output::of_terminal(40, false)).lines() {
                    assert!(line.chars().count() <= 40, "{line:?}");
                    assert_eq!(line, line.trim_end());
                }
                let plain = card.text(&Output::of_terminal(40, true));
                for line in plain.lines() {
                    assert!(!line.is_empty() && line == line.trim() && !line.contains("  "), "{line:?}");
                }
            }
        }
    }

    #[test]
    fn first_steps_call_for_help_first_and_name_the_number_of_the_region() {
        for kind in KINDS.into_iter().flatten() {
            let steps = card(Some(kind), Some(Region::Us), "2026-11-24").steps();
            assert!(steps.len() >= 3 && steps[0].contains("911"), "{steps:?}");
            let steps = card(Some(kind), None, "2026-11-24").steps();
            assert!(steps[0].contains("the emergency number"), "{steps:?}");
        }
        let danger = |region| card(Some(CrisisKind::Danger), Some(region), "2026-11-24").steps();
        assert!(danger(Region::Uk).iter().any(|step| step.contains("55")));
        assert!(danger(Region::Fr).iter().any(|step| step.contains("114")));
        assert!(danger(Region::De)[0].contains("110"));
    }

    #[test]
    fn what_is_old_or_was_never_looked_at_is_said_beside_the_line() {
        let shown = |today| card(None, Some(Region::Uk), today).text(&Output::of_terminal(100, false));
        let fresh = shown("2026-12-01");
        assert_eq!(fresh.matches("not checked: call to make sure").count(), 2, "{fresh}");
        assert!(!fresh.contains("last checked"), "{fresh}");
        assert!(fresh.contains("on 2026-11-24 or later") && fresh.contains("Nobody rang"), "{fresh}");
        let late = shown("2027-11-24");
        assert!(late.matches("last checked 2026-11-24: call to make sure").count() >= 5, "{late}");
        let states: Vec<_> =
            card(None, Some(Region::Uk), "2027-11-24").body().lines.iter().map(|line| line.state).collect();
        assert!(states.iter().all(|state| ["old", "not_checked"].contains(state)), "{states:?}");
    }

    #[test]
    fn lines_that_help_with_it_come_first_and_others_stay_away() {
        let names = |kind| {
            let card = card(kind, Some(Region::Us), "2026-11-24");
            card.lines.iter().map(|line| line.serves).collect::<Vec<_>>()
        };
        assert_eq!(names(Some(CrisisKind::SelfHarm))[0], Serves::Crisis);
        assert_eq!(names(Some(CrisisKind::Danger))[0], Serves::Violence);
        assert!(!names(Some(CrisisKind::Overdose)).contains(&Serves::Violence));
        assert_eq!(names(None).len(), Lines::of(Region::Us).unwrap().lines.len());
    }

    #[test]
    fn a_loud_card_says_that_it_is_shown_again_and_which_number() {
        let loud = Card::new(
            Some(CrisisKind::Overdose),
            chosen(Some(Region::Us)),
            true,
            "2026-11-24".parse().unwrap(),
        );
        let text = loud.unwrap().text(&Output::of_terminal(80, false));
        let mut lines = text.lines();
        let first = lines.next().unwrap();
        assert!(first.starts_with('\u{7}') && first.contains("Call now"), "{text}");
        assert!(lines.next().unwrap().contains("911") && !text.contains("1. "), "{text}");
    }

    #[test]
    fn json_says_which_region_it_is_and_why() {
        let body = |region| serde_json::to_value(card(None, region, "2026-11-24").body()).unwrap();
        let known = body(Some(Region::Us));
        assert_eq!((&known["region"], &known["region_from"]), (&"US".into(), &"option".into()));
        assert_eq!(known["emergency"][0]["medical"][0], "911");
        assert_eq!(
            (&known["lines"][0]["for"], &known["lines"][0]["state"]),
            (&"crisis".into(), &"checked".into())
        );
        let none = body(None);
        assert!(none["region"].is_null() && none["lines"].as_array().unwrap().is_empty());
        assert_eq!(none["emergency"].as_array().unwrap().len(), Region::ALL.len());
    }
}
