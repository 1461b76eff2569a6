//! What a child process is told by its arguments.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

/// The first argument of a process that is to be the server.
pub(crate) const MARK: &str = "run-chdb-server";

/// What the parent asks for, in the order of the arguments.
#[derive(Debug)]
pub(crate) struct Task {
    pub(crate) library: PathBuf,
    /// How long the engine may take to end; in whole milliseconds among the arguments.
    pub(crate) grace: Duration,
    /// The arguments of the engine, without the program's name.
    pub(crate) engine: Vec<OsString>,
}

impl Task {
    /// The arguments from which [`Task::parse`] makes the same again.
    pub(crate) fn arguments(self) -> Vec<OsString> {
        let grace = self.grace.as_millis().to_string();
        let mut all = vec![MARK.into(), self.library.into(), grace.into()];
        all.extend(self.engine);
        all
    }

    pub(crate) fn parse(mut arguments: impl Iterator<Item = OsString>) -> Result<Self, String> {
        let mut next = || arguments.next().ok_or("this is started by chdb-server only");
        let (library, grace) = (PathBuf::from(next()?), next()?);
        let grace = grace.to_str().and_then(|text| text.parse().ok());
        let grace = Duration::from_millis(grace.ok_or("the grace time is not a number")?);
        Ok(Self { library, grace, engine: arguments.collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_survives_being_arguments() {
        let task = Task {
            library: "/a b/lib.so".into(),
            grace: Duration::from_millis(1500),
            engine: vec!["--path".into(), "".into(), "it's".into()],
        };
        let shown = format!("{task:?}");
        let arguments = task.arguments();
        assert_eq!(arguments[0], MARK);
        let parsed = Task::parse(arguments.into_iter().skip(1)).unwrap();
        assert_eq!(format!("{parsed:?}"), shown);
    }

    #[test]
    fn what_is_no_task_is_refused() {
        for arguments in [&[][..], &["/lib.so"], &["/lib.so", "soon"]] {
            Task::parse(arguments.iter().map(OsString::from)).unwrap_err();
        }
    }
}
