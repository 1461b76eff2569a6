//! Prices as whole numbers of a billionth, as Databento writes them.

use super::reject::shown;

/// What stands for a price that is not there.
const UNDEFINED: i64 = i64::MAX;

/// The price that `text` counts in billionths; the nearest number to it.
///
/// # Errors
/// Why it counts none.
pub(crate) fn read(text: &str) -> Result<f64, String> {
    let count: i64 =
        text.parse().map_err(|_| format!("{} is not a number of billionths", shown(text)))?;
    if count == UNDEFINED {
        return Err(format!("{text} stands for no price"));
    }
    let (whole, fraction) = (count / 1_000_000_000, (count % 1_000_000_000).unsigned_abs());
    let sign = if count < 0 { "-" } else { "" };
    let decimal = format!("{sign}{}.{fraction:09}", whole.unsigned_abs());
    decimal.parse().map_err(|_| format!("{} is not a number", shown(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn billionths_are_the_number_that_their_decimals_are() {
        for (text, price) in [
            ("187150000000", 187.15),
            ("1", 1e-9),
            ("-37630000000", -37.63),
            ("-500000000", -0.5),
            ("9223372036854775806", 9_223_372_036.854_776),
        ] {
            assert_eq!(read(text), Ok(price), "{text}");
        }
        assert!(read("9223372036854775807").unwrap_err().contains("stands for no price"));
        assert!(read("1e9").unwrap_err().contains("not a number of billionths"));
    }
}
