//! Widgets: parts of screens. They draw on a [`Canvas`], which takes displayable text only.
//!
//! State changes in methods named for what the user does; drawing never changes state. Start
//! reading at [`Canvas`] and [`List`].

mod canvas;
mod editor;
mod fields;
mod form;
mod line;
mod list;
mod pager;
mod pick;
mod progress;
mod window;
mod wrap;

pub use canvas::{Canvas, Showable, centered, clip, clock, width};
pub use editor::Editor;
pub use form::{Field, FieldKind, Form, FormEvent};
pub use line::LineInput;
pub use list::{Align, Column, List, RowView, lines, table};
pub use pager::{Pager, Span};
pub use pick::{Item, PickList};
pub use progress::Progress;
pub use window::{Wanted, Window};
pub use wrap::{Row, wrap};

pub use fields::parse_date;
