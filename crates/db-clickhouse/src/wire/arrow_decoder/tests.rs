//! Streams that are whole, cut, and spoiled.

use std::sync::Arc;

use arrow_array::builder::{
    Decimal128Builder, FixedSizeBinaryBuilder, Int64Builder, ListBuilder, MapBuilder,
    StringBuilder, StringDictionaryBuilder,
};
use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, NullArray, RecordBatch, StringArray,
    StructArray, TimestampMillisecondArray,
};
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{DataType, Field};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestRunner;

use super::*;

/// Every kind of column that ClickHouse sends.
fn batch(rows: usize) -> RecordBatch {
    let numbers = || (0..rows as i64).collect::<Vec<_>>();
    let some = |i: i64| (i % 3 > 0).then_some(i);
    let ints: ArrayRef = Arc::new(Int64Array::from_iter(numbers().into_iter().map(some)));
    let texts = |i: i64| some(i).map(|i| "é".repeat(i as usize % 5));
    let texts: ArrayRef = Arc::new(StringArray::from_iter(numbers().into_iter().map(texts)));
    let mut lists = ListBuilder::new(Int64Builder::new());
    let mut maps = MapBuilder::new(None, StringBuilder::new(), Int64Builder::new());
    let mut dictionary = StringDictionaryBuilder::<Int32Type>::new();
    let mut bytes = FixedSizeBinaryBuilder::new(3);
    let mut decimals = Decimal128Builder::new();
    for i in numbers() {
        lists.append_value((0..i % 4).map(some));
        maps.keys().append_value(i.to_string());
        maps.values().append_option(some(i));
        maps.append(true).unwrap();
        dictionary.append_option(some(i).map(|i| i.to_string()));
        bytes.append_value([1, 2, i as u8]).unwrap();
        decimals.append_option(some(i).map(i128::from));
    }
    let fields =
        vec![Field::new("a", DataType::Int64, true), Field::new("b", DataType::Utf8, true)];
    RecordBatch::try_from_iter_with_nullable([
        ("int", Arc::clone(&ints), true),
        ("text", Arc::clone(&texts), true),
        ("flag", Arc::new(BooleanArray::from_iter(numbers().iter().map(|i| Some(*i > 1)))), true),
        ("float", Arc::new(Float64Array::from_iter(numbers().iter().map(|i| *i as f64))), false),
        (
            "time",
            Arc::new(TimestampMillisecondArray::from(numbers()).with_timezone("UTC")) as ArrayRef,
            false,
        ),
        ("decimal", Arc::new(decimals.finish()), true),
        ("bytes", Arc::new(bytes.finish()), false),
        ("list", Arc::new(lists.finish()), true),
        ("map", Arc::new(maps.finish()), false),
        ("tuple", Arc::new(StructArray::new(fields.into(), vec![ints, texts], None)), false),
        ("word", Arc::new(dictionary.finish()), true),
        ("nothing", Arc::new(NullArray::new(rows)), true),
    ])
    .unwrap()
}

fn stream(batches: &[RecordBatch]) -> Vec<u8> {
    let mut writer = StreamWriter::try_new(Vec::new(), &batches[0].schema()).unwrap();
    batches.iter().for_each(|batch| writer.write(batch).unwrap());
    writer.finish().unwrap();
    writer.into_inner().unwrap()
}

/// The batches, and whether the stream was complete.
fn decoded(stream: &[u8], piece: usize) -> Result<(Vec<RecordBatch>, bool), String> {
    let mut decoder = ArrowDecoder::default();
    let mut batches = Vec::new();
    for piece in stream.chunks(piece) {
        decoder.decode(Bytes::copy_from_slice(piece), |batch| batches.push(batch))?;
    }
    Ok((batches, decoder.is_complete()))
}

#[test]
fn a_stream_is_decoded_in_pieces_of_any_size() {
    let batches = [batch(10), batch(0), batch(3)];
    let stream = stream(&batches);
    for piece in [1, 7, 64, 1000, stream.len()] {
        let (found, is_complete) = decoded(&stream, piece).unwrap();
        assert!(is_complete);
        assert!(found == batches, "pieces of {piece}");
    }
}

#[test]
fn a_stream_that_is_cut_anywhere_is_not_complete() {
    let stream = stream(&[batch(2).project(&[0, 1]).unwrap()]);
    for length in 1..stream.len() {
        assert!(!decoded(&stream[..length], stream.len()).unwrap().1, "{length} bytes");
    }
    assert_eq!(decoded(&[], 1), Ok((vec![], true)));
    assert!(decoded(&[&stream[..], &[0]].concat(), 100).is_err());
}

