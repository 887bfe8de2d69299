//! Draws a ticket as a QR code (ISO/IEC 18004) with half blocks, two modules to a character.

use qrcode::{EcLevel, QrCode, render::unicode::Dense1x2};

/// Returns the picture, or nothing if the text is too long for a code or the code too wide for the terminal.
///
/// The library's `Dark` is a drawn block. Light modules are drawn, because most terminals are dark.
pub(crate) fn picture(text: &str, width: Option<usize>) -> Option<String> {
    let code = QrCode::with_error_correction_level(text.as_bytes(), EcLevel::L).ok()?;
    let columns = code.width() + 2 * QUIET_ZONE_COLUMNS;
    if width.is_some_and(|width| columns > width) {
        return None;
    }
    Some(code.render::<Dense1x2>().dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).build())
}

const QUIET_ZONE_COLUMNS: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_becomes_a_picture_of_half_blocks() {
        let picture = picture(&"a1".repeat(150), Some(120)).unwrap();
        assert!(picture.chars().all(|c| matches!(c, ' ' | '▀' | '▄' | '█' | '\n')));
        let columns = picture.lines().next().unwrap().chars().count();
        assert!(columns <= 120 && picture.lines().all(|line| line.chars().count() == columns));
    }

    #[test]
    fn too_long_or_too_wide_is_no_picture() {
        assert_eq!(picture(&"a".repeat(4000), None), None);
        assert_eq!(picture(&"a".repeat(300), Some(40)), None);
    }
}
