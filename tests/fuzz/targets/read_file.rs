//! The fuzzer: `make fuzz`.
#![no_main]

use std::panic::set_hook;

use candlehouse_fuzz::{Input, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(
    init: {
        // The hook of the fuzzer ends the process at panics that are caught, too. One that is not caught
        // ends it without a hook.
        set_hook(Box::new(|_| ()));
    },
    |data: &[u8]| read(&Input::of(data))
);
