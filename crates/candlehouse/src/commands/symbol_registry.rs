//! Which exchange a name without one belongs to, and the registration of new symbols.

use std::collections::{BTreeSet, HashMap};

use candle_repository::SeriesKey;
use symbol_repository::{AssetClass, Symbol};

use crate::error::CliError;
use crate::store::Store;

/// The registered symbols, for looking names up.
pub(super) struct SymbolRegistry {
    exchanges: HashMap<String, Vec<String>>,
}

impl SymbolRegistry {
    pub(super) async fn load(store: &Store) -> Result<Self, CliError> {
        let mut exchanges = HashMap::<String, Vec<String>>::new();
        for symbol in store.symbols.list().await? {
            exchanges.entry(symbol.name().into()).or_default().push(symbol.exchange().into());
        }
        Ok(Self { exchanges })
    }

    /// The key with its exchange: its own, else the one that was given, else that of the only
    /// registered symbol of the name, else none.
    pub(super) fn place(
        &self,
        key: &SeriesKey,
        given: Option<&str>,
    ) -> Result<SeriesKey, CliError> {
        let registered = self.exchanges.get(key.symbol()).map(Vec::as_slice).unwrap_or_default();
        let exchange = match (key.exchange(), given, registered) {
            ("", Some(given), _) => given,
            ("", None, []) => "",
            ("", None, [only]) => only,
            ("", None, several) => {
                let choices: Vec<_> =
                    several.iter().map(|exchange| format!("--exchange '{exchange}'")).collect();
                return Err(CliError::usage(format!(
                    "{} is registered for several exchanges: say which, {}",
                    key.symbol(),
                    choices.join(" or ")
                )));
            }
            (own, ..) => own,
        };
        Ok(SeriesKey::new(exchange, key.symbol(), key.interval())?)
    }

    /// Registers those symbols that are not registered, and returns their names in order.
    pub(super) async fn add_missing(
        &self,
        store: &Store,
        keys: impl Iterator<Item = &SeriesKey>,
        class: AssetClass,
    ) -> Result<Vec<String>, CliError> {
        let known = |key: &&SeriesKey| {
            let exchanges = self.exchanges.get(key.symbol());
            exchanges.is_some_and(|all| all.iter().any(|exchange| exchange == key.exchange()))
        };
        let names: BTreeSet<_> =
            keys.filter(|key| !known(key)).map(|key| (key.exchange(), key.symbol())).collect();
        let new = names
            .into_iter()
            .map(|(exchange, symbol)| Symbol::builder(exchange, symbol, class).build())
            .collect::<Result<Vec<_>, _>>()?;
        store.symbols.upsert(&new).await?;
        Ok(new.iter().map(ToString::to_string).collect())
    }
}
