//! The messages in rows, which of them are in view, and which message is picked.
//!
//! What is in view stays there when something arrives, unless the newest message is picked: then the newest stays in view.

use hearth_api::MessageId;

use super::state::Look;
use crate::{catalogue::say, commands::read, screen};

/// The rows of all messages, and a view of some.
#[derive(Default)]
pub(super) struct List {
    rows: Vec<Row>,
    /// Of each message: where its rows begin. The blank row behind it is its own.
    starts: Vec<usize>,
    ids: Vec<MessageId>,
    selected: usize,
    top: usize,
    columns: usize,
    height: usize,
}

/// A row of a message.
pub(super) struct Row {
    /// The words, safe to draw.
    pub(super) text: String,
    /// Which message it is of.
    pub(super) message: usize,
    /// Whether it is its first row, which only we write.
    pub(super) is_head: bool,
}

/// Of a row that says that there is more.
const NO_MESSAGE: usize = usize::MAX;

impl List {
    /// Shows messages, in the width and height of before.
    pub(super) fn show(&mut self, look: &Look) {
        let follows = self.is_last_selected();
        let selected = self.ids.get(self.selected).copied();
        let anchor = self.rows.get(self.top).and_then(|row| {
            let start = self.starts.get(row.message)?;
            Some((*self.ids.get(row.message)?, self.top - start))
        });
        self.ids = look.messages.iter().map(|message| message.id).collect();
        self.lay_out(look);
        let place_of = |id: MessageId| self.ids.iter().position(|known| *known == id);
        if follows {
            return self.go_to_end();
        }
        let last = self.ids.len().saturating_sub(1);
        let top = anchor.and_then(|(id, row)| Some(self.starts.get(place_of(id)?)? + row));
        self.selected = selected.and_then(place_of).unwrap_or(self.selected.min(last));
        self.top = top.unwrap_or(self.top).min(self.top_max());
        self.reveal();
    }

    /// Fits the rows into so many columns, and the view to so many rows.
    pub(super) fn fit(&mut self, look: &Look, columns: usize, height: usize) {
        if columns == self.columns && height == self.height {
            return;
        }
        let follows = self.is_last_selected() && self.top >= self.top_max();
        if columns != self.columns {
            self.columns = columns;
            self.lay_out(look);
        }
        self.height = height;
        match follows {
            true => self.go_to_end(),
            false => self.reveal(),
        }
    }

    /// Returns the rows in view.
    pub(super) fn in_view(&self) -> &[Row] {
        let end = (self.top + self.height).min(self.rows.len());
        self.rows.get(self.top.min(end)..end).unwrap_or_default()
    }

    /// Returns which message is picked.
    pub(super) fn selected(&self) -> usize {
        self.selected
    }

    /// Tells whether there is more below the view.
    pub(super) fn has_below(&self) -> bool {
        self.top < self.top_max()
    }

    /// Goes to the message before, or up within one that is taller than the view.
    pub(super) fn up(&mut self) {
        if self.start_of(self.selected) < self.top {
            self.top -= 1;
        } else if self.selected > 0 {
            self.selected -= 1;
            let (start, end) = (self.start_of(self.selected), self.end_of(self.selected));
            if start < self.top {
                self.top = if end - start <= self.height { start } else { end.saturating_sub(self.height) };
            }
        }
    }

    /// Goes to the message behind, or down within one that is taller than the view.
    pub(super) fn down(&mut self) {
        if self.end_of(self.selected) > self.top + self.height {
            self.top += 1;
        } else if self.selected + 1 < self.ids.len() {
            self.selected += 1;
            let (start, end) = (self.start_of(self.selected), self.end_of(self.selected));
            if end > self.top + self.height {
                self.top = if end - start <= self.height { end.saturating_sub(self.height) } else { start };
            }
        }
    }

    /// Goes a view up, and picks the message at its top.
    pub(super) fn page_up(&mut self) {
        if self.top == 0 {
            self.selected = 0;
            return;
        }
        self.top = self.top.saturating_sub(self.page());
        self.selected = self.message_at(self.top);
    }

    /// Goes a view down, and picks the message at its end.
    pub(super) fn page_down(&mut self) {
        self.top = (self.top + self.page()).min(self.top_max());
        let last = (self.top + self.height).min(self.rows.len()).saturating_sub(1);
        self.selected = self.message_at(last);
    }

    /// Goes to the oldest message.
    pub(super) fn go_to_start(&mut self) {
        (self.selected, self.top) = (0, 0);
    }

    /// Goes to the newest message.
    pub(super) fn go_to_end(&mut self) {
        self.selected = self.ids.len().saturating_sub(1);
        self.top = self.top_max();
    }

    fn lay_out(&mut self, look: &Look) {
        self.rows.clear();
        self.starts.clear();
        if look.has_earlier {
            let rows = screen::hanging(&say!("read-more"), Some(self.columns));
            let row = |text: &str| Row { text: text.to_owned(), message: NO_MESSAGE, is_head: false };
            self.rows.extend(rows.lines().map(row));
        }
        for (position, message) in look.messages.iter().enumerate() {
            self.starts.push(self.rows.len());
            let texts = read::rows(message, &look.people, self.columns);
            for (row, text) in texts.into_iter().chain([String::new()]).enumerate() {
                self.rows.push(Row { text, message: position, is_head: row == 0 });
            }
        }
    }

    /// Brings the picked message into view, as far as it fits.
    fn reveal(&mut self) {
        let (start, end) = (self.start_of(self.selected), self.end_of(self.selected));
        self.top = self.top.min(self.top_max());
        if end > self.top + self.height {
            self.top = end.saturating_sub(self.height);
        }
        if start < self.top && end <= start + self.height {
            self.top = start;
        }
    }

    fn is_last_selected(&self) -> bool {
        self.selected + 1 >= self.ids.len()
    }

    fn start_of(&self, message: usize) -> usize {
        self.starts.get(message).copied().unwrap_or_default()
    }

    /// The blank row behind a message need not be seen.
    fn end_of(&self, message: usize) -> usize {
        self.starts.get(message + 1).copied().unwrap_or(self.rows.len()).saturating_sub(1)
    }

    fn top_max(&self) -> usize {
        self.rows.len().saturating_sub(1).saturating_sub(self.height)
    }

    fn message_at(&self, row: usize) -> usize {
        let message = self.rows.get(row).map_or(0, |row| row.message);
        if message < self.ids.len() { message } else { 0 }
    }

    fn page(&self) -> usize {
        self.height.saturating_sub(1).max(1)
    }
}