#[test]
fn what_a_frame_says_of_its_size_is_not_believed() {
    let column: ArrayRef = Arc::new(Int64Array::from(vec![7; 1234]));
    let stream = stream(&[RecordBatch::try_from_iter([("n", column)]).unwrap()]);
    let begins = |at: &usize| stream[*at..].starts_with(&[0xff; 4]);
    let prefix = (8..stream.len()).step_by(8).find(begins).unwrap();
    let metadata = prefix + 8;
    let length = u32::from_le_bytes(stream[prefix + 4..metadata].try_into().unwrap());
    let body = metadata + length as usize;
    let end_marker = 8;
    let body_bytes = stream.len() - end_marker - body;

    for wrong in [u32::MAX, 1 << 27] {
        let prefix = [&stream[..prefix + 4], &wrong.to_le_bytes()].concat();
        let error = decoded(&prefix, 100).unwrap_err();
        assert!(error.contains("metadata"), "{error}");
    }
    for (number, said) in [(1234, "rows"), (body_bytes, "its body"), (1234 * 8, "not inside")] {
        for wrong in [1_u64 << 60, u64::MAX, 1 << 63, 1 << 35] {
            let mut stream = stream[..body].to_vec();
            for word in stream[metadata..].chunks_exact_mut(8) {
                if word == (number as u64).to_le_bytes() {
                    word.copy_from_slice(&wrong.to_le_bytes());
                }
            }
            let error = decoded(&stream, 100).unwrap_err();
            assert!(error.contains(said), "{number} is {wrong}: {error}");
        }
    }
}

#[test]
fn what_is_in_no_frame_is_not_kept_and_not_waited_for_without_end() {
    let whole = stream(&[batch(2)]);
    let mut decoder = ArrowDecoder::default();
    let mut decode = |bytes: &[u8]| decoder.decode(Bytes::copy_from_slice(bytes), drop);
    decode(&whole[..whole.len() - 8]).unwrap();
    decode(b"\r\n__exception__\r\n").unwrap();
    decode(&[0; 1 << 19]).unwrap();
    let error = decode(&[0; 1 << 19]).unwrap_err();
    assert!(error.contains("another format"), "{error}");
    assert!(!decoder.is_complete());
}

/// What can happen to a byte on its way.
#[derive(Debug, Clone)]
enum Fault {
    Flip(Index, u8),
    Set(Index, u64),
    Cut(Index),
    Repeat(Index, Index),
    Leave(Index, Index),
}

impl Fault {
    fn happen(&self, stream: &mut Vec<u8>) {
        let length = stream.len();
        let range = |a: &Index, b: &Index| {
            let (a, b) = (a.index(length), b.index(length));
            a.min(b)..a.max(b)
        };
        match self {
            Self::Flip(at, bits) => stream[at.index(length)] ^= bits,
            Self::Set(at, value) => {
                let at = at.index(length / 8) * 8;
                stream[at..at + 8].copy_from_slice(&value.to_le_bytes());
            }
            Self::Cut(at) => stream.truncate(at.index(length).max(8)),
            Self::Repeat(from, to) => stream.extend_from_within(range(from, to)),
            Self::Leave(from, to) => {
                drop(stream.drain(range(from, to).start.max(8)..range(from, to).end.max(8)))
            }
        }
    }
}

fn fault() -> impl Strategy<Value = Fault> {
    let at = any::<Index>;
    let number = prop_oneof![
        Just(0),
        Just(1),
        Just(u64::MAX),
        Just(1 << 60),
        Just(i64::MIN as u64),
        Just(1 << 31),
        Just(u64::from(u32::MAX) << 32),
        any::<u64>(),
    ];
    prop_oneof![
        6 => (at(), 1..=255_u8).prop_map(|(at, bits)| Fault::Flip(at, bits)),
        6 => (at(), number).prop_map(|(at, value)| Fault::Set(at, value)),
        1 => at().prop_map(Fault::Cut),
        1 => (at(), at()).prop_map(|(from, to)| Fault::Repeat(from, to)),
        1 => (at(), at()).prop_map(|(from, to)| Fault::Leave(from, to)),
    ]
}

/// The most memory that the process has asked for, in kilobytes, where the system tells.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmPeak:"));
    peak.map_or(0, |peak| peak.trim().trim_end_matches(" kB").parse().unwrap())
}

#[test]
fn a_spoiled_stream_is_an_error_or_rows_of_its_schema() {
    let whole = stream(&[batch(5), batch(2)]);
    let before = peak();
    // A longer run is `FUZZ_CASES=1000000`.
    let cases = std::env::var("FUZZ_CASES").map_or(3000, |cases| cases.parse().unwrap());
    let mut runner = TestRunner::new(ProptestConfig::with_cases(cases));
    let faults = (prop::collection::vec(fault(), 1..4), 1..2000_usize);
    let result = runner.run(&faults, |(faults, piece)| {
        let mut stream = whole.clone();
        faults.iter().for_each(|fault| fault.happen(&mut stream));
        if let Ok((batches, _)) = decoded(&stream, piece) {
            for batch in batches {
                batch.columns().iter().for_each(|column| column.to_data().validate_full().unwrap());
                prop_assert!(batch.num_rows() <= 1 << 31);
            }
        }
        Ok(())
    });
    result.unwrap();
    let asked_for = peak() - before;
    assert!(asked_for < 1 << 20, "{asked_for} kB");
}
