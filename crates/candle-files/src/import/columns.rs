//! Which column holds what.

use super::column_aliases::{
    BAR_TIME, CLOCK, CLOSE, CLOSE_TIME, DATE, EXCHANGE, HIGH, INTERVAL, Known, LOW, MOMENT, OPEN,
    RECORD_TYPE, SYMBOL, TICKS, VOLUME, VOLUME_PREFIX, plain,
};

/// Where a time stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TimeColumns {
    One(usize),
    /// A date and a time of day.
    Two(usize, usize),
}

impl TimeColumns {
    /// The first of the columns.
    pub(crate) const fn first(self) -> usize {
        match self {
            Self::One(column) | Self::Two(column, _) => column,
        }
    }

    /// Whether `column` is one of them.
    pub(crate) fn contains(self, column: usize) -> bool {
        match self {
            Self::One(only) => only == column,
            Self::Two(date, clock) => date == column || clock == column,
        }
    }
}

/// The columns of a file by what they hold, as indices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Columns {
    pub(crate) open: usize,
    pub(crate) high: usize,
    pub(crate) low: usize,
    pub(crate) close: usize,
    pub(crate) volume: Option<usize>,
    pub(crate) symbol: Option<usize>,
    pub(crate) exchange: Option<usize>,
    pub(crate) interval: Option<usize>,
    pub(crate) close_time: Option<usize>,
    /// Whether whole numbers count billionths of a price.
    pub(crate) has_fixed_point: bool,
    /// Every place where the time can stand, the preferred one first; never empty.
    pub(crate) times: Vec<TimeColumns>,
}

