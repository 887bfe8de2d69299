//! Draws the page: calls for help on top, who is connected, the messages, whom words are for, the line, what keys do.
//!
//! Everything that others wrote was made safe by `screen` before it comes here.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    style::{Modifier, Style},
};

use super::state::{Door, Look, Mode, State, Whom};
use crate::{
    catalogue::say,
    commands::{answer, sos},
    limits::{SIT_COLUMNS_MIN, SIT_LINE_ROWS_MAX, SIT_ROWS_MIN, SIT_ROWS_OF_HINTS_MIN},
    node::group_name,
    screen, words,
};

/// Draws the page, and returns where the cursor stands, if somebody writes.
pub(super) fn draw(state: &mut State, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    let mut page = Paper { buffer, area, top: area.y, bottom: area.bottom() };
    let height = usize::from(area.height);
    let columns = usize::from(area.width);
    let loud = Style::new().add_modifier(Modifier::BOLD | Modifier::REVERSED);
    for group in state.calls_elsewhere() {
        for row in wrapped(&say!("sit-sos-elsewhere", group = group), columns) {
            page.add_on_top(&row, loud, true);
        }
    }
    if let Some(look) = &state.look {
        for row in sos::bar(&look.calls, &look.people, columns, (height / 3).max(2)) {
            page.add_on_top(&row, loud, true);
        }
    }
    if area.width < SIT_COLUMNS_MIN || area.height < SIT_ROWS_MIN {
        page.add_on_top(&say!("sit-too-small"), Style::new(), false);
        return None;
    }
    let mut foot = foot(state, columns);
    if area.height < SIT_ROWS_OF_HINTS_MIN && state.notice.is_none() {
        foot.truncate(1);
    }
    for row in foot.into_iter().rev() {
        page.add_at_bottom(&row, Style::new());
    }
    let place = line(state, &mut page);
    match (state.door, state.look.as_ref()) {
        (Door::Open, Some(look)) => {
            page.add_on_top(&head(look, columns), Style::new().add_modifier(Modifier::BOLD), false);
            let rows = usize::from(page.bottom.saturating_sub(page.top));
            match state.mode {
                Mode::Help(row) => state.mode = Mode::Help(help(row, rows, columns, &mut page)),
                Mode::Reading | Mode::Writing | Mode::Signing { .. } => {
                    state.list.fit(look, columns - GUTTER_COLUMNS, rows);
                    messages(state, &mut page);
                }
            }
        }
        (door, _) => {
            let words = match door {
                Door::Asking | Door::Open => say!("sit-asking"),
                Door::Locked => say!("sit-locked"),
                Door::Stopped => say!("sit-stopped"),
            };
            wrapped(&words, columns).iter().for_each(|row| page.add_on_top(row, Style::new(), false));
        }
    }
    place
}

/// Beside the messages stands which one is picked.
const GUTTER_COLUMNS: usize = 2;

/// What is left of the page between its top and its bottom.
struct Paper<'a> {
    buffer: &'a mut Buffer,
    area: Rect,
    top: u16,
    bottom: u16,
}

impl Paper<'_> {
    fn add_on_top(&mut self, text: &str, style: Style, whole_row: bool) {
        if self.top < self.bottom {
            let row = self.top;
            self.top += 1;
            if whole_row {
                self.buffer.set_style(Rect::new(self.area.x, row, self.area.width, 1), style);
            }
            self.put(0, row, text, style);
        }
    }

    fn add_at_bottom(&mut self, text: &str, style: Style) {
        if self.top < self.bottom {
            self.bottom -= 1;
            self.put(0, self.bottom, text, style);
        }
    }

    fn put(&mut self, column: u16, row: u16, text: &str, style: Style) {
        if column < self.area.width && row < self.area.bottom() {
            let columns = usize::from(self.area.width - column);
            self.buffer.set_stringn(self.area.x + column, row, text, columns, style);
        }
    }
}

/// Breaks a line of ours into rows.
fn wrapped(line: &str, columns: usize) -> Vec<String> {
    line.lines()
        .flat_map(|line| screen::hanging(line, Some(columns)).lines().map(str::to_owned).collect::<Vec<_>>())
        .collect()
}

/// The group, and who is connected: their names where there is room.
fn head(look: &Look, columns: usize) -> String {
    let name = group_name(&look.group);
    let others = look.people.entries().iter().filter(|entry| entry.item.connected && !entry.item.is_self);
    let names: Vec<&str> = others.map(|entry| entry.name.as_str()).collect();
    let count = [name.clone(), say!("people-connected", count = names.len())].join(" · ");
    if names.is_empty() {
        return count;
    }
    let told = [name, say!("sit-connected", names = names.join(", "))].join(" · ");
    if unicode_width::UnicodeWidthStr::width(told.as_str()) <= columns { told } else { count }
}

