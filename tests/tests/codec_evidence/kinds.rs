//! Kinds of values, each as an expression of `n` (0, 1, 2, ...) and `h`, a hash of it.

/// What prices and volumes are, and what could be hard for a codec that makes decimals integers.
pub(crate) const KINDS: &[(&str, &str)] = &[
    (
        "walk on ticks",
        "(1000000 + arraySum(i -> toInt64(cityHash64(intDiv(n, i)) % 41) - 20, [1, 60, 3600])) / 100",
    ),
    ("ticks of an eighth", "(100000 + toInt64(h % 4001) - 2000) / 8"),
    ("real closes", "arrayElement(closes, 1 + n % length(closes))"),
    (
        "adjusted closes",
        "arrayElement(closes, 1 + n % length(closes)) / (1 + intDiv(n, length(closes)) % 997 / 37)",
    ),
    ("volumes", "toFloat64(h % toUInt64(exp10(n % 13)))"),
    ("eight decimals", "toFloat64(h % 10000000000000) / 1e8"),
    ("fifteen digits at any point", "toFloat64(h % 1000000000000000) / exp10(n % 16)"),
    (
        "decimals as read from text",
        "toFloat64(concat(toString(h % 1000000), '.', toString(cityHash64(h) % 1000000000)))",
    ),
    ("sums that miss a decimal by a bit", "(h % 1000) / 10 + (h % 777) / 100 + 0.1 + 0.2"),
    (
        "neighbours of decimals",
        "reinterpretAsFloat64(reinterpretAsUInt64((h % 100000) / 100) + bitShiftRight(h, 60) % 3)",
    ),
    (
        "random finite bits",
        "reinterpretAsFloat64(if(bitAnd(h, 0x7FF0000000000000) = 0x7FF0000000000000, bitXor(h, 0x4010000000000000), h))",
    ),
    ("subnormals", "reinterpretAsFloat64(bitAnd(h, 0x800FFFFFFFFFFFFF))"),
    (
        "powers of two",
        "reinterpretAsFloat64(bitOr(bitShiftLeft(h % 2047, 52), bitShiftLeft(n % 2, 63)))",
    ),
    (
        "powers of ten and their multiples",
        "(1 + h % 9) * exp10(toInt64(cityHash64(h) % 617) - 308) * (toInt8(n % 2) * 2 - 1)",
    ),
    ("integers to 2^53", "toFloat64(bitShiftRight(h, 11 + n % 53)) * (toInt8(n % 2) * 2 - 1)"),
    ("integers beyond 2^53", "toFloat64(bitShiftRight(h, n % 11)) * (toInt8(n % 2) * 2 - 1)"),
    (
        "around the largest integer of the codec",
        "(toFloat64(9223372036854774272) + (toInt64(h % 9) - 4) * 1024) / exp10(n % 19) * (toInt8(bitShiftRight(h, 63)) * 2 - 1)",
    ),
    ("halves, which are rounded", "(toInt64(h % 20001) - 10000 + 0.5) / exp10(n % 4)"),
    (
        "zeros of both signs among small decimals",
        "if(h % 3 = 0, -0., if(h % 3 = 1, 0., toFloat64(n % 100) / 10))",
    ),
    (
        "edges",
        "arrayElement([0., -0., 5e-324, -5e-324, 2.2250738585072014e-308, 2.225073858507201e-308, 1e300, -1e300, 1.7976931348623157e308, -1.7976931348623157e308, 9007199254740991., 9007199254740993., 1e-18, 1e18, 1e19, 0.1, 1.1, 123456789.123456789, 4503599627370495.5, 6755399441055744.], 1 + h % 20)",
    ),
    ("constants", "toFloat64(intDiv(n, 100000)) + 0.01"),
    (
        "runs",
        "toFloat64(cityHash64(intDiv(n, 1 + cityHash64(intDiv(n, 5000)) % 3000)) % 100000) / 1000",
    ),
    (
        "decimals with few others",
        "if(h % 5000 = 0, reinterpretAsFloat64(bitAnd(h, 0xBFFFFFFFFFFFFFFF)), (n % 2000) / 1000)",
    ),
    (
        "others with few decimals",
        "if(h % 50 = 0, (n % 2000) / 1000, reinterpretAsFloat64(bitAnd(h, 0xBFFFFFFFFFFFFFFF)))",
    ),
    (
        "a kind for each thousand",
        "multiIf(intDiv(n, 1024) % 3 = 0, (h % 1000) / 100, intDiv(n, 1024) % 3 = 1, toFloat64(h % 1000) * 1e12, sqrt(h % 1000))",
    ),
];
