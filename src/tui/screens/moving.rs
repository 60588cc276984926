//! Moving a cursor: what every list of the screens understands alike.

use crate::command::Command;
use crate::tui::widgets::List;

/// Moves the cursor of a list of so many lines; `false` if the command is no movement.
pub fn moved(list: &mut List, command: &Command, height: u16) -> bool {
    match command {
        Command::Down | Command::Next => list.down(1, height),
        Command::Up | Command::Previous => list.up(1, height),
        Command::PageDown => list.page_down(height),
        Command::PageUp => list.page_up(height),
        Command::Top => list.go(0, height),
        Command::End => list.go(usize::MAX, height),
        Command::SelectRows(rows) => {
            if let Some(row) = rows.rows(list.len).first() {
                list.go(*row, height);
            }
        }
        _ => return false,
    }
    true
}
