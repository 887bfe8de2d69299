//! What a text gives away: passcodes, contacts, certain weeks of the month, that a meeting may not take place.
//!
//! These are signs for people and for keeping secrets, never rules: a sign too many hides a text or asks somebody to look, a
//! rule too many would send people to a closed door.

/// Says whether a text seems to hold a passcode, a way into an online room, or a contact.
pub(super) fn is_secret(text: &str) -> bool {
    let lower = text.to_lowercase();
    passcode_at(text).is_some()
        || PASSCODE_WORDS.iter().any(|word| has_word(&lower, word))
        || ROOM_SIGNS.iter().any(|sign| lower.contains(sign))
        || has_email(&lower)
        || has_phone(&lower)
}

/// Returns where a passcode with its word begins in a line: a word for it, and then a sign or a digit.
pub(super) fn passcode_at(text: &str) -> Option<usize> {
    let lower = text.to_ascii_lowercase();
    let words = PASSCODE_WORDS.iter().chain(PASSCODE_SHORT.iter());
    words
        .filter_map(|word| word_places(&lower, word).find(|(_, after)| is_followed_by_code(after)))
        .map(|(at, _)| at)
        .min()
}

/// Says whether a link holds a passcode among its parameters.
pub(super) fn link_holds_passcode(url: &str) -> bool {
    let parameters = url.split_once(['?', '#']).map_or("", |(_, parameters)| parameters);
    parameters.split(['&', ';', '?', '#']).any(is_passcode_parameter)
}

/// Returns a link without the parameters that hold a passcode.
pub(crate) fn link_without_passcode(url: &str) -> String {
    let mut kept = String::with_capacity(url.len());
    let mut mark = "";
    let mut rest = url;
    loop {
        let end = rest.find(['?', '&', '#', ';']).unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        if mark.is_empty() || !is_passcode_parameter(part) {
            // What takes the place of a first parameter that went begins the parameters.
            let begins = mark == "&" && !kept.contains('?');
            kept.push_str(if begins { "?" } else { mark });
            kept.push_str(part);
        }
        let Some(next) = after.get(..1) else {
            return kept;
        };
        (mark, rest) = (next, after.get(1..).unwrap_or_default());
    }
}

/// Says whether a text speaks of certain weeks of the month, or of every other week.
pub(super) fn is_monthly(text: &str) -> bool {
    let words = words(text);
    let near = |at: usize| words.iter().skip(at + 1).take(NEAR_WORDS);
    words.iter().enumerate().any(|(at, word)| {
        MONTH_ALONE.contains(&word.as_str())
            || (NTH_WORDS.contains(&word.as_str()) && near(at).any(|next| is_day_or_week(next)))
            || (word == "every" && near(at).take(1).any(|next| next == "other"))
    })
}

/// Says whether a text speaks of a meeting that may not take place.
pub(super) fn may_not_meet(text: &str) -> bool {
    let words = words(text);
    let pairs = words.iter().zip(words.iter().skip(1));
    words.iter().any(|word| PAUSE_WORDS.contains(&word.as_str()))
        || pairs.into_iter().any(|(first, second)| {
            (["no", "not"].contains(&first.as_str()) && ["meeting", "meetings"].contains(&second.as_str()))
                || (first == "on" && ["hold", "hiatus"].contains(&second.as_str()))
        })
}

fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn is_day_or_week(word: &str) -> bool {
    DAY_WORDS.contains(&word) || word.strip_suffix('s').is_some_and(|one| DAY_WORDS.contains(&one))
}

fn has_word(lower: &str, word: &str) -> bool {
    word_places(lower, word).next().is_some()
}

/// Yields where a word begins, and what follows it.
fn word_places<'a>(lower: &'a str, word: &'a str) -> impl Iterator<Item = (usize, &'a str)> {
    lower.match_indices(word).filter_map(move |(at, _)| {
        let before = lower.get(..at)?.chars().next_back();
        let after = lower.get(at + word.len()..)?;
        let is_whole = before.is_none_or(|c| !c.is_alphanumeric()) && !after.starts_with(char::is_alphabetic);
        is_whole.then_some((at, after))
    })
}

fn is_followed_by_code(after: &str) -> bool {
    let after = after.trim_start();
    let after =
        after.strip_prefix("is").filter(|rest| rest.starts_with([' ', ':'])).unwrap_or(after).trim_start();
    after.starts_with(|c: char| c.is_ascii_digit() || [':', '=', '#', '-'].contains(&c))
}

fn is_passcode_parameter(parameter: &str) -> bool {
    let name = parameter.split('=').next().unwrap_or_default().to_ascii_lowercase();
    parameter.contains('=')
        && ["pwd", "pw", "password", "passcode", "pass", "p", "pin", "tk", "token", "secret"]
            .contains(&name.as_str())
}

fn has_email(lower: &str) -> bool {
    lower.split_whitespace().any(|word| {
        word.split_once('@').is_some_and(|(name, host)| {
            name.ends_with(|c: char| c.is_alphanumeric()) && host.contains('.') && host.len() > 3
        })
    })
}

