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
pub(super) async fn in_flight<T, E, F>(pieces: Vec<T>, work: impl Fn(T) -> F) -> Result<(), E>
where
    F: Future<Output = Result<(), E>>,
{
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

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use futures_util::FutureExt;
    use tokio::sync::oneshot;

    use super::*;

    type End = Result<(), usize>;

    /// Work whose pieces end when the test says so.
    struct Script {
        begun: RefCell<Vec<usize>>,
        ends: RefCell<Vec<Option<oneshot::Receiver<End>>>>,
    }

    impl Script {
        fn new(count: usize) -> (Self, Vec<oneshot::Sender<End>>) {
            let (senders, ends) = (0..count).map(|_| oneshot::channel()).unzip();
            let ends: Vec<_> = ends;
            let ends = RefCell::new(ends.into_iter().map(Some).collect());
            (Self { begun: RefCell::default(), ends }, senders)
        }

        async fn piece(&self, number: usize) -> End {
            self.begun.borrow_mut().push(number);
            let end = self.ends.borrow_mut()[number].take().unwrap();
            end.await.unwrap()
        }
    }

    #[tokio::test]
    async fn two_pieces_are_in_flight_and_the_next_begins_when_one_ends() {
        let (script, senders) = Script::new(3);
        let mut senders = senders.into_iter();
        let mut end = |result| senders.next().unwrap().send(result).unwrap();
        let work = in_flight(vec![0, 1, 2], |piece| script.piece(piece));
        tokio::pin!(work);
        assert!(work.as_mut().now_or_never().is_none());
        assert_eq!(*script.begun.borrow(), [0, 1]);
        end(Ok(()));
        assert!(work.as_mut().now_or_never().is_none());
        assert_eq!(*script.begun.borrow(), [0, 1, 2]);
        end(Ok(()));
        end(Ok(()));
        assert_eq!(work.await, Ok(()));
    }

    #[tokio::test]
    async fn after_a_failure_what_is_in_flight_ends_and_nothing_is_begun() {
        let (script, mut senders) = Script::new(3);
        let work = in_flight(vec![0, 1, 2], |piece| script.piece(piece));
        tokio::pin!(work);
        assert!(work.as_mut().now_or_never().is_none());
        senders.remove(1).send(Err(1)).unwrap();
        assert!(work.as_mut().now_or_never().is_none(), "the first is in flight");
        senders.remove(0).send(Err(0)).unwrap();
        assert_eq!(work.await, Err(1), "the first failure, not that of the first piece");
        assert_eq!(*script.begun.borrow(), [0, 1]);
    }
}