/// Why a line of names is not a header.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum HeaderError {
    /// Fields that no column holds, and how many of the needed ones there are.
    Missing { fields: Vec<&'static str>, found: usize },
    /// Two columns of one name.
    Twice { field: &'static str, first: usize, second: usize },
}

impl Columns {
    /// Reads a header. Where several columns could hold a field, the name that comes first in
    /// [`column_aliases`](super::column_aliases) wins.
    pub(crate) fn of_header(names: &[String]) -> Result<Self, HeaderError> {
        let header = Header(names.iter().map(|name| plain(name)).collect());
        let times = header.times()?;
        let prices =
            [header.find(&OPEN), header.find(&HIGH), header.find(&LOW), header.find(&CLOSE)];
        let [open, high, low, close] = prices;
        let (open, high, low, close) = (open?, high?, low?, close?);
        let time = times.first().map(|time| time.first());
        let needed =
            [("time", time), ("open", open), ("high", high), ("low", low), ("close", close)];
        let (Some(open), Some(high), Some(low), Some(close), Some(_)) =
            (open, high, low, close, time)
        else {
            let fields: Vec<_> =
                needed.iter().filter(|(_, at)| at.is_none()).map(|(field, _)| *field).collect();
            let found = needed.len() - fields.len();
            return Err(HeaderError::Missing { fields, found });
        };
        let bar_time = header.find(&BAR_TIME)?;
        let record_type = header.find(&RECORD_TYPE)?.filter(|_| bar_time.is_some());
        Ok(Self {
            open,
            high,
            low,
            close,
            volume: header.volume()?,
            symbol: header.find(&SYMBOL)?,
            exchange: header.find(&EXCHANGE)?,
            interval: header.find(&INTERVAL)?.or(record_type),
            close_time: header.find(&CLOSE_TIME)?,
            has_fixed_point: record_type.is_some(),
            times,
        })
    }

    /// Whether a candle is read from `column`, with the times at `time`.
    pub(crate) fn uses(&self, column: usize, time: TimeColumns) -> bool {
        let optional = [self.volume, self.symbol, self.exchange, self.interval, self.close_time];
        [self.open, self.high, self.low, self.close].contains(&column)
            || optional.contains(&Some(column))
            || time.contains(column)
    }
}

/// The plain names of a header.
struct Header(Vec<String>);

impl Header {
    fn find(&self, known: &Known) -> Result<Option<usize>, HeaderError> {
        for wanted in known.names {
            let mut columns = self.0.iter().enumerate().filter(|(_, name)| name == wanted);
            match (columns.next(), columns.next()) {
                (Some((first, _)), Some((second, _))) => {
                    return Err(HeaderError::Twice { field: known.field, first, second });
                }
                (Some((only, _)), None) => return Ok(Some(only)),
                (None, _) => {}
            }
        }
        Ok(None)
    }

    fn volume(&self) -> Result<Option<usize>, HeaderError> {
        if let Some(volume) = self.find(&VOLUME)? {
            return Ok(Some(volume));
        }
        match self.0.iter().position(|name| name.starts_with(VOLUME_PREFIX)) {
            Some(first) => Ok(Some(first)),
            None => self.find(&TICKS),
        }
    }

    /// Moments before dates with a time of day, and these before a moment in the column of the time
    /// of day. A date stands alone only where there is no time of day that would be left out. A
    /// first column without a name comes last: tables are saved so with their index.
    fn times(&self) -> Result<Vec<TimeColumns>, HeaderError> {
        let (moment, date, clock) = (self.find(&MOMENT)?, self.find(&DATE)?, self.find(&CLOCK)?);
        let pair = date.zip(clock).map(|(date, clock)| TimeColumns::Two(date, clock));
        let unnamed = self.0.first().filter(|name| name.is_empty()).map(|_| 0);
        let one = |column: Option<usize>| column.map(TimeColumns::One);
        let alone = one(date).filter(|_| clock.is_none());
        let named = [one(moment), pair, one(clock), alone];
        let mut times: Vec<_> = named.into_iter().flatten().collect();
        if times.is_empty() {
            times.extend(one(unnamed));
        }
        Ok(times)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(header: &str) -> Result<Columns, HeaderError> {
        Columns::of_header(&header.split(',').map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn spelling_and_order_do_not_matter() {
        let plain = columns("time,open,high,low,close,volume,symbol").unwrap();
        for header in [
            "<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<TICKER>",
            "Time,O,H,L,C,V,act_symbol",
            "\"TIME\", Open Price,high_price,low-price,Close/Last,Vol.,Name",
        ] {
            assert_eq!(columns(header).unwrap(), plain, "{header}");
        }
        let turned = columns("Close,Low,High,Open,Date").unwrap();
        assert_eq!((turned.open, turned.close, turned.volume), (3, 0, None));
    }

    #[test]
    fn the_volume_of_the_base_comes_before_that_of_the_quote_and_before_ticks() {
        let volume = |names: &str| columns(&format!("t,o,h,l,c,{names}")).unwrap().volume;
        assert_eq!(volume("Volume BTC,Volume USDT"), Some(5));
        assert_eq!(volume("quote_volume,volume"), Some(6));
        assert_eq!(volume("<TICKVOL>,<VOL>,<SPREAD>"), Some(6));
        assert_eq!(volume("<TICKVOL>,<SPREAD>"), Some(5));
    }

    #[test]
    fn a_count_comes_before_a_date_and_a_date_with_a_time_before_either() {
        let times = |names: &str| columns(&format!("{names},o,h,l,c")).unwrap().times;
        assert_eq!(times("Date,Unix"), [TimeColumns::One(1), TimeColumns::One(0)]);
        assert_eq!(times("Time,Date")[0], TimeColumns::Two(1, 0));
        assert_eq!(times(""), [TimeColumns::One(0)]);
    }

    #[test]
    fn what_is_missing_and_what_is_there_twice_is_named() {
        let missing = HeaderError::Missing { fields: vec!["time", "low"], found: 3 };
        assert_eq!(columns("Open,High,Close,Adj Close"), Err(missing));
        let twice = HeaderError::Twice { field: "open", first: 1, second: 5 };
        assert_eq!(columns("Date,Open,High,Low,Close,<OPEN>"), Err(twice));
    }
}
