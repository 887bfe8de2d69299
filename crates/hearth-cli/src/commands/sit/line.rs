//! The line to write in: letters as a person counts them (UAX 29), a place among them, and how they stand in rows.
//!
//! It sends nothing and draws nothing. What was in it is erased from memory when it goes.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;
use zeroize::{Zeroize, Zeroizing};

use crate::screen;

/// A text in the making.
#[derive(Default)]
pub(super) struct Line {
    words: Zeroizing<String>,
    /// In bytes, always between two letters.
    place: usize,
}

/// A row of the line as it is drawn.
pub(super) struct Row {
    /// What is safe to draw.
    pub(super) text: String,
    start: usize,
    end: usize,
}

impl Line {
    /// Puts words in where the place is, without what a terminal could act on; tells whether they fit.
    pub(super) fn insert(&mut self, words: &str, bytes_max: usize) -> bool {
        let words = words.replace("\r\n", "\n").replace('\r', "\n").replace('\t', "    ");
        let words: Zeroizing<String> =
            Zeroizing::new(words.chars().filter(|letter| *letter == '\n' || !letter.is_control()).collect());
        if self.words.len() + words.len() > bytes_max {
            return false;
        }
        // A string that grows leaves its old bytes in memory, so a larger one takes its place and the old one is erased.
        if self.words.capacity() < self.words.len() + words.len() {
            let mut larger = String::with_capacity((self.words.len() + words.len()) * 2);
            larger.push_str(&self.words);
            self.words = Zeroizing::new(larger);
        }
        self.words.insert_str(self.place, &words);
        self.place += words.len();
        true
    }

    /// Takes the letter before the place out.
    pub(super) fn rub_out(&mut self) {
        let before = self.before();
        self.cut(before);
    }

    /// Takes the letter behind the place out.
    pub(super) fn delete(&mut self) {
        let place = self.place;
        self.place = self.behind();
        self.cut(place);
    }

    /// Takes the word before the place out.
    pub(super) fn rub_out_word(&mut self) {
        let head = self.words.get(..self.place).unwrap_or_default();
        let start = head.trim_end().rfind(char::is_whitespace).map_or(0, |blank| {
            head.get(blank..)
                .and_then(|rest| rest.chars().next())
                .map_or(blank, |found| blank + found.len_utf8())
        });
        self.cut(start);
    }

    /// Takes everything out.
    pub(super) fn clear(&mut self) {
        self.words.zeroize();
        self.place = 0;
    }

    /// Goes a letter back.
    pub(super) fn left(&mut self) {
        self.place = self.before();
    }

    /// Goes a letter on.
    pub(super) fn right(&mut self) {
        self.place = self.behind();
    }

    /// Goes to the beginning of the row, as it is drawn.
    pub(super) fn home(&mut self, columns: usize) {
        let rows = self.rows(columns);
        self.place = rows.get(self.place_in(&rows).0).map_or(0, |row| row.start);
    }

    /// Goes to the end of the row, as it is drawn.
    pub(super) fn end(&mut self, columns: usize) {
        let rows = self.rows(columns);
        self.place = rows.get(self.place_in(&rows).0).map_or(self.words.len(), |row| row.end);
    }

    /// Goes a row up or down, and stays near the column.
    pub(super) fn vertically(&mut self, is_up: bool, columns: usize) {
        let rows = self.rows(columns);
        let (row, column) = self.place_in(&rows);
        let to = if is_up { row.checked_sub(1) } else { Some(row + 1) };
        let Some(to) = to.and_then(|to| rows.get(to)) else { return };
        let mut place = to.start;
        let mut at = 0;
        for letter in self.words.get(to.start..to.end).unwrap_or_default().graphemes(true) {
            at += shown(letter).width();
            if at > column {
                break;
            }
            place += letter.len();
        }
        self.place = place;
    }

    /// Returns the words.
    pub(super) fn words(&self) -> &str {
        &self.words
    }

    /// Tells whether there is nothing to send.
    pub(super) fn is_blank(&self) -> bool {
        self.words.trim().is_empty()
    }

    /// Returns the rows of at most so many columns, broken at blanks where that is possible.
    pub(super) fn rows(&self, columns: usize) -> Vec<Row> {
        let columns = columns.max(2);
        let mut rows = Vec::new();
        let mut start = 0;
        for line in self.words.split('\n') {
            let end = start + line.len();
            self.rows_of_line(start, end, columns, &mut rows);
            start = end + 1;
        }
        rows
    }

