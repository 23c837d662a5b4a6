//! The first things of a kind, and how many more there were: memory that does not grow with a run.

/// How many things of a kind are kept.
pub(super) const KEPT_MAX: usize = 200;

/// The first things of a kind.
#[derive(Clone, Debug)]
pub(super) struct Kept<T> {
    pub(super) items: Vec<T>,
    /// How many came after those.
    pub(super) left_out: u64,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Kept { items: Vec::new(), left_out: 0 }
    }
}

impl<T> Kept<T> {
    pub(super) fn push(&mut self, item: T) {
        if self.items.len() < KEPT_MAX {
            self.items.push(item);
        } else {
            self.left_out += 1;
        }
    }
}
