//! The column names that are understood.

/// A column of a candle file and the names it goes by, the preferred one first. A header is
/// compared after [`plain`], so `<OPEN>`, `open` and `"Open "` are one name.
pub(crate) struct Known {
    pub(crate) field: &'static str,
    pub(crate) names: &'static [&'static str],
}

pub(crate) const OPEN: Known =
    Known { field: "open", names: &["open", "o", "openprice", "priceopen", "openingprice"] };
pub(crate) const HIGH: Known =
    Known { field: "high", names: &["high", "h", "highprice", "pricehigh"] };
pub(crate) const LOW: Known = Known { field: "low", names: &["low", "l", "lowprice", "pricelow"] };
pub(crate) const CLOSE: Known = Known {
    field: "close",
    names: &[
        "close",
        "c",
        "closelast",
        "closeprice",
        "priceclose",
        "closingprice",
        "last",
        "lastprice",
    ],
};

/// The traded volume, in units of the base.
pub(crate) const VOLUME: Known = Known {
    field: "volume",
    names: &["volume", "vol", "v", "basevolume", "volumetraded", "volumefrom", "tradedvolume"],
};
/// Any other name that begins so is a volume too, and the first such column is the base's.
pub(crate) const VOLUME_PREFIX: &str = "volume";
/// How often the price changed, which stands in for the volume where there is none.
pub(crate) const TICKS: Known =
    Known { field: "volume", names: &["tickvolume", "tickvol", "ticks", "tickqty"] };

pub(crate) const SYMBOL: Known = Known {
    field: "symbol",
    names: &[
        "symbol",
        "ticker",
        "actsymbol",
        "tradingsymbol",
        "instrument",
        "pair",
        "code",
        "secid",
        "name",
    ],
};
pub(crate) const EXCHANGE: Known =
    Known { field: "exchange", names: &["exchange", "mic", "venue", "exchangecode"] };

/// The interval of each row, as `1m`, `1h` or `1d`.
pub(crate) const INTERVAL: Known =
    Known { field: "interval", names: &["interval", "timeframe", "candleinterval", "per"] };
/// The same as a number, beside [`BAR_TIME`].
pub(crate) const RECORD_TYPE: Known = Known { field: "interval", names: &["rtype"] };
pub(crate) const BAR_TIME: Known = Known { field: "time", names: &["tsevent"] };

/// A whole moment; counts from 1970 before text.
pub(crate) const MOMENT: Known = Known {
    field: "time",
    names: &[
        "unix",
        "unixtime",
        "unixtimestamp",
        "epoch",
        "opentime",
        "timestamp",
        "timestamputc",
        "timestampms",
        "datetime",
        "datetimeutc",
        "opentimeutc",
        "utctime",
        "gmttime",
        "localtime",
        "timeutc",
        "windowstart",
        "timeperiodstart",
        "starttime",
        "bartime",
        "tsevent",
        "ts",
        "begin",
        "t",
    ],
};
pub(crate) const DATE: Known = Known {
    field: "date",
    names: &["date", "dateutc", "day", "tradedate", "tradingdate", "dtyyyymmdd"],
};
/// A time of day beside a date, or a whole moment.
pub(crate) const CLOCK: Known = Known {
    field: "time",
    names: &[
        "time",
        "timeofday",
        "timestamp",
        "timestamputc",
        "timeutc",
        "gmttime",
        "utctime",
        "localtime",
        "opentime",
        "opentimeutc",
        "starttime",
        "bartime",
    ],
};

/// When the last moment of the candle is.
pub(crate) const CLOSE_TIME: Known = Known { field: "close time", names: &["closetime"] };

/// A name without capitals, spaces and punctuation.
pub(crate) fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A line for a person: a field and the names it goes by.
pub(crate) fn understood(field: &str) -> String {
    let all: &[&Known] = match field {
        "open" => &[&OPEN],
        "high" => &[&HIGH],
        "low" => &[&LOW],
        "close" => &[&CLOSE],
        "volume" => &[&VOLUME, &TICKS],
        "symbol" => &[&SYMBOL],
        "exchange" => &[&EXCHANGE],
        "interval" => &[&INTERVAL],
        _ => &[&CLOCK, &DATE, &MOMENT],
    };
    let mut names: Vec<&str> = all.iter().flat_map(|known| known.names).copied().collect();
    let mut seen = std::collections::HashSet::new();
    names.retain(|name| seen.insert(*name));
    format!("  {field}: {}", names.join(", "))
}
