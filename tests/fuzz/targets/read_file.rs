//! The fuzzer: `make fuzz`.
#![no_main]

use candlehouse_fuzz::{Input, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| read(&Input::of(data)));
