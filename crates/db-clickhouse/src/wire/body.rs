//! The body of a frame, which comes in pieces and is wanted as one.

use bytes::Bytes;

/// So much is asked for by what a frame says of its size. More follows the bytes that have arrived.
const BELIEVED: usize = 1 << 24;

/// Puts a body together in memory of its size. Arrow's decoder takes a body as it is when it gets it
/// at once; otherwise it lets a buffer grow, which copies the 3 MB of a block about twice more.
#[derive(Debug, Default)]
pub(super) struct Body(Vec<u8>);

impl Body {
    /// The body, if nothing is `left` of it behind this piece.
    pub(super) fn push(&mut self, piece: Bytes, left: usize) -> Option<Bytes> {
        if self.0.is_empty() {
            if left == 0 {
                return Some(piece);
            }
            self.0.reserve_exact((piece.len() + left).min(BELIEVED));
        }
        self.0.extend_from_slice(&piece);
        (left == 0).then(|| std::mem::take(&mut self.0).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put_together(pieces: &[&'static [u8]]) -> (Option<Bytes>, usize) {
        let mut body = Body::default();
        let mut left = pieces.iter().map(|piece| piece.len()).sum::<usize>();
        let mut reserved = 0;
        let mut whole = None;
        for piece in pieces {
            assert_eq!(whole, None);
            left -= piece.len();
            whole = body.push(Bytes::from_static(piece), left);
            reserved = reserved.max(body.0.capacity());
        }
        assert!(body.0.is_empty());
        (whole, reserved)
    }

    #[test]
    fn pieces_are_copied_once_into_memory_of_their_size() {
        let (whole, reserved) = put_together(&[&[1; 100], &[2; 1000], &[3; 7]]);
        assert_eq!(whole.unwrap(), [&[1; 100][..], &[2; 1000], &[3; 7]].concat());
        assert_eq!(reserved, 1107);
    }

    #[test]
    fn a_body_in_one_piece_is_not_copied() {
        static PIECE: [u8; 9] = [7; 9];
        let (whole, reserved) = put_together(&[&PIECE]);
        assert_eq!((whole.unwrap().as_ptr(), reserved), (PIECE.as_ptr(), 0));
    }

    #[test]
    fn memory_follows_what_has_arrived() {
        let mut body = Body::default();
        assert_eq!(body.push(Bytes::from_static(&[0; 10]), 1 << 34), None);
        assert!(body.0.capacity() <= BELIEVED, "{}", body.0.capacity());
    }
}
