//! Reads times to come as people write them: `tue 19:00`, `tomorrow 7pm`, `2026-12-01 19:00`, in the member's own zone.
//!
//! English and Spanish words are taken in either language. What could mean two hours is refused, never guessed.

use jiff::{ToSpan, Zoned, civil};

use crate::limits::AHEAD_DAYS_MAX;

/// Why words are no time to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// They are not understood.
    NotATime,
    /// There is no hour, or one that may be in the morning or in the evening.
    NoHour,
    /// It is over.
    Past,
    /// It is so far ahead that it is likely a slip.
    TooFar,
}

/// Reads a time to come.
///
/// # Errors
/// Why it is none.
pub(crate) fn read(words: &str, now: &Zoned) -> Result<Zoned, Wrong> {
    let words = words.to_lowercase().replace(',', " ");
    let mut words: Vec<&str> = words.split_whitespace().filter(|word| !FILLERS.contains(word)).collect();
    // As machines write it.
    if let [only] = words.as_slice()
        && let Some((date, time)) = only.split_once('t')
        && date.parse::<civil::Date>().is_ok()
    {
        words = vec![date, time];
    }
    let (mut day, mut hour, mut half) = (None, None, None);
    for word in words {
        if let Some(found) = Day::of(word).filter(|_| day.is_none()) {
            day = Some(found);
        } else if let Some(found) = Hour::of(word).filter(|_| hour.is_none()) {
            hour = Some(found);
        } else if let Some(found) = Half::of(word).filter(|_| half.is_none()) {
            half = Some(found);
        } else {
            return Err(Wrong::NotATime);
        }
    }
    let time = match hour {
        Some(hour) => hour.time(half)?,
        None if day.is_some() => return Err(Wrong::NoHour),
        None => return Err(Wrong::NotATime),
    };
    let at = |date: civil::Date| date.to_datetime(time).to_zoned(now.time_zone().clone()).ok();
    let ahead = |days: i64| now.date().checked_add(days.days()).ok().and_then(at);
    let first_ahead =
        |fits: &dyn Fn(&Zoned) -> bool| (0..=7).filter_map(ahead).find(|at| at > now && fits(at));
    let at = match day {
        Some(Day::On(date)) => at(date),
        Some(Day::In(days)) => ahead(days),
        Some(Day::Each(weekday)) => first_ahead(&|at| at.weekday() == weekday),
        None => first_ahead(&|_| true),
    };
    let at = at.ok_or(Wrong::NotATime)?;
    if at <= *now {
        return Err(Wrong::Past);
    }
    match now.checked_add(AHEAD_DAYS_MAX.days()) {
        Ok(last) if at <= last => Ok(at),
        Ok(_) | Err(_) => Err(Wrong::TooFar),
    }
}

const FILLERS: &[&str] = &["on", "at", "el", "la", "las", "a", "this", "este"];

enum Day {
    On(civil::Date),
    In(i64),
    Each(civil::Weekday),
}

impl Day {
    fn of(word: &str) -> Option<Self> {
        if let Ok(date) = civil::Date::strptime("%Y-%m-%d", word) {
            return Some(Self::On(date));
        }
        Some(match word.trim_end_matches('.') {
            "today" | "tonight" | "hoy" => Self::In(0),
            "tomorrow" | "mañana" | "manana" => Self::In(1),
            "mon" | "monday" | "lun" | "lunes" => Self::Each(civil::Weekday::Monday),
            "tue" | "tues" | "tuesday" | "mar" | "martes" => Self::Each(civil::Weekday::Tuesday),
            "wed" | "wednesday" | "mié" | "mie" | "miércoles" | "miercoles" => {
                Self::Each(civil::Weekday::Wednesday)
            }
            "thu" | "thur" | "thurs" | "thursday" | "jue" | "jueves" => Self::Each(civil::Weekday::Thursday),
            "fri" | "friday" | "vie" | "viernes" => Self::Each(civil::Weekday::Friday),
            "sat" | "saturday" | "sáb" | "sab" | "sábado" | "sabado" => {
                Self::Each(civil::Weekday::Saturday)
            }
            "sun" | "sunday" | "dom" | "domingo" => Self::Each(civil::Weekday::Sunday),
            _ => return None,
        })
    }
}

#[derive(Clone, Copy)]
enum Half {
    Morning,
    Afternoon,
}

impl Half {
    fn of(word: &str) -> Option<Self> {
        match word.replace('.', "").as_str() {
            "am" => Some(Self::Morning),
            "pm" => Some(Self::Afternoon),
            _ => None,
        }
    }
}

