//! EXEC CICS commands: their syntax, options and data areas.
//!
//! A program of a scenario writes commands as an application programmer does, and [`parse`] judges
//! them as the CICS translator would: against one table of commands ([`table`]), the declared data
//! areas of the program ([`Declarations`]) and the [`Release`] of the region. All complaints about a
//! command come back together, each with its place in the text.
//!
//! Host variables are written `&NAME`; the names of declared areas are the ones of the program, the
//! fields of the EXEC interface block (`EIBRESP`, …) are read without an ampersand.
//!
//! ```
//! use regionsim::nodes::cics::exec::{Areas, Declarations, Opt, Release, parse};
//!
//! let declared: Declarations =
//!     [("SVC", "CHAR(8) VALUE('PAY1')"), ("RC", "FULLWORD")].try_into().unwrap();
//! let release: Release = "5.6".parse().unwrap();
//! let command = parse("LINK PROGRAM(&SVC) RESP(&RC)", &declared, release).unwrap();
//! let areas = Areas::new(&declared);
//! assert_eq!(command.text(Opt::Program, &areas).as_deref(), Some("PAY1"));
//!
//! let errors = parse("LINK PROGRM('PAY1')", &declared, release).unwrap_err();
//! assert_eq!(errors[0].to_string(), "5..11: `PROGRM` is not an option of LINK");
//! ```

mod area_type;
mod areas;
mod argument;
mod command;
mod declaration;
mod declarations;
pub mod eib;
mod reference;
mod release;
mod scan;
pub mod table;
mod translate;
mod words;

pub use crate::nodes::complaint::{Span, SyntaxError};
pub use area_type::AreaType;
pub use areas::{AreaError, Areas, StorageId, StorageRef, Stored};
pub use command::{Arg, Command};
pub use declaration::Declaration;
pub use declarations::{DeclarationError, Declarations};
pub use reference::{CommandReference, OptionReference, reference};
pub use release::{Release, UnknownRelease};
pub use translate::parse;
pub use words::{Cvda, Opt, Verb};