fn messages(state: &State, page: &mut Paper<'_>) {
    let Some(look) = &state.look else { return };
    if look.messages.is_empty() {
        let rows = wrapped(&say!("read-nothing"), usize::from(page.area.width));
        return rows.iter().for_each(|row| page.add_on_top(row, Style::new(), false));
    }
    let bold = Style::new().add_modifier(Modifier::BOLD);
    // Few messages stand at the bottom, beside the line, where the next one will be.
    let rows = state.list.in_view();
    let room = usize::from(page.bottom.saturating_sub(page.top)).saturating_sub(rows.len());
    page.top += u16::try_from(room).unwrap_or_default();
    for row in rows {
        let is_selected = row.message == state.list.selected();
        let at = page.top;
        if is_selected && !row.text.is_empty() {
            page.put(0, at, if row.is_head { ">" } else { "|" }, bold);
        }
        let style = if row.is_head { bold } else { Style::new() };
        page.put(GUTTER, at, &row.text, style);
        page.top += 1;
    }
}

const GUTTER: u16 = 2;

/// Explains the keys from a row on, and returns the row from which it did.
fn help(from: usize, rows: usize, columns: usize, page: &mut Paper<'_>) -> usize {
    let all = wrapped(&say!("sit-help"), columns);
    let from = from.min(all.len().saturating_sub(rows));
    all.iter().skip(from).for_each(|row| page.add_on_top(row, Style::new(), false));
    from
}

/// Draws whom words are for, and the line, from the bottom up; there is none while there is nothing in it.
fn line(state: &mut State, page: &mut Paper<'_>) -> Option<Position> {
    let columns = usize::from(page.area.width).saturating_sub(PROMPT.len() + 1);
    state.line_columns = columns;
    let is_writing = state.mode == Mode::Writing;
    let is_shown = is_writing || !state.line.is_blank();
    if !is_shown || matches!(state.mode, Mode::Help(_)) {
        return None;
    }
    let rows = state.line.rows(columns);
    let (row, column) = state.line.place_in(&rows);
    let height = rows.len().min(SIT_LINE_ROWS_MAX).min(usize::from(page.area.height / 3).max(1));
    let first = row.saturating_sub(height.saturating_sub(1)).min(rows.len().saturating_sub(height));
    for (position, shown) in rows.iter().enumerate().skip(first).take(height).rev() {
        let prompt = if position == 0 { PROMPT } else { PROMPT_ON };
        page.add_at_bottom(&format!("{prompt}{}", shown.text), Style::new());
    }
    let line_top = page.bottom;
    let style = Style::new().add_modifier(Modifier::REVERSED);
    for words in wrapped(&for_whom(state), usize::from(page.area.width)).iter().rev() {
        page.add_at_bottom(words, style);
    }
    if !is_writing || state.is_sending() {
        return None;
    }
    let column = u16::try_from(PROMPT.len() + column).unwrap_or(u16::MAX).min(page.area.width - 1);
    let row = line_top + u16::try_from(row - first).unwrap_or_default();
    Some(Position::new(page.area.x + column, row.min(page.area.bottom() - 1)))
}

const PROMPT: &str = "> ";
const PROMPT_ON: &str = "  ";

/// Whom the words in the line are for.
fn for_whom(state: &State) -> String {
    let Some(look) = &state.look else { return say!("sit-words-left") };
    let people = answer::others(look.group.members);
    match &state.whom {
        Whom::Everybody => say!("sit-for-all", group = group_name(&look.group), people = people),
        Whom::Answer { by_all: true, .. } => say!("sit-answer-all", people = people),
        Whom::Answer { by_all: false, name: Some(name), .. } => say!("sit-answer-one", name = name),
        Whom::Answer { by_all: false, name: None, .. } => say!("sit-answer-own"),
    }
}

/// What was last said about a wish, or else what keys do.
fn foot(state: &State, columns: usize) -> Vec<String> {
    if state.is_sending() {
        return wrapped(&say!("sit-sending"), columns);
    }
    if let Some(notice) = &state.notice {
        return wrapped(notice, columns);
    }
    match (&state.mode, state.door) {
        (_, Door::Asking | Door::Locked | Door::Stopped) => wrapped(&say!("sit-keys-leave"), columns),
        (Mode::Reading, Door::Open) if state.list.has_below() => wrapped(&say!("sit-keys-above"), columns),
        (Mode::Reading, Door::Open) => wrapped(&say!("sit-keys"), columns),
        (Mode::Writing, Door::Open) => wrapped(&say!("sit-keys-writing"), columns),
        (Mode::Help(_), Door::Open) => wrapped(&say!("sit-keys-help"), columns),
        (Mode::Signing { name, signs, .. }, Door::Open) => {
            let numbered = signs.iter().enumerate();
            let signs: Vec<String> =
                numbered.map(|(place, sign)| format!("{} {}", place + 1, words::sign(*sign))).collect();
            wrapped(&say!("sit-sign-question", name = name, signs = signs.join(" · ")), columns)
        }
    }
}
