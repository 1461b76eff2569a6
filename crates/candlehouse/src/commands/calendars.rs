//! Which calendar each series is measured by, and why that one.

use std::collections::{BTreeMap, HashMap};

use candle_repository::{Calendar, SeriesFilter, SeriesKey, SymbolName};
use clap::ValueEnum;
use symbol_repository::{AssetClass, Symbol};

use crate::args::SelectionArgs;
use crate::error::CliError;
use crate::output::Cell;
use crate::series_lookup;
use crate::store::Store;

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub(crate) enum CalendarArg {
    /// By the asset class: continuous for crypto, weekdays for others; if it is unknown or other,
    /// weekdays where the candles show that the market rests on weekends, else continuous
    #[default]
    Auto,
    /// Around the clock
    Continuous,
    /// Monday to Friday, UTC
    Weekdays,
}

/// A calendar and where it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Chosen {
    pub(super) calendar: Calendar,
    from: &'static str,
}

impl Chosen {
    const DEFAULT: Self = Self { calendar: Calendar::Continuous, from: "default" };

    /// What every asset class but crypto and other tells.
    pub(super) const WEEKDAYS_BY_CLASS: Self =
        Self { calendar: Calendar::Weekdays, from: "asset class" };

    const fn by_class(class: AssetClass) -> Option<Self> {
        match class {
            AssetClass::Other => None,
            AssetClass::Crypto => {
                Some(Self { calendar: Calendar::Continuous, ..Self::WEEKDAYS_BY_CLASS })
            }
            _ => Some(Self::WEEKDAYS_BY_CLASS),
        }
    }

    /// The calendar's name, and where it comes from.
    pub(super) fn cells(self) -> [Cell; 2] {
        let name = match self.calendar {
            Calendar::Continuous => "continuous",
            Calendar::Weekdays => "weekdays",
        };
        [name.into(), self.from.into()]
    }
}

/// The calendars of the selected series.
pub(super) struct Calendars {
    /// In the order in which they were named.
    pub(super) keys: Vec<SeriesKey>,
    chosen: BTreeMap<SeriesKey, Chosen>,
}

impl Calendars {
    pub(super) async fn choose(
        store: &Store,
        selection: &SelectionArgs,
        wanted: CalendarArg,
    ) -> Result<Self, CliError> {
        let keys = series_lookup::several(store, selection).await?;
        let given = |calendar| Chosen { calendar, from: "option" };
        let given = match wanted {
            CalendarArg::Auto => return Self::find(store, selection, keys).await,
            CalendarArg::Continuous => given(Calendar::Continuous),
            CalendarArg::Weekdays => given(Calendar::Weekdays),
        };
        Ok(Self::of_each(keys, |_| given))
    }

    async fn find(
        store: &Store,
        selection: &SelectionArgs,
        keys: Vec<SeriesKey>,
    ) -> Result<Self, CliError> {
        let all = series_lookup::all(selection);
        let symbols = match all {
            Some(_) => store.symbols.list().await?,
            None => {
                let names: Vec<_> = keys.iter().map(SeriesKey::symbol).collect();
                store.symbols.find_by_names(&names).await?
            }
        };
        let classes = asset_classes(&symbols)?;
        let by_class = |key: &SeriesKey| Chosen::by_class(*classes.get(key.symbol_name())?);
        let mut shown = BTreeMap::new();
        let mut unknown = keys.iter().filter(|key| by_class(key).is_none()).peekable();
        match all {
            Some(filter) if unknown.peek().is_some() => {
                shown = store.candles.find_calendars(&filter).await?;
            }
            _ => {
                for key in unknown {
                    shown.extend(store.candles.find_calendars(&only(key)).await?);
                }
            }
        }
        let by_data = |key: &SeriesKey| Some(Chosen { calendar: *shown.get(key)?, from: "data" });
        let choose =
            |key: &SeriesKey| by_class(key).or_else(|| by_data(key)).unwrap_or(Chosen::DEFAULT);
        Ok(Self::of_each(keys, choose))
    }

    fn of_each(keys: Vec<SeriesKey>, choose: impl Fn(&SeriesKey) -> Chosen) -> Self {
        let chosen = keys.iter().map(|key| (key.clone(), choose(key))).collect();
        Self { keys, chosen }
    }

    /// The calendar of a series; of one that came later, the default.
    pub(super) fn of(&self, key: &SeriesKey) -> Chosen {
        self.chosen.get(key).copied().unwrap_or(Chosen::DEFAULT)
    }
}

fn only(key: &SeriesKey) -> SeriesFilter {
    SeriesFilter {
        exchange: Some(key.exchange().to_owned()),
        symbol: Some(key.symbol().to_owned()),
        interval: Some(key.interval()),
    }
}

fn asset_classes(symbols: &[Symbol]) -> Result<HashMap<SymbolName, AssetClass>, CliError> {
    let class = |symbol: &Symbol| {
        Ok((SymbolName::new(symbol.exchange(), symbol.name())?, symbol.asset_class()))
    };
    symbols.iter().map(class).collect()
}
