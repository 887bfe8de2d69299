//! `hearth minutes` and `hearth treasurer`: what the group keeps of its affairs. Of money, sums alone.

use std::ffi::OsString;

use hearth_api::{
    ExitCode, Object, Thing, ThingKind,
    limits::{MONEY_DIGITS_MAX, MONEY_MAX},
};

use super::{
    Shelf,
    asking::{self, Field, Said},
    mark, needs_servant, pick, put_and_say, refuse_stray_words, withdraw, written_by,
};
use crate::{
    catalogue::say,
    deciding::{Kept, KeptVerb},
    failure::{Failure, Stopped},
    node::Node,
    output::Output,
    screen,
};

const MINUTES: &str = "hearth.minutes/1";
const TREASURER: &str = "hearth.treasurer/1";

/// Does what is asked for with minutes.
pub(in crate::commands) async fn minutes(node: &Node, kept: Kept) -> Result<(), Stopped> {
    match kept.verb {
        None => list(node, ThingKind::Minutes, MINUTES, &say!("minutes-none")).await,
        Some(KeptVerb::Show { which }) => show(node, ThingKind::Minutes, MINUTES, &which).await,
        Some(KeptVerb::Add { stray_words }) => add_minutes(node, &stray_words).await,
        Some(KeptVerb::Withdraw { which, yes }) => gone(node, ThingKind::Minutes, &which, yes).await,
    }
}

/// Does what is asked for with the treasurer's reports.
pub(in crate::commands) async fn treasurer(node: &Node, kept: Kept) -> Result<(), Stopped> {
    match kept.verb {
        None => list(node, ThingKind::TreasurerReport, TREASURER, &say!("treasurer-none")).await,
        Some(KeptVerb::Show { which }) => show(node, ThingKind::TreasurerReport, TREASURER, &which).await,
        Some(KeptVerb::Add { stray_words }) => add_report(node, &stray_words).await,
        Some(KeptVerb::Withdraw { which, yes }) => gone(node, ThingKind::TreasurerReport, &which, yes).await,
    }
}

fn title(thing: &Thing) -> String {
    match thing {
        Thing::Minutes { title, .. } => screen::one_line(title),
        Thing::TreasurerReport { period, .. } => screen::one_line(period),
        _ => String::new(),
    }
}

/// The newest first.
fn all(shelf: &Shelf) -> Vec<(&Object, String)> {
    let mut all: Vec<(&Object, String)> =
        shelf.objects.iter().map(|object| (object, title(&object.thing))).collect();
    all.sort_by_key(|(object, _)| std::cmp::Reverse((object.at, object.id)));
    all
}

async fn list(node: &Node, kind: ThingKind, schema: &'static str, none: &str) -> Result<(), Stopped> {
    let shelf = Shelf::open(node, &[kind]).await?;
    let all = all(&shelf);
    for (object, _) in &all {
        node.output.answer(schema, object, || lines(object, &node.output))?;
    }
    if all.is_empty() {
        node.output.note(none);
    }
    Ok(())
}

async fn show(node: &Node, kind: ThingKind, schema: &'static str, which: &[String]) -> Result<(), Stopped> {
    let shelf = Shelf::open(node, &[kind]).await?;
    let object = pick(&all(&shelf), which, missing)?;
    node.output.answer(schema, object, || {
        let text = match &object.thing {
            Thing::Minutes { text, .. } => Some(screen::indented(text, node.output.width())),
            _ => None,
        };
        let lines =
            std::iter::once(lines(object, &node.output)).chain(text).chain([written_by(&shelf, object)]);
        lines.collect::<Vec<_>>().join("\n")
    })
}

fn lines(object: &Object, output: &Output) -> String {
    let mark = mark(object.id);
    let facts = match output.is_plain() {
        true => vec![say!("plain-title", title = title(&object.thing)), say!("plain-mark", mark = mark)],
        false => vec![mark, title(&object.thing)],
    };
    let head = output.row(&facts);
    let Thing::TreasurerReport { currency, digits, opening, income, expenses, closing, .. } = &object.thing
    else {
        return head;
    };
    let money = |units: i128| format!("{} {}", amount(units, *digits), screen::one_line(currency));
    let sums = [
        say!("treasurer-opening", money = money((*opening).into())),
        say!("treasurer-income", money = money((*income).into())),
        say!("treasurer-expenses", money = money((*expenses).into())),
        say!("treasurer-closing", money = money((*closing).into())),
    ];
    let indent = if output.is_plain() { "" } else { "    " };
    let sums = sums.into_iter().map(|line| format!("{indent}{line}"));
    std::iter::once(head).chain(sums).collect::<Vec<_>>().join("\n")
}