    fn rows_of_line(&self, start: usize, end: usize, columns: usize, rows: &mut Vec<Row>) {
        let mut row_start = start;
        loop {
            let rest = self.words.get(row_start..end).unwrap_or_default();
            let (mut taken, mut at, mut behind_blank) = (0, 0, None);
            for letter in rest.graphemes(true) {
                let width = shown(letter).width();
                if at + width > columns {
                    break;
                }
                at += width;
                taken += letter.len();
                if letter == " " {
                    behind_blank = Some(taken);
                }
            }
            let is_last = taken >= rest.len();
            let length = match behind_blank {
                Some(blank) if !is_last => blank,
                Some(_) | None => taken,
            };
            let row_end = row_start + length;
            let text = rest.get(..length).unwrap_or_default().graphemes(true).map(shown).collect();
            rows.push(Row { text, start: row_start, end: row_end });
            // A letter that is wider than a row could not be drawn anywhere.
            if is_last || length == 0 {
                return;
            }
            row_start = row_end;
        }
    }

    /// Returns the row and the column in which the place is.
    pub(super) fn place_in(&self, rows: &[Row]) -> (usize, usize) {
        let row = rows.iter().rposition(|row| row.start <= self.place).unwrap_or_default();
        let start = rows.get(row).map_or(0, |row| row.start);
        let before = self.words.get(start..self.place).unwrap_or_default();
        (row, before.graphemes(true).map(|letter| shown(letter).width()).sum())
    }

    fn before(&self) -> usize {
        let head = self.words.get(..self.place).unwrap_or_default();
        head.grapheme_indices(true).next_back().map_or(0, |(start, _)| start)
    }

    fn behind(&self) -> usize {
        let tail = self.words.get(self.place..).unwrap_or_default();
        self.place + tail.graphemes(true).next().map_or(0, str::len)
    }

    fn cut(&mut self, start: usize) {
        self.words.replace_range(start..self.place, "");
        self.place = start;
    }
}

/// One letter as it is drawn: as everything else that is shown.
fn shown(letter: &str) -> String {
    screen::one_line(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(words: &str) -> Line {
        let mut line = Line::default();
        assert!(line.insert(words, 1024));
        line
    }

    fn drawn(line: &Line, columns: usize) -> Vec<String> {
        line.rows(columns).into_iter().map(|row| row.text).collect()
    }

    #[test]
    fn a_letter_is_what_a_person_calls_one() {
        let mut written = line("né👩‍👧e\u{301}");
        written.rub_out();
        assert_eq!(written.words(), "né👩‍👧");
        written.rub_out();
        assert_eq!(written.words(), "né");
        written.left();
        written.left();
        written.delete();
        assert_eq!(written.words(), "é");
        written.rub_out();
        assert_eq!(written.words(), "é");
    }

    #[test]
    fn words_go_in_where_the_place_is_and_come_out_word_by_word() {
        let mut written = line("one at a time");
        written.home(80);
        written.insert("day ", 1024);
        assert_eq!(written.words(), "day one at a time");
        written.end(80);
        written.rub_out_word();
        written.rub_out_word();
        assert_eq!(written.words(), "day one at ");
        written.clear();
        assert!(written.is_blank());
        written.rub_out_word();
        written.delete();
    }

    #[test]
    fn wide_letters_take_their_columns_and_rows_break_at_blanks() {
        assert_eq!(drawn(&line("one day at a time"), 10), ["one day ", "at a time"]);
        assert_eq!(drawn(&line("山田山田"), 5), ["山田", "山田"]);
        assert_eq!(drawn(&line("a\n\nb"), 5), ["a", "", "b"]);
        let written = line("one day at");
        let rows = written.rows(8);
        assert_eq!(written.place_in(&rows), (1, 2));
    }

    #[test]
    fn the_place_goes_up_and_down_between_rows() {
        let mut written = line("first\nsecond");
        written.vertically(true, 80);
        written.insert("!", 1024);
        assert_eq!(written.words(), "first!\nsecond");
        written.vertically(false, 80);
        written.vertically(false, 80);
        written.insert("?", 1024);
        assert_eq!(written.words(), "first!\nsecond?");
    }

    #[test]
    fn what_is_pasted_cannot_act_on_the_terminal_or_grow_without_end() {
        let mut written = line("a\x1b[2Jb\r\nc\td\u{202E}e");
        assert_eq!(written.words(), "a[2Jb\nc    d\u{202E}e");
        assert!(drawn(&written, 80).iter().all(|row| !row.contains(['\x1b', '\u{202E}'])));
        assert!(!written.insert(&"x".repeat(1024), 1024));
        assert_eq!(written.words(), "a[2Jb\nc    d\u{202E}e");
    }
}
