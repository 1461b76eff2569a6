//! Work in pieces, two of them at a time.

use std::sync::{Mutex, PoisonError};

use futures_util::future::join;

struct Queue<T, E> {
    pieces: std::vec::IntoIter<T>,
    failure: Option<E>,
}

/// Does `work` with each piece, in order, two of them at a time: while the database does one, the
/// next is made ready. After a failure no piece is begun any more, what is in flight comes to its
/// end, and the first failure is returned.
pub(super) async fn in_flight<T: Send, E: Send>(
    pieces: Vec<T>,
    work: impl AsyncFn(T) -> Result<(), E>,
) -> Result<(), E> {
    let queue = Mutex::new(Queue { pieces: pieces.into_iter(), failure: None });
    let queue = || queue.lock().unwrap_or_else(PoisonError::into_inner);
    let next = || {
        let mut queue = queue();
        if queue.failure.is_some() { None } else { queue.pieces.next() }
    };
    let one = || async {
        while let Some(piece) = next() {
            if let Err(failure) = work(piece).await {
                queue().failure.get_or_insert(failure);
            }
        }
    };
    join(one(), one()).await;
    queue().failure.take().map_or(Ok(()), Err)
}
