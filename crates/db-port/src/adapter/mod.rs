//! What only an adapter needs of the port: checks and texts that are the same before every database.

mod concurrency_limit;
mod deduplication;
mod escape;
mod insert_schema;
mod is_select;
mod settings;
mod text_settings;

pub use concurrency_limit::{ConcurrencyLimit, Permit};
pub use deduplication::deduplication_token;
pub(crate) use escape::parameter_text_bytes;
pub use escape::{parameter_text, quoted_identifier, string_literal};
pub use insert_schema::{
    COLUMNS_WITHOUT_DEFAULT, check_missing_columns, column_positions, missing_columns,
};
pub use is_select::is_select;
pub use settings::{Setting, check_settings};
pub use text_settings::text_settings;
