//! Tick and lot sizes as whole numbers of 10^-18, exactly.

use rust_decimal::Decimal;

/// The most digits of a size.
pub const PRECISION: u8 = 38;
/// The most fractional digits of a size.
pub const SCALE: u8 = 18;

const LIMIT: i128 = 10_i128.pow(PRECISION as u32);

/// `value` in units of 10^-18, exactly.
///
/// # Errors
/// Why there is no such number.
pub fn to_scaled(value: Decimal) -> Result<i128, String> {
    let value = value.normalize();
    let missing = u32::from(SCALE)
        .checked_sub(value.scale())
        .ok_or_else(|| format!("{value} has more than {SCALE} fractional digits"))?;
    10_i128
        .checked_pow(missing)
        .and_then(|factor| value.mantissa().checked_mul(factor))
        .filter(|scaled| (1 - LIMIT..LIMIT).contains(scaled))
        .ok_or_else(|| {
            format!("{value} has more than {} digits before the point", PRECISION - SCALE)
        })
}

/// The number of `scaled` units of 10^-18.
///
/// # Errors
/// Why there is no such number.
pub fn from_scaled(scaled: i128) -> Result<Decimal, String> {
    let (mut mantissa, mut scale) = (scaled, u32::from(SCALE));
    while scale > 0 && mantissa % 10 == 0 {
        mantissa /= 10;
        scale -= 1;
    }
    Decimal::try_from_i128_with_scale(mantissa, scale)
        .map_err(|_| format!("{scaled}e-{SCALE} has more than 28 significant digits"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn decimals_are_scaled_exactly() {
        assert_eq!(to_scaled(decimal("0.01")), Ok(10_000_000_000_000_000));
        assert_eq!(to_scaled(decimal("0.000000000000000001")), Ok(1));
        assert_eq!(to_scaled(decimal("1.0000000000000000000000")), Ok(10_i128.pow(18)));
        assert_eq!(
            to_scaled(decimal("99999999999999999999")),
            Ok(10_i128.pow(38) - 10_i128.pow(18))
        );
        assert_eq!(from_scaled(25 * 10_i128.pow(16)).unwrap().to_string(), "0.25");
        assert_eq!(from_scaled(1000 * 10_i128.pow(18)).unwrap().to_string(), "1000");
        assert_eq!(from_scaled(0).unwrap().to_string(), "0");
    }

    #[test]
    fn what_does_not_fit_is_refused_with_the_limit() {
        let fine = to_scaled(decimal("0.0000000000000000001")).unwrap_err();
        assert!(fine.contains("18 fractional digits"), "{fine}");
        let large = to_scaled(decimal("100000000000000000000")).unwrap_err();
        assert!(large.contains("20 digits before the point"), "{large}");
        assert!(to_scaled(Decimal::MAX).is_err() && to_scaled(Decimal::MIN).is_err());
        let long = from_scaled(12_345_678_901_234_567_890_123_456_789_012_345_678).unwrap_err();
        assert!(long.contains("28 significant digits"), "{long}");
    }

    proptest! {
        #[test]
        fn what_fits_comes_back(mantissa in -(1_i128 << 64)..1 << 64, scale in 0..=18_u32) {
            let value = Decimal::from_i128_with_scale(mantissa, scale);
            if let Ok(scaled) = to_scaled(value) {
                prop_assert_eq!(from_scaled(scaled), Ok(value));
            } else {
                prop_assert!(value.abs() >= Decimal::from(100_000_000_000_000_000_000_u128));
            }
        }
    }
}
