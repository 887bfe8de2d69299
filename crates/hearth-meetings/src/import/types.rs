//! The codes of types that the Meeting Guide specification names, and the languages among them.
//!
//! The names of types are not here: they belong to the program, and a code that is not here is kept all the same.

/// Says whether the specification has a code; case matters.
pub(super) fn is_known(code: &str) -> bool {
    CODES.binary_search(&code).is_ok() || LANGUAGES.iter().any(|(language, _)| *language == code)
}

/// Returns the language that a code stands for, as ISO 639-1 has it.
pub(crate) fn language(code: &str) -> Option<&'static str> {
    LANGUAGES.iter().find(|(language, _)| *language == code).map(|(_, iso)| *iso)
}

/// Codes other than languages, in their order. `ONL` is that of exporters for what can be joined from afar.
const CODES: [&str; 55] = [
    "11", "12x12", "A", "ABSI", "AL", "AL-AN", "ASL", "B", "BA", "BE", "BI", "BRK", "BV-I", "C", "CAN", "CF",
    "D", "D-HOH", "DB", "DD", "DR", "FF", "G", "GR", "H", "L", "LGBTQ", "LIT", "LO-I", "LS", "M", "MED", "N",
    "NB", "NDG", "O", "ONL", "OUT", "P", "POA", "POC", "QSL", "RSL", "SEN", "SM", "SP", "ST", "T", "TC",
    "TR", "W", "X", "XB", "XT", "Y",
];

const LANGUAGES: [(&str, &str); 27] = [
    ("AM", "am"),
    ("DA", "da"),
    ("DE", "de"),
    ("EL", "el"),
    ("EN", "en"),
    ("FA", "fa"),
    ("FR", "fr"),
    ("HE", "he"),
    ("HI", "hi"),
    ("HR", "hr"),
    ("HU", "hu"),
    ("ITA", "it"),
    ("JA", "ja"),
    ("KOR", "ko"),
    ("LT", "lt"),
    ("ML", "ml"),
    ("NO", "no"),
    ("POL", "pl"),
    ("POR", "pt"),
    ("PUN", "pa"),
    ("RUS", "ru"),
    ("S", "es"),
    ("SK", "sk"),
    ("SV", "sv"),
    ("TH", "th"),
    ("TL", "tl"),
    ("UK", "uk"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_in_order_so_that_they_are_found() {
        assert!(CODES.is_sorted());
        assert!(
            CODES.iter().all(|code| is_known(code))
                && is_known("EN")
                && !is_known("onl")
                && !is_known("open")
        );
        assert_eq!((language("S"), language("ITA"), language("O")), (Some("es"), Some("it"), None));
    }
}
