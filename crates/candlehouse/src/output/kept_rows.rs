//! The rows that a table shows of very many.

use std::collections::VecDeque;

use super::cell::Cell;

/// The first and the last rows of however many there are.
#[derive(Debug)]
pub(super) struct KeptRows<const N: usize> {
    first: Vec<[Cell; N]>,
    last: VecDeque<[Cell; N]>,
    left_out: u64,
}

impl<const N: usize> KeptRows<N> {
    /// How many are kept from the beginning, and as many from the end.
    pub(super) const HALF: usize = 5_000;

    pub(super) fn push(&mut self, row: [Cell; N]) {
        if self.first.len() < Self::HALF {
            self.first.push(row);
            return;
        }
        if self.last.len() == Self::HALF {
            self.last.pop_front();
            self.left_out += 1;
        }
        self.last.push_back(row);
    }

    /// Those before the ones that are left out.
    pub(super) fn first(&self) -> &[[Cell; N]] {
        &self.first
    }

    /// How many are left out.
    pub(super) const fn left_out(&self) -> u64 {
        self.left_out
    }

    /// Those behind them.
    pub(super) const fn last(&self) -> &VecDeque<[Cell; N]> {
        &self.last
    }
}

impl<const N: usize> Default for KeptRows<N> {
    fn default() -> Self {
        Self { first: Vec::new(), last: VecDeque::new(), left_out: 0 }
    }
}
