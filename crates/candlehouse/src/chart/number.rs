//! Prices and volumes as a chart writes them.

use super::scale::Ticks;

/// The widest label before powers of ten take over.
const WIDEST: usize = 12;

/// Labels of prices on the axis, of one width and with the digits that tell one step from the
/// next.
pub(super) fn axis_labels(ticks: &Ticks) -> Vec<String> {
    let labels = unaligned(ticks);
    let width = labels.iter().map(String::len).max().unwrap_or_default();
    labels.iter().map(|label| format!("{label:>width$}")).collect()
}

fn unaligned(ticks: &Ticks) -> Vec<String> {
    let decimals = ticks.step.exponent.min(0).unsigned_abs() as usize;
    let plain: Vec<_> = ticks.prices.iter().map(|price| format!("{price:.decimals$}")).collect();
    if plain.iter().all(|label| label.len() <= WIDEST) {
        return plain;
    }
    let largest = ticks.prices.iter().fold(0.0_f64, |largest, price| largest.max(price.abs()));
    let digits = (largest.log10().floor() as i32 - ticks.step.exponent).max(0) as usize;
    ticks.prices.iter().map(|price| format!("{price:.digits$e}")).collect()
}

/// A price with all its digits, as a power of ten where those are mostly zeros.
pub(super) fn exact(price: f64) -> String {
    if price == 0.0 || (1e-9..1e15).contains(&price.abs()) {
        price.to_string()
    } else {
        format!("{price:e}")
    }
}

/// An amount in three digits: `12`, `1.5K`, `82.5M`.
pub(super) fn compact(amount: f64) -> String {
    let units = [(1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "K")];
    // 999.5 would round to 1000, which the next unit says shorter.
    let unit = units.into_iter().find(|(size, _)| amount >= size * 0.9995);
    let (size, suffix) = unit.unwrap_or((1.0, ""));
    let scaled = amount / size;
    if scaled >= 1e4 || (amount > 0.0 && scaled < 0.01) {
        return format!("{amount:.1e}");
    }
    let decimals = match scaled {
        100.0.. => 0,
        10.0.. => 1,
        _ => 2,
    };
    let text = format!("{scaled:.decimals$}");
    let short = if decimals > 0 { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    format!("{short}{suffix}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_shortened_to_three_digits() {
        for (amount, text) in [
            (0.0, "0"),
            (0.25, "0.25"),
            (0.001, "1.0e-3"),
            (12.0, "12"),
            (100.0, "100"),
            (999.4, "999"),
            (999.7, "1K"),
            (1500.0, "1.5K"),
            (82_488_700.0, "82.5M"),
            (999_999.0, "1M"),
            (3e12, "3T"),
            (1e300, "1.0e300"),
        ] {
            assert_eq!(compact(amount), text);
        }
    }

    #[test]
    fn a_price_keeps_every_digit() {
        for (price, text) in [
            (430.47, "430.47"),
            (0.0, "0"),
            (1e-8, "0.00000001"),
            (1e12, "1000000000000"),
            (-37.63, "-37.63"),
            (1.5e-300, "1.5e-300"),
        ] {
            assert_eq!(exact(price), text);
        }
    }
}
