//! The engine's C interface, and the only unsafe code.
//!
//! A connection runs one statement at a time and is used by one thread at a time, which `&mut self`
//! ensures. Different connections run in parallel.
#![allow(unsafe_code, reason = "the engine is a C library")]

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::path::Path;
use std::ptr;

use libloading::Library;

type RawConnection = *mut *mut c_void;
type RawResult = *mut c_void;
type RawInsert = *mut c_void;
type Texts = *const *const c_char;
type Lengths = *const usize;

/// Connection, statement and its length, format and its length, names and values of parameters
/// with their lengths, and how many there are.
type WithParameters = unsafe extern "C" fn(
    *mut c_void,
    *const c_char,
    usize,
    *const c_char,
    usize,
    Texts,
    Lengths,
    Texts,
    Lengths,
    usize,
) -> *mut c_void;

macro_rules! functions {
    ($($name:ident: $type:ty;)+) => {
        /// The functions of the loaded library. It is never unloaded, because the engine's threads
        /// may outlive its connections.
        struct Functions { $($name: $type),+ }

        impl Functions {
            fn resolve(library: &'static Library) -> Result<Self, libloading::Error> {
                // SAFETY: the types are those of chdb.h of the version that is loaded.
                unsafe { Ok(Self { $($name: *library.get(stringify!($name).as_bytes())?),+ }) }
            }
        }
    };
}

functions! {
    chdb_connect: unsafe extern "C" fn(c_int, *const *const c_char) -> RawConnection;
    chdb_close_conn: unsafe extern "C" fn(RawConnection);
    chdb_query_with_params_n: WithParameters;
    chdb_stream_insert_with_params_n: WithParameters;
    chdb_stream_append: unsafe extern "C" fn(RawInsert, *const c_void, usize) -> c_int;
    chdb_stream_done: unsafe extern "C" fn(RawInsert) -> RawResult;
    chdb_stream_insert_error: unsafe extern "C" fn(RawInsert) -> *const c_char;
    chdb_destroy_insert_stream: unsafe extern "C" fn(RawInsert);
    chdb_destroy_query_result: unsafe extern "C" fn(RawResult);
    chdb_result_buffer: unsafe extern "C" fn(RawResult) -> *const u8;
    chdb_result_length: unsafe extern "C" fn(RawResult) -> usize;
    chdb_result_error: unsafe extern "C" fn(RawResult) -> *const c_char;
    chdb_result_rows_read: unsafe extern "C" fn(RawResult) -> u64;
    chdb_result_bytes_read: unsafe extern "C" fn(RawResult) -> u64;
    chdb_result_storage_rows_read: unsafe extern "C" fn(RawResult) -> u64;
    chdb_result_storage_bytes_read: unsafe extern "C" fn(RawResult) -> u64;
    chdb_result_rows_written: unsafe extern "C" fn(RawResult) -> u64;
    chdb_result_bytes_written: unsafe extern "C" fn(RawResult) -> u64;
    chdb_set_signal_handlers_enabled: unsafe extern "C" fn(c_int);
    chdb_shutdown: unsafe extern "C" fn() -> c_int;
}

/// What the engine counted.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counters {
    pub(crate) result_rows: u64,
    pub(crate) result_bytes: u64,
    pub(crate) read_rows: u64,
    pub(crate) read_bytes: u64,
    pub(crate) written_rows: u64,
    pub(crate) written_bytes: u64,
}

/// What a statement gave.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) bytes: Vec<u8>,
    pub(crate) counters: Counters,
}

/// The engine's text of an exception.
#[derive(Debug)]
pub(crate) struct EngineError(pub(crate) String);

