//! Which exchange a name without one belongs to, and the registration of new symbols.

use std::collections::{BTreeSet, HashMap};

use symbol_repository::{AssetClass, Symbol, SymbolName};

use crate::error::CliError;
use crate::store::Store;

/// The registered symbols of some names.
pub(super) struct SymbolRegistry {
    exchanges: HashMap<String, Vec<String>>,
}

impl SymbolRegistry {
    /// Those of `names`, on whatever exchange.
    pub(super) async fn load(
        store: &Store,
        names: impl Iterator<Item = &SymbolName>,
    ) -> Result<Self, CliError> {
        let names: Vec<_> = names.map(SymbolName::symbol).collect();
        let mut exchanges = HashMap::<String, Vec<String>>::new();
        for symbol in store.symbols.find_by_names(&names).await? {
            exchanges.entry(symbol.name().into()).or_default().push(symbol.exchange().into());
        }
        Ok(Self { exchanges })
    }

    /// The name with its exchange: its own, else the one that was given, else that of the only
    /// registered symbol of the name, else none.
    pub(super) fn place(
        &self,
        name: &SymbolName,
        given: Option<&str>,
    ) -> Result<SymbolName, CliError> {
        let registered = self.exchanges.get(name.symbol()).map(Vec::as_slice).unwrap_or_default();
        let exchange = match (name.exchange(), given, registered) {
            ("", Some(given), _) => given,
            ("", None, []) => "",
            ("", None, [only]) => only,
            ("", None, several) => {
                let choices: Vec<_> =
                    several.iter().map(|exchange| format!("--exchange '{exchange}'")).collect();
                return Err(CliError::usage(format!(
                    "{} is registered for several exchanges: say which, {}",
                    name.symbol(),
                    choices.join(" or ")
                )));
            }
            (own, ..) => own,
        };
        Ok(SymbolName::new(exchange, name.symbol())?)
    }

    /// Registers those symbols that are not registered, and returns their names in order.
    pub(super) async fn add_missing(
        &self,
        store: &Store,
        names: impl Iterator<Item = &SymbolName>,
        class: AssetClass,
    ) -> Result<Vec<String>, CliError> {
        let known = |name: &&SymbolName| {
            let exchanges = self.exchanges.get(name.symbol());
            exchanges.is_some_and(|all| all.iter().any(|exchange| exchange == name.exchange()))
        };
        let names: BTreeSet<_> = names.filter(|name| !known(name)).collect();
        let new = names
            .into_iter()
            .map(|name| Symbol::builder(name.exchange(), name.symbol(), class).build())
            .collect::<Result<Vec<_>, _>>()?;
        store.symbols.upsert(&new).await?;
        Ok(new.iter().map(ToString::to_string).collect())
    }
}
