//! The engine's C interface: the one call that runs its command line. The only unsafe code.
#![allow(unsafe_code, reason = "the engine is a C library")]

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::path::Path;

use libloading::{Library, Symbol};

type Run = unsafe extern "C" fn(c_int, *const *const c_char) -> *mut c_void;
type ErrorOf = unsafe extern "C" fn(*mut c_void) -> *const c_char;
type Destroy = unsafe extern "C" fn(*mut c_void);

/// Runs the engine's command line with `arguments`, the program's name first, until it ends.
///
/// # Errors
/// What the engine or the loader said.
pub(crate) fn run(library: &Path, arguments: &[CString]) -> Result<(), String> {
    let count = c_int::try_from(arguments.len()).map_err(|error| error.to_string())?;
    let texts: Vec<_> = arguments.iter().map(|text| text.as_ptr()).collect();
    // SAFETY: the file was checked to be a whole library for this machine; that its initialisers
    // are sound is what one trusts in when one uses it. It is never unloaded, because its threads
    // may outlive the call. The types are those of chdb.h. `texts` are `count` pointers to texts
    // that live until the call returns; the result is read before it is freed, once.
    unsafe {
        let library = Library::new(library).map_err(|error| error.to_string())?;
        let library: &'static Library = Box::leak(Box::new(library));
        let run: Symbol<'_, Run> = resolve(library, c"chdb_query_cmdline")?;
        let error_of: Symbol<'_, ErrorOf> = resolve(library, c"chdb_result_error")?;
        let destroy: Symbol<'_, Destroy> = resolve(library, c"chdb_destroy_query_result")?;
        let result = run(count, texts.as_ptr());
        if result.is_null() {
            return Err("the engine gave no result".into());
        }
        let text = error_of(result);
        let outcome = match text.is_null() {
            true => Ok(()),
            false => Err(CStr::from_ptr(text).to_string_lossy().into_owned()),
        };
        destroy(result);
        outcome
    }
}

/// # Safety
/// `T` is the type of the function of that name.
unsafe fn resolve<T>(library: &'static Library, name: &CStr) -> Result<Symbol<'static, T>, String> {
    // SAFETY: as promised by the caller.
    unsafe { library.get(name.to_bytes_with_nul()) }.map_err(|error| error.to_string())
}