/// Writes an amount with its point.
fn amount(units: i128, digits: u8) -> String {
    let sign = if units < 0 { "-" } else { "" };
    let all = format!("{:0>width$}", units.unsigned_abs(), width = usize::from(digits) + 1);
    let (whole, part) = all.split_at(all.len() - usize::from(digits));
    if part.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") }
}

const MINUTES_FORM: &[Field] =
    &[Field { name: "title", label: || say!("minutes-label-title"), question: || say!("minutes-ask-title") }];

async fn add_minutes(node: &Node, stray_words: &[OsString]) -> Result<(), Stopped> {
    refuse_stray_words(stray_words)?;
    let shelf = Shelf::open(node, &[]).await?;
    needs_servant(&shelf)?;
    let form = asking::written(MINUTES_FORM, |_| String::new(), Some(""));
    let said = asking::ask(node, MINUTES_FORM, &form, Some(say!("minutes-ask-text"))).await?;
    let text = said.text(None).trim_end().to_owned();
    let title = said.line("title", None).filter(|_| !text.is_empty());
    let title =
        title.ok_or_else(|| Failure::usage(say!("minutes-empty")).hint(say!("minutes-empty.hint")))?;
    let thing = Thing::Minutes { title, text };
    put_and_say(node, &shelf.group, None, thing, said.by_hand, |object| {
        say!("readings-put", mark = mark(object.id))
    })
    .await
}

const REPORT_FORM: &[Field] = &[
    Field {
        name: "period",
        label: || say!("treasurer-label-period"),
        question: || say!("treasurer-ask-period"),
    },
    Field {
        name: "currency",
        label: || say!("treasurer-label-currency"),
        question: || say!("treasurer-ask-currency"),
    },
    Field {
        name: "opening",
        label: || say!("treasurer-label-opening"),
        question: || say!("treasurer-ask-opening"),
    },
    Field {
        name: "income",
        label: || say!("treasurer-label-income"),
        question: || say!("treasurer-ask-income"),
    },
    Field {
        name: "expenses",
        label: || say!("treasurer-label-expenses"),
        question: || say!("treasurer-ask-expenses"),
    },
    Field {
        name: "closing",
        label: || say!("treasurer-label-closing"),
        question: || say!("treasurer-ask-closing"),
    },
];

async fn add_report(node: &Node, stray_words: &[OsString]) -> Result<(), Stopped> {
    refuse_stray_words(stray_words)?;
    let shelf = Shelf::open(node, &[]).await?;
    needs_servant(&shelf)?;
    let form = asking::written(REPORT_FORM, |_| String::new(), None);
    let said = asking::ask(node, REPORT_FORM, &form, None).await?;
    let thing = report(|name| line(&said, name))?;
    put_and_say(node, &shelf.group, None, thing, said.by_hand, |object| {
        say!("readings-put", mark = mark(object.id))
    })
    .await
}

fn line(said: &Said, name: &str) -> Option<String> {
    said.line(name, None)
}

/// Makes the report; what is not said of the last sum follows from the others.
fn report(line: impl Fn(&str) -> Option<String>) -> Result<Thing, Failure> {
    let (Some(period), Some(currency)) = (line("period"), line("currency")) else {
        return Err(Failure::usage(say!("treasurer-empty")).hint(say!("treasurer-empty.hint")));
    };
    let typed = ["opening", "income", "expenses", "closing"].map(line);
    let mut sums = Vec::new();
    for sum in &typed {
        sums.push(sum.as_deref().map(|sum| parsed(sum).ok_or_else(not_money)).transpose()?);
    }
    let digits = sums.iter().flatten().map(|(_, digits)| *digits).max().unwrap_or_default();
    let units = |place: usize| {
        let (units, own) = sums.get(place).copied().flatten()?;
        Some(units * 10_i128.pow(u32::from(digits - own)))
    };
    let known = |place: usize| units(place).unwrap_or_default();
    let (opening, income, expenses) = (known(0), known(1), known(2));
    let closing = opening + income - expenses;
    if let Some(said) = units(3)
        && said != closing
    {
        let message = say!("treasurer-does-not-add-up", money = amount(closing, digits));
        return Err(Failure::usage(message).hint(say!("treasurer-does-not-add-up.hint")));
    }
    let signed = |units: i128| i64::try_from(units).ok().filter(|units| units.unsigned_abs() <= MONEY_MAX);
    let unsigned = |units: i128| u64::try_from(units).ok().filter(|units| *units <= MONEY_MAX);
    let fits = signed(opening).zip(unsigned(income)).zip(unsigned(expenses)).zip(signed(closing));
    let (((opening, income), expenses), closing) = fits.ok_or_else(not_money)?;
    Ok(Thing::TreasurerReport { period, currency, digits, opening, income, expenses, closing })
}

