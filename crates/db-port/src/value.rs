//! Values of parameters.

/// A value bound to a `{name:Type}` parameter of a [`Statement`](crate::Statement).
///
/// The statement's text says the database type; the value only carries what is to be sent. Dates,
/// decimals and other types without a variant travel as [`Value::String`] in ClickHouse's text
/// form, such as `"2024-01-31"` for `{day:Date}`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// `NULL`; the parameter's type must be `Nullable(...)`.
    Null,
    /// A boolean.
    Bool(bool),
    /// A signed integer.
    Int(i64),
    /// An unsigned integer.
    UInt(u64),
    /// A double; it arrives bit for bit, infinities and NaN included.
    Float(f64),
    /// Text of any content, quotes, backslashes, line breaks and NUL included.
    String(String),
    /// An array, for `{name:Array(Type)}`.
    Array(Vec<Value>),
}

macro_rules! value_from {
    ($($from:ty => $variant:ident),* $(,)?) => {
        $(impl From<$from> for Value {
            fn from(value: $from) -> Self {
                Self::$variant(value.into())
            }
        })*
    };
}

value_from! {
    bool => Bool,
    i8 => Int, i16 => Int, i32 => Int, i64 => Int,
    u8 => UInt, u16 => UInt, u32 => UInt, u64 => UInt,
    f32 => Float, f64 => Float,
    &str => String, String => String, &String => String,
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl<T: Into<Self>> From<Vec<T>> for Value {
    fn from(values: Vec<T>) -> Self {
        Self::Array(values.into_iter().map(Into::into).collect())
    }
}