/// Seven digits or more in one run of digits and the signs that stand in numbers.
fn has_phone(text: &str) -> bool {
    let runs = text.split(|c: char| !(c.is_ascii_digit() || " -.()+/".contains(c)));
    runs.into_iter().any(|run| run.bytes().filter(u8::is_ascii_digit).count() >= PHONE_DIGITS_MIN)
}

const PHONE_DIGITS_MIN: usize = 7;
const NEAR_WORDS: usize = 4;

/// Words that stand for nothing else.
const PASSCODE_WORDS: [&str; 14] = [
    "passcode",
    "passcodes",
    "pass code",
    "password",
    "passwort",
    "kennwort",
    "access code",
    "meeting code",
    "contraseña",
    "mot de passe",
    "code d'accès",
    "wachtwoord",
    "senha",
    "lösenord",
];
/// Words that stand for one when a sign or a digit follows.
const PASSCODE_SHORT: [&str; 8] = ["pw", "pwd", "pass", "pin", "psw", "pswd", "code", "clave"];
/// What leads into an online room.
const ROOM_SIGNS: [&str; 16] = [
    "zoom.us",
    "meet.google",
    "webex.com",
    "gotomeet",
    "goto.com",
    "teams.microsoft",
    "teams.live",
    "jit.si",
    "whereby.com",
    "skype.com",
    "freeconferencecall",
    "bluejeans.com",
    "meeting id",
    "zoom id",
    "meet id",
    "conference id",
];
const NTH_WORDS: [&str; 22] = [
    "1st",
    "2nd",
    "3rd",
    "4th",
    "5th",
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "last",
    "other",
    "alternate",
    "alternating",
    "odd",
    "even",
    "premier",
    "dernier",
    "primer",
    "último",
    "ultimo",
    "letzter",
];
const MONTH_ALONE: [&str; 5] = ["monthly", "biweekly", "bimonthly", "fortnightly", "mensual"];
const DAY_WORDS: [&str; 26] = [
    "sunday",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sun",
    "mon",
    "tue",
    "wed",
    "thu",
    "thur",
    "fri",
    "sat",
    "week",
    "wk",
    "weekend",
    "month",
    "mois",
    "mes",
    "monat",
    "domingo",
    "mardi",
    "lundi",
    "vendredi",
];
const PAUSE_WORDS: [&str; 16] = [
    "cancelled",
    "canceled",
    "suspended",
    "temporarily",
    "until",
    "till",
    "holiday",
    "holidays",
    "except",
    "hiatus",
    "discontinued",
    "disbanded",
    "inactive",
    "seasonal",
    "summer",
    "winter",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lets_somebody_in_is_secret() {
        for text in [
            "Meeting ID: 123 Password: abc",
            "No Password",
            "pw: 12",
            "PIN 1234",
            "https://us02web.zoom.us/j/1",
            "call 555-010-4477",
            "write to door@group.example",
            "Contraseña: sol",
        ] {
            assert!(is_secret(text), "{text}");
        }
        for text in [
            "Ring the bell, 2nd floor",
            "Code of love group",
            "12:00 to 13:00",
            "Pin Oak hall",
            "passing it on",
        ] {
            assert!(!is_secret(text), "{text}");
        }
    }

    #[test]
    fn a_passcode_in_a_line_begins_at_its_word() {
        assert_eq!(passcode_at("Early Birds pw: 4711"), Some(12));
        assert_eq!(passcode_at("Zoom passcode is 12"), Some(5));
        for text in ["The password to serenity", "Pin Oak", "Code of love", "Bypass 4 group"] {
            assert_eq!(passcode_at(text), None, "{text}");
        }
    }

    #[test]
    fn a_link_loses_its_passcode_and_nothing_else() {
        let url = "https://video.example/j/1?a=1&pwd=x#success";
        assert!(link_holds_passcode(url));
        assert_eq!(link_without_passcode(url), "https://video.example/j/1?a=1#success");
        assert_eq!(
            link_without_passcode("https://video.example/j/1?pwd=x&b=2&c=3"),
            "https://video.example/j/1?b=2&c=3"
        );
        assert_eq!(link_without_passcode("https://video.example/j/1?pwd=x"), "https://video.example/j/1");
        let plain = "https://video.example/j/1?a=1&power=2";
        assert!(!link_holds_passcode(plain));
        assert_eq!(link_without_passcode(plain), plain);
    }

    #[test]
    fn certain_weeks_of_the_month_are_seen() {
        for text in [
            "Open meeting 3rd Friday of month.",
            "open on the last meeting of the month",
            "1st & 3rd Tuesdays",
            "First Saturday - Eating meeting",
            "Last wk Trad",
            "1st Weds, speaker",
            "every other week",
            "Business meeting: 2nd Sunday @ 1:15 pm",
        ] {
            assert!(is_monthly(text), "{text}");
        }
        for text in ["First Step study", "last names are not used", "2nd floor", "every Sunday"] {
            assert!(!is_monthly(text), "{text}");
        }
    }

    #[test]
    fn that_it_may_not_take_place_is_seen() {
        for text in ["Temporarily Cancelled", "Zoom until Sept. 27th", "no meeting on Christmas", "on hold"] {
            assert!(may_not_meet(text), "{text}");
        }
        assert!(!may_not_meet("This is a closed meeting. Meeting upstairs."));
    }
}
