//! The terminal while somebody sits at it: taken, drawn on, and given back as it was, however the page ends.
//!
//! It draws on the terminal's other screen, so that nothing stays in what can be scrolled back to, and never touches its
//! title. Only bold and reversed letters are used: any terminal and any eyes tell them apart.

use std::{
    io::{self, Stdout, Write},
    panic,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use crossterm::{
    cursor::Show,
    event::{DisableBracketedPaste, EnableBracketedPaste},
    execute,
    terminal::{
        Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
    },
};
use ratatui::{Terminal, backend::CrosstermBackend};

use super::{draw::draw, state::State};
use crate::{catalogue::say, failure::Failure};

/// The terminal, taken until this is dropped.
pub(super) struct Page {
    terminal: Terminal<CrosstermBackend<Stdout>>,
    is_taken: Arc<AtomicBool>,
}

impl Page {
    /// Takes the terminal.
    ///
    /// # Errors
    /// When it cannot be had.
    pub(super) fn take() -> Result<Self, Failure> {
        let is_taken = Arc::new(AtomicBool::new(false));
        // What a panic says would otherwise be drawn over the page, and be gone with it.
        let (hook, of_hook) = (panic::take_hook(), Arc::clone(&is_taken));
        panic::set_hook(Box::new(move |info| {
            give_back(&of_hook);
            hook(info);
        }));
        let mut page = Self { terminal: drawing()?, is_taken };
        page.take_again()?;
        Ok(page)
    }

    /// Takes the terminal after somebody else had it.
    ///
    /// # Errors
    /// When it cannot be had.
    pub(super) fn take_again(&mut self) -> Result<(), Failure> {
        self.is_taken.store(true, Ordering::SeqCst);
        // A shell that had the terminal meanwhile may have set it otherwise than it was known here.
        let taken = disable_raw_mode().and_then(|()| enable_raw_mode()).and_then(|()| {
            execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste, Clear(ClearType::All))
        });
        taken.map_err(|error| failed(&error))?;
        // A new one draws everything. Clearing the old one would ask the terminal where its cursor is, and the answer would
        // come among the keys, or never.
        self.terminal = drawing()?;
        Ok(())
    }

    /// Gives the terminal back for a while.
    pub(super) fn give_back(&self) {
        give_back(&self.is_taken);
    }

    /// Draws the page.
    ///
    /// # Errors
    /// When the terminal does not take it.
    pub(super) fn draw(&mut self, state: &mut State) -> Result<(), Failure> {
        let drawn = self.terminal.draw(|frame| {
            let place = draw(state, frame.area(), frame.buffer_mut());
            if let Some(place) = place {
                frame.set_cursor_position(place);
            }
        });
        drawn.map(|_| ()).map_err(|error| failed(&error))
    }

    /// Makes the terminal ring, once.
    ///
    /// # Errors
    /// When the terminal does not take it.
    pub(super) fn ring(&self) -> Result<(), Failure> {
        let mut stdout = io::stdout();
        stdout.write_all(b"\x07").and_then(|()| stdout.flush()).map_err(|error| failed(&error))
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.give_back();
    }
}

fn drawing() -> Result<Terminal<CrosstermBackend<Stdout>>, Failure> {
    Terminal::new(CrosstermBackend::new(io::stdout())).map_err(|error| failed(&error))
}

/// Also erases what is drawn: not every terminal has another screen.
fn give_back(is_taken: &AtomicBool) {
    if is_taken.swap(false, Ordering::SeqCst) {
        // A terminal that is gone cannot be given back, and there is nobody to tell.
        let _ =
            execute!(io::stdout(), DisableBracketedPaste, Clear(ClearType::All), LeaveAlternateScreen, Show);
        let _ = disable_raw_mode();
    }
}

fn failed(error: &io::Error) -> Failure {
    Failure::machine(&say!("doing-use-terminal"), error)
}