/// The loaded engine.
#[derive(Clone, Copy)]
pub(crate) struct Chdb(&'static Functions);

impl Chdb {
    /// Loads the library, and tells it to leave the process's signal handlers alone.
    pub(crate) fn load(path: &Path) -> Result<Self, libloading::Error> {
        // SAFETY: the file was checked to be a whole library for this machine; that its
        // initialisers are sound is what one trusts in when one uses it.
        let library = unsafe { Library::new(path) }?;
        let functions = Functions::resolve(Box::leak(Box::new(library)))?;
        let functions: &'static Functions = Box::leak(Box::new(functions));
        // SAFETY: it sets a flag, and no connection is open yet.
        unsafe { (functions.chdb_set_signal_handlers_enabled)(0) };
        Ok(Self(functions))
    }

    /// Opens a connection; the first one starts the engine with `arguments`. `None` when the engine
    /// refused, which has then written the reason to standard error.
    pub(crate) fn connect(self, arguments: &[CString]) -> Option<Connection> {
        let name = c"chdb-http";
        let texts = [name].into_iter().chain(arguments.iter().map(AsRef::as_ref));
        let texts: Vec<_> = texts.map(CStr::as_ptr).collect();
        let count = c_int::try_from(texts.len()).ok()?;
        // SAFETY: `count` pointers to texts that live until the call returns.
        let raw = unsafe { (self.0.chdb_connect)(count, texts.as_ptr()) };
        (!raw.is_null()).then_some(Connection { functions: self.0, raw })
    }

    /// Ends the engine's threads. Does nothing while a connection is open.
    pub(crate) fn shut_down(self) {
        // SAFETY: callable at any time; what it returns is whether all threads have ended, and
        // those left over end with the process.
        unsafe { (self.0.chdb_shutdown)() };
    }
}

/// A connection of its own, with settings that are nobody else's. Closed when dropped.
pub(crate) struct Connection {
    functions: &'static Functions,
    raw: RawConnection,
}

// SAFETY: the interface binds a connection to no thread.
unsafe impl Send for Connection {}

/// Names and values of a statement's parameters.
pub(crate) type Parameters<'a> = &'a [(String, Vec<u8>)];

impl Connection {
    fn handle(&self) -> *mut c_void {
        // SAFETY: `raw` points to the handle until the connection is closed by `drop`.
        unsafe { *self.raw }
    }

    fn call(
        &self,
        function: WithParameters,
        statement: &[u8],
        format: &str,
        parameters: Parameters<'_>,
    ) -> *mut c_void {
        let (names, values): (Vec<_>, Vec<_>) = parameters
            .iter()
            .map(|(name, value)| (name.as_ptr().cast(), value.as_ptr().cast()))
            .unzip();
        let (name_lengths, value_lengths): (Vec<_>, Vec<_>) =
            parameters.iter().map(|(name, value)| (name.len(), value.len())).unzip();
        // SAFETY: each pointer goes with the length of what it points to, and all of it lives
        // until the call returns; the engine copies what it keeps.
        unsafe {
            function(
                self.handle(),
                statement.as_ptr().cast(),
                statement.len(),
                format.as_ptr().cast(),
                format.len(),
                names.as_ptr(),
                name_lengths.as_ptr(),
                values.as_ptr(),
                value_lengths.as_ptr(),
                parameters.len(),
            )
        }
    }

    /// Runs a statement to its end.
    pub(crate) fn run(
        &mut self,
        statement: &[u8],
        format: &str,
        parameters: Parameters<'_>,
    ) -> Result<Outcome, EngineError> {
        let function = self.functions.chdb_query_with_params_n;
        let raw = self.call(function, statement, format, parameters);
        RawOutcome { functions: self.functions, raw }.read()
    }

    /// Starts an insert of data that follows, in `format`; `statement` ends before `FORMAT`.
    pub(crate) fn insert(
        &mut self,
        statement: &[u8],
        format: &str,
        parameters: Parameters<'_>,
    ) -> Result<InsertStream<'_>, EngineError> {
        let function = self.functions.chdb_stream_insert_with_params_n;
        let raw = self.call(function, statement, format, parameters);
        let stream = InsertStream { connection: self, raw };
        stream.error()?;
        Ok(stream)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // SAFETY: `raw` came from `chdb_connect` and is closed once. Streams borrow the
        // connection, so none is left.
        unsafe { (self.functions.chdb_close_conn)(self.raw) };
    }
}

/// An insert that takes data. Dropping it before [`InsertStream::finish`] cancels it.
pub(crate) struct InsertStream<'a> {
    connection: &'a Connection,
    raw: RawInsert,
}

impl InsertStream<'_> {
    pub(crate) fn append(&mut self, data: &[u8]) -> Result<(), EngineError> {
        // SAFETY: the stream is open; the engine copies the data.
        let state = unsafe {
            (self.connection.functions.chdb_stream_append)(
                self.raw,
                data.as_ptr().cast(),
                data.len(),
            )
        };
        match state {
            0 => Ok(()),
            _ => self.error().and(Err(EngineError("the insert was given up".into()))),
        }
    }

    pub(crate) fn finish(self) -> Result<Outcome, EngineError> {
        let functions = self.connection.functions;
        // SAFETY: the stream is open; dropping `self` then only frees it.
        let raw = unsafe { (functions.chdb_stream_done)(self.raw) };
        RawOutcome { functions, raw }.read()
    }

    fn error(&self) -> Result<(), EngineError> {
        // SAFETY: the stream is open until it is dropped, and the text with it.
        unsafe { error_text((self.connection.functions.chdb_stream_insert_error)(self.raw)) }
    }
}

impl Drop for InsertStream<'_> {
    fn drop(&mut self) {
        // SAFETY: freed once, before its connection, which it borrows.
        unsafe { (self.connection.functions.chdb_destroy_insert_stream)(self.raw) };
    }
}

/// A result of the engine, freed when dropped.
struct RawOutcome {
    functions: &'static Functions,
    raw: RawResult,
}

impl RawOutcome {
    fn error(&self) -> Result<(), EngineError> {
        if self.raw.is_null() {
            return Err(EngineError("the engine gave no answer".into()));
        }
        // SAFETY: the result is not freed yet, and the text belongs to it.
        unsafe { error_text((self.functions.chdb_result_error)(self.raw)) }
    }

    fn read(&self) -> Result<Outcome, EngineError> {
        self.error()?;
        let (functions, raw) = (self.functions, self.raw);
        // SAFETY: the result is not freed yet; the buffer is as long as the engine says.
        unsafe {
            let (buffer, length) =
                ((functions.chdb_result_buffer)(raw), (functions.chdb_result_length)(raw));
            let bytes = match buffer.is_null() || length == 0 {
                true => Vec::new(),
                false => std::slice::from_raw_parts(buffer, length).to_vec(),
            };
            let counters = Counters {
                result_rows: (functions.chdb_result_rows_read)(raw),
                result_bytes: (functions.chdb_result_bytes_read)(raw),
                read_rows: (functions.chdb_result_storage_rows_read)(raw),
                read_bytes: (functions.chdb_result_storage_bytes_read)(raw),
                written_rows: (functions.chdb_result_rows_written)(raw),
                written_bytes: (functions.chdb_result_bytes_written)(raw),
            };
            Ok(Outcome { bytes, counters })
        }
    }
}

impl Drop for RawOutcome {
    fn drop(&mut self) {
        if !ptr::eq(self.raw, ptr::null()) {
            // SAFETY: freed once.
            unsafe { (self.functions.chdb_destroy_query_result)(self.raw) };
        }
    }
}

/// # Safety
/// `text` is null or ends with a zero byte.
unsafe fn error_text(text: *const c_char) -> Result<(), EngineError> {
    if text.is_null() {
        return Ok(());
    }
    // SAFETY: as promised by the caller.
    let text = unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned();
    Err(EngineError(text))
}