/// Reads an amount such as "12.50" or "-3,5": its smallest units, and how many digits stand behind the point.
fn parsed(typed: &str) -> Option<(i128, u8)> {
    let (sign, rest) = match typed.trim().strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, typed.trim()),
    };
    let (whole, part) = rest.split_once(['.', ',']).unwrap_or((rest, ""));
    let digits = u8::try_from(part.len()).ok().filter(|digits| *digits <= MONEY_DIGITS_MAX)?;
    let all = format!("{whole}{part}");
    let is_number =
        !whole.is_empty() && all.len() <= MONEY_CHARS_MAX && all.bytes().all(|b| b.is_ascii_digit());
    let has_part = !part.is_empty() || !rest.contains(['.', ',']);
    if !(is_number && has_part) {
        return None;
    }
    Some((sign * all.parse::<i128>().ok()?, digits))
}

/// Digits of the longest amount that is read: far more than the largest has.
const MONEY_CHARS_MAX: usize = 20;

async fn gone(node: &Node, kind: ThingKind, which: &[String], yes: bool) -> Result<(), Stopped> {
    let shelf = Shelf::open(node, &[kind]).await?;
    let object = pick(&all(&shelf), which, missing)?;
    withdraw(node, &shelf.group, object, yes, &title(&object.thing)).await
}

fn missing() -> Failure {
    Failure::new(ExitCode::NotFound, "not_found", say!("affairs-missing")).hint(say!("affairs-missing.hint"))
}

fn not_money() -> Failure {
    Failure::usage(say!("treasurer-not-money")).hint(say!("treasurer-not-money.hint"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_and_written_with_their_point_and_never_guessed() {
        for (typed, read) in [("12.50", (1250, 2)), ("12,5", (125, 1)), ("-3", (-3, 0)), (" 0.05 ", (5, 2))] {
            assert_eq!(parsed(typed), Some(read), "{typed}");
        }
        for bad in
            ["", "-", "1.", ".5", "1,000.50", "1.23456", "12 USD", "1e3", "--1", "999999999999999999999"]
        {
            assert_eq!(parsed(bad), None, "{bad}");
        }
        for (units, digits, written) in [(1250, 2, "12.50"), (-5, 2, "-0.05"), (7, 0, "7"), (0, 3, "0.000")] {
            assert_eq!(amount(units, digits), written);
        }
    }

    #[test]
    fn a_report_follows_from_three_sums_and_is_refused_if_the_fourth_says_otherwise() {
        let told = |closing: Option<&str>| {
            let closing = closing.map(str::to_owned);
            report(move |name| match name {
                "period" => Some("October".to_owned()),
                "currency" => Some("USD".to_owned()),
                "opening" => Some("100".to_owned()),
                "income" => Some("50.5".to_owned()),
                "expenses" => Some("20.25".to_owned()),
                _ => closing.clone(),
            })
        };
        let Ok(Thing::TreasurerReport { digits, opening, income, expenses, closing, .. }) = told(None) else {
            panic!("no report")
        };
        assert_eq!((digits, opening, income, expenses, closing), (2, 10_000, 5_050, 2_025, 13_025));
        assert!(told(Some("130.25")).is_ok() && told(Some("130.250")).is_ok());
        let refused = told(Some("130.24")).err().unwrap();
        assert!(refused.message.contains("130.25"), "{}", refused.message);
        assert!(told(Some("lots")).is_err());
        assert!(report(|_| None).is_err());
    }
}
