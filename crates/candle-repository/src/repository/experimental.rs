//! Statements that name a codec which the engine does not give to everybody.

use db_port::{DbError, QueryExecutor, Result, Statement};

/// What allows ALP: the first up to engine 26.8, the second since 26.9, where the first does nothing.
const ALLOWING_ALP: [&str; 2] = ["allow_experimental_codecs", "enable_alp_codec"];

/// Runs a statement that may name ALP, and returns the first refusal if nothing allows it.
pub(super) async fn execute_with_alp(db: &dyn QueryExecutor, statement: &Statement) -> Result<()> {
    let mut first = Ok(());
    for setting in ALLOWING_ALP {
        match db.execute(statement.clone().with_setting(setting, 1)).await {
            Err(error) if is_refused(&error) => first = first.and(Err(error)),
            outcome => return outcome,
        }
    }
    first
}

/// Whether the codec was refused, or the setting that allows it, and nothing else.
pub(super) fn is_refused(error: &DbError) -> bool {
    /// The codec is known and not allowed.
    const BAD_ARGUMENTS: i32 = 36;
    const UNKNOWN_SETTING: i32 = 115;
    const READONLY: i32 = 164;
    const UNKNOWN_CODEC: i32 = 432;
    const SETTING_CONSTRAINT_VIOLATION: i32 = 452;
    let code = error.code();
    code.is_some_and(|code| {
        [BAD_ARGUMENTS, UNKNOWN_SETTING, READONLY, UNKNOWN_CODEC, SETTING_CONSTRAINT_VIOLATION]
            .contains(&code)
    })
}