struct Hour {
    hour: i8,
    /// Nothing was said of it in `7pm`; a bare `7` says too little.
    minute: Option<i8>,
    half: Option<Half>,
}

impl Hour {
    fn of(word: &str) -> Option<Self> {
        let (digits, half) = match word.find(['a', 'p']) {
            Some(at) => {
                let (digits, half) = word.split_at_checked(at)?;
                (digits, Some(Half::of(half)?))
            }
            None => (word, None),
        };
        let (hour, minute) = match digits.split_once([':', 'h']) {
            Some((hour, "")) if digits.ends_with('h') => (hour, Some("00")),
            Some((hour, minute)) => (hour, Some(minute)),
            None => (digits, None),
        };
        let number = |digits: &str| {
            let is_number = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
            digits.parse::<i8>().ok().filter(|_| is_number && digits.len() <= 2)
        };
        let minute = match minute {
            Some(minute) => Some(number(minute).filter(|_| minute.len() == 2)?),
            None => None,
        };
        Some(Self { hour: number(hour)?, minute, half })
    }

    fn time(&self, half: Option<Half>) -> Result<civil::Time, Wrong> {
        let hour = match (self.half.or(half), self.hour) {
            (None, hour) if self.minute.is_some() => hour,
            (None, _) => return Err(Wrong::NoHour),
            (Some(Half::Morning), 12) => 0,
            (Some(Half::Afternoon), 12) => 12,
            (Some(Half::Morning), hour @ 1..=11) => hour,
            (Some(Half::Afternoon), hour @ 1..=11) => hour + 12,
            (Some(_), _) => return Err(Wrong::NotATime),
        };
        civil::Time::new(hour, self.minute.unwrap_or_default(), 0, 0).map_err(|_| Wrong::NotATime)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A Tuesday, at noon.
    fn read_at_noon(words: &str) -> Result<String, Wrong> {
        let now: Zoned = "2026-11-24T12:00:00-05:00[America/New_York]".parse().unwrap();
        read(words, &now).map(|at| at.strftime("%a %Y-%m-%d %H:%M").to_string())
    }

    #[test]
    fn times_are_read_as_people_write_them() {
        for (words, expected) in [
            ("tue 19:00", "Tue 2026-11-24 19:00"),
            ("Tue 11:00", "Tue 2026-12-01 11:00"),
            ("on Thursday at 7pm", "Thu 2026-11-26 19:00"),
            ("jueves a las 19:00", "Thu 2026-11-26 19:00"),
            ("mié 7:30pm", "Wed 2026-11-25 19:30"),
            ("miércoles 19h30", "Wed 2026-11-25 19:30"),
            ("sáb. 19h", "Sat 2026-11-28 19:00"),
            ("tomorrow 7:30 p.m.", "Wed 2026-11-25 19:30"),
            ("mañana 12am", "Wed 2026-11-25 00:00"),
            ("hoy 12:30 pm", "Tue 2026-11-24 12:30"),
            ("19:00", "Tue 2026-11-24 19:00"),
            ("11:00", "Wed 2026-11-25 11:00"),
            ("19:00 sunday", "Sun 2026-11-29 19:00"),
            ("2026-12-01 19:00", "Tue 2026-12-01 19:00"),
            ("2026-12-01T19:00", "Tue 2026-12-01 19:00"),
        ] {
            assert_eq!(read_at_noon(words).as_deref(), Ok(expected), "{words}");
        }
    }

    #[test]
    fn what_could_mean_two_hours_is_not_guessed() {
        for words in ["tue 7", "tue", "tomorrow", "2026-12-01", "tue 19"] {
            assert_eq!(read_at_noon(words), Err(Wrong::NoHour), "{words}");
        }
    }

    #[test]
    fn what_is_no_time_to_come_is_refused() {
        for words in
            ["", "soon", "tue tue 19:00", "next tue 19:00", "tue 25:00", "tue 13pm", "tue 7:5", "tue -7:00"]
        {
            assert_eq!(read_at_noon(words), Err(Wrong::NotATime), "{words:?}");
        }
        assert_eq!(read_at_noon("2026-11-24 11:59"), Err(Wrong::Past));
        assert_eq!(read_at_noon("today 9am"), Err(Wrong::Past));
        assert_eq!(read_at_noon("2062-12-01 19:00"), Err(Wrong::TooFar));
    }

    #[test]
    fn a_time_that_the_change_of_clocks_leaves_out_is_a_later_one() {
        let now: Zoned = "2027-03-13T12:00:00-05:00[America/New_York]".parse().unwrap();
        let at = read("tomorrow 2:30am", &now).unwrap();
        assert_eq!(at.strftime("%a %H:%M").to_string(), "Sun 03:30");
    }
}
