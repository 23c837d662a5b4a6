//! Values as scenario files write them.

pub use crate::scenario::duration::*;
pub use crate::scenario::scalar::*;
pub use crate::scenario::time::*;
