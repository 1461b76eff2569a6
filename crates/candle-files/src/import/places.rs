//! Which series a row belongs to, and the series that were named so far.

use std::collections::{BTreeSet, HashMap};

use market_model::{Interval, SymbolName};

use super::entangled::Entangled;
use super::naming::{Named, Naming};

/// The series that were named so far, by their place in the order in which they were.
#[derive(Debug, Default)]
pub(crate) struct Places {
    /// By the cells that name them.
    by_label: HashMap<String, usize>,
    by_name: HashMap<(SymbolName, Option<Interval>), usize>,
    /// Whether a symbol is written with a leading colon.
    colons: HashMap<SymbolName, bool>,
    /// The label of the row that came last, and its place.
    last: Option<(String, usize)>,
    label: String,
}

impl Places {
    /// The series of a row. Its name is read where its cells are seen for the first time, and
    /// `add` hears of a new one.
    ///
    /// # Errors
    /// The column that is wrong, if there is one, and why.
    pub(crate) fn of(
        &mut self,
        cells: &[&str],
        naming: &Naming,
        add: impl FnOnce(SymbolName, Option<Interval>),
    ) -> Result<usize, (Option<usize>, String)> {
        if let Some((_, place)) = &self.last
            && naming.says_one_series()
        {
            return Ok(*place);
        }
        // No name has a line end: a label that is found has three, and they are these.
        self.label.clear();
        for cell in naming.label(cells) {
            self.label.push_str(cell);
            self.label.push('\n');
        }
        match &self.last {
            Some((last, place)) if *last == self.label => return Ok(*place),
            _ => {}
        }
        let place = match self.by_label.get(&self.label) {
            Some(place) => *place,
            None => self.read(cells, naming, add)?,
        };
        let (last, last_place) = self.last.get_or_insert_default();
        last.clone_from(&self.label);
        *last_place = place;
        Ok(place)
    }

    fn read(
        &mut self,
        cells: &[&str],
        naming: &Naming,
        add: impl FnOnce(SymbolName, Option<Interval>),
    ) -> Result<usize, (Option<usize>, String)> {
        let Named { name, has_no_exchange, interval } =
            naming.read(cells).map_err(|(column, reason)| (Some(column), reason))?;
        if *self.colons.entry(name.clone()).or_insert(has_no_exchange) != has_no_exchange {
            let symbol = name.symbol();
            let reason = format!(
                "the file has both {symbol} and :{symbol}, which has no exchange: write one of the two"
            );
            return Err((naming.symbol_column(), reason));
        }
        let place = self.place(name, interval, add);
        self.by_label.insert(self.label.clone(), place);
        Ok(place)
    }

    fn place(
        &mut self,
        name: SymbolName,
        interval: Option<Interval>,
        add: impl FnOnce(SymbolName, Option<Interval>),
    ) -> usize {
        let next = self.by_name.len();
        *self.by_name.entry((name, interval)).or_insert_with_key(|(name, interval)| {
            add(name.clone(), *interval);
            next
        })
    }

    /// Adds the names of rows that come later in the file, and the place of one series of theirs
    /// for each of `series`.
    pub(crate) fn append(
        &mut self,
        later: Self,
        series: impl Iterator<Item = (SymbolName, Option<Interval>)>,
        mut add: impl FnMut(SymbolName, Option<Interval>),
    ) -> Result<Vec<usize>, Entangled> {
        for (name, has_no_exchange) in later.colons {
            if *self.colons.entry(name).or_insert(has_no_exchange) != has_no_exchange {
                return Err(Entangled);
            }
        }
        Ok(series.map(|(name, interval)| self.place(name, interval, &mut add)).collect())
    }

    /// The symbols that say with a leading colon that they have no exchange.
    pub(crate) fn without_exchange(&self) -> BTreeSet<SymbolName> {
        let without = self.colons.iter().filter(|(_, has_no_exchange)| **has_no_exchange);
        without.map(|(name, _)| name.clone()).collect()
    }
}
