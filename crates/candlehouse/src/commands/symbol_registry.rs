//! Which exchange a name without one belongs to, and the registration of new symbols.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use symbol_repository::{AssetClass, Symbol, SymbolName};

use crate::error::CliError;
use crate::store::Store;

/// How many notes are printed.
const LISTED: usize = 10;

/// The registered symbols of some names; none where there is no store.
#[derive(Default)]
pub(super) struct SymbolRegistry {
    by_symbol: HashMap<String, Vec<Symbol>>,
}

impl SymbolRegistry {
    /// Those of `names`, on whatever exchange.
    pub(super) async fn load(
        store: &Store,
        names: impl Iterator<Item = &SymbolName>,
    ) -> Result<Self, CliError> {
        let names: Vec<_> = names.map(SymbolName::symbol).collect();
        let mut by_symbol = HashMap::<String, Vec<Symbol>>::new();
        for symbol in store.symbols.find_by_names(&names).await? {
            by_symbol.entry(symbol.name().into()).or_default().push(symbol);
        }
        Ok(Self { by_symbol })
    }

    /// The symbol as it is registered.
    pub(super) fn get(&self, name: &SymbolName) -> Option<&Symbol> {
        self.of_any_exchange(name).iter().find(|symbol| symbol.exchange() == name.exchange())
    }

    fn of_any_exchange(&self, name: &SymbolName) -> &[Symbol] {
        self.by_symbol.get(name.symbol()).map(Vec::as_slice).unwrap_or_default()
    }

    /// The name with its exchange: its own, else the one that was given, else that of the only
    /// registered symbol of the name, else none.
    pub(super) fn place(
        &self,
        name: &SymbolName,
        given: Option<&str>,
    ) -> Result<SymbolName, CliError> {
        let exchange = match (name.exchange(), given, self.of_any_exchange(name)) {
            ("", Some(given), _) => given,
            ("", None, []) => "",
            ("", None, [only]) => only.exchange(),
            ("", None, several) => {
                let choices: Vec<_> = several
                    .iter()
                    .map(|symbol| format!("--exchange '{}'", symbol.exchange()))
                    .collect();
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

    /// Notes about symbols of `names` that are not registered and are like another one but for upper and
    /// lower case: one that is registered, or one of `names`.
    pub(super) async fn like_others(
        &self,
        store: &Store,
        names: impl Iterator<Item = &SymbolName>,
    ) -> Result<Vec<String>, CliError> {
        let names: BTreeSet<&str> = names.map(SymbolName::symbol).collect();
        let is_new = |name: &str| !self.by_symbol.contains_key(name);
        let new: Vec<&str> = names.iter().copied().filter(|name| is_new(name)).collect();
        let registered = store.symbols.find_by_names_in_any_case(&new).await?;
        let mut seen = BTreeMap::<String, &str>::new();
        let mut notes = Vec::new();
        for name in new {
            let lower = name.to_lowercase();
            let same = |symbol: &&Symbol| symbol.name().to_lowercase() == lower;
            if let Some(symbol) = registered.iter().find(same) {
                notes.push(format!("{name} is another symbol than the registered {symbol}"));
            }
            match seen.get(&lower) {
                Some(other) => notes.push(format!("{other} and {name} are two symbols")),
                None => drop(seen.insert(lower, name)),
            }
        }
        if notes.len() > LISTED {
            return Ok(vec![format!("{} symbols are like others but for their case", notes.len())]);
        }
        Ok(notes)
    }

    /// Registers those symbols that are not registered, and returns their names in order.
    pub(super) async fn add_missing(
        &self,
        store: &Store,
        names: impl Iterator<Item = &SymbolName>,
        class: AssetClass,
    ) -> Result<Vec<String>, CliError> {
        let names: BTreeSet<_> = names.filter(|name| self.get(name).is_none()).collect();
        let new = names
            .into_iter()
            .map(|name| Symbol::builder(name.exchange(), name.symbol(), class).build())
            .collect::<Result<Vec<_>, _>>()?;
        store.symbols.upsert(&new).await?;
        Ok(new.iter().map(ToString::to_string).collect())
    }
}
