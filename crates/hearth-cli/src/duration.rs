//! Reads spans of time as people write them: `30s`, `15m`, `12h`, `7d`, `2w`.

use std::time::Duration;

use crate::{catalogue::say, limits::DURATION_MAX};

/// Reads one whole number with one unit.
///
/// # Errors
/// A sentence for the person who typed it.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let seconds_per_unit: u64 = match unit {
        "s" => 1,
        "m" | "min" => 60,
        "h" => 60 * 60,
        "d" => 24 * 60 * 60,
        "w" => 7 * 24 * 60 * 60,
        "" => return Err(say!("duration-unit-missing")),
        _ => return Err(say!("duration-not-a-time")),
    };
    let number: u64 = number.parse().map_err(|_| say!("duration-not-a-time"))?;
    let seconds = number
        .checked_mul(seconds_per_unit)
        .filter(|seconds| *seconds <= DURATION_MAX.as_secs())
        .ok_or_else(|| say!("duration-too-long"))?;
    if seconds == 0 {
        return Err(say!("duration-nothing"));
    }
    Ok(Duration::from_secs(seconds))
}

/// A span of time, or no end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Until(pub(crate) Option<Duration>);

/// Reads a span of time, or `never`.
///
/// # Errors
/// As [`parse`].
pub(crate) fn parse_or_never(text: &str) -> Result<Until, String> {
    let word = text.trim().to_lowercase();
    match word == "never" || word == say!("duration-never") {
        true => Ok(Until(None)),
        false => parse(text).map(|time| Until(Some(time))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_is_no_span() {
        assert_eq!(parse_or_never("never"), Ok(Until(None)));
        assert_eq!(parse_or_never(" Never "), Ok(Until(None)));
        assert_eq!(parse_or_never("15m"), Ok(Until(Some(Duration::from_secs(900)))));
        assert!(parse_or_never("nver").is_err() && parse_or_never("0m").is_err());
    }

    #[test]
    fn reads_each_unit() {
        assert_eq!(parse("30s"), Ok(Duration::from_secs(30)));
        assert_eq!(parse("15m"), Ok(Duration::from_secs(900)));
        assert_eq!(parse("15min"), Ok(Duration::from_secs(900)));
        assert_eq!(parse("12h"), Ok(Duration::from_secs(43_200)));
        assert_eq!(parse(" 7d "), Ok(Duration::from_secs(604_800)));
        assert_eq!(parse("2w"), Ok(Duration::from_secs(1_209_600)));
    }

    #[test]
    fn refuses_what_is_not_a_span() {
        for text in ["", "7", "d", "-1d", "1.5h", "7 d", "7D", "0s", "1d2h", "９d", "+1d"] {
            assert!(parse(text).is_err(), "{text:?} was taken");
        }
    }

    #[test]
    fn refuses_what_would_overflow() {
        assert!(parse("3661d").is_err());
        assert!(parse("18446744073709551615w").is_err());
        assert!(parse("99999999999999999999s").is_err());
        assert!(parse("3660d").is_ok());
    }
}
